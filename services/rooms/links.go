package rooms

import (
	"context"
	"encoding/hex"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Lifetimes of links.
const (
	defaultLifetime = 12 * time.Hour
	maxLifetime     = 30 * 24 * time.Hour
	maxLinks        = 16
)

// shown is the name that somebody who comes by a link has: everyone with the same link is the same person.
var shown = map[auth.Role]string{auth.Moderator: "Moderator", auth.Host: "Host"}

// CreateLinks makes tokens for one room. Nobody gets more than the caller has.
func (s *Service) CreateLinks(ctx context.Context, r *roomsv1.CreateLinksRequest) (*roomsv1.CreateLinksResponse, error) {
	caller, err := judge.Reader(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	if n := len(r.GetRoles()); n == 0 || n > maxLinks {
		return nil, fault.New(fault.FieldInvalid, "name 1 to %d roles", maxLinks).On("roles")
	}
	life := defaultLifetime
	if d := r.GetLifetime(); d != nil {
		if life = d.AsDuration(); d.CheckValid() != nil || life < time.Second || life > maxLifetime {
			return nil, fault.New(fault.FieldInvalid, "a lifetime is 1 s to 30 days").On("lifetime")
		}
	}
	for _, name := range r.GetRoles() {
		role := auth.Role(name)
		if !role.Valid() || role == auth.Service {
			return nil, fault.New(fault.FieldInvalid, "a link is for a viewer, a moderator or a host").On("roles")
		}
		if !caller.Role.AtLeast(role) {
			return nil, fault.New(fault.PermissionDenied, "a %s cannot make a %s", caller.Role, role)
		}
	}
	if s.keys == nil || !s.keys.CanSign() {
		return nil, fault.New(fault.NoSigningKey, "this server has no key to sign with: name a private key or a shared secret in keys.files")
	}
	if _, err := judge.Settings(ctx, s.bus, r.GetRoom()); err != nil {
		return nil, err
	}
	response := &roomsv1.CreateLinksResponse{}
	ends := timestamppb.New(time.Now().Add(life)) // Mint goes by the real clock, as whoever verifies does
	for _, name := range r.GetRoles() {
		role := auth.Role(name)
		claims := auth.Claims{Subject: name + "-" + hex.EncodeToString(random(8)), Name: shown[role], Rooms: []string{r.GetRoom()}, Role: role}
		token, err := s.keys.Mint(claims, life)
		if err != nil {
			return nil, err
		}
		response.Links = append(response.Links, &roomsv1.Link{Role: name, Token: token, ExpireTime: ends})
	}
	return response, nil
}
