package comments

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/pause"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// clearHeld follows the documents of held comments, of all rooms with one consumer, and clears away what was decided once
// nobody can take it back: the text is overwritten, then the document goes. It begins with what stands, so that what a
// process left open is finished by the next; two that do it at once change nothing for one another.
func (s *Service) clearHeld(ctx context.Context) error {
	for ctx.Err() == nil {
		decided := make(chan bus.Record, 1024)
		inner, cancel := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() {
			done <- s.bus.Consume(inner, bus.AllInEveryRoom(bus.State, heldKey), 1, false, func(r bus.Record) error {
				select {
				case decided <- r:
					return nil
				case <-inner.Done():
					return inner.Err()
				}
			})
		}()
		err := s.clearEach(inner, decided, done)
		cancel()
		if ctx.Err() == nil {
			s.log.Warn("following held comments was interrupted; beginning anew", "error", err)
			pause.For(ctx, time.Second)
		}
	}
	return ctx.Err()
}

// due is a decided comment that waits for its time.
type due struct {
	room     string
	doc      *eventv1.HeldComment
	sequence uint64
}

func (s *Service) clearEach(ctx context.Context, decided <-chan bus.Record, done <-chan error) error {
	waiting := make(map[string]due) // by subject
	tick := time.NewTicker(s.clearEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case r := <-decided:
			delete(waiting, r.Subject)
			room, rest, ok := bus.InRoomOf(bus.State, r.Subject)
			doc := new(eventv1.HeldComment)
			if !ok || r.Deleted || !strings.HasPrefix(rest, heldKey+".") || proto.Unmarshal(r.Body, doc) != nil ||
				doc.GetState() == eventv1.HeldState_HELD_STATE_UNSPECIFIED && doc.GetTakenFrom() == 0 {
				continue
			}
			waiting[r.Subject] = due{room, doc, r.Sequence}
		case <-tick.C:
			for subject, d := range waiting {
				if d.doc.GetState() == eventv1.HeldState_HELD_STATE_UNSPECIFIED { // its tombstone may be missing
					if err := s.finishTaking(ctx, d.room, d.doc); err != nil {
						s.log.Warn("a reported comment is not taken away yet", "room", d.room, "error", err)
						continue
					}
					delete(waiting, subject)
					continue
				}
				if s.clock().Sub(time.UnixMilli(d.doc.GetDecidedMs())) < heldKeep {
					continue
				}
				if err := s.clear(ctx, d); err != nil {
					s.log.Warn("a decided comment is not cleared away yet", "room", d.room, "error", err)
					continue
				}
				delete(waiting, subject)
			}
		}
	}
}

// clear finishes a release that was cut short, or its undo, and clears a decided comment away.
func (s *Service) clear(ctx context.Context, d due) error {
	if d.doc.GetState() == eventv1.HeldState_HELD_STATE_RELEASED {
		there, gone, err := s.lastWord(ctx, d)
		if err != nil {
			return err
		}
		if gone.takesBack(d.doc) {
			return s.finishUndo(ctx, d)
		}
		if !there {
			if _, err := s.postReleased(ctx, d.room, d.doc); err != nil && !fault.Is(err, fault.CommentNotFound) {
				return err
			}
		}
	}
	if d.doc.GetState() == eventv1.HeldState_HELD_STATE_REJECTED { // it may have been public, and edited
		if err := s.copies.eraseOriginals(ctx, d.room, d.doc.GetId()); err != nil {
			return err
		}
	}
	if err := s.bus.Erase(ctx, bus.Held, d.doc.GetTextSequence()); err != nil {
		return fmt.Errorf("erase a held comment's text: %w", err)
	}
	_, err := s.bus.Remove(ctx, bus.InRoom(bus.State, d.room, heldKey, d.doc.GetId()), d.sequence)
	if errors.Is(err, bus.ErrConflict) {
		return nil // somebody else was faster
	}
	return err
}

// lastWord is what the log says of a released comment: whether it got there, and its removal where that is the last word. While
// the log knows the message id of a release for certain, posting it again does no harm. Later, after a stop of that length,
// it has to be looked for.
func (s *Service) lastWord(ctx context.Context, d due) (there bool, gone *removed, err error) {
	if s.clock().Sub(time.UnixMilli(d.doc.GetDecidedMs())) <= bus.Remembered {
		now, err := s.removed.in(ctx, d.room, s.clock())
		if removal, ok := now.gone[d.doc.GetReleasedAs()]; ok {
			gone = &removal
		}
		return false, gone, err
	}
	f, err := s.find(ctx, d.room, d.doc.GetReleasedAs(), 0, farthest)
	if fault.Is(err, fault.CommentNotFound) {
		return false, nil, nil
	}
	return err == nil && !(d.doc.GetTakenFrom() != 0 && f.gone.waits()), f.gone, err
}

// takesBack tells whether a moderator began to take the release of a comment back: reports take comments away, too, but in nobody's
// name, and what was taken back before the release is what that overrules.
func (r *removed) takesBack(doc *eventv1.HeldComment) bool {
	return r.waits() && r.GetBy() != audit.System().GetPerson() && r.sequence > doc.GetBringsBack()
}

// finishUndo puts a comment back among what waits whose release was taken back, when that was cut short.
func (s *Service) finishUndo(ctx context.Context, d due) error {
	if d.doc.GetTakenFrom() == 0 { // released anew it has another id
		if err := s.copies.eraseOriginals(ctx, d.room, d.doc.GetReleasedAs()); err != nil {
			return err
		}
	}
	moved := false
	doc, err := s.decide(ctx, d.room, d.doc.GetId(), d.doc.GetDecidedBy(), func(doc *eventv1.HeldComment) (bool, error) {
		if moved = doc.GetRevision() == d.doc.GetRevision(); moved {
			undecide(doc)
		}
		return moved, nil
	})
	if err != nil || !moved { // somebody else was faster
		return err
	}
	return s.tellHeld(ctx, d.room, doc, doc.GetDecidedBy(), "undo_held", "")
}
