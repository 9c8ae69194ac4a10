package once

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Life is how long an answer is remembered: clients keep a request id over reconnects for at most that long.
const Life = 90 * time.Second

// maxAnswers bounds a memory, some 80 MB of comments; beyond it the oldest answers are forgotten first, and the store's
// duplicate window still knows the ids.
const maxAnswers = 200_000

// Packing makes bytes of an answer, and the answer of its bytes. An answer that cannot be packed is not remembered.
type Packing[T any] struct {
	Pack   func(T) ([]byte, error)
	Unpack func([]byte) (T, error)
}

// Memory remembers the answers of requests that succeeded. A request that arrives while its first copy is under way
// waits for it. Answers are kept as bytes: hundreds of thousands of messages, each of many parts, would keep the garbage
// collector as busy as all other work.
type Memory[T any] struct {
	// static
	clock   func() time.Time
	began   time.Time // times are kept as what has gone since, which a clock that is set changes nothing of
	packing Packing[T]

	mu       sync.Mutex
	underWay map[ID]*making[T] // guarded by mu
	known    ledger            // guarded by mu
}

type making[T any] struct {
	done   chan struct{} // closed when value or failed is set
	value  T
	failed bool
}

// NewMemory makes an empty memory.
func NewMemory[T any](clock func() time.Time, p Packing[T]) *Memory[T] {
	return &Memory[T]{clock: clock, began: clock(), packing: p, underWay: make(map[ID]*making[T])}
}

// Do gives the remembered answer, with true, or has do make it. Errors are not remembered: the next copy of the request
// is judged anew.
func (m *Memory[T]) Do(ctx context.Context, id ID, do func() (T, error)) (value T, known bool, err error) {
	for {
		m.mu.Lock()
		m.forget()
		if body, ok := m.known.get(id); ok {
			body = slices.Clone(body)
			m.mu.Unlock()
			value, err = m.packing.Unpack(body)
			return value, true, err
		}
		a := m.underWay[id]
		mine := a == nil
		if mine {
			a = &making[T]{done: make(chan struct{})}
			m.underWay[id] = a
		}
		m.mu.Unlock()
		if mine {
			value, err = m.make(id, a, do)
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

func (m *Memory[T]) make(id ID, a *making[T], do func() (T, error)) (T, error) {
	a.failed = true // also when do panics: nobody waits for ever
	var body []byte
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if body != nil {
			m.known.add(id, int64(m.clock().Sub(m.began)+Life), body)
		}
		delete(m.underWay, id)
		close(a.done)
	}()
	value, err := do()
	if err != nil {
		return value, err
	}
	a.value, a.failed = value, false
	body, _ = m.packing.Pack(value)
	return value, nil
}

// forget holds m.mu.
func (m *Memory[T]) forget() {
	now := int64(m.clock().Sub(m.began))
	for {
		expires, ok := m.known.oldest()
		if !ok || expires >= now && m.known.len() <= maxAnswers {
			return
		}
		m.known.drop()
	}
}
