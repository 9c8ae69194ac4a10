package uplink

import (
	"context"
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
	// windowLife is how long a window is tried; then it is dropped and counted as such.
	windowLife = 5 * time.Second
	// windowSums is how many sums one window may hold: one less than a batch's members, for the marker.
	windowSums = 899
)

// Hearts sums taps and sends windows.
type Hearts struct {
	// static
	client  heartsv1.HeartsServiceClient
	writer  string
	log     *slog.Logger
	sent    metric.Int64Counter
	dropped metric.Int64Counter

	wake chan struct{}

	mu   sync.Mutex
	sums map[heart]uint64 // guarded by mu
}

type heart struct{ room, kind string }

// NewHearts makes a writer; its name is a ULID made at the start of the process.
func NewHearts(client heartsv1.HeartsServiceClient, writer string, log *slog.Logger) *Hearts {
	h := &Hearts{client: client, writer: writer, log: log, wake: make(chan struct{}, 1), sums: make(map[heart]uint64)}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/uplink")
	h.sent, _ = meter.Int64Counter("ovation.gateway.hearts.sent", metric.WithDescription("Hearts acknowledged by the hearts service"))
	h.dropped, _ = meter.Int64Counter("ovation.gateway.hearts.dropped", metric.WithDescription("Hearts given up, by reason"))
	return h
}

// Tap adds hearts to the window that is open.
func (h *Hearts) Tap(room, kind string, count uint32) {
	if count == 0 {
		return
	}
	h.mu.Lock()
	h.sums[heart{room, kind}] += uint64(count)
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Run sends windows until the context ends, and then, for two seconds at most, what is left.
func (h *Hearts) Run(ctx context.Context) error {
	var number uint64
	var last time.Time
	for {
		select {
		case <-ctx.Done():
			final, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			for _, sums := range h.take() {
				number++
				h.send(final, number, sums)
			}
			return ctx.Err()
		case <-h.wake:
		}
		if wait := windowLength - time.Since(last); wait > 0 {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
			}
		}
		last = time.Now()
		for _, sums := range h.take() {
			number++
			h.send(ctx, number, sums)
		}
	}
}

// take closes the open window; one that is too large for a batch becomes several.
func (h *Hearts) take() [][]*heartsv1.HeartSum {
	h.mu.Lock()
	sums := h.sums
	if len(sums) > 0 {
		h.sums = make(map[heart]uint64, len(sums))
	}
	h.mu.Unlock()
	var windows [][]*heartsv1.HeartSum
	for k, n := range sums {
		if len(windows) == 0 || len(windows[len(windows)-1]) == windowSums {
			windows = append(windows, nil)
		}
		w := &windows[len(windows)-1]
		*w = append(*w, &heartsv1.HeartSum{Room: k.room, Kind: k.kind, Count: n})
	}
	return windows
}

// send tries one window until it is acknowledged or too old. One is in flight at a time: the store's marker keeps only
// the newest number of a writer.
func (h *Hearts) send(ctx context.Context, number uint64, sums []*heartsv1.HeartSum) {
	var total int64
	for _, s := range sums {
		total += int64(s.GetCount())
	}
	ctx, cancel := context.WithTimeout(ctx, windowLife)
	defer cancel()
	request := &heartsv1.RecordBatchRequest{Writer: h.writer, Window: number, Sums: sums}
	for {
		answer, err := h.client.RecordBatch(rpc.WithKey(ctx, h.writer), request)
		if err == nil {
			h.sent.Add(ctx, total)
			for _, r := range answer.GetRefused() {
				h.dropped.Add(ctx, count(sums, r), metric.WithAttributes(reasonAttribute(r.GetReason())))
			}
			return
		}
		f := fault.FromGRPC(err)
		if f.Reason != fault.Unavailable && f.Reason != fault.DeadlineExceeded && f.Reason != fault.StoreFull || ctx.Err() != nil {
			h.log.Warn("a window of hearts was dropped", "hearts", total, "error", err)
			h.dropped.Add(context.WithoutCancel(ctx), total, metric.WithAttributes(reasonAttribute(string(f.Reason))))
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func count(sums []*heartsv1.HeartSum, r *heartsv1.RefusedSum) int64 {
	for _, s := range sums {
		if s.GetRoom() == r.GetRoom() && s.GetKind() == r.GetKind() {
			return int64(s.GetCount())
		}
	}
	return 0
}
