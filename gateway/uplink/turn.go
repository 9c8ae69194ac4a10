package uplink

import (
	"context"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
)

// Turn tells how long slow mode has somebody wait on.
func (u *Uplink) Turn(ctx context.Context, a Actor) (time.Duration, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.GetTurn(ctx, &commentsv1.GetTurnRequest{Room: a.Room, Actor: a.proto()})
	if err != nil {
		return 0, fault.Err(err)
	}
	return answer.GetWait().AsDuration(), nil
}
