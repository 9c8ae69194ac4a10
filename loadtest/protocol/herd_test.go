package protocol_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/server"
)

func use(t *testing.T, s *server.Server) server.Usage {
	t.Helper()
	u, err := server.Use(s.PID())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// 36: floods of every kind of small frame, under the default limits: 4029 three times, and then 4529. What is empty is an error
// each, and ends with 4501. All of them together cost the process little, however fast they are sent.
func Test36FloodsUnderTheDefaultLimits(t *testing.T) {
	t.Parallel()
	s := start(t)
	witness := join(t, s, "show", "")
	before := use(t, s)
	flood := func(token string, frame []byte) uint16 {
		w := open(t, s)
		w.send(`{"hello":{"room":"show","token":"` + token + `"}}`)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			many := bytes.Repeat(frame, 1000)
			for range 100 {
				if _, err := w.Write(many); err != nil {
					return
				}
			}
		}()
		code := w.closed()
		_ = w.Close()
		<-ended
		return code
	}
	kinds := [][]byte{masked(0x89, nil), masked(0x8a, nil), masked(0x81, []byte(`{"tap":{"kind":"heart","count":1}}`))}
	for i, frame := range kinds {
		if got := flood(s.Tokens.Viewer, frame); got != 4029 {
			t.Errorf("flood %d of one person: closed with %d, want 4029", i+1, got)
		}
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		w := open(t, s) // a socket that floods may take some seconds to end, and is counted then
		w.send(`{"hello":{"room":"show","token":"` + s.Tokens.Viewer + `"}}`)
		op, payload := w.frame()
		for op == 1 && bytes.Contains(payload, []byte(`"goodbye"`)) {
			op, payload = w.frame()
		}
		_ = w.Close()
		if op == 8 && binary.BigEndian.Uint16(payload) == 4529 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after the third flood the person is let in, or told %q, want 4529", payload)
		}
	}
	for range 20 {
		if got := flood("", masked(0x81, nil)); got != 4501 {
			t.Errorf("100,000 empty frames: closed with %d, want 4501", got)
		}
	}
	witness.lives()
	cpu, frames := use(t, s).CPU-before.CPU, 24*100_000
	t.Logf("%s of CPU for up to %d frames", cpu, frames)
	if cpu > 2*time.Second {
		t.Errorf("%s of CPU for %d frames of which hardly any had to be looked at", cpu, frames)
	}
}

// 37: three thousand who come in one moment, many more than the door lets in a second: those who are sent away come back when they
// were told to and are all in by their turns, whoever is let in is answered soon, and the process grows by what they are.
func Test37ThreeThousandAtOnce(t *testing.T) {
	t.Parallel()
	const people = 3000
	s := start(t, "--gateway-handshakes", "250")
	join(t, s, "show", "").lives()
	before := use(t, s)
	began := time.Now()
	a, err := audience.Connect(t.Context(), audience.Options{Address: s.Listen, Room: "show", Viewers: people, From: 2, Patient: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Leave(0)
	all, welcomes := time.Since(began), a.Welcomes()
	slices.Sort(welcomes)
	most := welcomes[people*99/100]
	grown, _ := grew(t, s, before)
	t.Logf("in after %s, sent away %d times; 99 of 100 welcomed within %s; %d MiB more", all, a.SentAway(), most, grown)
	if a.SentAway() == 0 {
		t.Error("nobody was told to come back: the door was not tried")
	}
	if all > 30*time.Second { // eleven seconds of turns
		t.Errorf("everybody is in after %s", all)
	}
	if most > 3*time.Second { // milliseconds, on a machine that does nothing else
		t.Errorf("one in a hundred of those who are let in is welcomed after more than %s", most)
	}
	if grown > 100 {
		t.Errorf("%d MiB more for %d people", grown, people)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) { // who was sent away last may yet be going
		n, err := scrape.Sum(t.Context(), "ovation_gateway_connections", s.Admin)
		if err == nil && n == people+1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%.0f sockets are open of %d (%v)", n, people+1, err)
		}
	}
}
