package comments

import (
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// outOfSight tells whether a caller may not see a comment because its author is shadow banned. Its author sees it: not to find
// one's own would tell.
func outOfSight(caller judge.Reader, c *eventv1.Comment) bool {
	return c.GetShadow() && !caller.Role.AtLeast(auth.Moderator) && c.GetAuthor().GetPerson() != caller.Person
}
