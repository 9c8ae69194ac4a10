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
	maxKept         = 1000 // of a room that have yet to end
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
	kept, err := s.bus.Keys(ctx, bus.AllInRoom(bus.State, r.GetRoom(), follow.LinkKey))
	if err != nil {
		return nil, fmt.Errorf("count links: %w", err)
	}
	if len(kept)+len(r.GetRoles()) > maxKept {
		return nil, fault.New(fault.TooManyLinks, "a room has at most %d links that have yet to end; make them shorter, or one for several people", maxKept)
	}
	links := make([]*roomsv1.Link, 0, len(r.GetRoles()))
	for _, kind := range r.GetRoles() {
		link, err := s.createLink(ctx, r.GetRoom(), kind, note, life, by)
		if err != nil {
			return nil, err
		}
		links = append(links, link)
	}
	return links, nil
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
func (s *Service) createLink(ctx context.Context, room, kind, note string, life time.Duration, by *eventv1.Author) (*roomsv1.Link, error) {
	claims, _ := auth.LinkClaims(kind) // createLinks has asked
	claims.ID = auth.NewID()
	claims.Subject, claims.Rooms = kind+"-"+hex.EncodeToString(random(8)), []string{room}
	token, err := s.keys.Mint(claims, life)
	if err != nil {
		return nil, err
	}
	now := time.Now() // Mint goes by the real clock, as whoever verifies does
	doc := &eventv1.Link{Id: claims.ID, Role: kind, Note: note, CreatedMs: now.UnixMilli(), ExpiresMs: now.Add(life).UnixMilli()}
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
		if doc.GetRevokedMs() == 0 {
			doc.RevokedMs = s.clock().UnixMilli()
			err = s.putLink(ctx, r.GetRoom(), doc, sequence)
		}
		if err == nil {
			return doc, s.tellLink(ctx, r.GetRoom(), doc, by, "revoke_link")
		}
		if !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
	}
	return nil, busy()
}

// readLink gives a link's document as the leader has it; where there is none, what a token that was signed elsewhere is
// known by.
func (s *Service) readLink(ctx context.Context, room, id string) (*eventv1.Link, uint64, error) {
	doc := &eventv1.Link{Id: id}
	record, err := s.bus.Last(ctx, linkKeyOf(room, id))
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
		Link: doc.GetId(), Role: doc.GetRole(), Note: doc.GetNote(),
		CreateTime: at(doc.GetCreatedMs()), ExpireTime: at(doc.GetExpiresMs()), RevokeTime: at(doc.GetRevokedMs()),
	}
}
