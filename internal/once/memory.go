package once

import (
	"context"
	"sync"
	"time"
)

// Life is how long an answer is remembered: clients keep a request id over reconnects for at most that long.
const Life = 90 * time.Second

// maxAnswers bounds a memory, some 100 MB of comments; beyond it the oldest answers are forgotten first, and the store's
// duplicate window still knows the ids.
const maxAnswers = 200_000

// Memory remembers the answers of requests that succeeded. A request that arrives while its first copy is under way
// waits for it.
type Memory[T any] struct {
	clock func() time.Time // static

	mu     sync.Mutex
	known  map[ID]*answer[T] // guarded by mu
	oldest []*answer[T]      // guarded by mu; in the order in which they expire
}

type answer[T any] struct {
	id      ID
	done    chan struct{} // closed when value or failed is set
	value   T
	failed  bool
	expires time.Time
}

// NewMemory makes an empty memory.
func NewMemory[T any](clock func() time.Time) *Memory[T] {
	return &Memory[T]{clock: clock, known: make(map[ID]*answer[T])}
}

// Do gives the remembered answer, with true, or has do make it. Errors are not remembered: the next copy of the request
// is judged anew.
func (m *Memory[T]) Do(ctx context.Context, id ID, do func() (T, error)) (value T, known bool, err error) {
	for {
		m.mu.Lock()
		m.forget()
		a := m.known[id]
		mine := a == nil
		if mine {
			a = &answer[T]{id: id, done: make(chan struct{})}
			m.known[id] = a
		}
		m.mu.Unlock()
		if mine {
			value, err = m.make(a, do)
			return value, false, err
		}
		select {
		case <-a.done:
		case <-ctx.Done():
			return value, false, ctx.Err()
		}
		if !a.failed {
			return a.value, true, nil
		}
	}
}

func (m *Memory[T]) make(a *answer[T], do func() (T, error)) (T, error) {
	a.failed = true // also when do panics: nobody waits for ever
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if a.failed {
			delete(m.known, a.id)
		} else {
			a.expires = m.clock().Add(Life)
			m.oldest = append(m.oldest, a)
		}
		close(a.done)
	}()
	value, err := do()
	if err == nil {
		a.value, a.failed = value, false
	}
	return value, err
}

// forget holds m.mu.
func (m *Memory[T]) forget() {
	now := m.clock()
	for len(m.oldest) > 0 && (len(m.oldest) > maxAnswers || m.oldest[0].expires.Before(now)) {
		delete(m.known, m.oldest[0].id)
		m.oldest[0] = nil
		m.oldest = m.oldest[1:]
	}
}
