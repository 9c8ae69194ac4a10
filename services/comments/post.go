package comments

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// posted is the answer to a post, kept for its retries.
type posted struct {
	comment *commentsv1.Comment
	hash    []byte
	held    bool // it waits for a moderator
}

// posting packs an answer: whether it is held, the hash with its length, the comment.
var posting = once.Packing[posted]{
	Pack: func(p posted) ([]byte, error) {
		body := make([]byte, 0, 2+len(p.hash)+proto.Size(p.comment))
		body = append(body, 0, byte(len(p.hash)))
		if p.held {
			body[0] = 1
		}
		return proto.MarshalOptions{}.MarshalAppend(append(body, p.hash...), p.comment)
	},
	Unpack: func(b []byte) (posted, error) {
		n := 2 + int(b[1])
		p := posted{comment: new(commentsv1.Comment), hash: b[2:n], held: b[0] == 1}
		return p, proto.Unmarshal(b[n:], p.comment)
	},
}

// PostComment stores a comment.
func (s *Service) PostComment(ctx context.Context, r *commentsv1.PostCommentRequest) (*commentsv1.PostCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	start := time.Now()
	answer, err := s.post(ctx, r)
	s.meter.post(ctx, time.Since(start), err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.PostCommentResponse{Comment: answer.comment, Held: answer.held}, nil
}

func (s *Service) post(ctx context.Context, r *commentsv1.PostCommentRequest) (posted, error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.RequestID(r.GetRequestId())); err != nil {
		return posted{}, err
	}
	who, err := auth.Acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return posted{}, err
	}
	_, room, err := s.judge.Room(ctx, r.GetRoom(), nil)
	if err != nil {
		return posted{}, err
	}
	author, err := judge.Author(room, who)
	if err != nil {
		return posted{}, err
	}
	// A known request is answered before any rule: slow mode, or the end of the show, must not refuse a retry of what was
	// stored.
	id, hash := once.Of(r.GetRoom(), author.GetPerson(), r.GetRequestId()), requestHash(r.GetText())
	answer, _, err := s.known.Do(ctx, id, func() (posted, error) { return s.store(ctx, r, who, author, id, hash) })
	if err != nil {
		return posted{}, err
	}
	if !bytes.Equal(answer.hash, hash) {
		return posted{}, reused()
	}
	return answer, nil
}

func reused() error {
	return fault.New(fault.RequestIDReused, "this request id was used for another comment; take a new one").On("request_id")
}

// store judges a comment and stores it. What it would refuse may be a retry of what is stored, from before this process's
// memory: the room may have changed since, but not what the author was told.
func (s *Service) store(ctx context.Context, r *commentsv1.PostCommentRequest, who auth.Person, author *eventv1.Author, id once.ID, hash []byte) (posted, error) {
	c := &eventv1.Comment{Id: id.Item(), Author: author, Text: r.GetText(), PostedMs: s.clock().UnixMilli(), RequestHash: hash}
	answer, err := s.judgeAndStore(ctx, r, who, c, id)
	if !refusal(err) {
		return answer, err
	}
	view, _, failed := s.judge.Room(ctx, r.GetRoom(), nil)
	if failed != nil {
		return posted{}, failed
	}
	if was, ok := alreadyHeld(view, r.GetRoom(), c); ok {
		return was, nil
	}
	was, ok, failed := s.inLog(ctx, r.GetRoom(), c)
	if failed != nil || ok {
		return was, failed
	}
	return posted{}, err
}

// refusal tells a rule's no from a store that does not answer, and from what no retry of a stored comment meets.
func refusal(err error) bool {
	f, ok := fault.Of(err)
	if !ok {
		return false
	}
	switch f.Reason {
	case fault.Unavailable, fault.StoreFull, fault.DeadlineExceeded, fault.Canceled, fault.Internal:
		return false
	case fault.RoomNotFound, fault.RequestIDReused, fault.FieldInvalid, fault.TextEmpty, fault.TextTooLong, fault.TextInvalid:
		return false
	}
	return true
}

// judgeAndStore fills a comment in, and stores it for everybody or for moderators alone.
func (s *Service) judgeAndStore(ctx context.Context, r *commentsv1.PostCommentRequest, who auth.Person, c *eventv1.Comment, id once.ID) (posted, error) {
	author := c.GetAuthor()
	view, room, err := s.judge.Room(ctx, r.GetRoom(), writable(who))
	if err != nil {
		return posted{}, err
	}
	if c.Shadow, err = people.MayWrite(ctx, s.bus, view, r.GetRoom(), author, s.clock()); err != nil {
		return posted{}, err
	}
	if err := s.called.Imitates(view, room, author); err != nil {
		return posted{}, err
	}
	if c.Text, err = text.Clean("text", r.GetText(), text.Comment); err != nil {
		return posted{}, err
	}
	hit, err := s.admit(ctx, r.GetRoom(), who, c.GetText())
	if err != nil {
		return posted{}, err
	}
	if c.StreamTimeMs, err = streamTime(r.GetStreamTime()); err != nil {
		return posted{}, err
	}
	if c.Reply, err = s.reply(ctx, r); err != nil {
		return posted{}, err
	}
	charge, err := s.turn(ctx, who, person{r.GetRoom(), author.GetPerson()})
	if err != nil {
		return posted{}, err
	}
	c.PostedMs = s.clock().UnixMilli()
	if answer, ok := alreadyHeld(view, r.GetRoom(), c); ok {
		charge.back()
		return answer, nil
	}
	words := wordsID(room, who.Role, c.GetText())
	why, err := s.weigh(ctx, room, c, hit, r.GetActor().GetReview())
	if err != nil {
		charge.back()
		return posted{}, err
	}
	waits := why.reason != eventv1.HoldReason_HOLD_REASON_UNSPECIFIED
	if waits {
		if answer, ok, err := s.inLog(ctx, r.GetRoom(), c); err != nil || ok {
			charge.settle(answer, false, err)
			return answer, err
		}
	}
	if words != "" {
		if err := s.claim(ctx, words, told(r.GetRoom(), c.GetId())); err != nil {
			charge.back()
			return posted{}, err
		}
	}
	if waits {
		answer, err := s.putAside(ctx, r.GetRoom(), id, c, why)
		charge.settle(answer, true, err)
		return answer, err
	}
	if !s.called.Knows(view, room, author) { // before anybody reads the name
		if err := people.NoteName(ctx, s.bus, r.GetRoom(), author); err != nil {
			charge.back()
			return posted{}, err
		}
	}
	answer, first, err := s.write(ctx, r.GetRoom(), id, c)
	charge.settle(answer, first, err)
	return answer, err
}

// turn charges the person's slow mode and the room's intake. A refusal by settings that are a moment old is checked with
// the leader's: slow mode may just have been turned off.
func (s *Service) turn(ctx context.Context, author auth.Person, who person) (*charge, error) {
	var taken *charge
	rule := func(r *eventv1.Room) (err error) {
		if err = writable(author)(r); err == nil {
			taken, err = s.turns.take(r, who, slow(r, author.Role), s.clock())
		}
		return err
	}
	_, _, err := s.judge.Room(ctx, who.room, rule)
	return taken, err
}

// write appends the comment. A duplicate, known to the store from before this process's memory, is read back from the
// leader and compared; first is false then.
func (s *Service) write(ctx context.Context, room string, id once.ID, c *eventv1.Comment) (answer posted, first bool, err error) {
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: c}})
	if err != nil {
		return posted{}, false, fmt.Errorf("post: %w", err)
	}
	stored, err := s.bus.Append(ctx, bus.InRoom(bus.Log, room), id.Message(), body)
	if err != nil {
		return posted{}, false, fmt.Errorf("post: %w", err)
	}
	if !stored.Duplicate {
		return posted{comment: outside(room, c, stored.Sequence), hash: c.GetRequestHash()}, true, nil
	}
	answer, err = s.readBack(ctx, room, c, stored.Sequence)
	return answer, false, err
}

// inLog finds what an earlier try of the same request left in the room's log.
func (s *Service) inLog(ctx context.Context, room string, c *eventv1.Comment) (answer posted, ok bool, err error) {
	sequence, ok, err := s.recent.find(ctx, room, c.GetId(), s.clock())
	if err != nil || !ok {
		return posted{}, false, err
	}
	answer, err = s.readBack(ctx, room, c, sequence)
	return answer, true, err
}

// readBack answers a retry by the entry that the log has of its comment.
func (s *Service) readBack(ctx context.Context, room string, c *eventv1.Comment, sequence uint64) (posted, error) {
	var was *eventv1.Comment
	record, err := s.bus.At(ctx, bus.Log, sequence)
	if err == nil {
		was, err = commentIn(record)
	}
	switch {
	case errors.Is(err, bus.ErrNotFound), err == nil && was == nil:
		// Removed between the post and its retry. What was asked for happened, once.
		return posted{comment: outside(room, c, sequence), hash: c.GetRequestHash()}, nil
	case err != nil:
		return posted{}, fmt.Errorf("read back a known post: %w", err)
	case !bytes.Equal(was.GetRequestHash(), c.GetRequestHash()):
		return posted{}, reused()
	}
	return posted{comment: outside(room, was, sequence), hash: was.GetRequestHash()}, nil
}
