package hearts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/once"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	// milestoneEvery is how often the totals of rooms that were given hearts are read.
	milestoneEvery = time.Second
	// milestoneLag is for how long after its last heart a room is looked at: a replica of the store may lag.
	milestoneLag = 3 * time.Second
	// milestoneGrace is how long a replica that took a milestone up may need to log it before another one does.
	milestoneGrace = 15 * time.Second
	// watchedLife is how long a room without hearts is remembered.
	watchedLife = 10 * time.Minute

	milestonesKey = "milestones"
)

// nextMilestone is the round number above: 100, 250, 500, 1,000, 2,500 and so on; 0 when there is none.
func nextMilestone(hearts uint64) uint64 {
	for decade := uint64(100); decade <= 1e18; decade *= 10 {
		for _, step := range []uint64{decade, decade / 2 * 5, decade * 5} {
			if step > hearts {
				return step
			}
		}
	}
	return 0
}

// milestones logs each round number that a room's hearts reach, once. A state document says which one was taken up last
// and by whom, written by compare-and-set; only whoever took one up logs it. Where that replica dies over it, another one
// looks in the log whether the entry is there, and writes it if not. Its message id makes two who do that at once harmless.
type milestones struct {
	// static
	bus     *bus.Bus
	replica string
	lives   func(ctx context.Context, room, nonce string) bool
	log     *slog.Logger
	clock   func() time.Time
	meter   meters
	claimed func() // called between taking one up and logging it; tests die there

	mu    sync.Mutex
	rooms map[string]*watched // guarded by mu, and the first three fields of what is in them
}

// watched is a room that was given hearts here.
type watched struct {
	nonce string
	last  time.Time // heart
	kinds map[string]bool

	// owned by run
	listed   bool   // kinds holds those of before, too
	reached  uint64 // the newest milestone that stands in the log
	sequence uint64 // of the document
	open     bool   // a milestone was taken up and is not logged
}

func (m *milestones) count(c counted, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w := m.rooms[c.room]
	if w == nil || w.nonce != c.nonce {
		w = &watched{nonce: c.nonce, kinds: make(map[string]bool)}
		m.rooms[c.room] = w
	}
	w.last, w.kinds[c.kind] = now, true
}

func (m *milestones) run(ctx context.Context) error {
	every := time.NewTicker(milestoneEvery)
	defer every.Stop()
	begun := false
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-every.C:
		}
		if !begun {
			begun = m.inherit(ctx) == nil
		}
		if err := m.round(ctx); err != nil && ctx.Err() == nil {
			m.log.Warn("milestones were not looked at; trying again", "error", err)
		}
	}
}

// inherit finds milestones that somebody took up and did not log before it died.
func (m *milestones) inherit(ctx context.Context) error {
	records, err := m.bus.ReadAll(ctx, bus.InEveryRoom(bus.State, milestonesKey))
	if err != nil {
		return err
	}
	for _, r := range records {
		doc := new(eventv1.Milestones)
		room, _, ok := bus.InRoomOf(bus.State, r.Subject)
		if !ok || proto.Unmarshal(r.Body, doc) != nil || doc.GetLogged() {
			continue
		}
		m.mu.Lock()
		if m.rooms[room] == nil {
			m.rooms[room] = &watched{nonce: doc.GetNonce(), last: m.clock(), kinds: make(map[string]bool), open: true}
		}
		m.mu.Unlock()
	}
	return nil
}

// round looks at the rooms that may have reached something.
func (m *milestones) round(ctx context.Context) error {
	now := m.clock()
	due := make(map[string]*watched)
	m.mu.Lock()
	for room, w := range m.rooms {
		switch idle := now.Sub(w.last); {
		case w.open || idle <= milestoneLag:
			due[room] = w
		case idle > watchedLife:
			delete(m.rooms, room)
		}
	}
	m.mu.Unlock()
	var trouble error
	totals, err := m.totals(ctx, due)
	if err != nil {
		return err
	}
	for room, w := range due {
		if err := m.look(ctx, room, w, totals[room]); err != nil {
			trouble = fmt.Errorf("milestones of a room: %w", err)
		}
	}
	return trouble
}

// totals reads what the rooms' kinds add up to, a thousand counters at a time.
func (m *milestones) totals(ctx context.Context, due map[string]*watched) (map[string]uint64, error) {
	var subjects []string
	for room, w := range due {
		if !w.listed { // once a room: kinds that it had before, and whom other replicas counted
			keys, err := m.bus.Keys(ctx, bus.AllInRoom(bus.Counters, room, heartCounter))
			if err != nil {
				return nil, err
			}
			m.mu.Lock()
			for _, subject := range keys {
				_, rest, _ := bus.InRoomOf(bus.Counters, subject)
				w.kinds[strings.TrimPrefix(rest, heartCounter+".")] = true
			}
			m.mu.Unlock()
			w.listed = true
		}
		m.mu.Lock()
		for kind := range w.kinds {
			subjects = append(subjects, bus.InRoom(bus.Counters, room, heartCounter, kind).Subject)
		}
		m.mu.Unlock()
	}
	totals := make(map[string]uint64, len(due))
	for len(subjects) > 0 {
		n := min(len(subjects), 1000)
		records, _, err := m.bus.LastMany(ctx, bus.Counters, subjects[:n])
		if err != nil {
			return nil, err
		}
		subjects = subjects[n:]
		for _, r := range records {
			total, err := r.Total()
			if err != nil {
				return nil, err
			}
			room, _, _ := bus.InRoomOf(bus.Counters, r.Subject)
			totals[room] += total
		}
	}
	return totals, nil
}

// look logs what a room has reached and nobody has logged.
func (m *milestones) look(ctx context.Context, room string, w *watched, total uint64) error {
	key := bus.InRoom(bus.State, room, milestonesKey)
	for {
		next := nextMilestone(w.reached)
		if !w.open && (next == 0 || total < next) {
			return nil
		}
		if !m.lives(ctx, room, w.nonce) {
			w.open = false
			return nil
		}
		doc, sequence, err := m.read(ctx, key, w.nonce)
		if err != nil {
			return err
		}
		w.sequence, w.open = sequence, doc.GetHearts() > 0 && !doc.GetLogged()
		switch {
		case w.open:
			mine := doc.GetBy() == m.replica
			if !mine && m.clock().UnixMilli()-doc.GetAtMs() < milestoneGrace.Milliseconds() {
				return nil // whoever took it up is about to log it
			}
			if err := m.finish(ctx, room, key, w, doc); err != nil {
				return err
			}
		case doc.GetHearts() >= next:
			w.reached = doc.GetHearts()
		default:
			claim := &eventv1.Milestones{Hearts: next, AtMs: m.clock().UnixMilli(), By: m.replica, Nonce: w.nonce}
			if w.sequence, err = m.put(ctx, key, claim, w.sequence); errors.Is(err, bus.ErrConflict) {
				continue // another replica was faster, or this very claim was stored without an answer
			} else if err != nil {
				return err
			}
			w.open = true
			if m.claimed != nil {
				m.claimed()
			}
			if err := m.enter(ctx, room, w, claim); err != nil {
				return err
			}
			if err := m.done(ctx, key, w, claim); err != nil {
				return err
			}
		}
	}
}

// finish logs a milestone that somebody took up a while ago, unless it stands in the log.
func (m *milestones) finish(ctx context.Context, room string, key bus.Key, w *watched, doc *eventv1.Milestones) error {
	found, err := m.logged(ctx, room, doc)
	if err != nil {
		return err
	}
	if !found {
		if err := m.enter(ctx, room, w, doc); err != nil {
			return err
		}
	}
	return m.done(ctx, key, w, doc)
}

// logged looks for a milestone's entry among what was logged since it was taken up.
func (m *milestones) logged(ctx context.Context, room string, doc *eventv1.Milestones) (bool, error) {
	key := bus.InRoom(bus.Log, room)
	records, more, err := m.bus.RangeSince(ctx, key, time.UnixMilli(doc.GetAtMs()).Add(-clocksApart), rangeSize)
	for {
		if err != nil {
			return false, err
		}
		for _, r := range records {
			entry := new(eventv1.LogEntry)
			if proto.Unmarshal(r.Body, entry) == nil && entry.GetMilestone().GetHearts() == doc.GetHearts() {
				return true, nil
			}
		}
		if !more || len(records) == 0 {
			return false, nil
		}
		records, more, err = m.bus.Range(ctx, key, records[len(records)-1].Sequence+1, rangeSize)
	}
}

// clocksApart is how far the clocks of a replica and the store may differ.
const clocksApart = time.Minute

func (m *milestones) enter(ctx context.Context, room string, w *watched, doc *eventv1.Milestones) error {
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Milestone{
		Milestone: &eventv1.Milestone{Hearts: doc.GetHearts(), AtMs: doc.GetAtMs()},
	}})
	if err != nil {
		return err
	}
	id := once.Of("milestone", room, w.nonce, fmt.Sprint(doc.GetHearts()))
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	stored, err := m.bus.Append(ctx, bus.InRoom(bus.Log, room), id.Message(), body)
	if err == nil && !stored.Duplicate {
		m.meter.milestones.Add(ctx, 1)
	}
	return err
}

func (m *milestones) done(ctx context.Context, key bus.Key, w *watched, doc *eventv1.Milestones) error {
	logged := proto.CloneOf(doc)
	logged.Logged = true
	sequence, err := m.put(ctx, key, logged, w.sequence)
	if errors.Is(err, bus.ErrConflict) {
		return nil // somebody else has said so; the next look reads it
	}
	if err == nil {
		w.sequence, w.open, w.reached = sequence, false, doc.GetHearts()
	}
	return err
}

// read gives the document; one of an earlier room of the same id counts as none.
func (m *milestones) read(ctx context.Context, key bus.Key, nonce string) (*eventv1.Milestones, uint64, error) {
	doc := new(eventv1.Milestones)
	r, err := m.bus.Last(ctx, key)
	if errors.Is(err, bus.ErrNotFound) {
		return doc, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	if r.Deleted {
		return doc, r.Sequence, nil
	}
	if err := proto.Unmarshal(r.Body, doc); err != nil {
		return nil, 0, err
	}
	if doc.GetNonce() != nonce {
		return new(eventv1.Milestones), r.Sequence, nil
	}
	return doc, r.Sequence, nil
}

func (m *milestones) put(ctx context.Context, key bus.Key, doc *eventv1.Milestones, expected uint64) (uint64, error) {
	body, err := proto.Marshal(doc)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	return m.bus.Put(ctx, key, body, expected)
}
