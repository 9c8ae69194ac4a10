package bus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/ovation-live/ovation/internal/pause"
)

// deletedHeader marks a document that Remove replaced.
const deletedHeader = "Ov-Deleted"

// publishSpans are the spans of writing to each stream, made once: a write costs some ten microseconds.
var publishSpans = func() (all [streamCount]struct {
	name  string
	start []trace.SpanStartOption
}) {
	for s := range all {
		all[s].name = "publish " + streamNames[s]
		all[s].start = []trace.SpanStartOption{
			trace.WithSpanKind(trace.SpanKindProducer),
			trace.WithAttributes(attribute.String("messaging.system", "nats"), attribute.String("messaging.operation.name", "publish"),
				attribute.String("messaging.destination.template", prefix[s]+".{partition}.{room}")),
		}
	}
	return all
}()

// retryPause is the wait before a write is sent again after an answer that means "in flight" or none at all.
const retryPause = 40 * time.Millisecond

var tracer = otel.Tracer("github.com/ovation-live/ovation/internal/bus")

// Stored says where a message stands.
type Stored struct {
	// Sequence in the stream.
	Sequence uint64
	// Duplicate is true when the message id was known: Sequence is the first one's, and the body may be another.
	Duplicate bool
}

// Header is a header to store with a message.
type Header struct{ Name, Value string }

// Append stores a message with a message id. Sent again with the same id within the stream's window (2 minutes for the
// log) it is stored once. Answers that mean "in flight" and silence are retried until the context ends, so give it a
// deadline of at least 10 s: a broker's hard leader loss stops writes for up to 7 s.
func (b *Bus) Append(ctx context.Context, k Key, messageID string, body []byte, headers ...Header) (Stored, error) {
	m := &nats.Msg{Subject: k.Subject, Data: body, Header: nats.Header{jetstream.MsgIDHeader: {messageID}}}
	for _, h := range headers {
		m.Header.Set(h.Name, h.Value)
	}
	return b.publish(ctx, k, m)
}

// Put writes a document if the key still stands at the expected sequence (0: absent). ErrConflict otherwise; after a
// silence the write may have happened all the same, so a caller that gets ErrConflict reads the key back and looks
// whether it sees its own request.
func (b *Bus) Put(ctx context.Context, k Key, body []byte, expected uint64) (uint64, error) {
	return b.put(ctx, k, body, expected, 0, false)
}

// PutFor is Put for a document that expires: followers get a marker then. Whole seconds, at least 1.
func (b *Bus) PutFor(ctx context.Context, k Key, body []byte, expected uint64, life time.Duration) (uint64, error) {
	return b.put(ctx, k, body, expected, life, false)
}

// Remove replaces a document by a marker that counts as absent and goes by itself; write the next one on the marker's
// sequence, which is returned.
func (b *Bus) Remove(ctx context.Context, k Key, expected uint64) (uint64, error) {
	return b.put(ctx, k, nil, expected, markerTTL, true)
}

func (b *Bus) put(ctx context.Context, k Key, body []byte, expected uint64, life time.Duration, gone bool) (uint64, error) {
	m := &nats.Msg{Subject: k.Subject, Data: body, Header: nats.Header{}}
	m.Header.Set(jetstream.ExpectedLastSubjSeqHeader, formatSequence(expected))
	if life > 0 {
		m.Header.Set(jetstream.MsgTTLHeader, life.Round(time.Second).String())
	}
	if gone {
		m.Header.Set(deletedHeader, "1")
	}
	stored, err := b.publish(ctx, k, m)
	return stored.Sequence, err
}

// publish sends until an answer decides. Every message carries a message id or an expectation, which makes that safe.
func (b *Bus) publish(ctx context.Context, k Key, m *nats.Msg) (Stored, error) {
	if b.opts.Server != nil && b.opts.Server.LowDisk() {
		return Stored{}, full(errors.New("less than 5 % of the disk is free"))
	}
	ctx, span := tracer.Start(ctx, publishSpans[k.Stream].name, publishSpans[k.Stream].start...)
	defer span.End()
	otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(m.Header))
	for {
		stored, err := b.send(ctx, m)
		if err == nil {
			return stored, nil
		}
		if !transient(err) || !pause.For(ctx, retryPause) {
			span.RecordError(err)
			return Stored{}, outward(err, "write")
		}
	}
}

// answerTime is how long one sending waits for its answer where the context has no deadline.
const answerTime = 5 * time.Second

// send sends a message once and reads the stream's answer. It is what the client library's own call does, but for the
// reading: nearly every answer is a name and a number, and costs a tenth of reading any JSON.
func (b *Bus) send(ctx context.Context, m *nats.Msg) (Stored, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, answerTime)
		defer cancel()
	}
	answer, err := b.nc.RequestMsgWithContext(ctx, m)
	if err != nil {
		return Stored{}, err
	}
	return readAck(answer.Data)
}

// readAck reads the answer to a write: {"stream":"OV_LOG","seq":7}, with "duplicate":true for a message id that was known,
// or an error.
func readAck(answer []byte) (Stored, error) {
	rest, usual := bytes.CutPrefix(answer, []byte(`{"stream":"`))
	stream, number, found := bytes.Cut(rest, []byte(`","seq":`))
	number, whole := bytes.CutSuffix(number, []byte("}"))
	if usual && found && whole && len(stream) > 0 {
		if n, err := strconv.ParseUint(string(number), 10, 64); err == nil && n > 0 {
			return Stored{Sequence: n}, nil
		}
	}
	var ack struct {
		Error     *jetstream.APIError `json:"error"`
		Stream    string              `json:"stream"`
		Sequence  uint64              `json:"seq"`
		Duplicate bool                `json:"duplicate"`
	}
	switch err := json.Unmarshal(answer, &ack); {
	case err != nil || ack.Error == nil && (ack.Stream == "" || ack.Sequence == 0):
		return Stored{}, jetstream.ErrInvalidJSAck
	case ack.Error != nil:
		return Stored{}, fmt.Errorf("nats: %w", ack.Error)
	}
	return Stored{Sequence: ack.Sequence, Duplicate: ack.Duplicate}, nil
}

// TraceContext puts the writer's span, if the record carries one, into the context.
func (r *Record) TraceContext(ctx context.Context) context.Context {
	return otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(r.header))
}
