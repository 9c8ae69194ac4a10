package audit

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/limit"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Whoever is refused may try again as often as it likes, and must not be able to fill a room's trail with that. Guests and
// people of other rooms cost nothing to make or to come by, and share a budget of their own: however many there are, those
// whom the room knows are noted.
var (
	perPerson = limit.Bucket{Burst: 3, Per: 10 * time.Minute}
	perRoom   = limit.Bucket{Burst: 60, Per: time.Hour}
	ofAnybody = limit.Bucket{Burst: 10, Per: time.Hour}
)

// noteTime bounds a write: the refusal itself waits for nobody's trail for long.
const noteTime = 5 * time.Second

// Denials notes in a room's trail what somebody wanted to do and may not.
type Denials struct {
	// static
	bus     *bus.Bus
	log     *slog.Logger
	skipped metric.Int64Counter

	people  *limit.Rate[string]
	rooms   *limit.Rate[string]
	anybody *limit.Rate[string]
}

// Denial is an act that somebody may not do.
type Denial struct {
	// Who may not.
	Who auth.Person
	// Stranger is true for somebody whose token is for other rooms.
	Stranger bool
	// What it is: a verb or a method.
	What string
}

// anybodys tells a denial of somebody whom the room does not know.
func (d Denial) anybodys() bool { return d.Stranger || d.Who.Guest }

// NewDenials makes one for a process.
func NewDenials(b *bus.Bus, log *slog.Logger) *Denials {
	d := &Denials{bus: b, log: log, people: limit.NewRate[string](), rooms: limit.NewRate[string](), anybody: limit.NewRate[string]()}
	meter := otel.Meter("github.com/ovation-live/ovation/internal/audit")
	d.skipped, _ = meter.Int64Counter("ovation.audit.denials.skipped", metric.WithDescription("Refused acts that are not in the audit trail, because their author (3 in 10 minutes) or room (60 in an hour, 10 of guests and of people of other rooms) has many there."))
	return d
}

// Note writes an entry "denied" whose target is the verb or method; 3 of a person in 10 minutes, 60 of a room in an hour. Of
// those whom the room does not know there are 10 in an hour, without names: one that it did not take to be theirs could be
// anybody's. Who is over these budgets costs no look at the store, and a room that is not there takes none of them.
func (d *Denials) Note(ctx context.Context, room string, refused Denial) {
	who, now := refused.Who, time.Now()
	rooms, perRoom := d.rooms, perRoom
	if refused.anybodys() {
		rooms, perRoom = d.anybody, ofAnybody
	}
	one := room + "/" + who.Subject
	if d.people.Empty(one, perPerson, now) || rooms.Empty(room, perRoom, now) {
		d.skipped.Add(ctx, 1)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	settings, err := judge.Settings(ctx, d.bus, room)
	if fault.Is(err, fault.RoomNotFound) {
		return // there is no trail to write into
	}
	if d.people.Allow(one, perPerson, now) > 0 || rooms.Allow(room, perRoom, now) > 0 { // others took the last meanwhile
		d.skipped.Add(ctx, 1)
		return
	}
	if err == nil {
		err = d.write(ctx, settings, refused, now)
	}
	if err != nil {
		d.log.Warn("a refused act is not in the audit trail", "error", err)
	}
}

func (d *Denials) write(ctx context.Context, room *eventv1.Room, refused Denial, now time.Time) error {
	who := refused.Who
	name, err := text.CleanName("name", who.Name)
	if err != nil || refused.anybodys() {
		name = ""
	}
	return Write(ctx, d.bus, room.GetId(), once.Of("denied", room.GetId(), rand.Text()), &eventv1.AuditEntry{
		Actor:  &eventv1.Author{Person: auth.PersonKey(room.GetPersonKey(), who.Subject), Name: name, Role: who.Role.Proto(), Guest: who.Guest},
		Action: "denied", Target: refused.What, AtMs: now.UnixMilli(),
	})
}
