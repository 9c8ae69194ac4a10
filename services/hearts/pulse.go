package hearts

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	// pulseEvery is how long a room's seconds are kept in memory before they are written as one pulse. A message a second
	// would cost a show of two hours more than a megabyte, most of it around the figures; a replica that is killed loses
	// the seconds of so many hearts, never the hearts.
	pulseEvery = 30 * time.Second
	// pulseRows is how many seconds a pulse holds at most: viewers who are behind the stream by different lengths tap for
	// many seconds at once.
	pulseRows = 1_000
	// pulseWriters is how many pulses are written at a time.
	pulseWriters = 16
	// lastWords is how long the end of a process may wait for the store.
	lastWords = 3 * time.Second
)

// pulse keeps what this replica counted, by room, second and kind, and writes it down every 30 s. It echoes commits: a
// heart comes in once its window is stored, by the replica that stored it, so that the sum of all replicas' pulses is what
// was counted.
type pulse struct {
	// static
	replica string
	append  func(ctx context.Context, k bus.Key, id string, body []byte, headers ...bus.Header) (bus.Stored, error)
	lives   func(ctx context.Context, room, nonce string) bool
	viewers func(room string) uint64
	log     *slog.Logger
	clock   func() time.Time
	meter   meters

	mu     sync.Mutex
	number uint64           // guarded by mu
	open   map[string]*beat // by room; guarded by mu
	going  map[string]*beat // being written, or to be written again; guarded by mu
}

// beat is a pulse in the making.
type beat struct {
	id    string // of its message: whoever finds it in the store need not look here
	nonce string
	since time.Time
	rows  rows
}

// rows is hearts by second.
type rows map[int64]*row

type row struct {
	counts  map[string]uint64
	viewers uint64
}

func (r rows) at(second int64) *row {
	w := r[second]
	if w == nil {
		w = &row{counts: make(map[string]uint64, 2)}
		r[second] = w
	}
	return w
}

func (r rows) add(other rows) {
	for second, w := range other {
		into := r.at(second)
		into.viewers = max(into.viewers, w.viewers)
		for kind, n := range w.counts {
			into.counts[kind] += n
		}
	}
}

// count takes in a sum that was stored just now.
func (p *pulse) count(c counted, now time.Time) {
	viewers := p.viewers(c.room)
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.open[c.room]
	if b == nil || b.nonce != c.nonce {
		b = p.begin(c.nonce, now)
		p.open[c.room] = b
	}
	rest := c.count
	for _, m := range c.moments {
		rest -= m.GetCount()
		b.tap(m.GetSecond(), c.kind, m.GetCount(), viewers)
	}
	if rest > 0 {
		b.tap(now.Unix(), c.kind, rest, viewers)
	}
}

func (b *beat) tap(second int64, kind string, n, viewers uint64) {
	w := b.rows.at(second)
	w.counts[kind] += n
	w.viewers = max(w.viewers, viewers)
}

// begin makes a beat; mu is held.
func (p *pulse) begin(nonce string, now time.Time) *beat {
	p.number++
	return &beat{id: "pulse-" + p.replica + "-" + strconv.FormatUint(p.number, 10), nonce: nonce, since: now, rows: make(rows)}
}

// run writes until the context ends, and then everything that is left.
func (p *pulse) run(ctx context.Context) error {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
			defer cancel()
			p.write(last, func(*beat) bool { return true })
			return ctx.Err()
		case <-every.C:
			now := p.clock()
			p.write(ctx, func(b *beat) bool { return now.Sub(b.since) >= pulseEvery || len(b.rows) >= pulseRows })
		}
	}
}

// write stores the beats that are due, and those that could not be stored before. Only run calls it.
func (p *pulse) write(ctx context.Context, due func(*beat) bool) {
	p.mu.Lock()
	for room, b := range p.open {
		if due(b) && p.going[room] == nil {
			p.going[room] = b
			delete(p.open, room)
		}
	}
	going := maps.Clone(p.going)
	p.mu.Unlock()
	var g errgroup.Group
	g.SetLimit(pulseWriters)
	for room, b := range going {
		g.Go(func() error {
			p.stored(ctx, room, p.store(ctx, room, b))
			return nil
		})
	}
	_ = g.Wait() // each tells its own outcome
}

func (p *pulse) store(ctx context.Context, room string, b *beat) error {
	if !p.lives(ctx, room, b.nonce) {
		return nil // deleted meanwhile: nothing of it is kept
	}
	body, err := proto.Marshal(b.encode())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	_, err = p.append(ctx, bus.InRoom(bus.Pulse, room), b.id, body)
	return err
}

// stored ends the writing of a beat. One that failed is tried again as it is and under its own id, since the store may
// have it all the same; what comes meanwhile stands in another.
func (p *pulse) stored(ctx context.Context, room string, err error) {
	p.meter.pulse(ctx, err)
	if err != nil {
		p.log.Warn("a pulse is not stored yet; its hearts count, but stand in no second", "error", err)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.going, room)
}

// unwritten is what this replica has counted in a room and not written yet, by the id of its pulse.
func (p *pulse) unwritten(room, nonce string) map[string]rows {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make(map[string]rows, 2)
	for _, b := range []*beat{p.going[room], p.open[room]} {
		if b == nil || b.nonce != nonce {
			continue
		}
		copied := make(rows, len(b.rows))
		copied.add(b.rows)
		all[b.id] = copied
	}
	return all
}

// encode puts a beat into columns.
func (b *beat) encode() *eventv1.Pulse {
	m := &eventv1.Pulse{Nonce: b.nonce}
	seconds := make([]int64, 0, len(b.rows))
	for second := range b.rows {
		seconds = append(seconds, second)
	}
	slices.Sort(seconds)
	columns := make(map[string]*eventv1.PulseKind)
	before := int64(0)
	for i, second := range seconds {
		w := b.rows[second]
		m.Seconds = append(m.Seconds, second-before)
		m.Viewers = append(m.Viewers, w.viewers)
		before = second
		for kind, n := range w.counts {
			c := columns[kind]
			if c == nil {
				c = &eventv1.PulseKind{Kind: kind, Counts: make([]uint64, len(seconds))}
				columns[kind] = c
				m.Kinds = append(m.Kinds, c)
			}
			c.Counts[i] += n
		}
	}
	slices.SortFunc(m.Kinds, func(a, b *eventv1.PulseKind) int { return cmp.Compare(a.GetKind(), b.GetKind()) })
	return m
}

// decode adds a stored pulse to rows. What does not fit together is left out.
func decode(m *eventv1.Pulse, wanted span, into rows) {
	second := int64(0)
	for i, step := range m.GetSeconds() {
		if second += step; !wanted.has(second) {
			continue // never held, however much is read
		}
		w := into.at(second)
		if v := m.GetViewers(); i < len(v) {
			w.viewers = max(w.viewers, v[i])
		}
		for _, k := range m.GetKinds() {
			if c := k.GetCounts(); i < len(c) && c[i] > 0 {
				w.counts[k.GetKind()] += c[i]
			}
		}
	}
}
