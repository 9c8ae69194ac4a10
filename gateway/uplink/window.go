package uplink

import (
	"sync"

	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// Limits of one window; the hearts service refuses more.
const (
	// windowSums is how many sums it may hold: one less than a batch's members, for the marker.
	windowSums     = 899
	windowMoments  = 120 // of one sum
	windowSpenders = 1_000
	windowCount    = 1_000_000_000
	// windowPlaced is how many moments all sums may have: with them a window stays below the port's 256 KiB. What is more
	// counts all the same, in the second in which the window is counted.
	windowPlaced = 5_000
)

// Tap is hearts that count.
type Tap struct {
	// Room and Kind they are for.
	Room, Kind string
	// Count of them; 0 still names the spender.
	Count uint32
	// Second of the stream, Unix time; 0 when it is not known.
	Second int64
	// Spender is named to the service; nil for most.
	Spender Spender
}

// Spender is a person who comes near a room's cap.
type Spender interface {
	// Person is its key in the room.
	Person() string
	// Counted is what this gateway has counted for it.
	Counted() uint64
	// Elsewhere is told what other gateways have counted for it.
	Elsewhere(uint64)
}

type (
	heart struct{ room, kind string }
	spot  struct{ room, person string }
	tally struct {
		count   uint64
		moments map[int64]uint64 // by second of the stream; those without one are left out
	}
)

// open is the window that is open.
type open struct {
	mu       sync.Mutex
	sums     map[heart]*tally // guarded by mu
	spenders map[spot]Spender // guarded by mu
}

func newOpen() *open {
	return &open{sums: make(map[heart]*tally), spenders: make(map[spot]Spender)}
}

func (o *open) add(t Tap) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t.Spender != nil {
		o.spenders[spot{t.Room, t.Spender.Person()}] = t.Spender
	}
	if t.Count == 0 {
		return
	}
	key := heart{t.Room, t.Kind}
	s := o.sums[key]
	if s == nil {
		s = new(tally)
		o.sums[key] = s
	}
	s.count += uint64(t.Count)
	if t.Second == 0 {
		return
	}
	if s.moments == nil {
		s.moments = make(map[int64]uint64, 1)
	}
	if _, known := s.moments[t.Second]; known || len(s.moments) < windowMoments {
		s.moments[t.Second] += uint64(t.Count)
	}
}

// closed is a window on its way.
type closed struct {
	sums     []*heartsv1.HeartSum
	placed   int // moments in sums
	spenders map[spot]Spender
}

// close takes what is in the window; what is too much for one batch becomes several.
func (o *open) close() []closed {
	o.mu.Lock()
	var sums map[heart]*tally // a map that stays in the window must not be read once others may add to it
	var spenders map[spot]Spender
	if len(o.sums) > 0 {
		sums, o.sums = o.sums, make(map[heart]*tally, len(o.sums))
	}
	if len(o.spenders) > 0 {
		spenders, o.spenders = o.spenders, make(map[spot]Spender)
	}
	o.mu.Unlock()
	var windows []closed
	last := func(full func(closed) bool) *closed {
		if len(windows) == 0 || full(windows[len(windows)-1]) {
			windows = append(windows, closed{})
		}
		return &windows[len(windows)-1]
	}
	for key, s := range sums {
		for s.count > windowCount { // after a long silence of the service; a sum stands in a window once
			windows = append(windows, closed{sums: []*heartsv1.HeartSum{{Room: key.room, Kind: key.kind, Count: windowCount}}})
			s.count, s.moments = s.count-windowCount, nil
			windows = append(windows, closed{})
		}
		sum := &heartsv1.HeartSum{Room: key.room, Kind: key.kind, Count: s.count}
		w := last(func(w closed) bool { return len(w.sums) == windowSums })
		for second, n := range s.moments {
			if w.placed < windowPlaced {
				w.placed++
				sum.Moments = append(sum.Moments, &heartsv1.HeartMoment{Second: second, Count: n})
			}
		}
		w.sums = append(w.sums, sum)
	}
	for key, s := range spenders {
		w := last(func(w closed) bool { return len(w.spenders) == windowSpenders })
		if w.spenders == nil {
			w.spenders = make(map[spot]Spender)
		}
		w.spenders[key] = s
	}
	return windows
}

// request is the window as it is sent: what spenders have counted is read last, so that it holds what is in the sums.
func (w closed) request(writer string, number uint64) *heartsv1.RecordBatchRequest {
	r := &heartsv1.RecordBatchRequest{Writer: writer, Window: number, Sums: w.sums}
	for key, s := range w.spenders {
		r.Spenders = append(r.Spenders, &heartsv1.Spender{Room: key.room, Person: key.person, Counted: s.Counted()})
	}
	return r
}

func (w closed) hearts() (total int64) {
	for _, s := range w.sums {
		total += int64(s.GetCount())
	}
	return total
}
