package uplink

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

const (
	// windowLength is how long taps are summed. The first tap after a pause goes at once.
	windowLength = 25 * time.Millisecond
	// longWindow is how long they are while taps go on without a pause: each window is an atomic batch in the store, which
	// costs milliseconds whatever is in it, and a tick comes no more often than each 100 ms.
	longWindow = 50 * time.Millisecond
	// holdWindow is how long a window waits for the end of a tick that is being sent: what it costs the store would stand
	// between viewers and their tick, and its total comes well before the next one all the same.
	holdWindow = 25 * time.Millisecond
	// windowLife is how long a window is tried; then it is dropped and counted as such.
	windowLife = 5 * time.Second
	// lanes is how many windows a gateway has, each for a share of the rooms. A room's lane is the same at every gateway
	// and the key of the call, so that one replica of the service hears of all the room's hearts, and can add up what
	// several gateways count for one person. More lanes cost more calls where many rooms are busy, fewer spread them less.
	lanes = 8
)

// Hearts sums taps and sends windows.
type Hearts struct {
	// static
	client     heartsv1.HeartsServiceClient
	afterTicks func(most time.Duration)
	log        *slog.Logger
	sent       metric.Int64Counter
	dropped    metric.Int64Counter

	lanes [lanes]*lane
}

// lane is a writer: its windows are numbered, and one is under way at a time.
type lane struct {
	*Hearts
	writer string
	key    string
	wake   chan struct{}
	open   *open
}

// NewHearts makes a writer; its name is a ULID made at the start of the process.
func NewHearts(client heartsv1.HeartsServiceClient, writer string, afterTicks func(most time.Duration), log *slog.Logger) *Hearts {
	h := &Hearts{client: client, afterTicks: afterTicks, log: log}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/uplink")
	h.sent, _ = meter.Int64Counter("ovation.gateway.hearts.sent", metric.WithDescription("Hearts that the hearts service acknowledged."))
	h.dropped, _ = meter.Int64Counter("ovation.gateway.hearts.dropped", metric.WithDescription("Hearts given up: their room or kind was refused, or their window was older than 5 s. Labels: reason."))
	for _, reason := range []fault.Reason{fault.Unavailable, fault.DeadlineExceeded, fault.StoreFull} {
		h.dropped.Add(context.Background(), 0, metric.WithAttributes(reasonAttribute(string(reason)))) // an alert sees a rise, not a first value
	}
	for i := range h.lanes {
		h.lanes[i] = &lane{Hearts: h, writer: fmt.Sprintf("%sL%d", writer, i), key: fmt.Sprintf("hearts-%d", i), wake: make(chan struct{}, 1), open: newOpen()}
	}
	return h
}

// laneOf is a room's lane, at every gateway.
func laneOf(room string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(room))
	return int(h.Sum32() % lanes)
}

// Tap adds hearts to the window that is open.
func (h *Hearts) Tap(t Tap) {
	if t.Count == 0 && t.Spender == nil {
		return
	}
	l := h.lanes[laneOf(t.Room)]
	l.open.add(t)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// LastWindows is how long what is left may take to be sent when a gateway ends.
const LastWindows = 2 * time.Second

// Run sends windows until the context ends, and then, for LastWindows at most, what is left.
func (h *Hearts) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, l := range h.lanes {
		all.Go(func() { l.run(ctx) })
	}
	all.Wait()
	return ctx.Err()
}

func (l *lane) run(ctx context.Context) {
	var number uint64
	var last time.Time
	length := windowLength
	for {
		select {
		case <-ctx.Done():
			final, cancel := context.WithTimeout(context.WithoutCancel(ctx), LastWindows)
			defer cancel()
			for _, w := range l.open.close() {
				number++
				l.send(final, number, w)
			}
			return
		case <-l.wake:
		}
		if wait := length - time.Since(last); wait > 0 {
			length = longWindow
			select {
			case <-time.After(wait):
			case <-ctx.Done():
			}
		} else {
			length = windowLength
		}
		l.afterTicks(holdWindow)
		last = time.Now()
		for _, w := range l.open.close() {
			number++
			l.send(ctx, number, w)
		}
	}
}

// send tries one window until it is acknowledged or too old. One is in flight at a time: the store's marker keeps only
// the newest number of a writer.
func (l *lane) send(ctx context.Context, number uint64, w closed) {
	total := w.hearts()
	ctx, cancel := context.WithTimeout(ctx, windowLife)
	defer cancel()
	request := w.request(l.writer, number)
	for {
		answer, err := l.client.RecordBatch(rpc.WithKey(ctx, l.key), request)
		if err == nil {
			for _, r := range answer.GetRefused() {
				refused := count(w.sums, r)
				total -= refused
				l.dropped.Add(ctx, refused, metric.WithAttributes(reasonAttribute(r.GetReason())))
			}
			l.sent.Add(ctx, total)
			for _, e := range answer.GetElsewhere() {
				if s := w.spenders[spot{e.GetRoom(), e.GetPerson()}]; s != nil {
					s.Elsewhere(e.GetCounted())
				}
			}
			return
		}
		f := fault.FromGRPC(err)
		if f.Reason == fault.FieldInvalid && placed(w.sums) {
			// The service's clock is another than this one's: rather hearts in the second in which they are counted than none.
			l.log.Warn("moments of hearts were refused; sending them without", "error", err)
			for _, s := range w.sums {
				s.Moments = nil
			}
			continue
		}
		if f.Reason != fault.Unavailable && f.Reason != fault.DeadlineExceeded && f.Reason != fault.StoreFull || ctx.Err() != nil {
			l.log.Warn("a window of hearts was dropped", "hearts", total, "error", err)
			l.dropped.Add(context.WithoutCancel(ctx), total, metric.WithAttributes(reasonAttribute(string(f.Reason))))
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func placed(sums []*heartsv1.HeartSum) bool {
	for _, s := range sums {
		if len(s.GetMoments()) > 0 {
			return true
		}
	}
	return false
}

func count(sums []*heartsv1.HeartSum, r *heartsv1.RefusedSum) int64 {
	for _, s := range sums {
		if s.GetRoom() == r.GetRoom() && s.GetKind() == r.GetKind() {
			return int64(s.GetCount())
		}
	}
	return 0
}
