package comments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// How long a pin may be told to stay.
const (
	shortestPin = 5 * time.Second
	longestPin  = 24 * time.Hour
)

func pinKey(room string) bus.Key { return bus.InRoom(bus.State, room, "pin") }

// PinComment pins a comment in the place of the one that was pinned.
func (s *Service) PinComment(ctx context.Context, r *commentsv1.PinCommentRequest) (*commentsv1.PinCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	answer, err := s.pin(ctx, r)
	s.meter.act(ctx, "pin", err)
	return answer, err
}

func (s *Service) pin(ctx context.Context, r *commentsv1.PinCommentRequest) (*commentsv1.PinCommentResponse, error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("comment", r.GetComment())); err != nil {
		return nil, err
	}
	if r.GetRequestId() != "" {
		if err := text.RequestID(r.GetRequestId()); err != nil {
			return nil, err
		}
	}
	life := r.GetExpireAfter().AsDuration()
	if r.GetExpireAfter() != nil && (life < shortestPin || life > longestPin) {
		return nil, fault.New(fault.FieldInvalid, "a pin stays 5 s to 24 hours, or until it is taken away").On("expire_after")
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	c, sequence, err := s.standing(ctx, r.GetRoom(), r.GetComment(), r.GetSequence(), farthest)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	changed := false
	next := &eventv1.Pin{Comment: c.GetId(), Sequence: sequence, By: by.GetPerson(), PinnedMs: now.UnixMilli()}
	if life > 0 {
		next.UntilMs = now.Add(life).UnixMilli()
	}
	if r.GetRequestId() != "" {
		next.LastRequest = once.Of("pin", r.GetRoom(), by.GetPerson(), c.GetId(), r.GetRequestId()).Message()
	}
	stands, err := s.changePin(ctx, r.GetRoom(), func(p *eventv1.Pin) (*eventv1.Pin, error) {
		retried := next.GetLastRequest() != "" && p.GetLastRequest() == next.GetLastRequest()
		changed = retried
		if retried || life == 0 && p.GetUntilMs() == 0 && p.GetComment() == next.GetComment() && p.GetSequence() == sequence {
			return p, nil
		}
		changed = true
		return replacing(p, next, by, now), nil
	})
	if err != nil {
		return nil, fmt.Errorf("pin a comment: %w", err)
	}
	answer := &commentsv1.PinCommentResponse{Comment: outside(r.GetRoom(), c, sequence), ExpireTime: endOf(stands)}
	if changed {
		answer.Change = uint64(stands.GetChangedMs())
	}
	return answer, s.tellPin(ctx, r.GetRoom(), "pin_comment", c, stands, by)
}

// endOf is when a pin goes by itself; nil when it does not.
func endOf(p *eventv1.Pin) *timestamppb.Timestamp {
	if p.GetUntilMs() == 0 {
		return nil
	}
	return timestamppb.New(time.UnixMilli(p.GetUntilMs()))
}

// UnpinComment takes the pin away.
func (s *Service) UnpinComment(ctx context.Context, r *commentsv1.UnpinCommentRequest) (*commentsv1.UnpinCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	answer, err := s.unpin(ctx, r)
	s.meter.act(ctx, "unpin", err)
	return answer, err
}

func (s *Service) unpin(ctx context.Context, r *commentsv1.UnpinCommentRequest) (*commentsv1.UnpinCommentResponse, error) {
	err := text.RoomID(r.GetRoom())
	if r.GetComment() != "" {
		err = errors.Join(err, text.ItemID("comment", r.GetComment()))
	}
	if err != nil {
		return nil, err
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	changed := false
	stands, err := s.changePin(ctx, r.GetRoom(), func(p *eventv1.Pin) (*eventv1.Pin, error) {
		changed = s.unpinned(p, r.GetComment(), by)
		if p.GetComment() == "" || r.GetComment() != "" && r.GetComment() != p.GetComment() {
			return p, nil
		}
		changed = true
		return replacing(p, new(eventv1.Pin), by, s.clock()), nil
	})
	if err != nil {
		return nil, err
	}
	answer := new(commentsv1.UnpinCommentResponse)
	if changed {
		answer.Change = uint64(stands.GetChangedMs())
	}
	if stands.GetComment() != "" {
		return answer, nil
	}
	return answer, s.tellPin(ctx, r.GetRoom(), "unpin_comment", &eventv1.Comment{Id: stands.GetBefore().GetComment()}, stands, by)
}

// unpinned tells whether a comment, or with an empty id any, was unpinned by this person a moment ago: who asks again did not hear of it.
func (s *Service) unpinned(p *eventv1.Pin, comment string, by *eventv1.Author) bool {
	was := p.GetBefore().GetComment()
	return p.GetComment() == "" && was != "" && (comment == "" || comment == was) && p.GetChangedBy() == by.GetPerson() &&
		s.clock().Sub(time.UnixMilli(p.GetChangedMs())) <= audit.Retryable
}

// tellPin writes a change of the pin into the audit trail, where it is this person's and a moment old: told again, after a
// silence, it stands there once.
func (s *Service) tellPin(ctx context.Context, room, action string, c *eventv1.Comment, p *eventv1.Pin, by *eventv1.Author) error {
	old := s.clock().Sub(time.UnixMilli(p.GetChangedMs())) > audit.Retryable
	if p.GetChangedBy() != by.GetPerson() || old || p.GetUndone() != (audit.Acts[action].Of == audit.Pinning) {
		return nil
	}
	return audit.Write(ctx, s.bus, room, once.Of("audit", room, action, c.GetId(), number(uint64(p.GetChangedMs()))),
		&eventv1.AuditEntry{Actor: by, Action: action, Target: c.GetId(), About: c.GetAuthor().GetPerson(), AtMs: p.GetChangedMs()})
}

// staff is a moderator or host who acts in a room.
func (s *Service) staff(ctx context.Context, room string, actor *roomsv1.Actor) (*eventv1.Author, error) {
	who, by, err := s.acting(ctx, room, actor)
	if err == nil && !who.Role.AtLeast(auth.Moderator) {
		err = fault.New(fault.PermissionDenied, "only a moderator may do this")
	}
	return by, err
}

// changePin changes the pin's document by compare-and-set and gives what stands. change is given the pin that stands, empty for
// none, and gives the one that shall; the same one changes nothing.
func (s *Service) changePin(ctx context.Context, room string, change func(*eventv1.Pin) (*eventv1.Pin, error)) (*eventv1.Pin, error) {
	for range tries {
		record, err := s.bus.Last(ctx, pinKey(room))
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return nil, err
		}
		stands := new(eventv1.Pin)
		if err == nil && !record.Deleted {
			if err := proto.Unmarshal(record.Body, stands); err != nil {
				return nil, err
			}
		}
		next, err := change(stands)
		if err != nil || next == stands {
			return next, err
		}
		if err = s.putPin(ctx, room, next, record.Sequence); !errors.Is(err, bus.ErrConflict) {
			return next, err
		}
	}
	return nil, fault.New(fault.Unavailable, "the pin is being changed; try again").After(time.Second)
}

// replacing makes a pin, or none, what follows on the one that stands, which it keeps for its undo.
func replacing(stands, next *eventv1.Pin, by *eventv1.Author, now time.Time) *eventv1.Pin {
	next.Before = proto.CloneOf(stands)
	next.Before.Before, next.Before.LastRequest = nil, ""
	next.ChangedBy, next.ChangedMs = by.GetPerson(), after(stands.GetChangedMs(), now)
	return next
}

// after is when a change is made, in milliseconds: later than the one before it, so that it names the change.
func after(before int64, now time.Time) int64 { return max(now.UnixMilli(), before+1) }

// putPin writes the pin's document for as long as anything of it is needed: one without a comment while that can be taken back,
// and asked for again.
func (s *Service) putPin(ctx context.Context, room string, pin *eventv1.Pin, expected uint64) error {
	body, err := proto.Marshal(pin)
	if err != nil {
		return err
	}
	life := judge.UndoAgain
	switch {
	case pin.GetComment() != "" && pin.GetUntilMs() == 0:
		_, err = s.bus.Put(ctx, pinKey(room), body, expected)
		return err
	case pin.GetComment() != "":
		life = max(time.Second, time.UnixMilli(pin.GetUntilMs()).Sub(s.clock()))
	}
	_, err = s.bus.PutFor(ctx, pinKey(room), body, expected, life)
	return err
}

// unpinGone takes the pin from a comment that was removed, by its id. Gateways show no pin without a comment, so that a failure
// here leaves nothing on a screen.
func (s *Service) unpinGone(ctx context.Context, room string, gone func(comment string) bool) {
	s.mendPin(ctx, room, func(p *eventv1.Pin) *eventv1.Pin {
		if !gone(p.GetComment()) {
			return p
		}
		return replacing(p, new(eventv1.Pin), audit.System(), s.clock())
	})
}

// repinBack pins a comment again that is back, where the pin went with it and nothing was pinned since. back tells where those
// that are back stand now.
func (s *Service) repinBack(ctx context.Context, room string, back map[string]uint64) {
	s.mendPin(ctx, room, func(p *eventv1.Pin) *eventv1.Pin {
		was := p.GetBefore()
		sequence, ok := back[was.GetComment()]
		if !ok || p.GetComment() != "" || p.GetChangedBy() != audit.System().GetPerson() || over(was, s.clock()) {
			return p
		}
		was.Sequence, was.ChangedBy, was.ChangedMs = sequence, audit.System().GetPerson(), after(p.GetChangedMs(), s.clock())
		return was
	})
}

// over tells whether a pin would have gone by itself.
func over(p *eventv1.Pin, now time.Time) bool {
	return p.GetUntilMs() != 0 && p.GetUntilMs() <= now.UnixMilli()
}

// repinIf points the pin of a comment that was edited to where it stands now.
func (s *Service) repinIf(ctx context.Context, room, comment string, sequence uint64) {
	s.mendPin(ctx, room, func(p *eventv1.Pin) *eventv1.Pin {
		if p.GetComment() != comment {
			return p
		}
		next := proto.CloneOf(p)
		next.Sequence = sequence
		return next
	})
}

func (s *Service) mendPin(ctx context.Context, room string, mend func(*eventv1.Pin) *eventv1.Pin) {
	_, err := s.changePin(ctx, room, func(p *eventv1.Pin) (*eventv1.Pin, error) { return mend(p), nil })
	if err != nil {
		s.log.Warn("the pin could not follow its comment", "error", err)
	}
}

// UndoPin takes back one's own last change of the pin, or none where the request names another one.
func (s *Service) UndoPin(ctx context.Context, r *commentsv1.UndoPinRequest) (*commentsv1.UndoPinResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	answer, err := s.undoPin(ctx, r)
	s.meter.act(ctx, "undo_pin", err)
	return answer, err
}

func (s *Service) undoPin(ctx context.Context, r *commentsv1.UndoPinRequest) (*commentsv1.UndoPinResponse, error) {
	if err := text.RoomID(r.GetRoom()); err != nil {
		return nil, err
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	var c *eventv1.Comment
	stands, err := s.changePin(ctx, r.GetRoom(), func(p *eventv1.Pin) (next *eventv1.Pin, err error) {
		next, c, err = s.pinBefore(ctx, r, p, by.GetPerson())
		return next, err
	})
	if err != nil {
		return nil, fmt.Errorf("take a pin back: %w", err)
	}
	answer := &commentsv1.UndoPinResponse{ExpireTime: endOf(stands)}
	if c != nil {
		answer.Comment = outside(r.GetRoom(), c, stands.GetSequence())
	}
	return answer, s.tellPin(ctx, r.GetRoom(), "undo_pin", cmp.Or(c, &eventv1.Comment{}), stands, by)
}

// pinBefore is the pin as it was before its last change, with its comment where that still stands; p itself where the change was
// taken back already.
func (s *Service) pinBefore(ctx context.Context, r *commentsv1.UndoPinRequest, p *eventv1.Pin, by string) (*eventv1.Pin, *eventv1.Comment, error) {
	now := s.clock()
	may, again := judge.MayUndo(p.GetChangedBy() == by, p.GetUndone(), time.UnixMilli(p.GetChangedMs()), now)
	may, again = may && judge.Named(r.GetChange(), p.GetChangedMs()), again && judge.Named(r.GetChange(), p.GetUndidMs())
	if !again && (!may || p.GetBefore() == nil) {
		return nil, nil, fault.New(fault.UndoExpired, "there is no change of the pin by you in the last 60 s that is still the last one")
	}
	was := p.GetBefore()
	if again {
		was = p
	}
	var c *eventv1.Comment
	next := &eventv1.Pin{ChangedBy: by, ChangedMs: after(p.GetChangedMs(), now), Undone: true, UndidMs: p.GetChangedMs()}
	if was.GetComment() != "" && !over(was, now) {
		found, sequence, err := s.standing(ctx, r.GetRoom(), was.GetComment(), was.GetSequence(), farthest)
		switch {
		case err == nil:
			c = found
			next.Comment, next.Sequence, next.By, next.PinnedMs, next.UntilMs = c.GetId(), sequence, was.GetBy(), was.GetPinnedMs(), was.GetUntilMs()
		case !fault.Is(err, fault.CommentNotFound) || p.GetComment() == "": // else what was pinned before is gone, and nothing is pinned
			return nil, nil, err
		}
	}
	if again {
		return p, c, nil
	}
	return next, c, nil
}
