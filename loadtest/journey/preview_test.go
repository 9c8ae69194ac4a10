package journey_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// What a moderator removes within the preview delay is never among the bytes that viewers receive: not in ticks, not in a
// newcomer's snapshot, not when somebody comes back. What nobody removes comes, late and once, also to whoever comes back.
func TestAPreviewGivesModeratorsTheFirstLook(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	settle(t, rooms, "talk", &roomsv1.Settings{PreviewDelayMs: new(uint32(3_000))}, "settings.preview_delay_ms")
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	var received [3]recorded
	watcher := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, OnFrame: received[0].add})
	until(t, watcher, "the delay", func(w *viewer.View) bool { return w.Room.GetPreviewDelayMs() == 3_000 })
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	const secret, fine, why = "zebra-in-the-tall-grass", "a fine comment", "because-of-the-giraffe"
	bad := post(t, ada, secret)
	good := post(t, ada, fine)
	until(t, mod, "both, at once", func(w *viewer.View) bool { return has(secret)(w) && has(fine)(w) })
	late := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, OnFrame: received[1].add})
	cursor := watcher.Cursor()
	watcher.Close()
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_DeleteComment{DeleteComment: &gatewayv1.RemoveComment{Comment: bad.GetComment(), Reason: why}}})
	back := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, Cursor: cursor, OnFrame: received[2].add})
	for _, v := range []*viewer.Viewer{late, back} {
		until(t, v, "what nobody removed", has(fine))
		v.Look(func(w *viewer.View) {
			if len(w.Comments) != 1 {
				t.Errorf("it came as %q", texts(w))
			}
			if seen := time.UnixMilli(good.GetAtMs()).Add(3 * time.Second); time.Now().Before(seen.Add(-time.Second)) {
				t.Errorf("it came at %s, due is %s", time.Now(), seen)
			}
		})
	}
	back.Look(func(w *viewer.View) {
		if !w.Welcome.GetRecovered() {
			t.Error("the cursor of who came back was not honoured")
		}
	})
	for i := range received {
		for _, word := range []string{secret, why} {
			if received[i].hold(word) {
				t.Errorf("viewer %d received %q: what was removed in the preview, or why", i, word)
			}
		}
	}
	trail, err := rooms.ListAuditEntries(t.Context(), &roomsv1.ListAuditEntriesRequest{Room: "talk"})
	if err != nil || trail.GetEntries()[0].GetReason() != why && trail.GetEntries()[1].GetReason() != why {
		t.Errorf("the trail says %v, %v", trail, err)
	}
	if !received[1].hold(fine) || !received[2].hold(fine) {
		t.Error("this test does not see what viewers receive")
	}
}

// 23: a guest is banned over one gateway while it sits at another: its socket ends within 5 s there, and the door of both is
// shut. A newcomer from its network with its browser is refused nothing, and waits for a moderator with what it writes
// first; somebody with another browser does not.
func Test23ABanReachesTheOtherGatewayAndReviewsItsNetwork(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys := filepath.Join(dir, "key")
	if err := os.WriteFile(keys, []byte(strings.Repeat("k", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	broker := part(t, "broker", "--data", filepath.Join(dir, "data"), "--nats-listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	grpc := part(t, "services", "--nats-url", broker.NATS, "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys).GRPC
	gateway := func() string {
		return part(t, "gateway", "--nats-url", broker.NATS, "--gateway-services", grpc, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
			"--keys-files", keys, "--trusted-proxies", "127.0.0.0/8").URL()
	}
	east, west := gateway(), gateway()
	backend := broker.Ready
	backend.GRPC, backend.Tokens.Service = grpc, mint(t, keys)
	rooms := roomsv1.NewRoomsServiceClient(open(t, &backend, "talk"))
	comes := func(url, address, browser, token string) viewer.Options {
		return viewer.Options{URL: url, Room: "talk", Token: token, Header: http.Header{"X-Forwarded-For": {address}, "User-Agent": {browser}}}
	}
	mod := join(t, nil, viewer.Options{URL: east, Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	troll := join(t, nil, comes(west, "198.51.100.7", "Firefox", ""))
	before := join(t, nil, comes(west, "198.51.100.8", "Firefox", "")) // sat beside it when it was banned
	post(t, troll, "buy")
	until(t, mod, "what the troll writes", has("buy"))
	token := you(troll).GetGuestToken()
	banned := time.Now()
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Ban{Ban: &gatewayv1.PersonStep{Person: you(troll).GetPerson(), Reason: "advertising"}}})
	gone(t, troll)
	if took := time.Since(banned); took > 5*time.Second {
		t.Errorf("the socket at the other gateway ended after %s; 5 s are promised", took)
	}
	for _, url := range []string{east, west} {
		v, err := viewer.Dial(t.Context(), comes(url, "203.0.113.1", "Other", token))
		if err == nil {
			gone(t, v)
			v.Close()
		} else if !strings.Contains(err.Error(), fault.CloseBanned.Reason) {
			t.Errorf("at %s: %v", url, err)
		}
	}
	held := func(o viewer.Options) *gatewayv1.Comment {
		// The trace is noted when the socket ended; until every gateway follows it, what is written passes.
		deadline := time.Now().Add(patience)
		for {
			v := join(t, nil, o)
			a, err := v.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{
				Post: &gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: "hello from " + o.Header.Get("User-Agent")},
			}})
			if err != nil {
				t.Fatalf("somebody of the troll's network is refused: %v", err)
			}
			if c := a.GetHeld().GetComment(); c != nil {
				return c
			}
			if time.Now().After(deadline) {
				t.Fatal("nobody of the troll's network is looked at first")
			}
			v.Close()
			time.Sleep(100 * time.Millisecond)
		}
	}
	for _, url := range []string{east, west} {
		c := held(comes(url, "198.51.100.200", "Firefox", ""))
		until(t, mod, "that it waits for review", func(w *viewer.View) bool { return w.Held[c.GetComment()].GetWhy() == "review" })
	}
	a, err := before.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: "me too"}}})
	if err != nil || a.GetHeld() == nil {
		t.Errorf("who sat beside it: %v, %v", a, err)
	}
	// Another one writes, leaves, and is banned then: what the gateway remembers of it tells from where it came.
	leaver := join(t, nil, comes(west, "192.0.2.7", "Opera", ""))
	post(t, leaver, "buy more")
	until(t, mod, "what it writes", has("buy more"))
	leaver.Close()
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Ban{Ban: &gatewayv1.PersonStep{Person: you(leaver).GetPerson(), Reason: "advertising"}}})
	held(comes(west, "192.0.2.8", "Opera", ""))
	post(t, join(t, nil, comes(east, "198.51.100.201", "Chrome", "")), "another browser")
	post(t, join(t, nil, comes(east, "198.51.101.1", "Firefox", "")), "another network")
}
