package uplink

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/ovation-live/ovation/internal/fault"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// service takes windows in and answers as it is told.
type service struct {
	heartsv1.HeartsServiceClient
	answer func(*heartsv1.RecordBatchRequest) (*heartsv1.RecordBatchResponse, error)

	mu   sync.Mutex
	keys map[string]string // by writer; guarded by mu
	took []*heartsv1.RecordBatchRequest
}

func (s *service) RecordBatch(ctx context.Context, r *heartsv1.RecordBatchRequest, _ ...grpc.CallOption) (*heartsv1.RecordBatchResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	md, _ := metadata.FromOutgoingContext(ctx)
	if s.keys == nil {
		s.keys = make(map[string]string)
	}
	s.keys[r.GetWriter()] = md.Get("ov-key")[0]
	if s.answer != nil {
		if a, err := s.answer(r); a != nil || err != nil {
			return a, err
		}
	}
	s.took = append(s.took, r)
	return new(heartsv1.RecordBatchResponse), nil
}

// whole runs a gateway's hearts over taps and gives what was taken in.
func whole(t *testing.T, s *service, taps ...Tap) []*heartsv1.RecordBatchRequest {
	t.Helper()
	h := NewHearts(s, "01JD3ZK9Q0000000000000000A", func(time.Duration) {}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	for _, tap := range taps {
		h.Tap(tap)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // what is left goes in the end
	_ = h.Run(ctx)
	return s.took
}

func TestALargeWindowBecomesSeveral(t *testing.T) {
	var taps []Tap
	room := "main"
	for i := range 2000 {
		taps = append(taps, Tap{Room: room, Kind: fmt.Sprint("k", i), Count: 2})
	}
	var hearts, windows int
	seen := make(map[uint64]bool)
	for _, r := range whole(t, new(service), taps...) {
		windows++
		if n := len(r.GetSums()); n > windowSums {
			t.Errorf("%d sums in a window", n)
		}
		if seen[r.GetWindow()] || r.GetWriter() != fmt.Sprintf("01JD3ZK9Q0000000000000000AL%d", laneOf(room)) {
			t.Errorf("window %d of %s came twice or by a wrong lane", r.GetWindow(), r.GetWriter())
		}
		seen[r.GetWindow()] = true
		for _, s := range r.GetSums() {
			hearts += int(s.GetCount())
		}
	}
	if hearts != 4000 || windows != 3 {
		t.Errorf("%d hearts in %d windows, want 4000 in 3", hearts, windows)
	}
}

func TestASumThatIsTooLargeBecomesSeveral(t *testing.T) {
	o := newOpen()
	for range 3 {
		o.add(Tap{Room: "main", Kind: "heart", Count: 1_000_000_000, Second: 5})
	}
	o.add(Tap{Room: "main", Kind: "clap", Count: 7, Second: 5})
	total := uint64(0)
	for _, w := range o.close() {
		kinds := make(map[string]bool)
		for _, s := range w.sums {
			if s.GetCount() == 0 || s.GetCount() > windowCount || kinds[s.GetKind()] {
				t.Errorf("a window holds %v", w.sums)
			}
			kinds[s.GetKind()] = true
			total += s.GetCount()
		}
	}
	if total != 3_000_000_007 {
		t.Errorf("%d hearts went", total)
	}
}

func TestARoomHasOneLane(t *testing.T) {
	s := new(service)
	var taps []Tap
	for i := range 200 {
		taps = append(taps, Tap{Room: fmt.Sprint("room", i), Kind: "heart", Count: 1})
	}
	lane := make(map[string]string)
	for _, r := range whole(t, s, taps...) {
		for _, sum := range r.GetSums() {
			if lane[sum.GetRoom()] != "" {
				t.Errorf("%s went by two lanes", sum.GetRoom())
			}
			lane[sum.GetRoom()] = s.keys[r.GetWriter()]
		}
	}
	used := make(map[string]bool)
	for room, key := range lane {
		used[key] = true
		if want := fmt.Sprintf("hearts-%d", laneOf(room)); key != want {
			t.Errorf("%s went by %s, want %s as from every gateway", room, key, want)
		}
	}
	if len(used) != lanes {
		t.Errorf("200 rooms use %d lanes of %d", len(used), lanes)
	}
}

type person struct {
	counted, elsewhere uint64
}

func (p *person) Person() string     { return "aaaaaaaaaaaaaaaaaaaaaaaaaa" }
func (p *person) Counted() uint64    { return p.counted }
func (p *person) Elsewhere(n uint64) { p.elsewhere = n }

func TestASpenderIsNamedAndTold(t *testing.T) {
	ann := &person{counted: 130}
	s := &service{answer: func(r *heartsv1.RecordBatchRequest) (*heartsv1.RecordBatchResponse, error) {
		if len(r.GetSpenders()) != 1 || r.GetSpenders()[0].GetCounted() != 130 || r.GetSpenders()[0].GetRoom() != "main" {
			t.Errorf("named %v", r.GetSpenders())
		}
		return &heartsv1.RecordBatchResponse{Elsewhere: []*heartsv1.SpentElsewhere{
			{Room: "main", Person: ann.Person(), Counted: 240}, {Room: "main", Person: "somebody else", Counted: 1},
		}}, nil
	}}
	whole(t, s, Tap{Room: "main", Kind: "heart", Count: 1, Spender: ann})
	if ann.elsewhere != 240 {
		t.Errorf("told %d", ann.elsewhere)
	}
}

// 47: gateways whose clock is another than the service's lose no hearts.
func TestFault47MomentsThatTheServiceRefuses(t *testing.T) {
	s := &service{answer: func(r *heartsv1.RecordBatchRequest) (*heartsv1.RecordBatchResponse, error) {
		if len(r.GetSums()[0].GetMoments()) > 0 {
			return nil, fault.Status(fault.New(fault.FieldInvalid, "no").On("sums[0].moments[0].second")).Err()
		}
		return nil, nil
	}}
	took := whole(t, s, Tap{Room: "main", Kind: "heart", Count: 9, Second: time.Now().Unix() + 3600})
	if len(took) != 1 || took[0].GetSums()[0].GetCount() != 9 {
		t.Errorf("taken in: %v", took)
	}
}

// A tap after a pause goes at once and the one behind it 25 ms later; while taps go on, windows are 50 ms. One that would go
// while a tick is being sent goes behind it, 25 ms later at most.
func TestWindowsAreLongerWhileTapsGoOn(t *testing.T) {
	ms := func(at ...int) (all []time.Duration) {
		for _, n := range at {
			all = append(all, time.Duration(n)*time.Millisecond)
		}
		return all
	}
	for name, c := range map[string]struct {
		sweep time.Duration // at the beginning of each 100 ms
		want  []time.Duration
	}{
		"no ticks":    {0, ms(0, 25, 75, 125, 175, 225, 1000, 1025, 1075, 1125, 1175, 1225)},
		"short ticks": {10 * time.Millisecond, ms(10, 35, 85, 135, 185, 235, 1010, 1035, 1085, 1135, 1185, 1235)},
		"long ticks":  {90 * time.Millisecond, ms(25, 75, 150, 225, 1025, 1075, 1150, 1225)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				var sent []time.Duration
				var hearts uint64
				s := &service{answer: func(r *heartsv1.RecordBatchRequest) (*heartsv1.RecordBatchResponse, error) {
					sent, hearts = append(sent, time.Since(begin)), hearts+r.GetSums()[0].GetCount()
					return nil, nil
				}}
				afterTicks := func(most time.Duration) {
					if left := c.sweep - time.Since(begin)%(100*time.Millisecond); left > 0 {
						time.Sleep(min(left, most)) // of synctest's clock
					}
				}
				h := NewHearts(s, "01JD3ZK9Q0000000000000000A", afterTicks, slog.New(slog.DiscardHandler))
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() { _ = h.Run(ctx); close(ended) }()
				for range 2 { // once more after a pause
					for range 200 {
						h.Tap(Tap{Room: "main", Kind: "heart", Count: 1})
						time.Sleep(time.Millisecond) // of synctest's clock
					}
					time.Sleep(800 * time.Millisecond) // of synctest's clock
				}
				cancel()
				<-ended
				if !slices.Equal(sent, c.want) || hearts != 400 {
					t.Errorf("%d hearts in windows at %v, want 400 at %v", hearts, sent, c.want)
				}
			})
		})
	}
}
