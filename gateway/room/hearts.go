package room

import (
	"maps"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

const (
	// pulseKept is how far back the pulse of a moderator's snapshot goes, in seconds.
	pulseKept = 300
	// A tap may belong to a moment that its viewer sees late, or paused; beyond that a clock is wrong.
	streamBehind = time.Hour
	streamAhead  = 10 * time.Second

	milestonesKey = "milestones"
)

// applause is what a room's model holds of hearts beside the totals.
type applause struct {
	excluded  map[string]uint64       // running totals of bots' hearts by kind
	pulse     []*gatewayv1.PulsePoint // the last seconds with hearts, as this gateway saw them
	milestone *gatewayv1.Milestone    // the newest, for newcomers; nil before the first
	logged    []loggedMilestone       // that came by the log, rising; a few dozen at most
	clock     func() time.Time
}

type loggedMilestone struct {
	sequence  uint64
	milestone *gatewayv1.Milestone
}

// heartChanges is what a tick has to tell of them.
type heartChanges struct {
	totals     map[string]bool
	excluded   map[string]bool
	milestones []*gatewayv1.Milestone
	pulse      bool
}

func (h *heartChanges) any() bool {
	return len(h.totals) > 0 || len(h.excluded) > 0 || len(h.milestones) > 0
}

// takeTotals takes running totals in. Those that were read when the room opened have no second: version is 0 then.
func (m *model) takeTotals(totals map[string]uint64, version uint64, c *changes) {
	for name, total := range totals {
		switch what, kind, _ := strings.Cut(name, "."); what {
		case "heart":
			if before := m.hearts[kind]; total > before {
				m.hearts[kind] = total
				c.hearts.totals[kind] = true
				if version > 0 {
					m.beat(kind, total-before)
					c.hearts.pulse = true
				}
			}
		case "excluded":
			if total > m.applause.excluded[kind] {
				m.applause.excluded[kind] = total
				c.hearts.excluded[kind] = true
			}
		}
	}
}

// beat adds hearts to the second of now.
func (m *model) beat(kind string, n uint64) {
	a := &m.applause
	now := a.clock().Unix()
	if last := len(a.pulse) - 1; last < 0 || a.pulse[last].GetSecond() != now {
		kept := a.pulse
		for len(kept) >= pulseKept || len(kept) > 0 && kept[0].GetSecond() <= now-pulseKept { // the clock may have been set back
			kept = kept[1:]
		}
		a.pulse = append(kept, &gatewayv1.PulsePoint{Second: now, Hearts: make(map[string]uint64, 2)})
	}
	p := a.pulse[len(a.pulse)-1]
	p.Hearts[kind] += n
	p.Viewers = m.viewers
}

// takeMilestone takes a milestone in that came by the log, where each comes once.
func (m *model) takeMilestone(sequence uint64, e *eventv1.Milestone, c *changes) {
	a := &m.applause
	if last := len(a.logged) - 1; last >= 0 && e.GetHearts() <= a.logged[last].milestone.GetHearts() {
		return
	}
	reached := &gatewayv1.Milestone{Hearts: e.GetHearts(), AtMs: e.GetAtMs()}
	a.logged = append(a.logged, loggedMilestone{sequence, reached})
	c.hearts.milestones = append(c.hearts.milestones, reached)
	m.reach(reached)
}

// heartsSince tells who comes back what it missed since a position of the log. All running totals are sent anyway.
func (m *model) heartsSince(log uint64, t *gatewayv1.Tick) {
	t.Excluded = maps.Clone(m.applause.excluded)
	for _, l := range m.applause.logged {
		if l.sequence > log {
			t.Milestones = append(t.Milestones, l.milestone)
		}
	}
}

// takeMilestones takes the document in: a room that opens knows by it what was reached before its history begins.
func (m *model) takeMilestones(d follow.Document) {
	doc := new(eventv1.Milestones)
	if d.Key != milestonesKey || d.Body == nil || proto.Unmarshal(d.Body, doc) != nil || !doc.GetLogged() || doc.GetNonce() != m.room.GetNonce() {
		return
	}
	m.reach(&gatewayv1.Milestone{Hearts: doc.GetHearts(), AtMs: doc.GetAtMs()})
}

func (m *model) reach(reached *gatewayv1.Milestone) {
	if reached.GetHearts() > m.applause.milestone.GetHearts() {
		m.applause.milestone = reached
	}
}

// tellHearts puts into a tick what changed.
func (m *model) tellHearts(c *changes, t *gatewayv1.Tick) {
	t.Milestones = c.hearts.milestones
	for kind := range c.hearts.totals {
		if t.Hearts == nil {
			t.Hearts = make(map[string]uint64, len(c.hearts.totals))
		}
		t.Hearts[kind] = m.hearts[kind]
	}
	for kind := range c.hearts.excluded {
		if t.Excluded == nil {
			t.Excluded = make(map[string]uint64, len(c.hearts.excluded))
		}
		t.Excluded[kind] = m.applause.excluded[kind]
	}
}

// tellPulse gives a moderator's tick the second whose hearts changed: hearts that come in are of now.
func (m *model) tellPulse(c *changes, t *gatewayv1.Tick) {
	if !c.hearts.pulse {
		return
	}
	if t.Moderation == nil {
		t.Moderation = m.heldFor(&gatewayv1.Moderation{Pending: m.pending()}, func(string, heldComment) bool { return false }) // totals are told each time
	}
	t.Moderation.Pulse = m.applause.pulse[len(m.applause.pulse)-1:]
}

func (m *model) pending() (n uint64) {
	for _, q := range m.questions {
		if q.doc.GetState() == eventv1.QuestionState_QUESTION_STATE_PENDING {
			n++
		}
	}
	return n
}

// Taps is what counts of a tap.
type Taps struct {
	// Count of hearts.
	Count uint32
	// Second of the stream that they are for, Unix time; 0 when it is not known.
	Second int64
	// Spender is who tapped, where it comes near the room's cap: what it has counted is then told. Nil otherwise.
	Spender *Spender
}

// Taps clamps a person's taps to its budget; what it returns counts.
func (r *Room) Taps(person string, t *gatewayv1.Tap) (Taps, error) {
	s := r.Settings()
	switch s.GetState() {
	case eventv1.RoomState_ROOM_STATE_LIVE:
	case eventv1.RoomState_ROOM_STATE_SCHEDULED:
		return Taps{}, fault.New(fault.RoomNotStarted, "the show has not started yet")
	default:
		return Taps{}, fault.New(fault.RoomEnded, "the show is over")
	}
	if s.GetSettings().GetHeartsPaused() {
		return Taps{}, fault.New(fault.HeartsPaused, "hearts are paused just now")
	}
	known := false
	for _, k := range s.GetSettings().GetKinds() {
		known = known || k == t.GetKind()
	}
	if !known {
		return Taps{}, fault.New(fault.UnknownKind, "there is no such heart here; the room's kinds are %s",
			strings.Join(s.GetSettings().GetKinds(), ", ")).On("kind")
	}
	if t.GetCount() == 0 || t.GetCount() > 1000 {
		return Taps{}, fault.New(fault.BadCount, "a tap counts 1 to 1,000 hearts, not %d", t.GetCount()).On("count")
	}
	now := time.Now()
	second, err := streamSecond(t.GetStreamTimeMs(), now)
	if err != nil {
		return Taps{}, err
	}
	n, spender := r.budgets.take(person, t.GetCount(), s.GetSettings(), now)
	return Taps{Count: n, Second: second, Spender: spender}, nil
}

// streamSecond is the second of a stream time; 0 for none.
func streamSecond(ms int64, now time.Time) (int64, error) {
	if ms == 0 {
		return 0, nil
	}
	if at := time.UnixMilli(ms); at.Before(now.Add(-streamBehind)) || at.After(now.Add(streamAhead)) {
		return 0, fault.New(fault.ClockOff, "the stream time lies between an hour ago and 10 s ahead; here it is %d now", now.UnixMilli()).
			On("streamTimeMs")
	}
	return ms / 1000, nil
}

// HeartsLeft is how many hearts of the person still count.
func (r *Room) HeartsLeft(person string) uint64 {
	return r.budgets.left(person, r.Settings().GetSettings())
}
