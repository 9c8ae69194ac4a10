package questions

import (
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// paused tells whether asks and votes of this role wait; moderators and hosts go on, so that they can try it out.
func paused(room *eventv1.Room, role auth.Role) bool {
	return room.GetSettings().GetQuestionsPaused() && !role.AtLeast(auth.Moderator)
}

func errPaused() error {
	return fault.New(fault.QuestionsPaused, "questions are paused just now; what you typed can be sent when they go on")
}
