package rooms

import (
	"cmp"
	"context"
	"errors"
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
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// farthestCard is how many entries of the log and of the trail a card looks at; mostOnCard is how many of each it shows.
const (
	farthestCard = 50_000
	mostOnCard   = 50
)

// GetPerson is the card of a person.
func (s *Service) GetPerson(ctx context.Context, r *roomsv1.GetPersonRequest) (*roomsv1.GetPersonResponse, error) {
	if err := s.reads(ctx, r.GetRoom()); err != nil {
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
	if err := c.readHeld(ctx, s.bus, r.GetRoom()); err != nil {
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

// readLog collects comments. It goes from the newest entry back, so that the first word on a comment is the last.
func (c *card) readLog(ctx context.Context, b *bus.Bus, room string) error {
	known, seen := map[string]bool{}, 0
	return lookback.Walk(ctx, b, bus.InRoom(bus.Log, room), 0, func(r bus.Record) bool {
		var entry eventv1.LogEntry
		if proto.Unmarshal(r.Body, &entry) == nil {
			if removal := entry.GetRemoval(); removal != nil && !known[removal.GetComment()] {
				known[removal.GetComment()] = true
				if removal.GetAuthor() == c.person && !removal.GetHeld() {
					c.answer.Removed++
				}
			}
			c.readComment(cmp.Or(entry.GetComment(), entry.GetEdit().GetComment(), entry.GetRestoration().GetComment()), known)
		}
		seen++
		return seen < farthestCard
	})
}

func (c *card) readComment(comment *eventv1.Comment, known map[string]bool) {
	if comment.GetAuthor().GetPerson() != c.person {
		return
	}
	c.at(comment.GetPostedMs())
	if known[comment.GetId()] {
		return
	}
	known[comment.GetId()] = true
	c.answer.Comments++
	c.wrote(comment.GetAuthor(), comment.GetPostedMs(), &roomsv1.Writing{Kind: "comment", Id: comment.GetId(), Text: comment.GetText()})
}

// readHeld collects comments that wait for a moderator.
func (c *card) readHeld(ctx context.Context, b *bus.Bus, room string) error {
	records, err := b.ReadAll(ctx, bus.AllInRoom(bus.State, room, "h"))
	for _, record := range records {
		h := new(eventv1.HeldComment)
		if proto.Unmarshal(record.Body, h) != nil || h.GetAuthor().GetPerson() != c.person || h.GetState() != eventv1.HeldState_HELD_STATE_UNSPECIFIED {
			continue
		}
		words, err := b.At(ctx, bus.Held, h.GetTextSequence())
		if errors.Is(err, bus.ErrNotFound) {
			continue // decided and erased meanwhile
		}
		text := new(eventv1.HeldText)
		if err == nil {
			err = proto.Unmarshal(words.Body, text)
		}
		if err != nil {
			return err
		}
		c.wrote(h.GetAuthor(), h.GetPostedMs(), &roomsv1.Writing{Kind: "held", Id: h.GetId(), Text: text.GetText()})
	}
	return err
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
			switch {
			case strings.HasPrefix(e.GetAction(), "report_"):
				c.answer.Reports++
			case len(c.answer.Entries) < mostOnCard:
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
