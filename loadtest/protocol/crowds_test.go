package protocol_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/server"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// brisk makes a room in which a person has 40 taps at once and 10 a second, and in all as many as it likes.
func brisk(t *testing.T, s *server.Server, room string) {
	t.Helper()
	_, err := roomsv1.NewRoomsServiceClient(grpc(t, s)).CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{
		Room: room, Actor: &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"},
		Settings: &roomsv1.Settings{HeartCap: new(uint32(1_000_000)), TapsPerSecond: new(uint32(10)), TapBurst: new(uint32(40))},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// within is how many taps a person of a brisk room has from a moment on until now.
func within(since time.Time) uint64 { return 40 + 10*uint64(time.Since(since).Seconds()+1) }

// settled waits until a total stands still, and gives it: nothing of a flood is kept to be counted later.
func settled(t *testing.T, s *server.Server, room, kind string) uint64 {
	t.Helper()
	last, since := totals(t, s, room)[kind], time.Now()
	for time.Since(since) < 1500*time.Millisecond {
		time.Sleep(100 * time.Millisecond)
		if now := totals(t, s, room)[kind]; now != last {
			last, since = now, time.Now()
		}
	}
	return last
}

// 25: of 10,000 taps a second a person's share counts; the rest is counted as refused and kept nowhere. What the socket may
// send at once does not end it, going on does.
func Test25TenThousandTapsASecond(t *testing.T) {
	t.Parallel()
	s := start(t)
	brisk(t, s, "brisk")
	w := join(t, s, "brisk", "")
	began := time.Now()
	tap := masked(0x81, []byte(`{"tap":{"kind":"heart","count":1}}`))
	w.sendBytes(bytes.Repeat(tap, 150)) // of the 200 frames that may come at once
	w.lives()
	go func() {
		for {
			turn := time.Now()
			if _, err := w.Write(bytes.Repeat(tap, 100)); err != nil {
				return // closed
			}
			time.Sleep(time.Until(turn.Add(10 * time.Millisecond)))
		}
	}()
	if got := w.closed(); got != 4029 {
		t.Errorf("closed with %d, want 4029", got)
	}
	all, err := scrape.Totals(t.Context(), s.Admin)
	if err != nil {
		t.Fatal(err)
	}
	accepted, over, overrun := all["ovation_gateway_taps_accepted_total"], all["ovation_gateway_taps_over_cap_total"], all["ovation_gateway_frames_overrun_total"]
	if accepted < 40 || accepted > float64(within(began)) {
		t.Errorf("%.0f taps were taken, want 40 to %d", accepted, within(began))
	}
	if over < 150-float64(within(began)) || overrun < 200 {
		t.Errorf("%.0f taps beyond the person's budget and %.0f frames beyond the socket's are counted, of 150 and hundreds more", over, overrun)
	}
	if got := settled(t, s, "brisk", "heart"); got != uint64(accepted) {
		t.Errorf("%d hearts stand there, %.0f were taken", got, accepted)
	}
	join(t, s, "brisk", "").lives()
}

// 25: fifty sockets of one person have one person's taps.
func Test25OnePersonOnFiftySockets(t *testing.T) {
	t.Parallel()
	s := start(t, "--limits-person-handshakes", "100")
	brisk(t, s, "brisk")
	first := open(t, s)
	first.send(`{"hello":{"room":"brisk"}}`)
	you, _ := first.until("welcome")["you"].(object)
	token, _ := you["guestToken"].(string)
	if token == "" {
		t.Fatalf("no guest token in %v", you)
	}
	sockets := []*wire{first}
	for range 49 {
		sockets = append(sockets, join(t, s, "brisk", token))
	}
	other := join(t, s, "brisk", "")
	began := time.Now()
	tap := masked(0x81, []byte(`{"tap":{"kind":"heart","count":1}}`))
	for range 10 {
		for _, w := range sockets {
			w.sendBytes(tap)
		}
	}
	other.send(`{"tap":{"kind":"clap","count":7}}`)
	for _, w := range sockets {
		w.lives()
	}
	most := within(began)
	if got := settled(t, s, "brisk", "heart"); got < 40 || got > most {
		t.Errorf("500 taps on 50 sockets count as %d, want 40 to %d", got, most)
	}
	counted(t, s, "brisk", "clap", 7)
}

// patient comes in from an address, as often as it is told to come back.
func patient(t *testing.T, s *server.Server, client, room string) *wire {
	t.Helper()
	for deadline := time.Now().Add(25 * time.Second); ; {
		w := connect(t, s.Listen)
		wait := 1.0
		if a, body := w.shake(request(s.Listen, from(client)...)); a.StatusCode == 101 {
			w.send(`{"hello":{"room":"` + room + `"}}`)
			_, payload := w.frame()
			var f struct {
				Goodbye *struct{ ReconnectAfterMs string }
			}
			if err := json.Unmarshal(payload, &f); err != nil {
				t.Fatalf("%q: %v", payload, err)
			}
			if f.Goodbye == nil {
				return w
			}
			ms, _ := strconv.Atoi(f.Goodbye.ReconnectAfterMs)
			wait = float64(ms) / 1000
		} else if a.StatusCode != 429 && a.StatusCode != 503 {
			t.Fatalf("%s %s", a.Status, body)
		} else if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); err == nil {
			wait = float64(seconds)
		}
		_ = w.Close()
		if time.Now().After(deadline) {
			t.Fatal("not let in, however often it came when it was told to")
		}
		time.Sleep(time.Duration(wait * float64(time.Second)))
	}
}

// 25: a thousand people behind one address come in, tap, vote and write, while somebody of their address floods: it is closed,
// and none of them hears of it. Under the default they are in after 16 s.
func Test25AThousandPeopleBehindOneAddress(t *testing.T) {
	t.Parallel()
	const people, client = 1000, "198.51.100.7"
	s := start(t, "--trusted-proxies", "127.0.0.0/8", "--limits-source-handshakes", "200")
	brisk(t, s, "brisk")
	crowd := make([]*wire, people)
	var in errgroup.Group
	in.SetLimit(100)
	for i := range crowd {
		in.Go(func() error { crowd[i] = patient(t, s, client, "brisk"); return nil })
	}
	_ = in.Wait() // what fails says so
	if t.Failed() {
		t.FailNow()
	}
	flood := patient(t, s, client, "brisk")
	go func() {
		frames := bytes.Repeat(masked(0x81, []byte(`{"tap":{"kind":"clap","count":1}}`)), 100)
		for {
			if _, err := flood.Write(frames); err != nil {
				return
			}
		}
	}()
	var acts errgroup.Group
	acts.SetLimit(100)
	for i, w := range crowd {
		acts.Go(func() error {
			w.send(`{"tap":{"kind":"heart","count":3}}`)
			w.send(fmt.Sprintf(`{"id":"v","vote":{"question":"%s","up":true}}`, strings.Repeat("a", 26)))
			if f := w.until("fault"); f["reason"] != "QUESTION_NOT_FOUND" { // it came through all limits to where questions are
				t.Errorf("person %d may not vote: %v", i, f)
			}
			if i%10 == 0 {
				w.send(fmt.Sprintf(`{"id":"p","post":{"requestId":"request-25-%d","text":"I am number %d"}}`, i, i))
				w.until("ack")
			}
			w.lives()
			return nil
		})
	}
	_ = acts.Wait()
	if got := flood.closed(); got != 4029 {
		t.Errorf("the flood is closed with %d, want 4029", got)
	}
	counted(t, s, "brisk", "heart", 3*people)
	all, err := scrape.Totals(t.Context(), s.Admin)
	if err != nil {
		t.Fatal(err)
	}
	if got := all["ovation_gateway_connections"]; got < people {
		t.Errorf("%.0f sockets are open of %d people", got, people)
	}
}
