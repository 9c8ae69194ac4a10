package rooms

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Bounds of links.
const (
	defaultLifetime = 12 * time.Hour
	maxLifetime     = 30 * 24 * time.Hour
	maxLinks        = 16   // in one request
	maxKept         = 1000 // of a room that are good
	// maxStored bounds those together with the ones that are revoked and have yet to end, which cannot be forgotten.
	maxStored = 3000
	// maxRevoked bounds what a room remembers of tokens that were signed elsewhere. They have a bound of their own, so that
	// links can be made whatever was revoked, and links made here can always be revoked.
	maxRevoked = 1000
	// What hosts of one room leave to those who are above it: whoever got hold of such a host's link can fill a list, but
	// neither keep the product from making links nor from revoking.
	leftOfKept, leftOfStored, leftOfRevoked = 200, 1000, 200
	// noEnd is from when on a token's end is too far off to be waited for.
	noEnd = 10 * 365 * 24 * time.Hour
	// afterEnd is how long a link's document outlives its token: the leeway of whoever verifies, and then some.
	afterEnd = time.Hour
)

// CreateLinks makes tokens for one room, and a document for each that says it is there. Nobody gets more than the caller
// has.
func (s *Service) CreateLinks(ctx context.Context, r *roomsv1.CreateLinksRequest) (*roomsv1.CreateLinksResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	links, err := s.createLinks(ctx, r)
	s.meter.act(ctx, "create_links", err)
	if err != nil {
		return nil, err
	}
	return &roomsv1.CreateLinksResponse{Links: links}, nil
}

func (s *Service) createLinks(ctx context.Context, r *roomsv1.CreateLinksRequest) ([]*roomsv1.Link, error) {
	who, err := acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	life, note, err := wanted(r)
	if err != nil {
		return nil, err
	}
	maker, _ := auth.CallerFrom(ctx)
	if confined(maker, r.GetRoom()) { // nobody outlives the end of its token by links of its own
		if life = min(life, time.Until(maker.Expires)); life < time.Second {
			return nil, fault.New(fault.TokenExpired, "your token ends just now, and a link of yours with it; get a new one first")
		}
	}
	for _, kind := range r.GetRoles() {
		claims, ok := auth.LinkClaims(kind)
		if !ok {
			return nil, fault.New(fault.FieldInvalid, "a link is for a viewer, moderator, host, overlay or guest").On("roles")
		}
		if !who.Role.AtLeast(claims.Role) {
			return nil, fault.New(fault.PermissionDenied, "a %s cannot make a %s", who.Role, claims.Role)
		}
	}
	if s.keys == nil || !s.keys.CanSign() {
		return nil, fault.New(fault.NoSigningKey, "this server has no key to sign with: name a private key or a shared secret in keys.files")
	}
	room, err := judge.Settings(ctx, s.bus, r.GetRoom())
	if err != nil {
		return nil, err
	}
	by, err := judge.Author(room, who)
	if err != nil {
		return nil, err
	}
	if err := s.roomForLinks(ctx, r.GetRoom(), len(r.GetRoles()), confined(maker, r.GetRoom())); err != nil {
		return nil, err
	}
	links := make([]*roomsv1.Link, 0, len(r.GetRoles()))
	for _, kind := range r.GetRoles() {
		link, err := s.createLink(ctx, r.GetRoom(), &eventv1.Link{Role: kind, Note: note, Maker: maker.ID}, life, by)
		if err != nil {
			return nil, err
		}
		links = append(links, link)
	}
	return links, s.stillGood(ctx, r.GetRoom(), maker.ID, by)
}

// confined tells a caller who is nothing beyond one room: a host whose token names it by its id, as a link's does. Services
// and hosts of a pattern are the product itself. Their tokens are short on purpose and got anew, while links are made weeks
// ahead; and they make rooms, so that links are the least of what they can.
func confined(c auth.Claims, room string) bool { return c.Role != auth.Service && !c.Spans(room) }

// roomForLinks refuses more links than a room may have.
func (s *Service) roomForLinks(ctx context.Context, room string, n int, confined bool) error {
	mostGood, most := maxKept, maxStored
	if confined {
		mostGood, most = mostGood-leftOfKept, most-leftOfStored
	}
	links, err := s.linksBeyond(ctx, room, mostGood-n)
	if err != nil {
		return err
	}
	good, stored := 0, 0
	for _, l := range links {
		if !madeHere(l) {
			continue
		}
		if stored++; l.GetRevokedMs() == 0 {
			good++
		}
	}
	switch {
	case good+n > mostGood:
		return fault.New(fault.TooManyLinks, "a room has at most %d links that are good, %d where a host of one room makes them; make them shorter, revoke some, or make one for several people", maxKept, maxKept-leftOfKept)
	case stored+n > most:
		return fault.New(fault.TooManyLinks, "%d links of this room have yet to end, most of them revoked; wait until they do", stored)
	}
	return nil
}

// madeHere tells links from the revocations of tokens that were signed elsewhere.
func madeHere(l *eventv1.Link) bool { return l.GetCreatedMs() != 0 }

func madeElsewhere(l *eventv1.Link) bool { return !madeHere(l) }

// linksBeyond gives a room's links where more than enough have a document, and none where there are fewer: then nobody needs
// to read them. Requests of one moment do not see each other, and may pass a bound by their number.
func (s *Service) linksBeyond(ctx context.Context, room string, enough int) ([]*eventv1.Link, error) {
	keys, err := s.bus.Keys(ctx, bus.AllInRoom(bus.State, room, follow.LinkKey))
	if err != nil {
		return nil, fmt.Errorf("count links: %w", err)
	}
	if len(keys) <= enough {
		return nil, nil
	}
	return s.storedLinks(ctx, room)
}

// wanted checks what a request says beside its roles.
func wanted(r *roomsv1.CreateLinksRequest) (life time.Duration, note string, err error) {
	if n := len(r.GetRoles()); n == 0 || n > maxLinks {
		return 0, "", fault.New(fault.FieldInvalid, "name 1 to %d roles", maxLinks).On("roles")
	}
	life = defaultLifetime
	if d := r.GetLifetime(); d != nil {
		if life = d.AsDuration(); d.CheckValid() != nil || life < time.Second || life > maxLifetime {
			return 0, "", fault.New(fault.FieldInvalid, "a lifetime is 1 s to 30 days").On("lifetime")
		}
	}
	if r.GetNote() != "" {
		if note, err = text.CleanName("note", r.GetNote()); err != nil {
			return 0, "", err
		}
	}
	return life, note, nil
}

// createLink writes the document first: a token that is out but cannot be found in the list is worse than a line in the
// list that nobody holds.
func (s *Service) createLink(ctx context.Context, room string, doc *eventv1.Link, life time.Duration, by *eventv1.Author) (*roomsv1.Link, error) {
	claims, _ := auth.LinkClaims(doc.GetRole()) // createLinks has asked
	claims.ID = auth.NewID()
	claims.Subject, claims.Rooms = doc.GetRole()+"-"+hex.EncodeToString(random(8)), []string{room}
	token, err := s.keys.Mint(claims, life)
	if err != nil {
		return nil, err
	}
	now := time.Now() // Mint goes by the real clock, as whoever verifies does
	doc.Id, doc.CreatedMs, doc.ExpiresMs = claims.ID, now.UnixMilli(), now.Add(life).UnixMilli()
	if err := s.putLink(ctx, room, doc, 0); err != nil {
		return nil, err
	}
	if err := s.tellLink(ctx, room, doc, by, "create_link"); err != nil {
		return nil, err
	}
	link := linkOutside(doc)
	link.Token = token
	return link, nil
}

func linkKeyOf(room, id string) bus.Key {
	return bus.InRoom(bus.State, room, follow.LinkKey, auth.LinkKey(id))
}

// putLink stores a link for as long as its token may live.
func (s *Service) putLink(ctx context.Context, room string, doc *eventv1.Link, expected uint64) error {
	body, err := proto.Marshal(doc)
	if err != nil {
		return fmt.Errorf("store a link: %w", err)
	}
	if doc.GetExpiresMs() == 0 { // signed elsewhere: nobody knows until when
		_, err = s.bus.Put(ctx, linkKeyOf(room, doc.GetId()), body, expected)
	} else {
		left := time.Until(time.UnixMilli(doc.GetExpiresMs())) + afterEnd
		_, err = s.bus.PutFor(ctx, linkKeyOf(room, doc.GetId()), body, expected, max(left, time.Minute))
	}
	if err != nil {
		return fmt.Errorf("store a link: %w", err)
	}
	return nil
}

func (s *Service) tellLink(ctx context.Context, room string, doc *eventv1.Link, by *eventv1.Author, action string) error {
	return audit.Write(ctx, s.bus, room, once.Of("audit", room, action, doc.GetId()),
		&eventv1.AuditEntry{Actor: by, Action: action, Target: doc.GetId(), Reason: strings.TrimSpace(doc.GetRole() + " " + doc.GetNote()), AtMs: s.clock().UnixMilli()})
}

// RevokeLink ends a token by its id. Gateways and services follow the document.
func (s *Service) RevokeLink(ctx context.Context, r *roomsv1.RevokeLinkRequest) (*roomsv1.RevokeLinkResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	doc, err := s.revoke(ctx, r)
	s.meter.act(ctx, "revoke_link", err)
	if err != nil {
		return nil, err
	}
	return &roomsv1.RevokeLinkResponse{Link: linkOutside(doc)}, nil
}

func (s *Service) revoke(ctx context.Context, r *roomsv1.RevokeLinkRequest) (*eventv1.Link, error) {
	who, err := acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	if n := len(r.GetLink()); n == 0 || n > 255 {
		return nil, fault.New(fault.FieldInvalid, "a token's id has 1 to 255 bytes; token inspect shows it as id").On("link")
	}
	if strings.Count(r.GetLink(), ".") == 2 && strings.HasPrefix(r.GetLink(), "ey") { // else it would stand in the list and the trail
		return nil, fault.New(fault.FieldInvalid, "this is a token, and not its id (jti): token inspect shows it as id").On("link")
	}
	end, err := s.endOf(r)
	if err != nil {
		return nil, err
	}
	caller, _ := auth.CallerFrom(ctx)
	room, err := judge.Settings(ctx, s.bus, r.GetRoom())
	if err != nil {
		return nil, err
	}
	by, err := judge.Author(room, who)
	if err != nil {
		return nil, err
	}
	for range tries {
		doc, sequence, err := s.readLink(ctx, r.GetRoom(), r.GetLink())
		if err != nil {
			return nil, err
		}
		known := doc.GetRevokedMs() != 0
		moves := false
		if madeElsewhere(doc) {
			if moves, err = s.elsewhere(ctx, r.GetRoom(), doc, end, confined(caller, r.GetRoom())); err != nil {
				return nil, err
			}
		}
		if moves {
			doc.ExpiresMs = end
		}
		if !known {
			doc.RevokedMs = s.clock().UnixMilli()
		}
		if moves || !known {
			err = s.putLink(ctx, r.GetRoom(), doc, sequence)
		}
		if err == nil {
			made := s.revokeMade(ctx, r.GetRoom(), doc.GetId(), by) // first: what was made lets people in
			return doc, errors.Join(made, s.tellLink(ctx, r.GetRoom(), doc, by, "revoke_link"))
		}
		if !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
	}
	return nil, busy()
}

// endOf is when a revoked token ends, in Unix ms; 0 where that is not known, or so far off that it makes no difference.
func (s *Service) endOf(r *roomsv1.RevokeLinkRequest) (int64, error) {
	t := r.GetExpireTime()
	if t == nil {
		return 0, nil
	}
	if err := t.CheckValid(); err != nil {
		return 0, fault.New(fault.FieldInvalid, "expire_time is no time; leave it out, or give the token's exp").On("expire_time")
	}
	if t.AsTime().Sub(s.clock()) > noEnd {
		return 0, nil
	}
	return max(t.AsTime().UnixMilli(), 1), nil
}

// elsewhere judges the revocation of a token that was signed elsewhere, and tells whether its end moves. Nobody here knows
// whether there is such a token, so that a room remembers a bounded number of them. A host of one room says until when one is
// to be remembered, no longer than a link lives and no time that is over; leaves some places to others; and gives no end to
// what is remembered for as long as the room, which would let the token in again.
func (s *Service) elsewhere(ctx context.Context, room string, doc *eventv1.Link, end int64, confined bool) (moves bool, err error) {
	known := doc.GetRevokedMs() != 0
	if confined && known && doc.GetExpiresMs() == 0 {
		return false, nil
	}
	moves = endMoves(doc.GetExpiresMs(), end)
	if confined && (moves || !known) {
		if err := s.endOfHost(end); err != nil {
			return false, err
		}
	}
	if known {
		return moves, nil
	}
	most := maxRevoked
	if confined {
		most -= leftOfRevoked
	}
	links, err := s.linksBeyond(ctx, room, most-1)
	if err != nil {
		return false, err
	}
	n := 0
	for _, l := range links {
		if madeElsewhere(l) {
			n++
		}
	}
	if n >= most {
		return false, fault.New(fault.TooManyRevoked, "%d tokens that were signed elsewhere are revoked in this room and have yet to end; say when they end (expire_time), or change the key that they were signed with", n)
	}
	return moves, nil
}

// endMoves tells whether a token that was signed elsewhere is remembered until another time than before; 0 is as long as the
// room, the latest there is. Among times the latest counts, since an earlier one lets the token in again, whoever named it
// first; and a time stands in for as long as the room, which makes room for others.
func endMoves(from, to int64) bool {
	return from != to && (from == 0 || to == 0 || to > from)
}

// endOfHost judges the end that a host of one room gives for a token that was signed elsewhere.
func (s *Service) endOfHost(end int64) error {
	switch left := time.UnixMilli(end).Sub(s.clock()); {
	case end == 0 || left > maxLifetime:
		return fault.New(fault.FieldRequired, "no link of this room has this id: say when that token ends, within 30 days; only a service or a host of many rooms may leave it out").On("expire_time")
	case left <= 0: // it would be forgotten at once, and the token may be good all the same
		return fault.New(fault.FieldInvalid, "no link of this room has this id, and expire_time is over: give the token's exp, which token inspect shows as expires; one that has ended lets nobody in").On("expire_time")
	}
	return nil
}

// readLink gives a link's document as the leader has it; where there is none, what a token that was signed elsewhere is
// known by.
func (s *Service) readLink(ctx context.Context, room, id string) (*eventv1.Link, uint64, error) {
	doc, sequence, err := s.readLinkAt(ctx, linkKeyOf(room, id))
	if err == nil && doc.GetId() == "" {
		doc.Id = id
	}
	return doc, sequence, err
}

// readLinkAt is readLink by the document's key; where there is none the link is empty.
func (s *Service) readLinkAt(ctx context.Context, key bus.Key) (*eventv1.Link, uint64, error) {
	doc := new(eventv1.Link)
	record, err := s.bus.Last(ctx, key)
	if errors.Is(err, bus.ErrNotFound) || err == nil && record.Deleted {
		return doc, record.Sequence, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read a link: %w", err)
	}
	if err := proto.Unmarshal(record.Body, doc); err != nil {
		return nil, 0, fmt.Errorf("read a link: %w", err)
	}
	return doc, record.Sequence, nil
}

func linkOutside(doc *eventv1.Link) *roomsv1.Link {
	at := func(ms int64) *timestamppb.Timestamp {
		if ms == 0 {
			return nil
		}
		return timestamppb.New(time.UnixMilli(ms))
	}
	return &roomsv1.Link{
		Link: doc.GetId(), Role: doc.GetRole(), Note: doc.GetNote(), Maker: doc.GetMaker(),
		CreateTime: at(doc.GetCreatedMs()), ExpireTime: at(doc.GetExpiresMs()), RevokeTime: at(doc.GetRevokedMs()),
	}
}
