package comments

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/once"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// ErasedUpTo is the eraser's stored position.
func ErasedUpTo(ctx context.Context, b *bus.Bus) (uint64, error) {
	p, err := readPosition(ctx, b)
	return p.upto, err
}

// ByNotice tells whether the eraser follows notices alone.
func (s *Service) ByNotice() bool { return s.eraser.byNotice.Load() }

// LookFor is how long the eraser looks for the entry of a notice.
func (s *Service) LookFor(d time.Duration) { s.eraser.life = d }

// GiveNotice gives notice of an entry that overrules another.
func GiveNotice(ctx context.Context, b *bus.Bus, room string, target uint64) error {
	return give(ctx, b, room, target)
}

// StoreOldPosition stores the eraser's position as a version does that gives no notice, over whatever stands.
func StoreOldPosition(ctx context.Context, b *bus.Bus, upto uint64) error {
	for {
		p, err := readPosition(ctx, b)
		if err != nil {
			return err
		}
		body, err := proto.Marshal(&eventv1.ErasePosition{Upto: upto})
		if err != nil {
			return err
		}
		if _, err = b.Put(ctx, positionKey, body, p.sequence); !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
}

// Hurry makes the worker look at decided comments at once.
func (s *Service) Hurry() { s.clearEvery = 5 * time.Millisecond }

// EntombHalf leaves a removal as a process does that is killed behind the tombstone.
func EntombHalf(s *Service, ctx context.Context, room, id, by string, all bool) error {
	f, err := s.find(ctx, room, id, 0, farthest)
	if err == nil {
		_, err = s.entomb(ctx, room, f, &eventv1.Author{Person: by}, all)
	}
	return err
}

// CopyHalf leaves a removal as a process does that is killed before the tombstone.
func CopyHalf(s *Service, ctx context.Context, room, id, by string) error {
	f, err := s.find(ctx, room, id, 0, farthest)
	if err == nil {
		err = s.copies.keep(ctx, room, f.comment, &eventv1.Removal{Sequence: f.sequence, By: by, RemovedMs: s.clock().UnixMilli()})
	}
	return err
}

// ReleaseHalf leaves a release as a process does that is killed behind its first write.
func ReleaseHalf(s *Service, ctx context.Context, room, id string) error {
	_, err := s.decide(ctx, room, id, &eventv1.Author{Person: "mod"}, func(doc *eventv1.HeldComment) (bool, error) {
		doc.State, doc.ReleasedAs = eventv1.HeldState_HELD_STATE_RELEASED, doc.GetId()
		return true, nil
	})
	return err
}

// Sweep erases copies whose time is over, and originals that are no longer kept.
func (s *Service) Sweep(ctx context.Context) error {
	return errors.Join(s.copies.sweep(ctx), s.copies.sweepOriginals(ctx))
}

// TakeBackHalf leaves the undo of a release as a process does that is killed before the comment waits again.
func TakeBackHalf(s *Service, ctx context.Context, room, id string, by *eventv1.Author) error {
	doc, _, err := s.readHeld(ctx, room, id)
	if err != nil {
		return err
	}
	return s.takeBack(ctx, room, doc, by)
}

// TakeAwayHalf leaves a comment as a process does that is killed while reports take it away, before its tombstone.
func TakeAwayHalf(s *Service, ctx context.Context, room, id string) error {
	f, err := s.find(ctx, room, id, 0, farthest)
	if err == nil {
		_, err = s.wait(ctx, room, f, nil, bus.Record{}, "1 reports: spam 1")
	}
	return err
}

// MostLooked is how many entries a page looks at, read backwards.
const MostLooked = mostLookedAt

// ClaimHalf leaves an edit as a process does that is killed before it is in the log, in a room that takes no repeats.
func ClaimHalf(s *Service, ctx context.Context, c *commentsv1.Comment, words string) error {
	room := &eventv1.Room{Id: c.GetRoom(), Settings: &eventv1.RoomSettings{UniqueComments: true}}
	return s.claimEdit(ctx, room, editor{Person: auth.Person{Role: auth.Viewer}}, &eventv1.Comment{Text: c.GetText()}, words, c.GetSequence())
}

// ClaimPost leaves a post as a process does that is killed before it is in the log, in a room that takes no repeats.
func ClaimPost(s *Service, ctx context.Context, room, person, request, words string) error {
	settings := &eventv1.Room{Id: room, Settings: &eventv1.RoomSettings{UniqueComments: true}}
	return s.claim(ctx, wordsID(settings, auth.Viewer, words), told(room, once.Of(room, person, request).Item()))
}

// ForgetSoon has notices and claims taken out of the log at each look.
func (s *Service) ForgetSoon() { s.eraser.every, s.eraser.kept = 0, 0 }

// NoticeKey and ClaimKey are where notices and claims of words stand.
var NoticeKey, ClaimKey = noticeKey, claimKey

// Digest is what a change of the terms keeps of those that it left.
var Digest = digest
