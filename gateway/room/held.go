package room

import eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"

// holdMode is the word for whose comments wait for a moderator.
func holdMode(m eventv1.HoldMode) string {
	switch m {
	case eventv1.HoldMode_HOLD_MODE_FIRST:
		return "first"
	case eventv1.HoldMode_HOLD_MODE_ALL:
		return "everybody"
	}
	return "nobody"
}
