package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// MostReporters is how many people a report remembers for one item; more are counted no further.
const MostReporters = 200

// ReportsKey is the first part of the key of the document of an item's reports below the room; the second is the item's id.
const ReportsKey = "rep"

// reportsLife is how long reports stand after the last one: somebody has looked by then, and the store is not a room's
// for ever.
const reportsLife = 7 * 24 * time.Hour

// Kinds of items that can be reported.
const (
	AComment  = "comment"
	AQuestion = "question"
)

// Reasons are what a report may give.
var Reasons = []string{"spam", "harassment", "hate", "sexual", "violence", "self_harm", "other"}

// Report is what one person says of one item.
type Report struct {
	// Room and Item are their ids; Kind is AComment or AQuestion; Author is the key of who wrote it.
	Room, Item, Kind, Author string
	// By is who reports.
	By *eventv1.Author
	// Trace of a guest, as in Trace; empty when it is not known.
	Trace string
	// Reason is one of Reasons.
	Reason string
	// EditedMs is when the item was changed last; 0 when it never was.
	EditedMs int64
}

// CheckReport is FIELD_INVALID for a report that can be of nobody or nothing.
func CheckReport(reason, trace string) error {
	if !slices.Contains(Reasons, reason) {
		return fault.New(fault.FieldInvalid, "the reason is one of %s", strings.Join(Reasons, ", ")).On("reason")
	}
	if trace == "" {
		return nil
	}
	return text.ItemID("actor.trace", trace)
}

// MayReport is BANNED for somebody who may not be in the room; who is muted may report. counts is false for one who is out
// of sight: what they say of others is taken, and weighs nothing.
func MayReport(view *follow.View, who *eventv1.Author, now time.Time) (counts bool, err error) {
	doc, ok := view.Doc(StandingKey + "." + who.GetPerson())
	if !ok {
		return true, nil
	}
	s, err := Decode(doc.Body)
	if err != nil {
		return false, fmt.Errorf("standing of a person: %w", err)
	}
	if err := Barred(s, who.GetRole(), now); err != nil {
		return false, err
	}
	return !Holds(s.GetShadow(), who.GetRole(), now), nil
}

// tries bounds how often a change of reports is made anew because another was faster.
const tries = 16

// Count counts a report. fresh is false when this person's stands already, or 200 do.
func Count(ctx context.Context, b *bus.Bus, r Report, now time.Time) (all *eventv1.Reports, fresh bool, err error) {
	all, err = changeReports(ctx, b, r.Room, r.Item, func(all *eventv1.Reports) bool {
		fresh = !all.GetGone() && count(all, r, now)
		return fresh
	})
	return all, fresh, err
}

// count is the rule of Count. What was changed after a moderator let it stay is another text: its reports begin anew.
func count(all *eventv1.Reports, r Report, now time.Time) bool {
	if all.GetSettledMs() != 0 && r.EditedMs > all.GetSettledMs() {
		proto.Reset(all)
		all.Item = r.Item
	}
	if slices.Contains(all.GetPeople(), r.By.GetPerson()) || len(all.GetPeople()) >= MostReporters {
		return false
	}
	all.Kind, all.Author, all.LastMs = r.Kind, r.Author, now.UnixMilli()
	all.People = append(all.People, r.By.GetPerson())
	if all.Reasons == nil {
		all.Reasons = make(map[string]uint32)
	}
	all.Reasons[r.Reason]++
	switch {
	case !r.By.GetGuest() || r.Trace == "":
		all.Weight++
	case !slices.Contains(all.GetTraces(), r.Trace):
		all.Traces = append(all.Traces, r.Trace)
		all.Weight++
	}
	return true
}

// Due tells whether reports take their item away now: enough of them, and no moderator let it stay.
func Due(all *eventv1.Reports, threshold uint32) bool {
	return threshold > 0 && all.GetWeight() >= threshold && !all.GetHeld() && all.GetSettledMs() == 0
}

// Held notes that an item was taken away.
func Held(ctx context.Context, b *bus.Bus, room, item string) error {
	_, err := changeReports(ctx, b, room, item, func(all *eventv1.Reports) bool {
		if all.GetHeld() || all.GetGone() {
			return false
		}
		all.Held = true
		return true
	})
	return err
}

// Settle notes that a moderator, by the key, lets an item stay; there need be no reports of it yet. Those of one that was
// gone are over.
func Settle(ctx context.Context, b *bus.Bus, room, item, kind, by string, now time.Time) error {
	return settle(ctx, b, room, item, func(all *eventv1.Reports) {
		all.Kind, all.SettledBy, all.Dismissed = kind, by, false
	}, now)
}

// Dismiss is Settle for a comment that stands, whose reports are ended.
func Dismiss(ctx context.Context, b *bus.Bus, room, item, by string, now time.Time) error {
	return settle(ctx, b, room, item, func(all *eventv1.Reports) {
		all.Kind, all.SettledBy, all.Dismissed = AComment, by, true
	}, now)
}

func settle(ctx context.Context, b *bus.Bus, room, item string, say func(*eventv1.Reports), now time.Time) error {
	_, err := changeReports(ctx, b, room, item, func(all *eventv1.Reports) bool {
		renew(all)
		say(all)
		all.SettledMs, all.SettledByMs, all.Held = now.UnixMilli(), now.UnixMilli(), false
		return true
	})
	return err
}

// Renew ends the reports of an item that was gone and is shown anew, by no undo: those that come begin anew.
func Renew(ctx context.Context, b *bus.Bus, room, item string) error {
	_, err := changeReports(ctx, b, room, item, renew)
	return err
}

// renew drops reports of what is gone, and tells whether it was.
func renew(all *eventv1.Reports) bool {
	gone, item := all.GetGone(), all.GetItem()
	if gone {
		proto.Reset(all)
		all.Item = item
	}
	return gone
}

// DismissedBy tells whether the last word on an item's reports is that somebody, by the key, ended them.
func DismissedBy(all *eventv1.Reports, by string) bool {
	return all.GetSettledMs() != 0 && all.GetSettledByMs() == all.GetSettledMs() && all.GetSettledBy() == by && all.GetDismissed()
}

// Undismiss takes back that a moderator, by the key, ended the reports of an item. done is false where nobody did, or not as the
// rule (judge.MayUndo) wants it. Taken back already it is done, for as long as one may ask again.
func Undismiss(ctx context.Context, b *bus.Bus, room, item, by string, now time.Time, rule func(mine, undone bool, at, now time.Time) (may, again bool)) (all *eventv1.Reports, done bool, err error) {
	all, err = changeReports(ctx, b, room, item, func(all *eventv1.Reports) bool {
		mine, undone, at := DismissedBy(all, by), all.GetSettledMs() == 0, all.GetSettledMs()
		if undone {
			mine, at = all.GetUnsettledBy() == by, all.GetUnsettledMs()
		}
		may, again := rule(mine, undone, time.UnixMilli(at), now)
		if done = may || again; !may {
			return false
		}
		all.UnsettledBy, all.UnsettledMs, all.UnsettledOfMs = by, now.UnixMilli(), all.GetSettledMs()
		all.SettledMs, all.SettledByMs, all.SettledBy, all.Dismissed = 0, 0, "", false
		return true
	})
	return all, done, err
}

// Forget drops the reports of an item that is gone. They are kept aside for as long as it can be brought back.
func Forget(ctx context.Context, b *bus.Bus, room, item string, life time.Duration) error {
	return putAside(ctx, b, room, item, true, life)
}

// Remember has the reports of an item again that is back.
func Remember(ctx context.Context, b *bus.Bus, room, item string) error {
	return putAside(ctx, b, room, item, false, reportsLife)
}

// putAside makes the reports of an item those of one that is gone, or of one that is back; nothing where they are, or where
// there are none.
func putAside(ctx context.Context, b *bus.Bus, room, item string, gone bool, life time.Duration) error {
	for range tries {
		all, record, err := readReports(ctx, b, room, item)
		if err != nil {
			return err
		}
		if all.GetItem() == "" || all.GetGone() == gone {
			return nil
		}
		all.Gone = gone
		if err := putReports(ctx, b, room, all, record.Sequence, life); !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
	return tooMany()
}

// ReadReports gives the reports of an item from the leader; empty where there are none, or where it is gone.
func ReadReports(ctx context.Context, b *bus.Bus, room, item string) (*eventv1.Reports, bus.Record, error) {
	all, record, err := readReports(ctx, b, room, item)
	return present(all), record, err
}

// present are reports of what is there: none of what is gone.
func present(all *eventv1.Reports) *eventv1.Reports {
	if all.GetGone() {
		return new(eventv1.Reports)
	}
	return all
}

func readReports(ctx context.Context, b *bus.Bus, room, item string) (*eventv1.Reports, bus.Record, error) {
	all := new(eventv1.Reports)
	record, err := b.Last(ctx, bus.InRoom(bus.State, room, ReportsKey, item))
	if errors.Is(err, bus.ErrNotFound) || err == nil && record.Deleted {
		return all, record, nil
	}
	if err == nil {
		err = proto.Unmarshal(record.Body, all)
	}
	if err != nil {
		return nil, record, fmt.Errorf("read reports: %w", err)
	}
	return all, record, nil
}

// changeReports changes reports by compare-and-set and gives what stands, as ReadReports does. change is given those of an item
// that is gone, too, and tells whether it changed something.
func changeReports(ctx context.Context, b *bus.Bus, room, item string, change func(*eventv1.Reports) bool) (*eventv1.Reports, error) {
	for range tries {
		all, record, err := readReports(ctx, b, room, item)
		if err != nil {
			return nil, err
		}
		all.Item = item
		if !change(all) {
			return present(all), nil
		}
		if err := putReports(ctx, b, room, all, record.Sequence, reportsLife); err == nil {
			return all, nil
		} else if !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
	}
	return nil, tooMany()
}

func putReports(ctx context.Context, b *bus.Bus, room string, all *eventv1.Reports, expected uint64, life time.Duration) error {
	body, err := proto.Marshal(all)
	if err == nil {
		_, err = b.PutFor(ctx, bus.InRoom(bus.State, room, ReportsKey, all.GetItem()), body, expected, life)
	}
	if err != nil {
		return fmt.Errorf("write reports: %w", err)
	}
	return nil
}

func tooMany() error {
	return fault.New(fault.Unavailable, "very many report this at once; try again").After(time.Second)
}

// Said puts reports into words for moderators: "5 reports: spam 3, hate 2".
func Said(all *eventv1.Reports) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d reports:", len(all.GetPeople()))
	reasons := slices.SortedFunc(maps.Keys(all.GetReasons()), func(x, y string) int {
		return cmp.Or(cmp.Compare(all.GetReasons()[y], all.GetReasons()[x]), strings.Compare(x, y))
	})
	for i, reason := range reasons {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %s %d", reason, all.GetReasons()[reason])
	}
	return b.String()
}
