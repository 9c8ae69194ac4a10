package hearts

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// reading is what was read of a room's show. Whoever asked for the same before it was holds the same maps: nobody changes
// them.
type reading struct {
	rows   rows
	totals map[string]uint64 // nil where they were not asked for
	at     time.Time         // all that was acknowledged by then is in it
}

// stretch is what a reading is of. A room that was made anew is another one.
type stretch struct {
	room, nonce string
	between     span
	totals      bool
}

// readings joins equal reads: each reads all that a show left in the store, everybody may ask, and an audience asks in one
// moment. Whoever comes while one is under way waits for the next, since what was acknowledged before it came is perhaps not in
// this one; all who wait share that.
type readings struct {
	mu sync.Mutex
	of map[stretch]*line // guarded by mu; those that somebody asks for
}

// line is who asks for one stretch.
type line struct {
	turn  chan struct{} // one place: of who reads, or takes what was read
	users int           // guarded by readings.mu
	asked int           // how often somebody asked so far; guarded by readings.mu

	answered int // those who asked up to it have their answer in what was read; guarded by turn
	got      reading
	err      error
}

// do reads a stretch, or takes what somebody else read of it since it was called.
func (r *readings) do(ctx context.Context, of stretch, read func(context.Context) (reading, error)) (reading, error) {
	l, asked := r.enter(of)
	defer r.leave(of, l)
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return reading{}, fmt.Errorf("wait for a read: %w", ctx.Err())
	}
	defer func() { <-l.turn }()
	if l.answered >= asked {
		return l.got, l.err
	}
	upTo := r.askedOf(l)
	got, err := read(ctx)
	if err != nil && ctx.Err() != nil { // it is ours alone: whoever waits reads anew
		return reading{}, err
	}
	l.answered, l.got, l.err = upTo, got, err
	return got, err
}

func (r *readings) enter(of stretch) (l *line, asked int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = make(map[stretch]*line)
	}
	if l = r.of[of]; l == nil {
		l = &line{turn: make(chan struct{}, 1)}
		r.of[of] = l
	}
	l.users++
	l.asked++
	return l, l.asked
}

func (r *readings) leave(of stretch, l *line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(r.of, of)
	}
}

func (r *readings) askedOf(l *line) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return l.asked
}
