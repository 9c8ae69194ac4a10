package rooms

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/lookback"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/rpc"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// ListPeople lists people against whom something holds, the last changed first.
func (s *Service) ListPeople(ctx context.Context, r *roomsv1.ListPeopleRequest) (*roomsv1.ListPeopleResponse, error) {
	if _, err := judge.Reader(ctx, r.GetRoom()); err != nil {
		return nil, err
	}
	size, err := rpc.PageSize(r.GetPageSize())
	if err != nil {
		return nil, err
	}
	room, err := judge.Settings(ctx, s.bus, r.GetRoom())
	if err != nil {
		return nil, err
	}
	arguments := []string{"people", r.GetRoom(), room.GetNonce()}
	after, err := rpc.DecodePage(r.GetPageToken(), arguments...)
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
		if people.Prune(standing, now) && (after == "" || placeOf(standing) > after) {
			all = append(all, standing)
		}
	}
	slices.SortFunc(all, func(a, b *eventv1.Standing) int { return cmp.Compare(placeOf(a), placeOf(b)) })
	response := &roomsv1.ListPeopleResponse{}
	for _, standing := range all[:min(size, len(all))] {
		response.People = append(response.People, personOutside(standing, now))
	}
	if len(all) > size {
		response.NextPageToken = rpc.EncodePage(placeOf(all[size-1]), arguments...)
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

// farthestCard is how many entries of the log and of the trail a card looks at; mostOnCard is how many of each it shows.
const (
	farthestCard = 50_000
	mostOnCard   = 50
)

// GetPerson is the card of a person.
func (s *Service) GetPerson(ctx context.Context, r *roomsv1.GetPersonRequest) (*roomsv1.GetPersonResponse, error) {
	if _, err := judge.Reader(ctx, r.GetRoom()); err != nil {
		return nil, err
	}
	room, err := judge.Settings(ctx, s.bus, r.GetRoom())
	if err != nil {
		return nil, err
	}
	person, err := personKey(ctx, room, r.GetPerson(), r.GetSubject())
	if err != nil {
		return nil, err
	}
	standing, _, err := people.Read(ctx, s.bus, r.GetRoom(), person)
	if err != nil {
		return nil, err
	}
	c := card{person: person, standing: standing, answer: &roomsv1.GetPersonResponse{}}
	if err := c.readLog(ctx, s.bus, r.GetRoom()); err != nil {
		return nil, fmt.Errorf("a person's card: %w", err)
	}
	if err := c.readQuestions(ctx, s.bus, r.GetRoom()); err != nil {
		return nil, fmt.Errorf("a person's card: %w", err)
	}
	if err := c.readTrail(ctx, s.bus, r.GetRoom()); err != nil {
		return nil, fmt.Errorf("a person's card: %w", err)
	}
	return c.done(s.clock())
}

// card is a person's card in the making.
type card struct {
	person   string
	standing *eventv1.Standing
	author   *eventv1.Author // of the newest writing
	authorMs int64
	first    int64
	answer   *roomsv1.GetPersonResponse
}

func (c *card) at(ms int64) {
	if c.first == 0 || ms < c.first {
		c.first = ms
	}
}

func (c *card) wrote(by *eventv1.Author, ms int64, w *roomsv1.Writing) {
	c.at(ms)
	if ms > c.authorMs {
		c.author, c.authorMs = by, ms
	}
	w.Time = timestamppb.New(time.UnixMilli(ms))
	c.answer.Writings = append(c.answer.Writings, w)
}

// readLog collects comments; removed ones come before their comment on the way back.
func (c *card) readLog(ctx context.Context, b *bus.Bus, room string) error {
	gone, seen := map[string]bool{}, 0
	return lookback.Walk(ctx, b, bus.InRoom(bus.Log, room), 0, func(r bus.Record) bool {
		var entry eventv1.LogEntry
		if proto.Unmarshal(r.Body, &entry) == nil {
			if removal := entry.GetRemoval(); removal != nil {
				gone[removal.GetComment()] = true
			}
			if comment := entry.GetComment(); comment.GetAuthor().GetPerson() == c.person {
				if gone[comment.GetId()] {
					c.at(comment.GetPostedMs())
				} else {
					c.answer.Comments++
					c.wrote(comment.GetAuthor(), comment.GetPostedMs(), &roomsv1.Writing{Kind: "comment", Id: comment.GetId(), Text: comment.GetText()})
				}
			}
		}
		seen++
		return seen < farthestCard
	})
}

func (c *card) readQuestions(ctx context.Context, b *bus.Bus, room string) error {
	records, err := b.ReadAll(ctx, bus.AllInRoom(bus.State, room, "q"))
	for _, record := range records {
		q := new(eventv1.Question)
		if proto.Unmarshal(record.Body, q) == nil && q.GetAuthor().GetPerson() == c.person {
			c.wrote(q.GetAuthor(), q.GetAskedMs(), &roomsv1.Writing{Kind: "question", Id: q.GetId()})
		}
	}
	return err
}

func (c *card) readTrail(ctx context.Context, b *bus.Bus, room string) error {
	seen := 0
	return lookback.Walk(ctx, b, bus.InRoom(bus.Audit, room), 0, func(r bus.Record) bool {
		e := new(eventv1.AuditEntry)
		if proto.Unmarshal(r.Body, e) == nil && e.GetAbout() == c.person {
			c.at(e.GetAtMs())
			if e.GetAction() == "delete_comment" {
				c.answer.Removed++
			}
			if len(c.answer.Entries) < mostOnCard {
				c.answer.Entries = append(c.answer.Entries, entryOutside(e))
			}
		}
		seen++
		return seen < farthestCard
	})
}

func (c *card) done(now time.Time) (*roomsv1.GetPersonResponse, error) {
	if c.first == 0 && !people.Prune(proto.CloneOf(c.standing), now) {
		return nil, fault.New(fault.PersonNotFound, "this person left no trace in the room").On("person")
	}
	if c.author != nil {
		c.standing.Name, c.standing.Guest = c.author.GetName(), c.author.GetGuest()
		c.answer.Role = roleNames[c.author.GetRole()]
	}
	c.answer.Person = personOutside(c.standing, now)
	if c.first != 0 {
		c.answer.FirstSeenTime = timestamppb.New(time.UnixMilli(c.first))
	}
	slices.SortStableFunc(c.answer.GetWritings(), func(a, b *roomsv1.Writing) int {
		return cmp.Or(b.GetTime().AsTime().Compare(a.GetTime().AsTime()), strings.Compare(a.GetId(), b.GetId()))
	})
	c.answer.Writings = c.answer.GetWritings()[:min(len(c.answer.GetWritings()), mostOnCard)]
	return c.answer, nil
}
