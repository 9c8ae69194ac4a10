package room

import (
	"strings"
	"testing"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// A room that is closed to guests sends those away who came by no invite, and nobody else; who is on the way in then is sent
// away, too.
func TestGuestsGoWhenTheRoomTakesNoneAnyMore(t *testing.T) {
	h := newHall(t, 40)
	r := h.room
	var guests, others []*Seat
	for _, seat := range r.sessions {
		if seat.Uninvited = len(guests) < 30; seat.Uninvited {
			guests = append(guests, seat)
		} else {
			others = append(others, seat)
		}
	}
	set := func(guests bool) {
		r.settings.Store(&eventv1.Room{Settings: &eventv1.RoomSettings{Guests: guests}})
		r.closeToGuests(t.Context())
		r.fetches.Wait()
	}
	set(true)
	for _, seat := range guests {
		select {
		case <-seat.Member.Done():
			t.Fatal("a guest went from an open room")
		default:
		}
	}
	set(false)
	for _, seat := range guests {
		if goodbye, code := last(t, h.peer[seat.Member]); code != 4505 || !strings.Contains(goodbye, "invited people") {
			t.Fatalf("closed with %d, told %s", code, goodbye)
		}
		delete(r.sessions, seat.Member)
	}
	for _, seat := range others {
		select {
		case <-seat.Member.Done():
			t.Fatal("who is no guest, or came by an invite, went, too")
		default:
		}
	}
	late := others[0]
	late.Uninvited = true
	r.seat(&join{seat: late}, r.last)
	if _, code := last(t, h.peer[late.Member]); code != 4505 {
		t.Errorf("on its way in: closed with %d", code)
	}
}
