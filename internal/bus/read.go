package bus

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/ovation-live/ovation/internal/pause"
)

func formatSequence(n uint64) string { return strconv.FormatUint(n, 10) }

// Last reads the newest message of a key from the stream's leader: what compare-and-set needs. ErrNotFound when there is
// none; a deleted document is returned with Deleted set, since its sequence is what the next Put must name.
func (b *Bus) Last(ctx context.Context, k Key) (Record, error) {
	return b.leaderGet(ctx, k.Stream, map[string]any{"last_by_subj": k.Subject})
}

// At reads a message by its sequence from the leader. ErrNotFound when it was never stored, or erased.
func (b *Bus) At(ctx context.Context, s Stream, sequence uint64) (Record, error) {
	return b.leaderGet(ctx, s, map[string]any{"seq": sequence})
}

// Next reads the first message from a sequence on from the leader, which never lags. ErrNotFound when there is none yet.
func (b *Bus) Next(ctx context.Context, k Key, from uint64) (Record, error) {
	return b.leaderGet(ctx, k.Stream, map[string]any{"seq": max(1, from), "next_by_subj": k.Subject})
}

func (b *Bus) leaderGet(ctx context.Context, s Stream, request map[string]any) (Record, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return Record{}, err
	}
	for {
		r, err := b.leaderGetOnce(ctx, s, body)
		if err == nil || !transient(err) || !pause.For(ctx, retryPause) {
			return r, outward(err, "read")
		}
	}
}

func (b *Bus) leaderGetOnce(ctx context.Context, s Stream, request []byte) (Record, error) {
	reply, err := b.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+streamNames[s], request)
	if err != nil {
		return Record{}, err
	}
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message *struct {
			Subject  string    `json:"subject"`
			Sequence uint64    `json:"seq"`
			Header   []byte    `json:"hdrs"`
			Data     []byte    `json:"data"`
			Time     time.Time `json:"time"`
		} `json:"message"`
	}
	if err := json.Unmarshal(reply.Data, &answer); err != nil {
		return Record{}, err
	}
	if answer.Error != nil {
		return Record{}, answer.Error
	}
	if answer.Message == nil {
		return Record{}, ErrNotFound
	}
	m := answer.Message
	r := Record{Subject: m.Subject, Sequence: m.Sequence, Time: m.Time, Body: m.Data}
	if len(m.Header) > 0 {
		if r.header, err = nats.DecodeHeadersMsg(m.Header); err != nil {
			return Record{}, err
		}
		r.Deleted = deleted(r.header)
	}
	return r, nil
}

// MaxRead is the most messages of one direct read, and keys of one LastMany; the server refuses more than 1,024 subjects.
const MaxRead = 1000

// LastMany reads the newest message of each of at most 1,000 keys of one stream. It may be answered by a replica: the
// result holds for everything up to upTo, so compare that with what you must not miss. Absent keys are left out.
func (b *Bus) LastMany(ctx context.Context, s Stream, subjects []string) (records []Record, upTo uint64, err error) {
	if len(subjects) > MaxRead {
		return nil, 0, ErrTooMany
	}
	if len(subjects) == 0 {
		upTo, err = b.LastSequence(ctx, s)
		return nil, upTo, err
	}
	records, end, err := b.directGet(ctx, s, map[string]any{"multi_last": subjects})
	if err != nil {
		return nil, 0, err
	}
	if end.pending > 0 && len(subjects) > 1 { // the answer was cut by its bytes: ask for halves
		half := len(subjects) / 2
		left, upLeft, err := b.LastMany(ctx, s, subjects[:half])
		if err != nil {
			return nil, 0, err
		}
		right, upRight, err := b.LastMany(ctx, s, subjects[half:])
		return append(left, right...), min(upLeft, upRight), err
	}
	return records, end.upTo, nil
}

// Range reads up to n messages of one key in order, from a sequence on. more tells whether others follow. It may be
// answered by a replica that lags; package follow knows what to do then.
func (b *Bus) Range(ctx context.Context, k Key, from uint64, n int) (records []Record, more bool, err error) {
	return b.rangeGet(ctx, k.Stream, n, map[string]any{"seq": max(1, from), "next_by_subj": k.Subject})
}

// RangeSince is Range from a point in time on.
func (b *Bus) RangeSince(ctx context.Context, k Key, since time.Time, n int) (records []Record, more bool, err error) {
	return b.rangeGet(ctx, k.Stream, n, map[string]any{"start_time": since.UTC(), "next_by_subj": k.Subject})
}

func (b *Bus) rangeGet(ctx context.Context, s Stream, n int, request map[string]any) ([]Record, bool, error) {
	request["batch"] = min(n, MaxRead)
	request["max_bytes"] = 4 << 20
	records, end, err := b.directGet(ctx, s, request)
	return records, end.pending > 0, err
}

// end is what the last reply of a direct read tells.
type end struct {
	pending uint64
	upTo    uint64
}

// directGet asks for a batch and reads replies until the one that ends it.
func (b *Bus) directGet(ctx context.Context, s Stream, request map[string]any) ([]Record, end, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, end{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	inbox := b.nc.NewRespInbox()
	sub, err := b.nc.SubscribeSync(inbox)
	if err != nil {
		return nil, end{}, outward(err, "read")
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := b.nc.PublishRequest("$JS.API.DIRECT.GET."+streamNames[s], inbox, body); err != nil {
		return nil, end{}, outward(err, "read")
	}
	var records []Record
	for {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return nil, end{}, outward(err, "read")
		}
		switch m.Header.Get("Status") {
		case "":
			r := liveRecord(m)
			r.Previous = 0 // here it is the sequence before in this answer, not on the subject
			records = append(records, r)
		case "204":
			var e end
			e.pending, _ = strconv.ParseUint(m.Header.Get("Nats-Num-Pending"), 10, 64)
			e.upTo, _ = strconv.ParseUint(m.Header.Get("Nats-UpTo-Sequence"), 10, 64)
			return records, e, nil
		case "404":
			return records, end{}, nil
		case "413":
			return nil, end{}, ErrTooMany
		default:
			return nil, end{}, outward(errors.New(m.Header.Get("Status")+" "+m.Header.Get("Description")), "read")
		}
	}
}

// Keys lists the subjects that match a filter and hold a message, in order. It asks the leader.
func (b *Bus) Keys(ctx context.Context, filter Key) ([]string, error) {
	stream, err := b.js.Stream(ctx, streamNames[filter.Stream])
	if err != nil {
		return nil, outward(err, "list")
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(filter.Subject))
	if err != nil {
		return nil, outward(err, "list")
	}
	keys := make([]string, 0, len(info.State.Subjects))
	for subject := range info.State.Subjects {
		keys = append(keys, subject)
	}
	slices.Sort(keys)
	return keys, nil
}

// Count tells how many messages stand on one exact key.
func (b *Bus) Count(ctx context.Context, k Key) (uint64, error) {
	stream, err := b.js.Stream(ctx, streamNames[k.Stream])
	if err != nil {
		return 0, outward(err, "count")
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(k.Subject))
	if err != nil {
		return 0, outward(err, "count")
	}
	return info.State.Subjects[k.Subject], nil
}

// Total tells how many messages a filter matches, all versions of each key together. It asks the leader.
func (b *Bus) Total(ctx context.Context, filter Key) (total uint64, err error) {
	stream, err := b.js.Stream(ctx, streamNames[filter.Stream])
	if err != nil {
		return 0, outward(err, "count")
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(filter.Subject))
	if err != nil {
		return 0, outward(err, "count")
	}
	for _, n := range info.State.Subjects {
		total += n
	}
	return total, nil
}

// ReadAll lists a filter and reads the newest message of each key, a thousand at a time. Deleted documents are left out.
func (b *Bus) ReadAll(ctx context.Context, filter Key) ([]Record, error) {
	keys, err := b.Keys(ctx, filter)
	if err != nil {
		return nil, err
	}
	all := make([]Record, 0, len(keys))
	for chunk := range slices.Chunk(keys, MaxRead) {
		records, _, err := b.LastMany(ctx, filter.Stream, chunk)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			if !r.Deleted {
				all = append(all, r)
			}
		}
	}
	return all, nil
}

// Size is how many bytes a whole stream takes in the store.
func (b *Bus) Size(ctx context.Context, s Stream) (uint64, error) {
	stream, err := b.js.Stream(ctx, streamNames[s])
	if err != nil {
		return 0, outward(err, "size")
	}
	return stream.CachedInfo().State.Bytes, nil
}

// LastSequence is the newest sequence of a stream, from its leader.
func (b *Bus) LastSequence(ctx context.Context, s Stream) (uint64, error) {
	stream, err := b.js.Stream(ctx, streamNames[s])
	if err != nil {
		return 0, outward(err, "position")
	}
	return stream.CachedInfo().State.LastSeq, nil
}

// Bounds are the first and the newest sequence that a stream holds, from its leader; an empty one begins after its end.
func (b *Bus) Bounds(ctx context.Context, s Stream) (first, last uint64, err error) {
	stream, err := b.js.Stream(ctx, streamNames[s])
	if err != nil {
		return 0, 0, outward(err, "position")
	}
	state := stream.CachedInfo().State
	return state.FirstSeq, state.LastSeq, nil
}
