package session

import (
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
)

// What the process signs for its own canary opens the canary's room and nothing else, whatever it says of itself.
func TestTheCanarysKeysAreAskedInItsRoomOnly(t *testing.T) {
	installation, canary := auth.NewKeys(), auth.NewKeys()
	mint := func(k *auth.Keys, rooms ...string) string {
		t.Helper()
		token, err := k.Mint(auth.Claims{Subject: "x", Rooms: rooms, Role: auth.Viewer}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	with := &session{Sessions: &Sessions{o: Options{Keys: installation, CanaryKeys: canary, CanaryRoom: "canaries"}}}
	without := &session{Sessions: &Sessions{o: Options{Keys: installation, CanaryRoom: "canaries"}}}
	for name, c := range map[string]struct {
		v           *session
		room, token string
		good        bool
	}{
		"the canary in its room":        {with, "canaries", mint(canary, "canaries"), true},
		"the canary in another room":    {with, "main", mint(canary, "*"), false},
		"somebody in the canary's room": {with, "canaries", mint(installation, "*"), true},
		"a stranger there":              {with, "canaries", mint(auth.NewKeys(), "*"), false},
		"another gateway's canary":      {without, "canaries", mint(canary, "canaries"), false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.v.verify(c.room, c.token)
			if c.good && err != nil || !c.good && !fault.Is(err, fault.TokenInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}
