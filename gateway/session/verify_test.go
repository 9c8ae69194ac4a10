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

// A socket ends with its token; only who came in by the leeway, when the token was over already, is there until that is.
func TestWhenASocketEnds(t *testing.T) {
	now := time.Date(2026, 5, 1, 20, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ end, want time.Time }{
		"a good token":        {now.Add(time.Hour), now.Add(time.Hour)},
		"its last second":     {now.Add(time.Second), now.Add(time.Second)},
		"over, in its leeway": {now.Add(-10 * time.Second), now.Add(20 * time.Second)},
		"over just now":       {now, now.Add(30 * time.Second)},
	} {
		if got := until(c.end, 30*time.Second, now); !got.Equal(c.want) {
			t.Errorf("%s: until %s, want %s", name, got, c.want)
		}
	}
}
