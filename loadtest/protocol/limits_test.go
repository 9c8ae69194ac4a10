package protocol_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	googlegrpc "google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/loadtest/server"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// from makes a handshake of a client behind a proxy.
func from(client string) []string {
	return []string{"\r\n\r\n", "\r\nX-Forwarded-For: 6.6.6.6, " + client + "\r\n\r\n"}
}

// 25, 37: one address that opens sockets without end is sent away, and its neighbours are not.
func Test25ASourceIsBoundAndItsNeighboursAreNot(t *testing.T) {
	t.Parallel()
	s := start(t, "--trusted-proxies", "127.0.0.0/8", "--limits-source-sockets", "3", "--limits-source-handshakes", "2")
	shake := func(client string) int {
		a, _ := connect(t, s.Listen).shake(request(s.Listen, from(client)...))
		return a.StatusCode
	}
	for range 3 {
		if got := shake("198.51.100.1"); got != 101 {
			t.Fatalf("within the limit: %d", got)
		}
	}
	a, body := connect(t, s.Listen).shake(request(s.Listen, from("198.51.100.1")...))
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" || !strings.Contains(body, "SOURCE_FULL") {
		t.Errorf("the fourth socket of an address: %s %s", a.Status, body)
	}
	if got := shake("198.51.100.2"); got != 101 {
		t.Errorf("a neighbour: %d", got)
	}
	// All of an IPv6 network is one.
	for i := range 3 {
		if got := shake(fmt.Sprintf("2001:db8:1:2::%d", i+1)); got != 101 {
			t.Fatalf("IPv6, within the limit: %d", got)
		}
	}
	if got := shake("2001:db8:1:2:ffff::1"); got != http.StatusTooManyRequests {
		t.Errorf("the fourth of a /64: %d", got)
	}
	if got := shake("2001:db8:1:3::1"); got != 101 {
		t.Errorf("the next /64: %d", got)
	}
}

func Test37EverybodyInAHerdIsToldWhen(t *testing.T) {
	t.Parallel()
	s := start(t, "--gateway-handshakes", "1")
	var welcomed, later, refused int
	for range 15 {
		w := connect(t, s.Listen)
		began := time.Now()
		a, body := w.shake(request(s.Listen))
		switch a.StatusCode {
		case http.StatusServiceUnavailable:
			if a.Header.Get("Retry-After") == "" || !strings.Contains(body, `"BUSY"`) || !strings.Contains(body, "retryAfterMs") {
				t.Errorf("refused without when to come back: %v %s", a.Header, body)
			}
			refused++
			continue
		case http.StatusSwitchingProtocols:
		default:
			t.Fatal(a.Status)
		}
		w.send(`{"hello":{"room":"show"}}`)
		switch _, payload := w.frame(); {
		case strings.Contains(string(payload), `"welcome"`):
			if took := time.Since(began); took > time.Second {
				t.Errorf("whoever was let in was welcomed after %s", took)
			}
			welcomed++
		case strings.Contains(string(payload), `"BUSY"`) && strings.Contains(string(payload), "reconnectAfterMs"):
			later++
		default:
			t.Errorf("told %s", payload)
		}
	}
	// One at once and four to hear of a goodbye; a second or two may pass meanwhile on a busy machine.
	if welcomed == 0 || later < 4 || refused == 0 {
		t.Errorf("%d welcomed, %d told when to come back, %d refused", welcomed, later, refused)
	}
}

// 25: nor do pages and calls of one address keep its neighbours waiting. A proxy that nobody trusts is not taken for one client.
func Test25PagesAndCallsOfASourceAreBound(t *testing.T) {
	t.Parallel()
	s := start(t, "--trusted-proxies", "127.0.0.0/8", "--limits-source-requests", "1")
	ask := func(s *server.Server, path, client string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-For", client)
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Body.Close() }()
		body, _ := io.ReadAll(a.Body)
		return a, string(body)
	}
	const client = "198.51.100.1"
	for _, path := range []string{"/", "/v1/info", "/v1/rooms", "/v1/ws"} { // four at once, whatever they are
		if a, body := ask(s, path, client); a.StatusCode == http.StatusTooManyRequests {
			t.Errorf("%s, within the limit: %s", path, body)
		}
	}
	for _, path := range []string{"/", "/v1/info", "/v1/rooms", "/v1/ws"} {
		a, body := ask(s, path, client)
		if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" || !strings.Contains(body, "SOURCE_BUSY") {
			t.Errorf("%s, too many of an address: %s %s", path, a.Status, body)
		}
	}
	if a, _ := connect(t, s.Listen).shake(request(s.Listen, from(client)...)); a.StatusCode != http.StatusSwitchingProtocols {
		t.Errorf("a handshake, which has a limit of its own: %s", a.Status)
	}
	if a, _ := ask(s, "/livez", client); a.StatusCode != http.StatusOK {
		t.Errorf("/livez: %s", a.Status)
	}
	if a, _ := ask(s, "/", "198.51.100.2"); a.StatusCode != http.StatusOK {
		t.Errorf("a neighbour: %s", a.Status)
	}
	nobody := start(t, "--limits-source-requests", "1")
	for range 10 {
		if a, _ := ask(nobody, "/v1/info", client); a.StatusCode != http.StatusOK {
			t.Fatalf("forwarded by somebody whom nobody trusts: %s", a.Status)
		}
	}
}

func Test25ASourceThatKnocksTooOftenIsToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	s := start(t, "--trusted-proxies", "127.0.0.0/8", "--limits-source-handshakes", "1")
	var let, sent, refused int
	began := time.Now()
	for n := 0; n < 30 || refused == 0 && n < 200; n++ { // a slow machine knocks for longer
		w := connect(t, s.Listen)
		a, _ := w.shake(request(s.Listen, from("198.51.100.9")...))
		if a.StatusCode != 101 {
			refused++
			continue
		}
		w.send(`{"hello":{"room":"show"}}`)
		op, payload := w.frame()
		switch {
		case op == 1 && strings.Contains(string(payload), `"BUSY"`) && strings.Contains(string(payload), "reconnectAfterMs"):
			sent++
		default:
			let++
		}
	}
	most := 5 + int(time.Since(began).Seconds()) // four at once, and then one a second
	if let < 4 || let > most || sent == 0 || refused == 0 {
		t.Errorf("let in %d, told to come back %d, refused %d; want 4 to %d, some, some", let, sent, refused, most)
	}
}

// 25, 37: what one address has too much of uses up nobody else's turns at the door.
func Test37AFloodOfOneAddressLeavesTheDoorToOthers(t *testing.T) {
	t.Parallel()
	s := start(t, "--trusted-proxies", "127.0.0.0/8", "--limits-source-handshakes", "1", "--gateway-handshakes", "20")
	for range 60 {
		connect(t, s.Listen).shake(request(s.Listen, from("198.51.100.9")...))
	}
	w := connect(t, s.Listen)
	if a, _ := w.shake(request(s.Listen, from("198.51.100.10")...)); a.StatusCode != 101 {
		t.Fatalf("a neighbour of a flood: %s", a.Status)
	}
	w.send(`{"hello":{"room":"show"}}`)
	if _, payload := w.frame(); !strings.Contains(string(payload), "welcome") {
		t.Errorf("a neighbour of a flood is told %s", payload)
	}
}

// 25: the buckets are a person's, however many sockets it has.
func Test25APersonsVerbsAreCountedOverItsSockets(t *testing.T) {
	t.Parallel()
	s := start(t, "--limits-verbs", "vote=10/1h")
	vote := func(w *wire, i int) string {
		w.send(fmt.Sprintf(`{"id":"v%d","vote":{"question":"%s","up":true}}`, i, strings.Repeat("a", 26)))
		f := w.until("fault")
		if f["reason"] == "TOO_MANY_REQUESTS" && f["retryAfterMs"] == nil {
			t.Error("told to wait, and not how long")
		}
		return f["reason"].(string)
	}
	first := join(t, s, "show", s.Tokens.Viewer)
	var sockets []*wire
	for range 4 {
		sockets = append(sockets, join(t, s, "show", s.Tokens.Viewer))
	}
	for i := range 10 {
		if got := vote(sockets[i%4], i); got != "QUESTION_NOT_FOUND" {
			t.Fatalf("vote %d: %s", i, got)
		}
	}
	if got := vote(first, 10); got != "TOO_MANY_REQUESTS" {
		t.Errorf("the eleventh, on a socket of its own: %s", got)
	}
	if got := vote(join(t, s, "show", ""), 0); got != "QUESTION_NOT_FOUND" {
		t.Errorf("somebody else: %s", got)
	}
	moderator := join(t, s, "show", s.Tokens.Moderator)
	for i := range 15 {
		if got := vote(moderator, i); got != "QUESTION_NOT_FOUND" {
			t.Fatalf("a moderator, vote %d: %s", i, got)
		}
	}
}

func Test25APersonsSocketsAreBound(t *testing.T) {
	t.Parallel()
	s := start(t, "--limits-person-sockets", "5")
	var held []*wire
	for range 5 {
		held = append(held, join(t, s, "show", s.Tokens.Viewer))
	}
	w := open(t, s)
	w.send(`{"hello":{"room":"show","token":"` + s.Tokens.Viewer + `"}}`)
	if g := w.until("goodbye"); g["reason"] != "SLOW_DOWN" || g["reconnectAfterMs"] == nil {
		t.Errorf("goodbye is %v", g)
	}
	_ = held[0].Close()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		w := open(t, s)
		w.send(`{"hello":{"room":"show","token":"` + s.Tokens.Viewer + `"}}`)
		if _, payload := w.frame(); strings.Contains(string(payload), "welcome") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a place that was given up is not free again")
		}
	}
}

// 36: whoever goes on after three times is told to stay away.
func Test36AfterThreeTimesItIsTheEnd(t *testing.T) {
	t.Parallel()
	s := start(t, "--limits-frames", "5")
	for n := 1; n <= 3; n++ {
		w := join(t, s, "show", s.Tokens.Viewer)
		go func() {
			for range 500 {
				if _, err := w.Write(masked(0x81, []byte(`{"pace":{"slow":false}}`))); err != nil {
					return
				}
			}
		}()
		if got := w.closed(); got != 4029 {
			t.Fatalf("time %d: closed with %d, want 4029", n, got)
		}
	}
	w := open(t, s)
	w.send(`{"hello":{"room":"show","token":"` + s.Tokens.Viewer + `"}}`)
	if got := w.closed(); got != 4529 {
		t.Errorf("the fourth time: closed with %d, want 4529", got)
	}
	join(t, s, "show", "").lives() // somebody else
}

// 36: a guest that flooded comes back as somebody new, so that its source's newcomers wait a while; its neighbours do not,
// and nobody who is in is sent away. What floods before its hello counts, too.
func Test36FloodsOfGuestsAreTheirSources(t *testing.T) {
	t.Parallel()
	s := start(t, "--trusted-proxies", "127.0.0.0/8", "--limits-frames", "1")
	enter := func(client string) *wire {
		w := open(t, s, from(client)...)
		w.send(`{"hello":{"room":"show"}}`)
		return w
	}
	innocent := enter("198.51.100.1")
	innocent.until("welcome")
	flood := func(w *wire, frame []byte) {
		go func() { // until the server, or the end of the test, closes it
			for {
				if _, err := w.Write(frame); err != nil {
					return
				}
			}
		}()
	}
	var guests, strangers []*wire // all are in before the first flood
	for range 10 {
		guests = append(guests, enter("198.51.100.1"))
		guests[len(guests)-1].until("welcome")
		strangers = append(strangers, open(t, s, from("198.51.100.1")...))
	}
	for i := range guests {
		flood(guests[i], masked(0x81, []byte(`{"pace":{"slow":false}}`)))
		flood(strangers[i], bytes.Repeat(masked(0x8a, nil), 1000))
	}
	var w *wire
	var said string
	for begin := time.Now(); !strings.Contains(said, `"BUSY"`); {
		if time.Since(begin) > 20*time.Second {
			t.Fatalf("whoever comes from there is let in after 20 floods: %s", said)
		}
		time.Sleep(100 * time.Millisecond) // the floods go on
		w = enter("198.51.100.1")
		_, payload := w.frame()
		said = string(payload)
	}
	if !strings.Contains(said, `"reconnectAfterMs"`) {
		t.Errorf("the goodbye is %s, want a time to come back", said)
	}
	if got := w.closed(); got != 4005 {
		t.Errorf("closed with %d, want 4005", got)
	}
	enter("198.51.100.2").until("welcome")
	innocent.lives()
}

// 24: what a viewer tried to do as a moderator stands in the room's trail, but not each time.
func Test24RefusedActsAreInTheTrail(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := join(t, s, "show", s.Tokens.Viewer)
	for range 10 {
		if reason := w.fault(`{"id":"1","moderate":{"requestId":"request-1","end":{}}}`); reason != "PERMISSION_DENIED" {
			t.Fatalf("refused with %s", reason)
		}
	}
	if got := refusals(t, s, 3); !maps.Equal(got, map[string]int{"end viewer": 3}) {
		t.Errorf("of 10 refusals there stand %v, want 3", got)
	}
}

// refusals waits for so many in the trail of the show, and counts them by what it was, the role, and the name where there
// is one.
func refusals(t *testing.T, s *server.Server, want int) map[string]int {
	t.Helper()
	rooms := roomsv1.NewRoomsServiceClient(grpc(t, s))
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		r, err := rooms.ListAuditEntries(t.Context(), &roomsv1.ListAuditEntriesRequest{Room: "show"})
		if err != nil {
			t.Fatal(err)
		}
		n, of := 0, make(map[string]int)
		for _, e := range r.GetEntries() {
			if e.GetAction() == "denied" {
				n++
				of[strings.TrimSpace(e.GetTarget()+" "+e.GetRole()+" "+e.GetName())]++
			}
		}
		if n >= want || time.Now().After(deadline) {
			return of
		}
	}
}

// 15: a refused origin is in the log, with the setting that would let it in.
func Test15ARefusedOriginIsNamedOnceAMinute(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 5 {
		if a, _ := connect(t, s.Listen).shake(request(s.Listen, "\r\n\r\n", "\r\nOrigin: https://shop.example.com\r\n\r\n")); a.StatusCode != 403 {
			t.Fatalf("%s", a.Status)
		}
	}
	log := logOf(t, s)
	if n := strings.Count(log, "https://shop.example.com"); n != 1 || !strings.Contains(log, `"setting":"origins"`) {
		t.Errorf("named %d times:\n%s", n, log)
	}
}

// 24: the same over gRPC, where the policy or the service refuses.
func Test24RefusedCallsAreInTheTrail(t *testing.T) {
	t.Parallel()
	s := start(t)
	conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC, Token: func() string { return s.Tokens.Moderator }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := roomsv1.NewRoomsServiceClient(conn).EndRoom(t.Context(), &roomsv1.EndRoomRequest{Room: "show"}); fault.FromGRPC(err).Reason != fault.PermissionDenied {
		t.Fatalf("a moderator ends a room: %v", err)
	}
	r, err := roomsv1.NewRoomsServiceClient(grpc(t, s)).ListAuditEntries(t.Context(), &roomsv1.ListAuditEntriesRequest{Room: "show"})
	if err != nil {
		t.Fatal(err)
	}
	if e := r.GetEntries()[0]; e.GetAction() != "denied" || e.GetTarget() != "EndRoom" || e.GetRole() != "moderator" {
		t.Errorf("the newest entry is %v", e)
	}
}

// 24: what is another's stays as it is, whoever asks and however.
func Test24WhatIsAnothersStays(t *testing.T) {
	t.Parallel()
	s := start(t)
	owner, other := join(t, s, "show", ""), join(t, s, "show", s.Tokens.Viewer)
	owner.send(`{"id":"1","post":{"requestId":"request-1","text":"mine"}}`)
	comment := owner.until("ack")["comment"].(object)["comment"].(string)
	owner.send(`{"id":"2","ask":{"requestId":"request-2","text":"Whose is this?"}}`)
	question := owner.until("ack")["question"].(object)["question"].(string)
	for _, frame := range []string{
		`{"id":"1","delete":{"comment":"` + comment + `"}}`, `{"id":"2","edit":{"comment":"` + comment + `","text":"theirs"}}`,
		`{"id":"3","withdraw":{"requestId":"request-3","question":"` + question + `"}}`,
		`{"id":"4","moderate":{"requestId":"request-4","deleteComment":{"comment":"` + comment + `"}}}`,
	} {
		if reason := other.fault(frame); reason != "PERMISSION_DENIED" && reason != "QUESTION_NOT_FOUND" {
			t.Errorf("%s is refused with %s", frame, reason)
		}
	}
	other.lives()
	all, err := commentsv1.NewCommentsServiceClient(grpc(t, s)).ListComments(t.Context(), &commentsv1.ListCommentsRequest{Room: "show"})
	if err != nil || len(all.GetComments()) != 1 || all.GetComments()[0].GetText() != "mine" {
		t.Errorf("left: %v %v", all, err)
	}
	q, err := questionsv1.NewQuestionsServiceClient(grpc(t, s)).GetQuestion(t.Context(), &questionsv1.GetQuestionRequest{Room: "show", Question: question})
	if err != nil || q.GetQuestion().GetState() != questionsv1.Question_STATE_PENDING {
		t.Errorf("left: %v %v", q, err)
	}
	// A link is for its room.
	if _, err := roomsv1.NewRoomsServiceClient(grpc(t, s)).CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{
		Room: "other", Actor: &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"},
	}); err != nil {
		t.Fatal(err)
	}
	_, token := makeLink(t, s, "other", "host")
	w := open(t, s)
	w.send(`{"hello":{"room":"show","token":"` + token + `"}}`)
	if g := w.until("goodbye"); g["reason"] != "PERMISSION_DENIED" {
		t.Errorf("another room's host: %v", g)
	}
	// All of it stands in the trail as what that person tried, whoever refused it; whom the room does not know has no name.
	want := map[string]int{"DeleteComment viewer": 1, "EditComment viewer": 1, "delete_comment viewer": 1, "hello host": 1}
	if got := refusals(t, s, 4); !maps.Equal(got, want) {
		t.Errorf("in the trail: %v, want %v", got, want)
	}
}

// 24: refusals by the services are the person's, not the gateway's: one who is refused often does not keep others out of the
// trail.
func Test24RefusalsAreThePersonsWhoTries(t *testing.T) {
	t.Parallel()
	s := start(t)
	owner := join(t, s, "show", s.Tokens.Host)
	owner.send(`{"id":"1","post":{"requestId":"request-1","text":"mine"}}`)
	comment := owner.until("ack")["comment"].(object)["comment"].(string)
	for i, tries := range []int{5, 1} {
		_, token := makeLink(t, s, "show", "viewer")
		w := join(t, s, "show", token)
		for range tries {
			if reason := w.fault(`{"id":"1","delete":{"comment":"` + comment + `"}}`); reason != "PERMISSION_DENIED" {
				t.Fatalf("viewer %d is refused with %s", i, reason)
			}
		}
	}
	if got := refusals(t, s, 4); !maps.Equal(got, map[string]int{"DeleteComment viewer": 4}) {
		t.Errorf("in the trail: %v, want 3 of the one and 1 of the other", got)
	}
}

// 28: whatever a name looks like, what somebody is stands beside it.
func Test28ANameMakesNoModerator(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := open(t, s)
	w.send(`{"hello":{"room":"show","name":"\u041coderat\u043er"}}`)
	w.until("snapshot")
	w.send(`{"id":"1","post":{"requestId":"request-1","text":"obey"}}`)
	c := w.until("ack")["comment"].(object)
	if c["role"] != "viewer" || c["guest"] != true {
		t.Errorf("it stands there as %v", c)
	}
}

// Streams are refused before their request is read, or by the service: either way the room hears of it, and not each time.
func Test24RefusedStreamsAreInTheTrail(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, elsewhere := makeLink(t, s, "show", "moderator")
	if _, err := roomsv1.NewRoomsServiceClient(grpc(t, s)).CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{
		Room: "other", Actor: &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"},
	}); err != nil {
		t.Fatal(err)
	}
	type stream interface{ RecvMsg(any) error }
	for _, c := range []struct {
		name, room, token, target, role string
		open                            func(conn *googlegrpc.ClientConn) (stream, error)
	}{
		{"a moderator exports", "show", s.Tokens.Moderator, "ExportQuestions", "moderator", func(conn *googlegrpc.ClientConn) (stream, error) {
			return questionsv1.NewQuestionsServiceClient(conn).ExportQuestions(t.Context(), &questionsv1.ExportQuestionsRequest{Room: "show"})
		}},
		{"a moderator of another room watches", "other", elsewhere, "WatchComments", "moderator", func(conn *googlegrpc.ClientConn) (stream, error) {
			return commentsv1.NewCommentsServiceClient(conn).WatchComments(t.Context(), &commentsv1.WatchCommentsRequest{Room: "other"})
		}},
	} {
		t.Run("24 "+c.name, func(t *testing.T) {
			conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC, Token: func() string { return c.token }})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			for range 5 {
				w, err := c.open(conn)
				if err == nil {
					err = w.RecvMsg(new(emptypb.Empty))
				}
				if fault.FromGRPC(err).Reason != fault.PermissionDenied {
					t.Fatalf("it gets %v", err)
				}
			}
			r, err := roomsv1.NewRoomsServiceClient(grpc(t, s)).ListAuditEntries(t.Context(), &roomsv1.ListAuditEntriesRequest{Room: c.room})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, e := range r.GetEntries() {
				if e.GetAction() == "denied" && e.GetTarget() == c.target && e.GetRole() == c.role {
					n++
				}
			}
			if n != 3 {
				t.Errorf("refused 5 times, it stands %d times in the trail, want 3: %v", n, r.GetEntries())
			}
		})
	}
}
