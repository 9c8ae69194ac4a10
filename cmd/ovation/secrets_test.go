package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/config"
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

// A gateway's own token is of the keys that stand: taking a key away at once must not keep it from the services until it would have
// made another one.
func TestAGatewaysTokenGoesWithTheKeys(t *testing.T) {
	old, next := secretFile(t, strings.Repeat("s", 40)), secretFile(t, strings.Repeat("n", 40))
	keys, err := auth.Open(auth.Settings{Files: []string{old}})
	if err != nil {
		t.Fatal(err)
	}
	n := &node{cfg: new(config.Loaded), keys: keys, log: slog.New(slog.DiscardHandler)}
	token, err := n.serviceToken()
	if err != nil {
		t.Fatal(err)
	}
	first := token()
	if err := keys.Reload([]string{next, old}); err != nil {
		t.Fatal(err)
	}
	others, err := auth.Open(auth.Settings{Files: []string{old}}) // services that are told of the new key later
	if err != nil {
		t.Fatal(err)
	}
	if _, err := others.Verify(token()); err != nil {
		t.Errorf("those who have yet to hear of the new key: %v", err)
	}
	for _, files := range [][]string{{old}, {next, old}, {next}} {
		if err := keys.Reload(files); err != nil {
			t.Fatal(err)
		}
		if _, err := keys.Verify(token()); err != nil {
			t.Errorf("with %v: %v", files, err)
		}
	}
	if _, err := keys.Verify(first); err == nil {
		t.Error("the token of the key that was taken away is good")
	}
	if last := token(); token() != last {
		t.Error("it is made anew with each call")
	}
}
