package room

import (
	"time"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Seat is one session in a room, as the session gives it.
type Seat struct {
	// Member writes to the socket.
	Member *fanout.Member
	// Protocol of the socket.
	Protocol frame.Protocol
	// Audience it belongs to.
	Audience frame.Audience
	// Person's key in the room.
	Person string
	// Role of the person: measures of moderators bind only lower ones.
	Role eventv1.Role
	// Pass is the key (auth.LinkKey) of the token's id; empty for a token without one. When it is revoked the seat goes.
	// Once the seat is in a room, it is guarded by the room's mu.
	Pass string
	// Uninvited is true for a guest who came by no invite: when the room takes no guests any more the seat goes.
	Uninvited bool
	// Counted is true for viewers; consoles, overlays and canaries are not counted.
	Counted bool
	// Overlay is true for one that came with a link of its own: moderators are told when it is gone.
	Overlay bool
	// Welcomed is called once, on no goroutine that may wait, when the welcome is on its way; what is sent then comes after it.
	Welcomed func()
	// MineChanged is called, on no goroutine that may wait, when one of the person's own questions changed.
	MineChanged func()
}

// tellOwners lets sessions fetch what is theirs after one of their questions changed.
func (r *Room) tellOwners(people map[string]bool) {
	if len(people) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, seat := range r.sessions {
		if people[seat.Person] && seat.MineChanged != nil {
			seat.MineChanged()
		}
	}
}

// dismiss sends everybody away from a deleted room.
func (r *Room) dismiss() {
	bye := r.dismisser(fault.CloseRoomDeleted, "This room was deleted.")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, seat := range r.sessions {
		bye(seat)
	}
}

// Goodbye is the frame before a close.
func Goodbye(c fault.Close, after time.Duration, message string) *gatewayv1.ServerFrame {
	return &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Goodbye{Goodbye: &gatewayv1.Goodbye{
		Reason: c.Reason, ReconnectAfterMs: after.Milliseconds(), Message: message,
	}}}
}
