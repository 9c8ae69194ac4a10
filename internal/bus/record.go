package bus

import (
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Record is one stored message, read back or live.
type Record struct {
	// Subject it is stored on; InRoomOf takes it apart.
	Subject string
	// Sequence in its stream.
	Sequence uint64
	// Previous is the sequence before it on the same subject, for live copies only; 0 when it was the first. A Previous
	// above the last one seen is a gap.
	Previous uint64
	// Time it was stored.
	Time time.Time
	// Body; empty for a marker and in headers-only reading.
	Body []byte
	// Deleted is true for the marker of an expired or deleted document: it counts as absent.
	Deleted bool

	header nats.Header
}

// Header is a header that the writer set, such as ErasesHeader.
func (r *Record) Header(name string) string { return r.header.Get(name) }

// MessageID is the id that the message was stored under; empty where it has none.
func (r *Record) MessageID() string { return r.header.Get(jetstream.MsgIDHeader) }

// ErasesHeader names the log sequence that a removal erases, so that the eraser needs no bodies.
const ErasesHeader = "Ov-Erases"

// NoticeHeader stands on a notice to the eraser: the room and the log sequence, with a space between, that an entry with
// ErasesHeader is about to name.
const NoticeHeader = "Ov-Will-Erase"

// ClaimHeader stands on a claim of words, and tells for what they are said, so that a retry finds its own.
const ClaimHeader = "Ov-Claims"

func liveRecord(m *nats.Msg) Record {
	r := Record{Subject: m.Header.Get(jetstream.SubjectHeader), Body: m.Data, header: m.Header}
	r.Sequence, _ = strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	r.Previous, _ = strconv.ParseUint(m.Header.Get(jetstream.LastSequenceHeader), 10, 64)
	r.Time, _ = time.Parse(time.RFC3339Nano, m.Header.Get(jetstream.TimeStampHeaer))
	r.Deleted = deleted(m.Header)
	return r
}

func deleted(h nats.Header) bool {
	return h.Get(jetstream.MarkerReasonHeader) != "" || h.Get("KV-Operation") != "" || h.Get(deletedHeader) != ""
}
