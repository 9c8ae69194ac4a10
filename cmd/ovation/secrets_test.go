package main

import (
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
)

// A gateway starts with a service's token for every room alone: with one for some, whole windows of hearts would be refused.
func TestAGatewaysTokenIsForEveryRoom(t *testing.T) {
	keys, err := auth.Open(auth.Settings{Files: []string{secretFile(t, strings.Repeat("s", 40))}})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		role  auth.Role
		rooms []string
		want  string
	}{
		"for every room":         {auth.Service, []string{"*"}, ""},
		"for every room, by two": {auth.Service, []string{"a", "*"}, ""},
		"for a room":             {auth.Service, []string{"a"}, "for every room"},
		"for a pattern":          {auth.Service, []string{"acme-*", "b"}, "for every room"},
		"a host's":               {auth.Host, []string{"*"}, "a service's"},
	} {
		token, err := keys.Mint(auth.Claims{Subject: "gateway", Role: c.role, Rooms: c.rooms}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if err := forGateways(token); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := forGateways("no token"); err == nil || !strings.Contains(err.Error(), "gateway.token_file") {
		t.Errorf("no token: %v", err)
	}
}
