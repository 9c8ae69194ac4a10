package rooms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/pause"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	// revokingAtOnce is how many links of a chain are revoked side by side.
	revokingAtOnce = 16
	// betweenLooks is how long it waits before it looks for what was made meanwhile: each look reads every link of the room.
	betweenLooks = 50 * time.Millisecond
)

// revokeMade revokes what was made with a token, and what that made in turn: nobody stays by a link that it made for itself.
// It looks again until nothing new is there, since the holder of a link that is about to be revoked may make one just then;
// whoever is revoked already is refused by stillGood. What it has revoked may be good for a while by the replica that is asked.
func (s *Service) revokeMade(ctx context.Context, room, maker string, by *eventv1.Author) error {
	done := make(map[string]bool)
	for {
		links, err := s.everyLink(ctx, room)
		if err != nil {
			return err
		}
		made := slices.DeleteFunc(madeWith(links, maker), func(id string) bool { return done[id] })
		if len(made) == 0 {
			return nil
		}
		all, each := errgroup.WithContext(ctx)
		all.SetLimit(revokingAtOnce)
		for _, id := range made {
			done[id] = true
			all.Go(func() error { return s.revokeOne(each, room, id, by) })
		}
		if err := all.Wait(); err != nil {
			return err
		}
		if !pause.For(ctx, betweenLooks) {
			return ctx.Err()
		}
	}
}

// everyLink is storedLinks with those that the replica which answered has yet to hold: the list of keys is the leader's.
func (s *Service) everyLink(ctx context.Context, room string) ([]*eventv1.Link, error) {
	keys, err := s.bus.Keys(ctx, bus.AllInRoom(bus.State, room, follow.LinkKey))
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	links, err := s.storedLinks(ctx, room)
	if err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(links))
	for _, l := range links {
		there[linkKeyOf(room, l.GetId()).Subject] = true
	}
	for _, key := range keys {
		if there[key] {
			continue
		}
		l, _, err := s.readLinkAt(ctx, bus.Key{Stream: bus.State, Subject: key})
		if err != nil {
			return nil, err
		}
		links = append(links, l)
	}
	return links, nil
}

// madeWith gives the ids of links that are good and were made with a token, or with what was made with it.
func madeWith(links []*eventv1.Link, maker string) (good []string) {
	of := make(map[string][]*eventv1.Link)
	for _, l := range links {
		if l.GetMaker() != "" {
			of[l.GetMaker()] = append(of[l.GetMaker()], l)
		}
	}
	for next := []string{maker}; len(next) > 0; next = next[1:] {
		for _, l := range of[next[0]] {
			if l.GetRevokedMs() == 0 {
				good = append(good, l.GetId())
			}
			next = append(next, l.GetId())
		}
		delete(of, next[0])
	}
	return good
}

// revokeOne revokes a link that was made here.
func (s *Service) revokeOne(ctx context.Context, room, id string, by *eventv1.Author) error {
	for range tries {
		doc, sequence, err := s.readLink(ctx, room, id)
		if err != nil {
			return err
		}
		if madeElsewhere(doc) || doc.GetRevokedMs() != 0 { // it has ended since, or somebody was faster
			return nil
		}
		doc.RevokedMs = s.clock().UnixMilli()
		if err = s.putLink(ctx, room, doc, sequence); err == nil {
			return s.tellLink(ctx, room, doc, by, "revoke_link")
		}
		if !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
	return busy()
}

// stillGood takes back what a token has just made where it was revoked meanwhile: who revoked it may have looked before.
func (s *Service) stillGood(ctx context.Context, room, maker string, by *eventv1.Author) error {
	if maker == "" {
		return nil
	}
	doc, _, err := s.readLink(ctx, room, maker)
	if err != nil {
		return err
	}
	if doc.GetRevokedMs() == 0 {
		return nil
	}
	if err := s.revokeMade(ctx, room, maker, by); err != nil {
		return fmt.Errorf("take back the links of a revoked token: %w", err)
	}
	return fault.New(fault.TokenRevoked, "the host took this link back; ask for a new one")
}
