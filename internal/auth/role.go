package auth

import eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"

// Role is what somebody may do in a room.
type Role string

// Roles, from the least to the most.
const (
	Viewer    Role = "viewer"
	Moderator Role = "moderator"
	Host      Role = "host"
	Service   Role = "service"
)

var ranks = map[Role]eventv1.Role{
	Viewer: eventv1.Role_ROLE_VIEWER, Moderator: eventv1.Role_ROLE_MODERATOR, Host: eventv1.Role_ROLE_HOST, Service: eventv1.Role_ROLE_SERVICE,
}

// Valid tells whether it is one of the roles.
func (r Role) Valid() bool { return ranks[r] != 0 }

// AtLeast tells whether the role may do what the other may.
func (r Role) AtLeast(least Role) bool { return r.Valid() && ranks[r] >= ranks[least] }

// Proto is the role as it is stored.
func (r Role) Proto() eventv1.Role { return ranks[r] }
