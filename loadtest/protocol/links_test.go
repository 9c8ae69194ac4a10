package protocol_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/metadata"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/loadtest/server"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// api asks the public port's JSON as a host.
func api(t *testing.T, s *server.Server, method, path, body string) (status int, answer object) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Tokens.Host)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	var b bytes.Buffer
	_, _ = b.ReadFrom(a.Body)
	if err := json.Unmarshal(b.Bytes(), &answer); err != nil {
		t.Fatalf("%s %s: %s %s", method, path, a.Status, &b)
	}
	return a.StatusCode, answer
}

func makeLink(t *testing.T, s *server.Server, room, role string) (id, token string) {
	t.Helper()
	status, answer := api(t, s, "POST", "/v1/rooms/"+room+"/links", `{"roles":["`+role+`"],"note":"for the test"}`)
	links, _ := answer["links"].([]any)
	if status != 200 || len(links) != 1 {
		t.Fatalf("%d %v", status, answer)
	}
	link := links[0].(object)
	return link["link"].(string), link["token"].(string)
}

// 23: what a host takes back ends within 5 s where it is in use, and lets nobody in afterwards, on both ports.
func Test23ALinkThatIsTakenBackEnds(t *testing.T) {
	t.Parallel()
	s := start(t)
	id, token := makeLink(t, s, "show", "moderator")
	other, otherToken := makeLink(t, s, "show", "moderator")
	w, neighbour := join(t, s, "show", token), join(t, s, "show", otherToken)
	conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC, Token: func() string { return token }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	list := func() error {
		_, err := commentsv1.NewCommentsServiceClient(conn).ListComments(t.Context(), &commentsv1.ListCommentsRequest{Room: "show"})
		return err
	}
	if err := list(); err != nil {
		t.Fatal(err)
	}
	if status, answer := api(t, s, "DELETE", "/v1/rooms/show/links/"+id, ""); status != 200 {
		t.Fatalf("%d %v", status, answer)
	}
	_ = w.SetDeadline(time.Now().Add(5 * time.Second))
	if got := w.closed(); got != 4507 {
		t.Errorf("closed with %d, want 4507 within 5 s", got)
	}
	again := open(t, s)
	again.send(`{"hello":{"room":"show","token":"` + token + `"}}`)
	if g := again.until("goodbye"); g["reason"] != "TOKEN_REVOKED" {
		t.Errorf("goodbye is %v", g)
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := list()
		if err != nil && fault.FromGRPC(err).Reason == fault.TokenRevoked {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("5 s after it was taken back a call gets %v", err)
		}
	}
	neighbour.lives()
	_, answer := api(t, s, "GET", "/v1/rooms/show/links", "")
	body, _ := json.Marshal(answer)
	for _, want := range []string{id, other, "revokeTime", "for the test"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the list has no %s: %s", want, body)
		}
	}
	if strings.Contains(string(body), token) || strings.Contains(string(body), otherToken) {
		t.Errorf("the list tells tokens: %s", body)
	}
}

// 23: a stream that goes on over gRPC ends within 5 s of its token, too, and says why.
func Test23AStreamEndsWithItsToken(t *testing.T) {
	t.Parallel()
	s := start(t)
	link := func(more string) (id, token string) {
		t.Helper()
		status, answer := api(t, s, "POST", "/v1/rooms/show/links", `{"roles":["moderator"]`+more+`}`)
		if status != 200 {
			t.Fatalf("%d %v", status, answer)
		}
		one := answer["links"].([]any)[0].(object)
		return one["link"].(string), one["token"].(string)
	}
	watch := func(token string) func(within time.Duration) error {
		t.Helper()
		conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC, Token: func() string { return token }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		stream, err := commentsv1.NewCommentsServiceClient(conn).WatchComments(t.Context(), &commentsv1.WatchCommentsRequest{Room: "show"})
		if err == nil {
			_, err = stream.Recv() // it goes on
		}
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() {
			for {
				if _, err := stream.Recv(); err != nil {
					ended <- err
					return
				}
			}
		}()
		return func(within time.Duration) error {
			select {
			case err := <-ended:
				return err
			case <-time.After(within):
				return nil
			}
		}
	}
	id, token := link("")
	_, neighbours := link("")
	revoked, neighbour := watch(token), watch(neighbours)
	_, token = link(`,"lifetime":"2s"`)
	short := watch(token)
	if err := short(2*time.Second + 5*time.Second); err == nil || fault.FromGRPC(err).Reason != fault.TokenExpired || !strings.Contains(err.Error(), "last cursor") {
		t.Errorf("a token of 2 s: %v; TOKEN_EXPIRED was wanted, and what to go on with", err)
	}
	if status, answer := api(t, s, "DELETE", "/v1/rooms/show/links/"+id, ""); status != 200 {
		t.Fatalf("%d %v", status, answer)
	}
	if err := revoked(5 * time.Second); err == nil || fault.FromGRPC(err).Reason != fault.TokenRevoked {
		t.Errorf("5 s after its link was taken back: %v; TOKEN_REVOKED was wanted", err)
	}
	if err := neighbour(3 * time.Second); err != nil { // longer than streams are looked at again
		t.Errorf("another's stream ended with it: %v", err)
	}
}

// A guest's link makes guests, each one somebody else, also where the room takes none; with the link they go.
func Test23GuestsOfALinkGoWithIt(t *testing.T) {
	t.Parallel()
	s := start(t)
	no := false
	_, err := roomsv1.NewRoomsServiceClient(grpc(t, s)).CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{
		Room: "closed", Settings: &roomsv1.Settings{Guests: &no}, Actor: &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"},
	})
	if err != nil {
		t.Fatal(err)
	}
	stranger := open(t, s)
	stranger.send(`{"hello":{"room":"closed"}}`)
	if got := stranger.closed(); got != 4505 {
		t.Fatalf("without a link: %d", got)
	}
	id, token := makeLink(t, s, "closed", "guest")
	enter := func(token string) (*wire, object) {
		w := open(t, s)
		w.send(`{"hello":{"room":"closed","token":"` + token + `"}}`)
		you, _ := w.until("welcome")["you"].(object)
		w.until("snapshot")
		return w, you
	}
	a, you := enter(token)
	b, other := enter(token)
	if you["person"] == other["person"] || you["guest"] != true || you["guestToken"] == nil {
		t.Fatalf("two by one link: %v and %v", you, other)
	}
	_, back := enter(you["guestToken"].(string))
	if back["person"] != you["person"] {
		t.Errorf("after a reload %v, before %v", back, you)
	}
	if status, answer := api(t, s, "DELETE", "/v1/rooms/closed/links/"+id, ""); status != 200 {
		t.Fatalf("%d %v", status, answer)
	}
	for _, w := range []*wire{a, b} {
		_ = w.SetDeadline(time.Now().Add(5 * time.Second))
		if got := w.closed(); got != 4507 {
			t.Errorf("a guest of the link: closed with %d", got)
		}
	}
	late := open(t, s)
	late.send(`{"hello":{"room":"closed","token":"` + you["guestToken"].(string) + `"}}`)
	if got := late.closed(); got != 4507 {
		t.Errorf("with the guest's own token: closed with %d", got)
	}
}

// A room that is closed to guests while some are there: they go within 5 s, and their tokens open nothing any more on any
// port; who came by an invite stays.
func TestARoomThatIsClosedToGuestsHasNoneLeft(t *testing.T) {
	t.Parallel()
	s := start(t)
	guest := open(t, s)
	guest.send(`{"hello":{"room":"show"}}`)
	token := guest.until("welcome")["you"].(object)["guestToken"].(string)
	guest.until("snapshot")
	_, invite := makeLink(t, s, "show", "guest")
	invited := open(t, s)
	invited.send(`{"hello":{"room":"show","token":"` + invite + `"}}`)
	invitedToken := invited.until("welcome")["you"].(object)["guestToken"].(string)
	invited.until("snapshot")
	if status, answer := api(t, s, "PATCH", "/v1/rooms/show?updateMask=settings.guests", `{"settings":{"guests":false}}`); status != 200 {
		t.Fatalf("%d %v", status, answer)
	}
	_ = guest.SetDeadline(time.Now().Add(5 * time.Second))
	if g := guest.until("goodbye"); g["reason"] != "PERMISSION_DENIED" {
		t.Errorf("the goodbye is %v", g)
	}
	if got := guest.closed(); got != 4505 {
		t.Errorf("closed with %d, want 4505 within 5 s", got)
	}
	again := open(t, s)
	again.send(`{"hello":{"room":"show","token":"` + token + `"}}`)
	if got := again.closed(); got != 4505 {
		t.Errorf("with its own token: closed with %d", got)
	}
	for name, c := range map[string]struct {
		token string
		want  fault.Reason
	}{"the guest's token": {token, fault.GuestsNotAllowed}, "the invited one's": {invitedToken, ""}} {
		conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC, Token: func() string { return c.token }})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, err = commentsv1.NewCommentsServiceClient(conn).PostComment(t.Context(), &commentsv1.PostCommentRequest{Room: "show", RequestId: "request-1", Text: "still here"})
		if c.want == "" && err != nil || c.want != "" && fault.FromGRPC(err).Reason != c.want {
			t.Errorf("%s posts: %v", name, err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/v1/rooms/show/hearts/series.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+c.token)
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Body.Close()
		if (a.StatusCode == http.StatusForbidden) != (c.want != "") {
			t.Errorf("%s exports hearts: %s", name, a.Status)
		}
	}
	invited.lives()
}

// An overlay sees, and may do nothing, on no port.
func Test24AnOverlaysLinkMayDoNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, token := makeLink(t, s, "show", "overlay")
	w := join(t, s, "show", token)
	for _, frame := range []string{
		`{"id":"1","post":{"requestId":"request-1","text":"hello"}}`, `{"id":"1","tap":{"kind":"heart","count":1}}`,
		`{"id":"1","ask":{"requestId":"request-1","text":"why?"}}`, `{"id":"1","vote":{"question":"` + strings.Repeat("a", 26) + `","up":true}}`,
	} {
		if reason := w.fault(frame); reason != "PERMISSION_DENIED" {
			t.Errorf("%s: %s", frame, reason)
		}
	}
	w.lives()
	conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
	_, err = commentsv1.NewCommentsServiceClient(conn).PostComment(ctx, &commentsv1.PostCommentRequest{Room: "show", RequestId: "request-2", Text: "hello"})
	if fault.FromGRPC(err).Reason != fault.PermissionDenied {
		t.Errorf("a call: %v", err)
	}
	noted := 0
	for what, n := range refusals(t, s, 4) {
		if noted += n; !strings.HasSuffix(what, " viewer") {
			t.Errorf("in the trail: %s", what)
		}
	}
	if noted != 4 { // 3 of the verbs, and the call
		t.Errorf("%d lines in the trail, want 4", noted)
	}
}

// A token for a pattern makes, lists and opens the rooms of it, and no others.
func TestATokenForAPatternOfRooms(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(file, []byte(strings.Repeat("k", 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := auth.LoadKeys([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, "--keys-files", file)
	acme, err := keys.Mint(auth.Claims{Subject: "anna", Role: auth.Host, Rooms: []string{"acme-*"}}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	s.Tokens.Host = acme
	for room, want := range map[string]int{"acme-1": 200, "acme": 403, "bolt-1": 403} {
		if status, answer := api(t, s, "POST", "/v1/rooms", `{"room":"`+room+`"}`); status != want {
			t.Errorf("making %s: %d %v", room, status, answer)
		}
	}
	if status, answer := api(t, s, "GET", "/v1/rooms", ""); status != 200 || len(answer["rooms"].([]any)) != 1 {
		t.Errorf("of acme's one room and ours are listed: %d %v", status, answer)
	}
	if status, _ := api(t, s, "PATCH", "/v1/rooms/show?updateMask=title", `{"title":"ours"}`); status != 403 {
		t.Errorf("another's room was changed: %d", status)
	}
	join(t, s, "acme-1", acme)
	w := open(t, s)
	w.send(`{"hello":{"room":"show","token":"` + acme + `"}}`)
	if reason := w.until("goodbye")["reason"]; reason != "PERMISSION_DENIED" {
		t.Errorf("another's room says %v", reason)
	}
}
