package comments

import (
	"context"

	"github.com/ovation-live/ovation/internal/auth"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// outOfSight tells whether a caller may not see a comment because its author is shadow banned.
func outOfSight(ctx context.Context, c *eventv1.Comment) bool {
	caller, _ := auth.CallerFrom(ctx)
	return c.GetShadow() && !caller.Role.AtLeast(auth.Moderator)
}
