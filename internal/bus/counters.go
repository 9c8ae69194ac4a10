package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"github.com/ovation-live/ovation/internal/pause"
)

// MaxBatch is the most members of one atomic batch that we send; the server's limit is 1,000.
const MaxBatch = 900

// ErrApplied says that at least one window of a batch had been applied before; nothing of this batch was.
var ErrApplied = errors.New("bus: a window of the batch was applied before")

// Window names one flush of one writer. Windows of a writer are numbered upwards and sent one at a time: the marker
// keeps only the newest number, and that is what survives a restart of the broker.
type Window struct {
	Writer string
	Number uint64
}

// Sum is an amount to add to a counter.
type Sum struct {
	Key   Key
	Count uint64
}

// Increment adds sums as one atomic batch with one marker a window: all or nothing, and never twice. ErrApplied means
// that a window was applied before: with a single window that is success, with several they must be sent one by one.
// len(windows)+len(sums) is at most MaxBatch. "In flight" answers and silence are retried until the context ends.
func (b *Bus) Increment(ctx context.Context, windows []Window, sums []Sum) error {
	if n := len(windows) + len(sums); n > MaxBatch || len(windows) == 0 {
		return fmt.Errorf("bus: a batch of %d windows and %d sums: want 1 window at least and %d members at most", len(windows), len(sums), MaxBatch)
	}
	if b.opts.Server != nil && b.opts.Server.LowDisk() {
		return full(errors.New("less than 5 % of the disk is free"))
	}
	for {
		err := b.incrementOnce(ctx, windows, sums)
		switch {
		case err == nil:
			return nil
		case apiCode(err) == codeBatchDuplicate:
			return ErrApplied
		case !transient(err) || !pause.For(ctx, retryPause):
			return outward(err, "count")
		}
	}
}

func (b *Bus) incrementOnce(ctx context.Context, windows []Window, sums []Sum) error {
	batch, err := jetstreamext.NewBatchPublisher(b.js)
	if err != nil {
		return err
	}
	messages := make([]*nats.Msg, 0, len(windows)+len(sums))
	for _, w := range windows {
		m := &nats.Msg{Subject: marker(w.Writer), Header: nats.Header{}}
		m.Header.Set(incrementHeader, "+1")
		m.Header.Set(jetstream.MsgIDHeader, w.Writer+"-"+strconv.FormatUint(w.Number, 10))
		messages = append(messages, m)
	}
	for _, s := range sums {
		m := &nats.Msg{Subject: s.Key.Subject, Header: nats.Header{}}
		m.Header.Set(incrementHeader, "+"+strconv.FormatUint(s.Count, 10))
		messages = append(messages, m)
	}
	last := len(messages) - 1
	for _, m := range messages[:last] {
		if err := batch.AddMsg(m); err != nil {
			return err
		}
	}
	_, err = batch.CommitMsg(ctx, messages[last])
	return err
}

// Applied tells whether a window, or a later one of its writer, was applied; it asks the leader.
func (b *Bus) Applied(ctx context.Context, w Window) (bool, error) {
	r, err := b.Last(ctx, Key{Stream: Counters, Subject: marker(w.Writer)})
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	number, err := strconv.ParseUint(strings.TrimPrefix(r.MessageID(), w.Writer+"-"), 10, 64)
	if err != nil {
		return false, fmt.Errorf("marker of %s: %w", w.Writer, err)
	}
	return number >= w.Number, nil
}

// ForgetWriters takes out the markers of writers that have sent nothing for so long, and tells how many there were: 1 a
// writer. No retry of a window may come later than that, or it would count again. A writer that sends while this runs
// keeps its new marker: what is taken out is the message that was found old, by its sequence. Time is the broker's alone,
// so that no other clock's jump makes a marker old.
func (b *Bus) ForgetWriters(ctx context.Context, silent time.Duration) (int, error) {
	old, err := b.oldMarkers(ctx, silent)
	if err != nil {
		return 0, err
	}
	for i, sequence := range old {
		if err := b.drop(ctx, Counters, sequence); err != nil {
			return i, err
		}
	}
	return len(old), nil
}

// oldMarkers gives the sequences of the markers that were written so long ago.
func (b *Bus) oldMarkers(ctx context.Context, age time.Duration) (old []uint64, err error) {
	stream, err := b.js.Stream(ctx, streamNames[Counters])
	if err != nil {
		return nil, outward(err, "list")
	}
	now := stream.CachedInfo().TimeStamp
	records, err := b.ReadAll(ctx, Key{Stream: Counters, Subject: prefix[Counters] + ".w.*"})
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if now.Sub(r.Time) > age {
			old = append(old, r.Sequence)
		}
	}
	return old, nil
}

const incrementHeader = "Nats-Incr"

// Total is the running total that a record of the counters stream carries.
func (r *Record) Total() (uint64, error) {
	var body struct {
		Value string `json:"val"`
	}
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return 0, fmt.Errorf("counter %s: %w", r.Subject, err)
	}
	total, err := strconv.ParseUint(body.Value, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("counter %s: %w", r.Subject, err)
	}
	return total, nil
}
