package hearts_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/presence"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	"github.com/ovation-live/ovation/services/hearts"
)

// watch is a clock that is set by hand.
type watch struct {
	mu  sync.Mutex
	now time.Time
}

func (w *watch) read() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }

func (w *watch) add(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.now = w.now.Add(d) }

// at starts a replica whose clock is set by hand.
func at(t *testing.T, b *testbed.Bed, w *watch) *hearts.Service {
	t.Helper()
	s, _ := stoppable(t, b, w)
	return s
}

func stoppable(t *testing.T, b *testbed.Bed, w *watch) (s *hearts.Service, stop func()) {
	t.Helper()
	s = hearts.New(hearts.Options{Bus: b.Bus, Views: b.Views, Logger: b.Log, Clock: w.read})
	return s, run(t, s)
}

func run(t *testing.T, s *hearts.Service) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return stop
}

func series(t *testing.T, s *hearts.Service, r *heartsv1.GetHeartSeriesRequest) *heartsv1.GetHeartSeriesResponse {
	t.Helper()
	response, err := s.GetHeartSeries(testbed.As(t.Context(), auth.Viewer, "ann"), r)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func column(r *heartsv1.GetHeartSeriesResponse, kind string) []uint64 {
	for _, c := range r.GetKinds() {
		if c.GetKind() == kind {
			return c.GetCounts()
		}
	}
	return nil
}

func TestTheSeriesIsWhatWasCountedSecondBySecond(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	start := time.Now().Unix() / 10 * 10 // stretches are looked for by the store's clock, too
	w := &watch{now: time.Unix(start, 0)}
	s, stop := stoppable(t, b, w)
	body, err := proto.Marshal(&eventv1.Presence{Gateway: "g", Rooms: map[string]uint64{"main": 40}})
	if err != nil {
		t.Fatal(err)
	}
	s.Say(body)
	for i := range uint64(5) { // 1, 2, 3, 4, 5 hearts in five seconds, written down in the middle
		record(t, s, batch(gateway, i+1, "main", i+1))
		w.add(time.Second)
		if i == 2 {
			s.Write(t.Context())
		}
	}
	w.add(20 * time.Second)
	record(t, s, &heartsv1.RecordBatchRequest{Writer: gateway, Window: 6, Sums: []*heartsv1.HeartSum{
		{Room: "main", Kind: "clap", Count: 10, Moments: []*heartsv1.HeartMoment{ // seven of them by a viewer who is behind
			{Second: w.read().Unix() - 22, Count: 3}, {Second: w.read().Unix() - 20, Count: 4},
		}},
	}})
	check := func(name string) {
		t.Helper()
		r := series(t, s, &heartsv1.GetHeartSeriesRequest{Room: "main"})
		if got, want := r.GetStartTime().GetSeconds(), start; got != want {
			t.Errorf("%s: it starts at %d, want %d", name, got, want)
		}
		if n := len(r.GetViewers()); n != 26 {
			t.Fatalf("%s: %d points, want 26", name, n)
		}
		if got, want := fmt.Sprint(column(r, "heart")[:6]), "[1 2 3 4 5 0]"; got != want {
			t.Errorf("%s: hearts %s, want %s", name, got, want)
		}
		clap := column(r, "clap")
		if clap[3] != 3 || clap[5] != 4 || clap[25] != 3 {
			t.Errorf("%s: claps %v: want 3 at 3, 4 at 5 and 3 at 25", name, clap)
		}
		if r.GetViewers()[0] != 40 || r.GetViewers()[15] != 40 {
			t.Errorf("%s: viewers %v", name, r.GetViewers())
		}
		if len(r.GetUnplaced()) > 0 {
			t.Errorf("%s: unplaced %v", name, r.GetUnplaced())
		}
	}
	check("half in memory")
	s.Write(t.Context())
	check("in the store")
	stop()
	b.Restart(nil)
	s = at(t, b, w)
	check("after a restart")
	r := series(t, s, &heartsv1.GetHeartSeriesRequest{Room: "main", Resolution: durationpb.New(10 * time.Second)})
	if got, want := fmt.Sprint(column(r, "heart"), column(r, "clap")), "[15 0 0] [7 0 3]"; got != want {
		t.Errorf("by 10 s: %s, want %s", got, want)
	}
	r = series(t, s, &heartsv1.GetHeartSeriesRequest{
		Room: "main", StartTime: timestamppb.New(time.Unix(start+2, 0)), EndTime: timestamppb.New(time.Unix(start+4, 0)),
	})
	if got, want := fmt.Sprint(column(r, "heart"), column(r, "clap")), "[3 4] [0 3]"; got != want {
		t.Errorf("a stretch: %s, want %s", got, want)
	}
}

func TestTheSeriesOfSeveralReplicasIsOne(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	w := &watch{now: time.Unix(1_800_000_000, 0)}
	one, two := at(t, b, w), at(t, b, w)
	record(t, one, batch(gateway, 1, "main", 3))
	record(t, two, batch(gateway, 1, "main", 3)) // a retry counts in no second again
	record(t, two, batch("01JD3ZK9Q0000000000000000B", 1, "main", 4))
	r := series(t, one, &heartsv1.GetHeartSeriesRequest{Room: "main"})
	if got := fmt.Sprint(column(r, "heart"), r.GetUnplaced()); got != "[3] map[heart:4]" {
		t.Errorf("before the other wrote: %s", got)
	}
	two.Write(t.Context())
	r = series(t, one, &heartsv1.GetHeartSeriesRequest{Room: "main"})
	if got := fmt.Sprint(column(r, "heart"), r.GetUnplaced()); got != "[7] map[]" {
		t.Errorf("after it wrote: %s", got)
	}
}

// A process that ends in order writes what it has; the series then misses nothing.
func TestTheEndOfAReplicaWritesItsPulse(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	s := hearts.New(hearts.Options{Bus: b.Bus, Views: b.Views, Logger: b.Log})
	stop := run(t, s)
	record(t, s, batch(gateway, 1, "main", 9))
	stop()
	other := hearts.New(hearts.Options{Bus: b.Bus, Views: b.Views, Logger: b.Log})
	r := series(t, other, &heartsv1.GetHeartSeriesRequest{Room: "main"})
	if got := fmt.Sprint(column(r, "heart"), r.GetUnplaced()); got != "[9] map[]" {
		t.Errorf("got %s", got)
	}
}

// 52: a room of the same id, made anew, has nothing of the old one's pulse, also where that comes late.
func TestFault52APulseOfARoomThatWasMadeAnewIsNotItsOwn(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	s, _ := replica(t, b)
	record(t, s, batch(gateway, 1, "main", 9))
	if err := b.Bus.Purge(t.Context(), bus.AllInRoom(bus.Counters, "main")); err != nil {
		t.Fatal(err)
	}
	b.Room("main", func(r *eventv1.Room) { r.Nonce = "another life" })
	b.Settle()
	s.Write(t.Context())
	record(t, s, batch(gateway, 2, "main", 2))
	r := series(t, s, &heartsv1.GetHeartSeriesRequest{Room: "main"})
	if got := fmt.Sprint(column(r, "heart"), r.GetUnplaced()); got != "[2] map[]" {
		t.Errorf("got %s", got)
	}
	if n, err := b.Bus.Count(t.Context(), bus.InRoom(bus.Pulse, "main")); err != nil || n != 0 {
		t.Errorf("%d pulses of the room's earlier life are stored (%v)", n, err)
	}
}

// 47: clocks that jump move hearts to other seconds and lose none.
func TestFault47AClockThatJumps(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	w := &watch{now: time.Unix(1_800_000_000, 0)}
	s := at(t, b, w)
	for i, jump := range []time.Duration{0, time.Hour, -2 * time.Hour, time.Hour, time.Second} {
		w.add(jump)
		record(t, s, batch(gateway, uint64(i+1), "main", 10))
		s.Write(t.Context())
	}
	if got := hearted(t, s, "main"); got != 50 {
		t.Errorf("total %d, want 50", got)
	}
	r := series(t, s, &heartsv1.GetHeartSeriesRequest{Room: "main", Resolution: durationpb.New(time.Minute)})
	sum := uint64(0)
	for _, n := range column(r, "heart") {
		sum += n
	}
	if sum != 50 || len(r.GetUnplaced()) > 0 {
		t.Errorf("the series holds %d of 50, unplaced %v", sum, r.GetUnplaced())
	}
}

func TestAudienceFiguresAreForThoseWhoMayKnowThem(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", func(r *eventv1.Room) { r.Settings.ViewerCount = eventv1.ViewerCount_VIEWER_COUNT_HIDDEN })
	s, _ := replica(t, b)
	gate := presence.New("g")
	s.Say(gate.Report(map[string]presence.Count{"main": {Viewers: 123}}, time.Now()))
	record(t, s, batch(gateway, 1, "main", 1))
	for role, want := range map[auth.Role]uint64{auth.Viewer: 0, auth.Moderator: 123} {
		r, err := s.GetHeartSeries(testbed.As(t.Context(), role, "ann"), &heartsv1.GetHeartSeriesRequest{Room: "main"})
		if err != nil || r.GetViewers()[0] != want {
			t.Errorf("a %s is told %v (%v), want %d", role, r.GetViewers(), err, want)
		}
	}
}

func TestBadSeriesRequests(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	s, _ := replica(t, b)
	record(t, s, batch(gateway, 1, "main", 1))
	ctx := testbed.As(t.Context(), auth.Viewer, "ann")
	day := timestamppb.New(time.Unix(1_800_000_000, 0))
	for name, c := range map[string]struct {
		r     *heartsv1.GetHeartSeriesRequest
		field string
	}{
		"resolution of 2 s":   {&heartsv1.GetHeartSeriesRequest{Resolution: durationpb.New(2 * time.Second)}, "resolution"},
		"negative resolution": {&heartsv1.GetHeartSeriesRequest{Resolution: durationpb.New(-time.Second)}, "resolution"},
		"end before start":    {&heartsv1.GetHeartSeriesRequest{StartTime: day, EndTime: day}, "end_time"},
		"before 1970":         {&heartsv1.GetHeartSeriesRequest{StartTime: &timestamppb.Timestamp{Seconds: -5}}, "start_time"},
		"no timestamp":        {&heartsv1.GetHeartSeriesRequest{EndTime: &timestamppb.Timestamp{Seconds: 1 << 60}}, "end_time"},
		"ages":                {&heartsv1.GetHeartSeriesRequest{StartTime: &timestamppb.Timestamp{Seconds: 5}}, "end_time"},
	} {
		c.r.Room = "main"
		_, err := s.GetHeartSeries(ctx, c.r)
		if f, ok := fault.Of(err); !ok || f.Field != c.field {
			t.Errorf("%s: %v, want a fault on %s", name, err, c.field)
		}
	}
	if _, err := s.GetHeartSeries(ctx, &heartsv1.GetHeartSeriesRequest{Room: "nowhere"}); !fault.Is(err, fault.RoomNotFound) {
		t.Errorf("a room that is not there: %v", err)
	}
	if _, err := s.ListHighlights(ctx, &heartsv1.ListHighlightsRequest{Room: "main", Limit: -1}); !fault.Is(err, fault.FieldInvalid) {
		t.Errorf("a negative limit: %v", err)
	}
	if _, err := s.ExportHearts(ctx, &heartsv1.ExportHeartsRequest{Room: "main"}); !fault.Is(err, fault.FieldRequired) {
		t.Errorf("no format: %v", err)
	}
}

// A burst in the middle of a quiet show, through the store: found, ranked, and written for players and editors.
func TestHighlightsAndFiles(t *testing.T) {
	b := testbed.New(t)
	start := time.Unix(1_800_000_000, 0)
	b.Room("main", func(r *eventv1.Room) { r.StartedMs = start.UnixMilli() })
	w := &watch{now: start}
	s := at(t, b, w)
	for i := range 400 {
		r := batch(gateway, uint64(i+1), "main", 3)
		if i >= 198 && i <= 203 {
			r.Sums = append(r.Sums, &heartsv1.HeartSum{Room: "main", Kind: "clap", Count: 60})
		}
		record(t, s, r)
		w.add(time.Second)
	}
	ctx := testbed.As(t.Context(), auth.Viewer, "ann")
	list, err := s.ListHighlights(ctx, &heartsv1.ListHighlightsRequest{Room: "main"})
	if err != nil || len(list.GetHighlights()) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	h := list.GetHighlights()[0]
	if off := h.GetPeakTime().GetSeconds() - start.Unix() - 200; off < -3 || off > 3 {
		t.Errorf("the peak is %d s off", off)
	}
	if h.GetRank() != 1 || h.GetStrength() < 5 || h.GetHearts()["clap"] != 360 || !h.GetStartTime().AsTime().Before(h.GetPeakTime().AsTime()) {
		t.Errorf("%v", h)
	}
	export := func(f heartsv1.ExportHeartsRequest_Format, zero time.Time) string {
		t.Helper()
		file, err := s.ExportHearts(ctx, &heartsv1.ExportHeartsRequest{Room: "main", Format: f, ZeroTime: timestamppb.New(zero)})
		if err != nil {
			t.Fatal(err)
		}
		return file.GetBody()
	}
	track := export(heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_SERIES, start)
	if want := "WEBVTT\n\n00:00:00.000 --> 00:00:10.000\n{\"hearts\":{\"heart\":30},\"viewers\":0}\n"; !strings.HasPrefix(track, want) {
		t.Errorf("the track begins %.120q, want %q", track, want)
	}
	// A recording that began a minute and a half into the show: what came before has no cue.
	track = export(heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_SERIES, start.Add(95*time.Second))
	if want := "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\n"; !strings.HasPrefix(track, want) {
		t.Errorf("the track begins %.120q, want %q", track, want)
	}
	chapters := export(heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_CHAPTERS, start)
	if !strings.HasPrefix(chapters, "WEBVTT\n\nhighlight 1\n00:03:1") || !strings.Contains(chapters, "times the usual hearts: clap, heart\n") {
		t.Errorf("chapters %q", chapters)
	}
	var file struct {
		Room       string
		Resolution int
		Hearts     map[string][]uint64
		Viewers    []uint64
		Highlights []struct{ Peak, Strength float64 }
	}
	if err := json.Unmarshal([]byte(export(heartsv1.ExportHeartsRequest_FORMAT_JSON, start)), &file); err != nil {
		t.Fatal(err)
	}
	if file.Room != "main" || file.Resolution != 10 || len(file.Highlights) != 1 || len(file.Viewers) != 40 ||
		!slices.Equal(slices.Sorted(maps.Keys(file.Hearts)), []string{"clap", "heart"}) {
		t.Errorf("%+v", file)
	}
}

// A show of two hours, five kinds, viewers up to half a minute behind, as it stands in the store and in an answer.
func TestASeriesOfTwoHoursIsSmall(t *testing.T) {
	b := testbed.New(t)
	kinds := []string{"heart", "clap", "fire", "laugh", "wow"}
	b.Room("main", func(r *eventv1.Room) { r.Settings.Kinds = kinds })
	w := &watch{now: time.Unix(1_800_000_000, 0)}
	s := at(t, b, w)
	for i := range 7200 / 30 {
		sums := make([]*heartsv1.HeartSum, len(kinds))
		for k, kind := range kinds {
			sums[k] = &heartsv1.HeartSum{Room: "main", Kind: kind}
			for behind := range int64(60) { // what comes in within 30 s
				n := uint64(50 + (i*k+int(behind)*7)%100)
				sums[k].Count += n
				sums[k].Moments = append(sums[k].Moments, &heartsv1.HeartMoment{Second: w.read().Unix() - behind, Count: n})
			}
		}
		record(t, s, &heartsv1.RecordBatchRequest{Writer: gateway, Window: uint64(i + 1), Sums: sums})
		s.Write(t.Context())
		w.add(30 * time.Second)
	}
	stored, err := b.Bus.Size(t.Context(), bus.Pulse)
	if err != nil {
		t.Fatal(err)
	}
	response := series(t, s, &heartsv1.GetHeartSeriesRequest{Room: "main"})
	t.Logf("%d bytes in the store, %d in an answer of %d points", stored, proto.Size(response), len(response.GetViewers()))
	if stored > 200_000 {
		t.Errorf("%d bytes in the store; want 200 KB at most", stored)
	}
	if n := proto.Size(response); n > 200_000 {
		t.Errorf("an answer of %d bytes; want 200 KB at most", n)
	}
}
