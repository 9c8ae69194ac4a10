package room

import (
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/presence"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

func liveModel(now *time.Time) *model {
	m := newModel(slog.New(slog.NewTextHandler(io.Discard, nil)))
	m.room = &eventv1.Room{Id: "main", Nonce: "n", State: eventv1.RoomState_ROOM_STATE_LIVE, Settings: &eventv1.RoomSettings{}}
	m.applause.clock = func() time.Time { return *now }
	return m
}

func milestoneRecord(t *testing.T, sequence, hearts uint64) bus.Record {
	t.Helper()
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Milestone{Milestone: &eventv1.Milestone{Hearts: hearts, AtMs: 5}}})
	if err != nil {
		t.Fatal(err)
	}
	return bus.Record{Sequence: sequence, Body: body}
}

func TestMilestonesAreToldOnce(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	m := liveModel(&now)
	told := func(c *changes, a frame.Audience) string {
		s := ""
		for _, r := range m.tick(c, a, 1).GetMilestones() {
			s += fmt.Sprint(r.GetHearts(), " ")
		}
		return s
	}
	body, err := proto.Marshal(&eventv1.Milestones{Hearts: 250, Logged: true, Nonce: "n"})
	if err != nil {
		t.Fatal(err)
	}
	// The document of a milestone may come before its entry in the log: newcomers know it, and the others are told by the log.
	c := m.apply(batch{docs: []follow.Document{{Key: "milestones", Sequence: 3, Body: body}}, log: []bus.Record{milestoneRecord(t, 1, 100)}}, 3, 1)
	for _, a := range []frame.Audience{frame.Viewer, frame.Moderator} {
		if m.empty(c, a) || told(c, a) != "100 " {
			t.Errorf("audience %d is told %q", a, told(c, a))
		}
	}
	if got := m.snapshot(frame.Viewer, 1).GetMilestone().GetHearts(); got != 250 {
		t.Errorf("a newcomer knows %d", got)
	}
	c = m.apply(batch{log: []bus.Record{milestoneRecord(t, 2, 250), milestoneRecord(t, 3, 100), milestoneRecord(t, 4, 250)}}, 3, 2)
	if got := told(c, frame.Viewer); got != "250 " {
		t.Errorf("told %q", got)
	}
	// Who comes back is told what it missed.
	back := m.since(&gatewayv1.Cursor{Log: 1}, frame.Viewer, 1)
	if got := back.GetMilestones(); len(got) != 1 || got[0].GetHearts() != 250 {
		t.Errorf("who comes back is told %v", got)
	}
}

func TestThePulseIsForModerators(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	m := liveModel(&now)
	m.questions["q"] = &question{doc: &eventv1.Question{State: eventv1.QuestionState_QUESTION_STATE_PENDING}}
	m.held = map[string]heldComment{"h": {doc: &eventv1.HeldComment{Id: "h"}}}
	m.apply(batch{totals: map[string]uint64{"heart.heart": 1000}, sockets: &presence.Count{Viewers: 12}}, 0, 0)
	if len(m.applause.pulse) > 0 {
		t.Fatal("totals of before the room was opened stand in a second")
	}
	c := m.apply(batch{totals: map[string]uint64{"heart.heart": 1005, "heart.clap": 2}}, 0, 1)
	if mod := m.tick(c, frame.Viewer, 1).GetModeration(); mod != nil {
		t.Fatalf("viewers receive %v", mod)
	}
	point := func(c *changes) string {
		mod := m.tick(c, frame.Moderator, 1).GetModeration()
		if len(mod.GetPulse()) != 1 || mod.GetPending() != 1 || mod.GetHeldTotal() != 1 {
			t.Fatalf("moderators receive %v: want one second, and the question and the comment that still wait", mod)
		}
		p := mod.GetPulse()[0]
		return fmt.Sprint(p.GetSecond()-1_800_000_000, p.GetHearts(), p.GetViewers())
	}
	if got := point(c); got != "0 map[clap:2 heart:5] 12" {
		t.Errorf("got %s", got)
	}
	now = now.Add(200 * time.Millisecond)
	if got := point(m.apply(batch{totals: map[string]uint64{"heart.heart": 1010}}, 0, 2)); got != "0 map[clap:2 heart:10] 12" {
		t.Errorf("got %s", got)
	}
	now = now.Add(time.Second)
	if got := point(m.apply(batch{totals: map[string]uint64{"heart.heart": 1011}}, 0, 3)); got != "1 map[heart:1] 12" {
		t.Errorf("got %s", got)
	}
	now = now.Add(300 * time.Second)
	m.apply(batch{totals: map[string]uint64{"heart.heart": 1012}}, 0, 4)
	if got := m.snapshot(frame.Moderator, 1).GetModeration().GetPulse(); len(got) != 1 {
		t.Errorf("a moderator who comes receives %v: want what is younger than 300 s", got)
	}
	if mod := m.snapshot(frame.Viewer, 1).GetModeration(); mod != nil {
		t.Errorf("a viewer who comes receives %v", mod)
	}
}

func TestExcludedHeartsAreTold(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	m := liveModel(&now)
	m.apply(batch{totals: map[string]uint64{"heart.heart": 100}}, 0, 1)
	c := m.apply(batch{totals: map[string]uint64{"excluded.heart": 70}}, 0, 2)
	if tick := m.tick(c, frame.Viewer, 1); m.empty(c, frame.Viewer) || tick.GetExcluded()["heart"] != 70 || len(tick.GetHearts()) > 0 {
		t.Errorf("told %v", tick)
	}
	if s := m.snapshot(frame.Viewer, 1); s.GetExcluded()["heart"] != 70 || s.GetHearts()["heart"] != 100 {
		t.Errorf("snapshot %v", s)
	}
}

// 47: a stream time beyond reason is told, and nothing is counted.
// 47: a clock that was far ahead and is set right again leaves no seconds that never grow old.
func TestFault47ThePulseStaysBounded(t *testing.T) {
	now := time.Unix(1_900_000_000, 0)
	m := liveModel(&now)
	m.apply(batch{totals: map[string]uint64{"heart.heart": 1}}, 0, 0)
	for n := range uint64(1000) {
		m.apply(batch{totals: map[string]uint64{"heart.heart": n + 2}}, 0, n+1)
		now = now.Add(time.Second)
		if n == 10 {
			now = time.Unix(1_800_000_000, 0)
		}
	}
	if got := m.snapshot(frame.Moderator, 1).GetModeration().GetPulse(); len(got) != 300 || got[0].GetSecond() > now.Unix() {
		t.Errorf("%d seconds from %d, want the last 300", len(got), got[0].GetSecond())
	}
}

func TestFault47StreamTimesThatCannotBe(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_500)
	for name, c := range map[string]struct {
		ms     int64
		second int64
		ok     bool
	}{
		"none":               {0, 0, true},
		"now":                {now.UnixMilli(), 1_800_000_000, true},
		"half a minute late": {now.UnixMilli() - 30_000, 1_799_999_970, true},
		"9 s ahead":          {now.UnixMilli() + 9_000, 1_800_000_009, true},
		"11 s ahead":         {now.UnixMilli() + 11_000, 0, false},
		"hours late":         {now.UnixMilli() - 2*3_600_000, 0, false},
		"a day ahead":        {now.UnixMilli() + 86_400_000, 0, false},
		"seconds, not ms":    {now.Unix(), 0, false},
		"negative":           {-1, 0, false},
		"the least":          {-1 << 63, 0, false},
		"the most":           {1<<63 - 1, 0, false},
	} {
		second, err := streamSecond(c.ms, now)
		if f, is := fault.Of(err); second != c.second || (err == nil) != c.ok || is && (f.Reason != fault.ClockOff || f.Field != "streamTimeMs") {
			t.Errorf("%s: %d %v", name, second, err)
		}
	}
}

// The bound that is promised: whatever order taps and windows come in, one person on several gateways passes the cap by
// at most a quarter of it for each gateway but one, and one window.
func TestTheBudgetOverSeveralGateways(t *testing.T) {
	s := &eventv1.RoomSettings{HeartCap: 400, TapsPerSecond: 10, TapBurst: 40}
	for gateways := 1; gateways <= 5; gateways++ {
		for lag := range 4 { // windows that a gateway's word takes to reach the others
			at := make([]*budgets, gateways)
			for g := range at {
				at[g] = newBudgets(maxBudgets)
			}
			now := time.Unix(1_800_000_000, 0)
			var total uint64
			type word struct {
				due     int
				gateway int
				counted uint64
			}
			var under []word
			said := make([]uint64, gateways)
			ann := make([]*Spender, gateways)
			for step := range 2000 {
				now = now.Add(time.Duration(25+step*7%40*10) * time.Millisecond)
				for g, b := range at {
					n, spender := b.take("ann", uint32(1+(step+g)%50), s, now)
					total += uint64(n)
					if spender != nil {
						ann[g] = spender
						under = append(under, word{step + lag, g, spender.Counted()})
					}
				}
				for len(under) > 0 && under[0].due <= step {
					w := under[0]
					under = under[1:]
					said[w.gateway] = max(said[w.gateway], w.counted)
					others := uint64(0)
					for g, n := range said {
						if g != w.gateway {
							others += n
						}
					}
					ann[w.gateway].Elsewhere(others)
				}
			}
			window := uint64(lag+1) * 50 // burst and rate of what a window holds while its word is under way
			if gateways == 1 {
				window = 0
			}
			if most := 400 + uint64(gateways-1)*100 + window; total < 400 || total > most {
				t.Errorf("%d gateways, words %d windows late: %d hearts counted, want 400 to %d", gateways, lag, total, most)
			}
		}
	}
}
