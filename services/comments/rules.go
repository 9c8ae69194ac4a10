package comments

import (
	"crypto/sha256"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// writable is the rule of who may write comments in a room now.
func writable(who auth.Person) func(*eventv1.Room) error {
	return func(r *eventv1.Room) error {
		if err := judge.Live(r); err != nil {
			return err
		}
		switch r.GetSettings().GetCommentMode() {
		case eventv1.CommentMode_COMMENT_MODE_MODERATORS:
			if !who.Role.AtLeast(auth.Moderator) {
				return fault.New(fault.CommentsModeratorsOnly, "only hosts and moderators write just now")
			}
		case eventv1.CommentMode_COMMENT_MODE_FROZEN:
			if !who.Role.AtLeast(auth.Host) {
				return fault.New(fault.CommentsFrozen, "comments are frozen just now")
			}
		case eventv1.CommentMode_COMMENT_MODE_MEMBERS:
			if who.Guest {
				return fault.New(fault.CommentsMembersOnly, "guests do not write just now; sign in to join the talk")
			}
		}
		return nil
	}
}

// slow is the wait between two comments of one person; moderators and hosts do not wait.
func slow(r *eventv1.Room, role auth.Role) time.Duration {
	if role.AtLeast(auth.Moderator) {
		return 0
	}
	return time.Duration(r.GetSettings().GetSlowModeSeconds()) * time.Second
}

// requestHash tells a retry from another comment under the same request id. It is taken from the text as it was sent.
func requestHash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// streamTime reads the optional wall clock of the video frame, in milliseconds.
func streamTime(t *timestamppb.Timestamp) (int64, error) {
	if t == nil {
		return 0, nil
	}
	if err := t.CheckValid(); err != nil || t.AsTime().UnixMilli() <= 0 {
		return 0, fault.New(fault.FieldInvalid, "stream_time must be a time after 1970").On("stream_time")
	}
	return t.AsTime().UnixMilli(), nil
}

// intake is what a room takes in: a token bucket of one second's posts.
type intake struct {
	left float64
	at   time.Time
}

// take takes one post at a rate a second, or tells how long to wait.
func (p *intake) take(rate uint32, now time.Time) (ok bool, wait time.Duration) {
	full := float64(max(1, rate))
	if p.at.IsZero() {
		p.left = full
	} else {
		p.left = min(full, p.left+full*max(0, now.Sub(p.at).Seconds()))
	}
	p.at = now
	if p.left < 1 {
		return false, time.Duration((1 - p.left) / full * float64(time.Second))
	}
	p.left--
	return true, 0
}
