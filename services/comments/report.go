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

// ReportComment tells moderators of a comment, and takes it away where enough people do.
func (s *Service) ReportComment(ctx context.Context, r *commentsv1.ReportCommentRequest) (*commentsv1.ReportCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	err := s.report(ctx, r)
	s.meter.act(ctx, "report", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.ReportCommentResponse{}, nil
}

func (s *Service) report(ctx context.Context, r *commentsv1.ReportCommentRequest) error {
	err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("comment", r.GetComment()), people.CheckReport(r.GetReason(), r.GetActor().GetTrace()))
	if err != nil {
		return err
	}
	who, by, err := s.acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return err
	}
	view, room, err := s.judge.Room(ctx, r.GetRoom(), nil)
	if err != nil {
		return err
	}
	counts, err := people.MayReport(view, by, s.clock())
	if err != nil {
		return err
	}
	f, err := s.find(ctx, r.GetRoom(), r.GetComment(), r.GetSequence(), farthestReply)
	switch {
	case err != nil:
		return err
	case f.gone != nil:
		return nil // what it asks for has happened
	case f.comment.GetShadow() && !who.Role.AtLeast(auth.Moderator):
		return fault.New(fault.CommentNotFound, "there is no such comment").On("comment")
	case f.comment.GetAuthor().GetPerson() == by.GetPerson():
		return fault.New(fault.FieldInvalid, "this comment is your own; delete it").On("comment")
	case !counts:
		return nil
	}
	all, fresh, err := people.Count(ctx, s.bus, people.Report{
		Room: r.GetRoom(), Item: r.GetComment(), Kind: people.AComment, Author: f.comment.GetAuthor().GetPerson(), By: by,
		Trace: r.GetActor().GetTrace(), Reason: r.GetReason(), EditedMs: f.comment.GetEditedMs(),
	}, s.clock())
	if err != nil {
		return err
	}
	if fresh {
		err := audit.Write(ctx, s.bus, r.GetRoom(), once.Of("audit", r.GetRoom(), "report_comment", r.GetComment(), by.GetPerson(), number(uint64(all.GetLastMs()))),
			&eventv1.AuditEntry{
				Actor: by, Action: "report_comment", Target: r.GetComment(), About: f.comment.GetAuthor().GetPerson(), Reason: r.GetReason(), AtMs: all.GetLastMs(),
			})
		if err != nil {
			return err
		}
	}
	// Asked anew with each report, so that what a process left undone is done by the next.
	if people.Due(all, room.GetSettings().GetReportThreshold()) && f.comment.GetAuthor().GetRole() < eventv1.Role_ROLE_MODERATOR {
		return s.takeAway(ctx, r.GetRoom(), r.GetComment(), all)
	}
	return nil
}

// takeAway holds a comment that was public: its text where moderators read it, the document that says so, and then the
// tombstone. Cut short between the last two, it waits and is seen at once: clearHeld, and whoever decides, write the
// tombstone then.
func (s *Service) takeAway(ctx context.Context, room, comment string, all *eventv1.Reports) error {
	for range tries {
		f, err := s.find(ctx, room, comment, 0, farthest)
		if err != nil {
			return err
		}
		doc, record, err := s.heldOrNone(ctx, room, comment)
		switch {
		case err != nil:
			return err
		case f.gone != nil:
			if doc != nil && doc.GetTakenFrom() != 0 && !f.gone.GetHeld() {
				return s.drop(ctx, room, doc, record) // somebody removed it meanwhile
			}
			return people.Held(ctx, s.bus, room, comment)
		case doc.GetState() != eventv1.HeldState_HELD_STATE_UNSPECIFIED && f.comment.GetEditedMs() <= doc.GetDecidedMs():
			return people.Settle(ctx, s.bus, room, comment, people.AComment, doc.GetDecidedBy().GetPerson(), s.clock()) // a moderator let it through a moment ago
		case doc.GetTakenFrom() != f.sequence, doc.GetState() != eventv1.HeldState_HELD_STATE_UNSPECIFIED:
			if doc, err = s.wait(ctx, room, f, doc, record, people.Said(all)); errors.Is(err, bus.ErrConflict) {
				continue
			} else if err != nil {
				return err
			}
		}
		gone, err := s.entombHeld(ctx, room, f)
		if err != nil {
			return err
		}
		if !gone {
			continue // changed or removed meanwhile
		}
		s.meter.act(ctx, "hold", nil)
		s.unpinGone(ctx, room, func(id string) bool { return id == comment })
		if err := people.Held(ctx, s.bus, room, comment); err != nil {
			return err
		}
		return audit.Write(ctx, s.bus, room, once.Of("audit", room, "hold_comment", comment, number(f.sequence)), &eventv1.AuditEntry{
			Actor: audit.System(), Action: "hold_comment", Target: comment, About: doc.GetAuthor().GetPerson(), Reason: people.Said(all), AtMs: s.clock().UnixMilli(),
		})
	}
	return fault.New(fault.Unavailable, "the comment is being changed; try again").After(time.Second)
}

// wait writes the document of a comment that is taken away, over that of its former text where it was edited meanwhile.
func (s *Service) wait(ctx context.Context, room string, f found, was *eventv1.HeldComment, record bus.Record, detail string) (*eventv1.HeldComment, error) {
	body, err := proto.Marshal(&eventv1.HeldText{Text: f.comment.GetText()})
	if err != nil {
		return nil, fmt.Errorf("take a comment away: %w", err)
	}
	stored, err := s.bus.Append(ctx, bus.InRoom(bus.Held, room, heldKey, f.comment.GetId()),
		once.Of("reports", room, f.comment.GetId(), number(f.sequence)).Message(), body)
	if err != nil {
		return nil, fmt.Errorf("take a comment away: %w", err)
	}
	c := f.comment
	doc := &eventv1.HeldComment{
		Id: c.GetId(), Author: c.GetAuthor(), Reason: eventv1.HoldReason_HOLD_REASON_REPORTS, Detail: detail, TextSequence: stored.Sequence,
		PostedMs: c.GetPostedMs(), StreamTimeMs: c.GetStreamTimeMs(), RequestHash: c.GetRequestHash(), Revision: was.GetRevision() + 1, Reply: c.GetReply(),
		TakenFrom: f.sequence, Place: c.GetPlace(), EditedMs: c.GetEditedMs(),
	}
	if err := s.putHeld(ctx, room, doc, record.Sequence); err != nil {
		return nil, err
	}
	if was.GetTextSequence() != 0 {
		if err := s.bus.Erase(ctx, bus.Held, was.GetTextSequence()); err != nil {
			return nil, fmt.Errorf("erase a held comment's former text: %w", err)
		}
	}
	return doc, nil
}

// entombHeld stores the tombstone of a comment that waits for a moderator again; false when somebody overruled the entry
// first.
func (s *Service) entombHeld(ctx context.Context, room string, f found) (bool, error) {
	_, was, err := s.overrule(ctx, room, f.sequence, &eventv1.LogEntry{Body: &eventv1.LogEntry_Removal{Removal: &eventv1.Removal{
		Comment: f.comment.GetId(), Sequence: f.sequence, By: audit.System().GetPerson(), RemovedMs: s.clock().UnixMilli(),
		Author: f.comment.GetAuthor().GetPerson(), Held: true,
	}}})
	if err != nil {
		return false, fmt.Errorf("take a comment away: %w", err)
	}
	return was == nil || was.GetRemoval().GetHeld(), nil
}

// finishTaking writes the tombstone that a process left out when it took a comment away.
func (s *Service) finishTaking(ctx context.Context, room string, doc *eventv1.HeldComment) error {
	f, err := s.find(ctx, room, doc.GetId(), doc.GetTakenFrom(), farthest)
	if fault.Is(err, fault.CommentNotFound) || err == nil && f.gone != nil {
		return nil
	}
	if err != nil {
		return err
	}
	all, _, err := people.ReadReports(ctx, s.bus, room, doc.GetId())
	if err != nil {
		return err
	}
	return s.takeAway(ctx, room, doc.GetId(), all)
}

// putBack brings a comment back that was taken away, with its id, place and time. Done twice it stands there once. What
// somebody removed since stays removed.
func (s *Service) putBack(ctx context.Context, room string, doc *eventv1.HeldComment) (*commentsv1.Comment, error) {
	for range tries {
		f, err := s.find(ctx, room, doc.GetId(), 0, farthest)
		switch {
		case fault.Is(err, fault.CommentNotFound): // so long ago that the log has gone on
		case err != nil:
			return nil, err
		case f.comment != nil && f.sequence != doc.GetTakenFrom():
			return outside(room, f.comment, f.sequence), nil // it is back already
		case f.comment != nil: // its tombstone never came
			if _, err := s.entombHeld(ctx, room, f); err != nil {
				return nil, err
			}
			continue
		case !f.gone.GetHeld():
			return nil, fault.New(fault.CommentNotFound, "that comment was removed").On("comment")
		}
		words, err := s.heldText(ctx, doc)
		if err != nil {
			return nil, err
		}
		c := released(doc, words)
		c.Id, c.Place, c.EditedMs = doc.GetId(), doc.GetPlace(), doc.GetEditedMs()
		var removal uint64
		if f.gone != nil {
			removal = f.gone.sequence
		}
		sequence, err := s.restore(ctx, room, once.Of("put back", room, doc.GetId(), number(doc.GetRevision())), &eventv1.Restoration{
			Comment: c, Removal: removal, By: doc.GetDecidedBy().GetPerson(), RestoredMs: doc.GetDecidedMs(),
		})
		if err != nil {
			return nil, err
		}
		return outside(room, c, sequence), nil
	}
	return nil, fault.New(fault.Unavailable, "the comment is being changed; try again").After(time.Second)
}

// letStay ends the reports of a comment that still stands; false when there are none.
func (s *Service) letStay(ctx context.Context, room, comment string, by *eventv1.Author) (*commentsv1.Comment, bool, error) {
	all, _, err := people.ReadReports(ctx, s.bus, room, comment)
	if err != nil || len(all.GetPeople()) == 0 {
		return nil, false, err
	}
	c, sequence, err := s.standing(ctx, room, comment, 0, farthest)
	if err != nil {
		return nil, false, err
	}
	at := s.clock()
	if all.GetSettledMs() != 0 {
		at = time.UnixMilli(all.GetSettledMs())
		if !people.DismissedBy(all, by.GetPerson()) || s.clock().Sub(at) > audit.Retryable {
			return outside(room, c, sequence), true, nil
		}
	} else if err := people.Dismiss(ctx, s.bus, room, comment, by.GetPerson(), at); err != nil {
		return nil, false, err
	}
	// Perhaps its entry is what failed before: told again it stands there once.
	return outside(room, c, sequence), true, audit.Write(ctx, s.bus, room, once.Of("audit", room, "dismiss_reports", comment, number(uint64(at.UnixMilli()))),
		&eventv1.AuditEntry{Actor: by, Action: "dismiss_reports", Target: comment, About: c.GetAuthor().GetPerson(), AtMs: at.UnixMilli()})
}

// undoDismissal has the reports of a comment count again that this moderator let stay a moment ago; false where there are none.
// A second time does what the first one may have left out.
func (s *Service) undoDismissal(ctx context.Context, room, comment string, by *eventv1.Author) (known bool, err error) {
	all, done, err := people.Undismiss(ctx, s.bus, room, comment, by.GetPerson(), s.clock(), judge.MayUndo)
	switch {
	case err != nil:
		return false, err
	case !done && len(all.GetPeople()) == 0 && all.GetSettledMs() == 0:
		return false, nil
	case !done:
		return true, fault.New(fault.UndoExpired, "there is no decision of yours on this comment in the last 60 s").On("comment")
	}
	err = audit.Write(ctx, s.bus, room, once.Of("audit", room, "undo_dismiss_reports", comment, number(uint64(all.GetUnsettledOfMs()))),
		&eventv1.AuditEntry{Actor: by, Action: "undo_dismiss_reports", Target: comment, About: all.GetAuthor(), AtMs: all.GetUnsettledMs()})
	if err != nil {
		return true, err
	}
	_, settings, err := s.judge.Room(ctx, room, nil)
	if err != nil || !people.Due(all, settings.GetSettings().GetReportThreshold()) { // enough came meanwhile
		return true, err
	}
	c, _, err := s.standing(ctx, room, comment, 0, farthest)
	if err != nil || c.GetAuthor().GetRole() >= eventv1.Role_ROLE_MODERATOR {
		return true, err
	}
	return true, s.takeAway(ctx, room, comment, all)
}

// drop takes back that a comment waits, because somebody removed it.
func (s *Service) drop(ctx context.Context, room string, doc *eventv1.HeldComment, record bus.Record) error {
	if err := s.bus.Erase(ctx, bus.Held, doc.GetTextSequence()); err != nil {
		return fmt.Errorf("erase a held comment's text: %w", err)
	}
	_, err := s.bus.Remove(ctx, bus.InRoom(bus.State, room, heldKey, doc.GetId()), record.Sequence)
	if errors.Is(err, bus.ErrConflict) {
		return nil // somebody else was faster
	}
	return err
}
