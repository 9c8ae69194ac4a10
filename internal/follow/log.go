package follow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/pause"
)

// Log follows the logs of the rooms that a process has open: one core subscription a room, gaps found by comparing
// sequences and filled by reading, and a check of every room's end each few seconds, because a lost last message of a
// quiet room shows no gap.
type Log struct {
	// static
	bus    *bus.Bus
	live   *bus.Live
	log    *slog.Logger
	fills  chan struct{} // a place for each reading that may run at once
	gaps   metric.Int64Counter
	check  time.Duration                                                             // how often every tail's end is compared with the store
	queued sync.WaitGroup                                                            // fills under way
	read   func(ctx context.Context, key bus.Key, from uint64) ([]bus.Record, error) // from any replica

	running atomic.Pointer[context.Context]

	mu    sync.Mutex
	tails map[string]*Tail // guarded by mu
}

// Tail is one room's log, in order, without gap or duplicate.
type Tail struct {
	owner *Log
	room  string
	key   bus.Key
	leave func()

	mu      sync.Mutex
	sink    func(bus.Record)
	last    uint64 // sequence of the last entry given to the sink, or passed over as erased
	filling bool
	waiting []bus.Record // live copies that came during filling
	closed  bool
	end     uint64    // newest sequence that the store was seen to hold for the room
	looked  time.Time // when somebody last had it looked for
}

// History says how much of the past a newly opened tail gives to its sink.
type History struct {
	// Span is how far back to read.
	Span time.Duration
	// AtLeast is how many entries to look for beyond the span, if there are.
	AtLeast int
	// AtMost bounds what is given; the newest are kept.
	AtMost int
	// Whole has what is given begin at a multiple of this time by the store's clock, for readers that judge entries by those
	// around them: where the newest AtMost begin in the middle of one, up to four times as many are given. 0 for anywhere.
	Whole time.Duration
}

// newest are the entries to give of those that were read, which begin with a whole stretch or with more than is needed.
func (h History) newest(all []bus.Record) []bus.Record {
	at := max(0, len(all)-h.AtMost)
	if at == 0 || h.Whole <= 0 {
		return all[at:]
	}
	begin := all[at].Time.Truncate(h.Whole)
	for at > 0 && !all[at-1].Time.Before(begin) && len(all)-at < wholeTimes*h.AtMost {
		at--
	}
	return all[at:]
}

// wholeTimes is how many times AtMost may be given for the sake of a whole beginning.
const wholeTimes = 4

const (
	liveDepth   = 65_536 // live copies in hand; more are dropped and read again
	maxFills    = 4
	maxWaiting  = 4096
	fillPause   = 50 * time.Millisecond
	fillTimeout = 30 * time.Second
)

// NewLog makes a follower; nothing is followed before Run.
func NewLog(b *bus.Bus, log *slog.Logger) *Log {
	gaps, _ := otel.Meter("github.com/ovation-live/ovation/internal/follow").Int64Counter("ovation.follow.gaps",
		metric.WithDescription("Gaps found in live copies of room logs, and filled by reading."))
	return &Log{
		bus: b, live: b.NewLive(liveDepth), log: log, fills: make(chan struct{}, maxFills), gaps: gaps, check: checkEvery, tails: make(map[string]*Tail),
		read: func(ctx context.Context, key bus.Key, from uint64) ([]bus.Record, error) {
			records, _, err := b.Range(ctx, key, from, 1000)
			return records, err
		},
	}
}

// Run follows until the context ends, and waits for what it started.
func (l *Log) Run(ctx context.Context) error {
	l.running.Store(&ctx)
	defer l.queued.Wait()
	l.queued.Go(func() {
		for pause.For(ctx, l.check) {
			l.checkEnds(ctx)
		}
	})
	for {
		r, err := l.live.Next(ctx)
		if err != nil {
			return err
		}
		room, _, ok := bus.InRoomOf(bus.Log, r.Subject)
		if !ok {
			continue
		}
		l.mu.Lock()
		t := l.tails[room]
		l.mu.Unlock()
		if t != nil {
			t.take(r)
		}
	}
}

// Open gives the room's newest past and then everything new to the sink. complete is true when the past given is all
// there is; else from is the first sequence given.
func (l *Log) Open(ctx context.Context, room string, h History, sink func(bus.Record)) (t *Tail, from uint64, complete bool, err error) {
	t = &Tail{owner: l, room: room, key: bus.InRoom(bus.Log, room), sink: sink, filling: true}
	l.mu.Lock()
	if l.tails[room] != nil {
		l.mu.Unlock()
		return nil, 0, false, fmt.Errorf("the log of room %s is open already", room)
	}
	l.tails[room] = t
	l.mu.Unlock()
	defer func() {
		if err != nil {
			t.Close()
		}
	}()
	// Subscribe first, then read: what is stored in between is seen twice and dropped by its sequence.
	if t.leave, err = l.live.Join(t.key); err != nil {
		return nil, 0, false, err
	}
	past, complete, err := l.past(ctx, t.key, h)
	if err != nil {
		return nil, 0, false, fmt.Errorf("read the log of room %s: %w", room, err)
	}
	t.mu.Lock()
	for _, r := range past {
		t.give(r)
	}
	if len(past) > 0 {
		from = past[0].Sequence
	}
	t.release()
	t.mu.Unlock()
	return t, from, complete, nil
}

// spans are how far back past looks, one after the other, until it has enough.
var spans = []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}

func (l *Log) past(ctx context.Context, key bus.Key, h History) (records []bus.Record, complete bool, err error) {
	l.fills <- struct{}{}
	defer func() { <-l.fills }()
	count, err := l.bus.Count(ctx, key)
	if err != nil {
		return nil, false, err
	}
	if int(count) <= h.AtMost {
		records, err = l.readOn(ctx, key, h, func() ([]bus.Record, bool, error) { return l.bus.Range(ctx, key, 1, 1000) })
		return records, true, err
	}
	now := time.Now()
	for _, span := range spans {
		from := now.Add(-span).Truncate(max(1, h.Whole))
		records, err = l.readOn(ctx, key, h, func() ([]bus.Record, bool, error) { return l.bus.RangeSince(ctx, key, from, 1000) })
		if err != nil || len(records) >= h.AtMost || span >= h.Span && len(records) >= h.AtLeast {
			return records, false, err
		}
	}
	return records, false, nil
}

// readOn reads page after page and keeps the newest.
func (l *Log) readOn(ctx context.Context, key bus.Key, h History, first func() ([]bus.Record, bool, error)) ([]bus.Record, error) {
	all, more, err := first()
	for err == nil && more && len(all) > 0 {
		var page []bus.Record
		page, more, err = l.bus.Range(ctx, key, all[len(all)-1].Sequence+1, 1000)
		if len(page) == 0 {
			break
		}
		all = append(all, page...)
		if most := (wholeTimes + 1) * h.AtMost; len(all) > 2*most {
			all = slices.Clone(all[len(all)-most:])
		}
	}
	return h.newest(all), err
}

// Position is the sequence of the last entry given, or passed over as erased.
func (t *Tail) Position() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

// lookEvery bounds how often Reach asks the store: what is to be reached may be a stranger's invention.
const lookEvery = 200 * time.Millisecond

// Reach has the room's end looked for in the store where a sequence has yet to come: its live copy may be late or lost,
// and the look at every end comes each 5 s only. It does not wait. It is true once the store is known to hold as much, so
// that it will come.
func (t *Tail) Reach(sequence uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx := t.owner.running.Load()
	if sequence <= max(t.last, t.end) || ctx == nil || t.closed || time.Since(t.looked) < lookEvery {
		return sequence <= max(t.last, t.end)
	}
	t.looked = time.Now()
	t.owner.queued.Go(func() {
		records, _, err := t.owner.bus.LastMany(*ctx, bus.Log, []string{t.key.Subject})
		if err != nil {
			t.owner.log.Debug("cannot look for the end of a log", "error", err)
			return
		}
		for _, r := range records {
			t.ends(r.Sequence)
		}
	})
	return false
}

// ends takes in what the store holds, and reads on to it.
func (t *Tail) ends(sequence uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = max(t.end, sequence)
	if sequence > t.last && !t.filling && !t.closed {
		t.fill(sequence)
	}
}

// Close ends the tail; the sink is not called after it returns.
func (t *Tail) Close() {
	t.owner.mu.Lock()
	if t.owner.tails[t.room] == t {
		delete(t.owner.tails, t.room)
	}
	t.owner.mu.Unlock()
	t.mu.Lock()
	t.closed = true
	t.waiting = nil
	t.mu.Unlock()
	if t.leave != nil {
		t.leave()
	}
}

// give holds t.mu.
func (t *Tail) give(r bus.Record) {
	if t.closed || r.Sequence <= t.last {
		return
	}
	t.last = r.Sequence
	t.sink(r)
}

func (t *Tail) take(r bus.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.closed || r.Sequence <= t.last:
	case t.filling:
		if len(t.waiting) < maxWaiting { // beyond that the next one shows the gap
			t.waiting = append(t.waiting, r)
		}
	case r.Previous > t.last:
		t.waiting = append(t.waiting, r)
		t.fill(r.Previous)
	default:
		t.give(r)
	}
}

// fill holds t.mu and starts reading up to a sequence.
func (t *Tail) fill(target uint64) {
	ctx := t.owner.running.Load()
	if t.filling || ctx == nil {
		return
	}
	t.filling = true
	t.owner.gaps.Add(*ctx, 1)
	t.owner.queued.Go(func() { t.owner.fillTo(*ctx, t, target) })
}

// release holds t.mu: it gives what waited, up to the next gap.
func (t *Tail) release() {
	t.filling = false
	waiting := t.waiting
	t.waiting = nil
	for i, r := range waiting {
		if r.Previous > t.last {
			t.waiting = waiting[i:]
			t.fill(r.Previous)
			return
		}
		t.give(r)
	}
}

// fillTo reads what is missing up to a sequence. A replica may lag behind the live copies, so it reads again until the
// target is there. When it stays away the leader says what comes next: the target may have been erased, and what stands before
// it must not be passed over for that.
func (l *Log) fillTo(ctx context.Context, t *Tail, target uint64) {
	ctx, cancel := context.WithTimeout(ctx, fillTimeout)
	defer cancel()
	select {
	case l.fills <- struct{}{}:
		defer func() { <-l.fills }()
	case <-ctx.Done():
	}
	for attempt := 0; ctx.Err() == nil; attempt++ {
		last := t.Position()
		if last >= target {
			break
		}
		records, err := l.read(ctx, t.key, last+1)
		if err != nil {
			l.log.Warn("cannot fill a gap; trying again", "error", err)
		}
		erased := false
		if len(records) == 0 && attempt >= 3 {
			switch next, err := l.bus.Next(ctx, t.key, last+1); {
			case err == nil && next.Sequence <= target:
				records = []bus.Record{next}
			case err == nil, errors.Is(err, bus.ErrNotFound):
				erased = true
			}
		}
		t.mu.Lock()
		for _, r := range records {
			t.give(r)
		}
		if erased {
			t.last = max(t.last, target)
		}
		last = t.last
		t.mu.Unlock()
		if last >= target {
			break
		}
		if len(records) == 0 {
			pause.For(ctx, fillPause<<min(attempt, 5))
		}
	}
	t.mu.Lock()
	t.release()
	t.mu.Unlock()
}

// checkEnds compares every open tail with the store.
func (l *Log) checkEnds(ctx context.Context) {
	l.mu.Lock()
	tails := make(map[string]*Tail, len(l.tails))
	subjects := make([]string, 0, len(l.tails))
	for _, t := range l.tails {
		tails[t.key.Subject] = t
		subjects = append(subjects, t.key.Subject)
	}
	l.mu.Unlock()
	for chunk := range slices.Chunk(subjects, 1000) {
		records, _, err := l.bus.LastMany(ctx, bus.Log, chunk)
		if err != nil {
			l.log.Warn("cannot check the ends of logs", "error", err)
			return
		}
		for _, r := range records {
			tails[r.Subject].ends(r.Sequence)
		}
	}
}
