package rooms

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/lookback"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// ListPeople lists people against whom something holds, the last changed first.
func (s *Service) ListPeople(ctx context.Context, r *roomsv1.ListPeopleRequest) (*roomsv1.ListPeopleResponse, error) {
	page, err := s.list(ctx, "people", r)
	if err != nil {
		return nil, err
	}
	records, err := s.bus.ReadAll(ctx, bus.AllInRoom(bus.State, r.GetRoom(), people.StandingKey))
	if err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	now := s.clock()
	var all []*eventv1.Standing
	for _, record := range records {
		standing, err := people.Decode(record.Body)
		if err != nil {
			return nil, fmt.Errorf("list people: %w", err)
		}
		if people.Prune(standing, now) && (page.after == "" || placeOf(standing) > page.after) {
			all = append(all, standing)
		}
	}
	slices.SortFunc(all, func(a, b *eventv1.Standing) int { return cmp.Compare(placeOf(a), placeOf(b)) })
	response := &roomsv1.ListPeopleResponse{}
	for _, standing := range all[:min(page.size, len(all))] {
		response.People = append(response.People, personOutside(standing, now))
	}
	if len(all) > page.size {
		response.NextPageToken = page.next(placeOf(all[page.size-1]))
	}
	return response, nil
}

// placeOf orders people by their last change, the newest first, as text.
func placeOf(s *eventv1.Standing) string {
	return fmt.Sprintf("%019d %s", int64(1<<62)-s.GetChangedMs(), s.GetPerson())
}

// personOutside is a person as callers see it: without traces, and without what has ended.
func personOutside(s *eventv1.Standing, now time.Time) *roomsv1.Person {
	s = proto.CloneOf(s)
	people.Prune(s, now)
	return &roomsv1.Person{
		Person: s.GetPerson(), Name: s.GetName(), Guest: s.GetGuest(),
		Ban: measureOutside(s.GetBan()), Timeout: measureOutside(s.GetTimeout()), Shadow: measureOutside(s.GetShadow()),
	}
}

func measureOutside(m *eventv1.Measure) *roomsv1.Measure {
	if m == nil {
		return nil
	}
	out := &roomsv1.Measure{
		StartTime: timestamppb.New(time.UnixMilli(m.GetFromMs())), By: m.GetBy().GetPerson(), ByName: m.GetBy().GetName(), Reason: m.GetReason(),
	}
	if m.GetUntilMs() != 0 {
		out.EndTime = timestamppb.New(time.UnixMilli(m.GetUntilMs()))
	}
	return out
}

// nearest is how many log entries are looked at for who somebody is.
const nearest = 2_000

// lastWriting is the author of the person's newest comment among the newest of the log; nil when there is none.
func (s *Service) lastWriting(ctx context.Context, room, person string) (author *eventv1.Author, err error) {
	seen := 0
	err = lookback.Walk(ctx, s.bus, bus.InRoom(bus.Log, room), 0, func(r bus.Record) bool {
		var entry eventv1.LogEntry
		if proto.Unmarshal(r.Body, &entry) == nil && entry.GetComment().GetAuthor().GetPerson() == person {
			author = entry.GetComment().GetAuthor()
		}
		seen++
		return author == nil && seen < nearest
	})
	if err != nil {
		return nil, fmt.Errorf("find out who a person is: %w", err)
	}
	return author, nil
}
