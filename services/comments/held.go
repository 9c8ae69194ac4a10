package comments

import (
	"bytes"
	"context"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/hook"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	moderationv1 "github.com/ovation-live/ovation/proto/gen/ovation/moderation/v1"
)

// heldKey is the first part of the key of a held comment's document and of its text; the second is the comment's id.
const heldKey = "h"

// hold says that a comment waits for a moderator, and why.
type hold struct {
	reason eventv1.HoldReason // 0: it does not
	detail string
}

// weigh asks the moderation hook and the room's settings whether a comment that passed every rule may be shown at once. hit
// is what the filter found. The hook may have changed the text.
func (s *Service) weigh(ctx context.Context, room *eventv1.Room, c *eventv1.Comment, hit hold, review bool) (hold, error) {
	kind := moderationv1.Kind_KIND_COMMENT
	if c.GetReply() != nil {
		kind = moderationv1.Kind_KIND_REPLY
	}
	verdict, err := s.hook.Judge(ctx, room.GetSettings().GetCommentHook(), hook.Item{
		Room: room.GetId(), ID: c.GetId(), Kind: kind, Author: c.GetAuthor(), Text: c.GetText(), Limit: text.Comment,
	})
	if err != nil {
		return hold{}, err
	}
	c.Text = verdict.Text
	mode := room.GetSettings().GetHoldComments()
	switch {
	case verdict.Hold && verdict.Away:
		return hold{reason: eventv1.HoldReason_HOLD_REASON_HOOK_AWAY}, nil
	case verdict.Hold:
		return hold{eventv1.HoldReason_HOLD_REASON_HOOK, verdict.Reason}, nil
	case c.GetAuthor().GetRole() >= eventv1.Role_ROLE_MODERATOR:
		return hold{}, nil
	case hit.reason != eventv1.HoldReason_HOLD_REASON_UNSPECIFIED:
		return hit, nil
	case mode == eventv1.HoldMode_HOLD_MODE_ALL:
		return hold{reason: eventv1.HoldReason_HOLD_REASON_ALL}, nil
	case room.GetCalm().GetHoldGuests() && c.GetAuthor().GetGuest():
		return hold{reason: eventv1.HoldReason_HOLD_REASON_CALM}, nil
	case mode != eventv1.HoldMode_HOLD_MODE_FIRST && !review:
		return hold{}, nil
	}
	known, err := s.authors.wrote(ctx, room, c.GetAuthor().GetPerson(), s.clock())
	switch {
	case err != nil || known:
		return hold{}, err
	case mode == eventv1.HoldMode_HOLD_MODE_FIRST:
		return hold{reason: eventv1.HoldReason_HOLD_REASON_FIRST}, nil
	}
	return hold{reason: eventv1.HoldReason_HOLD_REASON_REVIEW}, nil
}

// alreadyHeld finds what an earlier try of the same request left, when the room holds no more.
func alreadyHeld(view *follow.View, room string, c *eventv1.Comment) (posted, bool) {
	doc, ok := view.Doc(heldKey + "." + c.GetId())
	if !ok {
		return posted{}, false
	}
	held := new(eventv1.HeldComment)
	if proto.Unmarshal(doc.Body, held) != nil {
		return posted{}, false
	}
	return posted{comment: outside(room, c, 0), hash: held.GetRequestHash(), held: true}, true
}

// putAside stores a comment for moderators only: its text first, then the document that names it. A document without its
// text would be shown; a text without a document is not.
func (s *Service) putAside(ctx context.Context, room string, id once.ID, c *eventv1.Comment, why hold) (posted, error) {
	answer := posted{comment: outside(room, c, 0), hash: c.GetRequestHash(), held: true}
	body, err := proto.Marshal(&eventv1.HeldText{Text: c.GetText()})
	if err != nil {
		return posted{}, fmt.Errorf("hold a comment: %w", err)
	}
	stored, err := s.bus.Append(ctx, bus.InRoom(bus.Held, room, heldKey, c.GetId()), id.Message(), body)
	if err != nil {
		return posted{}, fmt.Errorf("hold a comment: %w", err)
	}
	doc := &eventv1.HeldComment{
		Id: c.GetId(), Author: c.GetAuthor(), Reason: why.reason, Detail: why.detail, TextSequence: stored.Sequence, PostedMs: c.GetPostedMs(),
		StreamTimeMs: c.GetStreamTimeMs(), RequestHash: c.GetRequestHash(), Revision: 1, Reply: c.GetReply(),
	}
	if err := s.putHeld(ctx, room, doc, 0); !errors.Is(err, bus.ErrConflict) {
		return answer, err
	}
	was, _, err := s.readHeld(ctx, room, c.GetId())
	switch {
	case fault.Is(err, fault.CommentNotFound): // decided since, and cleared away
		return answer, nil
	case err != nil:
		return posted{}, err
	case !bytes.Equal(was.GetRequestHash(), c.GetRequestHash()):
		return posted{}, reused()
	}
	return answer, nil
}

func (s *Service) putHeld(ctx context.Context, room string, doc *eventv1.HeldComment, expected uint64) error {
	body, err := proto.Marshal(doc)
	if err == nil {
		_, err = s.bus.Put(ctx, bus.InRoom(bus.State, room, heldKey, doc.GetId()), body, expected)
	}
	if err != nil {
		return fmt.Errorf("hold a comment: %w", err)
	}
	return nil
}

// readHeld gives a held comment's document as the leader has it, with the sequence that the next write must name.
func (s *Service) readHeld(ctx context.Context, room, id string) (*eventv1.HeldComment, uint64, error) {
	doc, record, err := s.heldOrNone(ctx, room, id)
	if err == nil && doc == nil {
		err = fault.New(fault.CommentNotFound, "no such comment waits here").On("comment")
	}
	return doc, record.Sequence, err
}

// heldOrNone is readHeld for those who may write the first one: nil where there is none.
func (s *Service) heldOrNone(ctx context.Context, room, id string) (*eventv1.HeldComment, bus.Record, error) {
	record, err := s.bus.Last(ctx, bus.InRoom(bus.State, room, heldKey, id))
	if errors.Is(err, bus.ErrNotFound) || err == nil && record.Deleted {
		return nil, record, nil
	}
	doc := new(eventv1.HeldComment)
	if err == nil {
		err = proto.Unmarshal(record.Body, doc)
	}
	if err != nil {
		return nil, record, fmt.Errorf("read a held comment: %w", err)
	}
	return doc, record, nil
}

// heldText reads the text of a held comment; COMMENT_NOT_FOUND once it is erased.
func (s *Service) heldText(ctx context.Context, doc *eventv1.HeldComment) (string, error) {
	record, err := s.bus.At(ctx, bus.Held, doc.GetTextSequence())
	if errors.Is(err, bus.ErrNotFound) {
		return "", fault.New(fault.CommentNotFound, "the text of this comment is erased already").On("comment")
	}
	stored := new(eventv1.HeldText)
	if err == nil {
		err = proto.Unmarshal(record.Body, stored)
	}
	if err != nil {
		return "", fmt.Errorf("read a held comment's text: %w", err)
	}
	return stored.GetText(), nil
}

// released is a held comment as it goes into the log.
func released(doc *eventv1.HeldComment, text string) *eventv1.Comment {
	return &eventv1.Comment{
		Id: doc.GetReleasedAs(), Author: doc.GetAuthor(), Text: text, PostedMs: doc.GetPostedMs(), StreamTimeMs: doc.GetStreamTimeMs(),
		RequestHash: doc.GetRequestHash(), Reply: doc.GetReply(),
	}
}

// messageOf is the message id of the request whose item has this id: both are the same 16 bytes, written differently. So a
// post that is tried again after its release is known to the log.
func messageOf(item string) string {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(item))
	if err != nil {
		return item
	}
	return hex.EncodeToString(raw)
}

var whys = map[eventv1.HoldReason]commentsv1.HeldComment_Why{
	eventv1.HoldReason_HOLD_REASON_ALL: commentsv1.HeldComment_WHY_ALL, eventv1.HoldReason_HOLD_REASON_FIRST: commentsv1.HeldComment_WHY_FIRST,
	eventv1.HoldReason_HOLD_REASON_FILTER: commentsv1.HeldComment_WHY_FILTER, eventv1.HoldReason_HOLD_REASON_HOOK: commentsv1.HeldComment_WHY_HOOK,
	eventv1.HoldReason_HOLD_REASON_HOOK_AWAY: commentsv1.HeldComment_WHY_HOOK_AWAY, eventv1.HoldReason_HOLD_REASON_REVIEW: commentsv1.HeldComment_WHY_REVIEW,
	eventv1.HoldReason_HOLD_REASON_REPORTS: commentsv1.HeldComment_WHY_REPORTS, eventv1.HoldReason_HOLD_REASON_CALM: commentsv1.HeldComment_WHY_CALM,
}

// staffIn checks that somebody moderates a room, and gives who acts.
func (s *Service) staffIn(ctx context.Context, room, comment string, actor actorOf, rule func(*eventv1.Room) error) (*eventv1.Author, error) {
	if err := errors.Join(text.RoomID(room), text.ItemID("comment", comment)); err != nil {
		return nil, err
	}
	who, err := auth.Acting(ctx, room, actor.GetActor())
	if err != nil {
		return nil, err
	}
	if !who.Role.AtLeast(auth.Moderator) {
		return nil, fault.New(fault.PermissionDenied, "only a moderator may do this")
	}
	_, doc, err := s.judge.Room(ctx, room, rule)
	if err != nil {
		return nil, err
	}
	return judge.Author(doc, who)
}
