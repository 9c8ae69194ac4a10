package comments

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// EditComment puts a new text in the place of the old one, which the eraser overwrites.
func (s *Service) EditComment(ctx context.Context, r *commentsv1.EditCommentRequest) (*commentsv1.EditCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	c, err := s.edit(ctx, r)
	s.meter.act(ctx, "edit", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.EditCommentResponse{Comment: c}, nil
}

func (s *Service) edit(ctx context.Context, r *commentsv1.EditCommentRequest) (*commentsv1.Comment, error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("comment", r.GetComment())); err != nil {
		return nil, err
	}
	who, by, err := s.acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	clean, err := text.Clean("text", r.GetText(), text.Comment)
	if err != nil {
		return nil, err
	}
	hint := r.GetSequence()
	for range tries {
		c, sequence, err := s.standing(ctx, r.GetRoom(), r.GetComment(), hint, farthest)
		if err != nil {
			return nil, err
		}
		if c.GetAuthor().GetPerson() != by.GetPerson() {
			return nil, fault.New(fault.PermissionDenied, "only its author may change a comment")
		}
		if c.GetText() == clean {
			return outside(r.GetRoom(), c, sequence), nil // a retry, or no change
		}
		edited, stored, err := s.replace(ctx, r.GetRoom(), editor{who, r.GetActor().GetReview()}, c, sequence, clean)
		if err != nil {
			return nil, err
		}
		if edited != nil {
			s.repinIf(ctx, r.GetRoom(), r.GetComment(), stored)
			return outside(r.GetRoom(), edited, stored), nil
		}
		hint = 0 // removed or changed meanwhile: the log tells
	}
	return nil, fault.New(fault.Unavailable, "the comment is being changed; try again").After(time.Second)
}

// editor is whoever changes a comment; review as in roomsv1.Actor.
type editor struct {
	auth.Person
	review bool
}

// replace judges the new text and stores it; nil when somebody overruled the entry first.
func (s *Service) replace(ctx context.Context, room string, who editor, c *eventv1.Comment, sequence uint64, clean string) (*eventv1.Comment, uint64, error) {
	view, settings, err := s.judge.Room(ctx, room, func(r *eventv1.Room) error { return editable(r, who.Person, c, s.clock()) })
	shadow := false
	if err == nil {
		shadow, err = people.MayWrite(ctx, s.bus, view, room, c.GetAuthor(), s.clock())
	}
	if err == nil && shadow && !c.GetShadow() { // everybody would see the new text, as they see the old one
		err = editExpired(settings)
	}
	if err != nil {
		return nil, 0, err
	}
	edited := proto.CloneOf(c)
	edited.Text, edited.EditedMs = clean, s.clock().UnixMilli()
	waits, err := s.passes(ctx, settings, who, edited)
	if err != nil {
		return nil, 0, err
	}
	if waits { // refused, since the old text stands meanwhile
		return nil, 0, fault.New(fault.EditExpired, "what you write waits for a moderator here just now, and a change cannot; delete it and write another").On("comment")
	}
	if edited.GetText() == c.GetText() { // a retry, which the moderation hook rewrote as it did before
		return c, sequence, nil
	}
	if err := s.claimEdit(ctx, settings, who, c, edited.GetText(), sequence); err != nil {
		return nil, 0, err
	}
	if settings.GetSettings().GetKeepOriginals() {
		if err := s.copies.keepOriginal(ctx, room, c, sequence); err != nil {
			return nil, 0, fmt.Errorf("keep an original: %w", err)
		}
	}
	entry := &eventv1.LogEntry{Body: &eventv1.LogEntry_Edit{Edit: &eventv1.Edit{Comment: edited, Replaces: sequence}}}
	stored, was, err := s.overrule(ctx, room, sequence, entry)
	if err != nil {
		return nil, 0, fmt.Errorf("edit a comment: %w", err)
	}
	if was != nil {
		return nil, 0, nil
	}
	return edited, stored, nil
}

// passes judges a text that is to be seen at once, of a change or of what its author brings back, as that of a new comment,
// and tells whether that would wait for a moderator: else whoever was let through once could show everybody what nobody has
// looked at. The hook may change the text.
func (s *Service) passes(ctx context.Context, room *eventv1.Room, who editor, c *eventv1.Comment) (waits bool, err error) {
	hit, err := s.admit(ctx, room.GetId(), who.Person, c.GetText())
	if err != nil {
		return false, err
	}
	why, err := s.weigh(ctx, room, c, hit, who.review)
	if err == nil && why.reason == eventv1.HoldReason_HOLD_REASON_FILTER {
		err = blockedTerm()
	}
	return why.reason != eventv1.HoldReason_HOLD_REASON_UNSPECIFIED, err
}

// editable is the rule of when an author may change a comment.
func editable(r *eventv1.Room, who auth.Person, c *eventv1.Comment, now time.Time) error {
	if err := writable(who)(r); err != nil {
		return err
	}
	window := time.Duration(r.GetSettings().GetEditWindowSeconds()) * time.Second
	switch {
	case window == 0:
		return fault.New(fault.EditExpired, "comments cannot be changed in this room; delete it and write another").On("comment")
	case now.Sub(time.UnixMilli(c.GetPostedMs())) > window:
		return editExpired(r)
	}
	return nil
}

func editExpired(r *eventv1.Room) error {
	return fault.New(fault.EditExpired, "a comment can be changed for %d s after it was written", r.GetSettings().GetEditWindowSeconds()).On("comment")
}

// mostVersions bounds what is listed of one comment.
const mostVersions = 100

// ListCommentVersions lists what edits of a comment replaced, while the room keeps it.
func (s *Service) ListCommentVersions(ctx context.Context, r *commentsv1.ListCommentVersionsRequest) (*commentsv1.ListCommentVersionsResponse, error) {
	caller, err := s.judge.Reader(ctx, r.GetRoom(), s.clock())
	if err != nil {
		return nil, err
	}
	if err := text.ItemID("comment", r.GetComment()); err != nil {
		return nil, err
	}
	answer := new(commentsv1.ListCommentVersionsResponse)
	if !caller.Room.GetSettings().GetKeepOriginals() {
		return answer, nil
	}
	records, _, err := s.bus.Range(ctx, bus.InRoom(bus.Held, r.GetRoom(), originalKey, r.GetComment()), 1, mostVersions)
	if err != nil {
		return nil, fmt.Errorf("list versions: %w", err)
	}
	for _, record := range records {
		c := new(eventv1.Comment)
		if err := proto.Unmarshal(record.Body, c); err != nil {
			return nil, fmt.Errorf("version %d: %w", record.Sequence, err)
		}
		answer.Versions = append(answer.Versions, outside(r.GetRoom(), c, c.GetPlace()))
	}
	return answer, nil
}
