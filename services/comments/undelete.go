package comments

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
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

// UndeleteComment undoes a removal within 60 s: the comment is posted again, as it was, at a new sequence.
func (s *Service) UndeleteComment(ctx context.Context, r *commentsv1.UndeleteCommentRequest) (*commentsv1.UndeleteCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	c, err := s.undelete(ctx, r)
	s.meter.act(ctx, "undelete", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.UndeleteCommentResponse{Comment: c}, nil
}

func (s *Service) undelete(ctx context.Context, r *commentsv1.UndeleteCommentRequest) (*commentsv1.Comment, error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("comment", r.GetComment())); err != nil {
		return nil, err
	}
	who, by, err := s.acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	f, err := s.find(ctx, r.GetRoom(), r.GetComment(), 0, farthest)
	if fault.Is(err, fault.CommentNotFound) || err == nil && f.gone.waits() {
		if c, waits, held := s.undeleteHeld(ctx, r.GetRoom(), r.GetComment(), who, by); waits || held != nil {
			return c, held
		}
	}
	if err != nil {
		return nil, err
	}
	if f.gone == nil {
		return s.undeleted(ctx, r, f, who, by)
	}
	kept, copied, err := s.copies.last(ctx, r.GetRoom(), r.GetComment())
	if err != nil {
		return nil, err
	}
	now := s.clock()
	if kept == nil || now.Sub(time.UnixMilli(f.gone.GetRemovedMs())) > judge.UndoFor {
		return nil, fault.New(fault.UndoExpired, "a removal can be undone for 60 s").On("comment")
	}
	if r.GetOwn() && f.gone.GetBy() != by.GetPerson() {
		return nil, fault.New(fault.UndoExpired, "somebody else removed it since").On("comment")
	}
	own := f.gone.GetBy() == kept.GetAuthor().GetPerson() // what its author took away is nobody else's to bring back
	if f.gone.GetBy() != by.GetPerson() && (own || !who.Role.AtLeast(auth.Moderator)) {
		return nil, mayNotUndo()
	}
	if own {
		if err := s.mayBringBack(ctx, r.GetRoom(), editor{who, r.GetActor().GetReview()}, kept); err != nil {
			return nil, err
		}
	}
	restored := &eventv1.Restoration{Comment: kept, Removal: f.gone.sequence, By: by.GetPerson(), RestoredMs: now.UnixMilli()}
	sequence, err := s.restore(ctx, r.GetRoom(), restoreID(r.GetRoom(), f.gone.sequence), restored)
	if err != nil {
		return nil, err
	}
	if err := s.bus.Erase(ctx, bus.Held, copied); err != nil { // the sweep does it
		s.log.Warn("the copy of a comment that is back could not be erased yet", "error", err)
	}
	back := found{comment: kept, sequence: sequence, restored: restored}
	if err := s.finishUndelete(ctx, r.GetRoom(), back); err != nil {
		return nil, err
	}
	return outside(r.GetRoom(), kept, sequence), s.tellUndelete(ctx, r.GetRoom(), back, by)
}

// undeleted answers for a comment that stands. What brought it back may have been cut short: whoever may undo the removal
// finishes it, and its entry in the trail is written by whoever did.
func (s *Service) undeleted(ctx context.Context, r *commentsv1.UndeleteCommentRequest, f found, who auth.Person, by *eventv1.Author) (*commentsv1.Comment, error) {
	mine := f.restored.GetBy() == by.GetPerson() && s.clock().Sub(time.UnixMilli(f.restored.GetRestoredMs())) <= judge.UndoAgain
	switch {
	case r.GetOwn() && !mine:
		return nil, fault.New(fault.UndoExpired, "there is no removal of this comment by you in the last 60 s").On("comment")
	case f.comment.GetAuthor().GetPerson() != by.GetPerson() && !who.Role.AtLeast(auth.Moderator):
		return nil, mayNotUndo()
	}
	if err := s.finishUndelete(ctx, r.GetRoom(), f); err != nil {
		return nil, err
	}
	if mine && !f.restored.GetAll() {
		return outside(r.GetRoom(), f.comment, f.sequence), s.tellUndelete(ctx, r.GetRoom(), f, by)
	}
	return outside(r.GetRoom(), f.comment, f.sequence), nil
}

// finishUndelete gives a comment that is back what went with it: the pin, and its reports. Done twice it is the same.
func (s *Service) finishUndelete(ctx context.Context, room string, back found) error {
	s.repinBack(ctx, room, map[string]uint64{back.comment.GetId(): back.sequence})
	return people.Remember(ctx, s.bus, room, back.comment.GetId())
}

func (s *Service) tellUndelete(ctx context.Context, room string, back found, by *eventv1.Author) error {
	id := back.comment.GetId()
	return audit.Write(ctx, s.bus, room, once.Of("audit", room, "undelete_comment", id, number(back.restored.GetRemoval())), &eventv1.AuditEntry{
		Actor: by, Action: "undelete_comment", Target: id, About: back.comment.GetAuthor().GetPerson(), AtMs: back.restored.GetRestoredMs(),
	})
}

// undeleteHeld has a comment wait again that waited for a moderator when somebody removed it; false where this was another, or
// nothing of the kind.
func (s *Service) undeleteHeld(ctx context.Context, room, comment string, who auth.Person, by *eventv1.Author) (*commentsv1.Comment, bool, error) {
	doc, _, err := s.heldOrNone(ctx, room, comment)
	if err != nil || doc.GetDecidedBy().GetPerson() != by.GetPerson() || doc.GetState() == eventv1.HeldState_HELD_STATE_RELEASED {
		return nil, false, err
	}
	if doc.GetAuthor().GetPerson() == by.GetPerson() {
		if _, _, err := s.mayWrite(ctx, room, who, by); err != nil {
			return nil, false, err
		}
	}
	if doc, err = s.waitAgain(ctx, room, comment, by); err != nil {
		return nil, false, err
	}
	words, err := s.heldText(ctx, doc)
	if err != nil {
		return nil, false, err
	}
	c := released(doc, words)
	c.Id = doc.GetId()
	return outside(room, c, 0), true, nil
}

// mayBringBack tells whether an author may show again what it took away: whether it may write in the room as that is now, and
// this text. The hook may change the text.
func (s *Service) mayBringBack(ctx context.Context, room string, author editor, kept *eventv1.Comment) error {
	settings, shadow, err := s.mayWrite(ctx, room, author.Person, kept.GetAuthor())
	if err != nil {
		return err
	}
	kept.Shadow = kept.GetShadow() || shadow // like what it writes now
	waits, err := s.passes(ctx, settings, author, kept)
	if err == nil && waits {
		err = fault.New(fault.UndoExpired, "what you write waits for a moderator here just now, and what you bring back cannot; write it anew").On("comment")
	}
	return err
}

// mayWrite tells whether an author may write in the room as that is now, and whether out of sight.
func (s *Service) mayWrite(ctx context.Context, room string, who auth.Person, author *eventv1.Author) (settings *eventv1.Room, shadow bool, err error) {
	view, settings, err := s.judge.Room(ctx, room, writable(who))
	if err != nil {
		return nil, false, err
	}
	shadow, err = people.MayWrite(ctx, s.bus, view, room, author, s.clock())
	return settings, shadow, err
}

func mayNotUndo() error {
	return fault.New(fault.PermissionDenied, "only whoever removed it may undo this, or a moderator where a moderator did")
}

// restoreID is the id of the undoing of one removal, so that it happens once.
func restoreID(room string, removal uint64) once.ID {
	return once.Of("restore", room, number(removal))
}

// restoredBy is the restoration that an entry holds, where it undoes a removal: a release of what was reported holds one, too.
func restoredBy(room string, entry *eventv1.LogEntry, record bus.Record) *eventv1.Restoration {
	if r := entry.GetRestoration(); r != nil && record.MessageID() == restoreID(room, r.GetRemoval()).Message() {
		return r
	}
	return nil
}

func (s *Service) restore(ctx context.Context, room string, id once.ID, r *eventv1.Restoration) (uint64, error) {
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Restoration{Restoration: r}})
	if err != nil {
		return 0, err
	}
	stored, err := s.bus.Append(ctx, bus.InRoom(bus.Log, room), id.Message(), body)
	if err != nil {
		return 0, fmt.Errorf("bring a comment back: %w", err)
	}
	return stored.Sequence, nil
}
