package room

import (
	"time"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// decade is after how long the display forgets everything.
const decade = 10 * time.Second

// display decides which comments an audience is shown when there are more than people can read. It looks at nothing but
// the log in its order, with the time the store gave each entry, so that gateways, returning clients and reloads agree:
// time is cut into whole seconds, and every tenth second everything is forgotten.
//
// In a second at most budget comments of the audience are shown. Half of them are kept for authors who were not shown
// yet in these ten seconds, so that one person who writes without pause does not crowd out the rest. Hosts and
// moderators always pass and cost nothing.
//
// A gateway that opens a room late reads its log from the beginning of such ten seconds on, so that it judges like one that was
// there; but for a room that stored more than four times keepEntries within ten seconds, of whose first ten seconds here it knows
// a part only.
type display struct {
	budget uint32 // comments a second; 0 shows all

	second  int64
	decade  int64
	shown   uint32
	repeats uint32
	authors map[string]struct{}
}

// show tells whether a comment is shown, and moves on in time. Comments must come in log order.
func (d *display) show(c *eventv1.Comment, stored time.Time) bool {
	if d.budget == 0 || c.GetAuthor().GetRole() >= eventv1.Role_ROLE_MODERATOR {
		return true
	}
	second := stored.Unix()
	if second != d.second {
		d.second, d.shown, d.repeats = second, 0, 0
	}
	if ten := second / int64(decade/time.Second); ten != d.decade || d.authors == nil {
		d.decade, d.authors = ten, make(map[string]struct{})
	}
	_, again := d.authors[c.GetAuthor().GetPerson()]
	if d.shown >= d.budget || again && d.repeats >= max(1, d.budget/2) {
		return false
	}
	d.shown++
	if again {
		d.repeats++
	}
	d.authors[c.GetAuthor().GetPerson()] = struct{}{}
	return true
}
