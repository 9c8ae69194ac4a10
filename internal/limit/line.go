package limit

import "container/list"

// Line is things in the order in which they came, any of which can leave it. It has no lock of its own.
type Line[K comparable] struct {
	order list.List
	at    map[K]*list.Element
}

// NewLine makes an empty one.
func NewLine[K comparable]() *Line[K] { return &Line[K]{at: make(map[K]*list.Element)} }

// Join puts somebody who is not in it at its end.
func (l *Line[K]) Join(who K) { l.at[who] = l.order.PushBack(who) }

// Leave takes somebody out; false where it was not in it.
func (l *Line[K]) Leave(who K) bool {
	e, in := l.at[who]
	if in {
		delete(l.at, who)
		l.order.Remove(e)
	}
	return in
}

// Oldest takes out who has been in it for the longest; false where nobody is.
func (l *Line[K]) Oldest() (who K, ok bool) {
	e := l.order.Front()
	if e == nil {
		return who, false
	}
	who, _ = e.Value.(K)
	return who, l.Leave(who)
}

// Len is how many are in it.
func (l *Line[K]) Len() int { return len(l.at) }
