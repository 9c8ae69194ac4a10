package limit

import (
	"container/list"
	"time"
)

// Line is things in the order in which they came, any of which can leave it. It has no lock of its own.
type Line[K comparable] struct {
	order list.List
	at    map[K]*list.Element
}

type place[K comparable] struct {
	who   K
	since time.Time
}

// NewLine makes an empty one.
func NewLine[K comparable]() *Line[K] { return &Line[K]{at: make(map[K]*list.Element)} }

// Join puts somebody who is not in it at its end.
func (l *Line[K]) Join(who K, now time.Time) { l.at[who] = l.order.PushBack(place[K]{who, now}) }

// Leave takes somebody out; false where it was not in it.
func (l *Line[K]) Leave(who K) bool {
	e, in := l.at[who]
	if in {
		delete(l.at, who)
		l.order.Remove(e)
	}
	return in
}

// Oldest takes out who has been in it for the longest; false where nobody has been since a time.
func (l *Line[K]) Oldest(since time.Time) (who K, ok bool) {
	e := l.order.Front()
	if e == nil {
		return who, false
	}
	first, _ := e.Value.(place[K])
	if first.since.After(since) {
		return who, false
	}
	return first.who, l.Leave(first.who)
}

// Len is how many are in it.
func (l *Line[K]) Len() int { return len(l.at) }
