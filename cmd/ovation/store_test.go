package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/testbed"
)

func TestSizesForPeople(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1536: "1.5 KiB", 4 << 30: "4.0 GiB", 1<<64 - 1: "16.0 EiB"} {
		if got := size(n); got != want {
			t.Errorf("%d bytes: %q, want %q", n, got, want)
		}
	}
}

// Whoever runs serve has no port of the store to resize streams by: the setting must do it, and may never take anything.
func TestStreamsGrowWithTheSettingAndNeverShrink(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	show := func(s *server) string {
		t.Helper()
		var out string
		testbed.Until(t, "the store was looked at", func() bool {
			r := ovation(t, "store", "--admin", s.Admin)
			out = r.out
			return r.code == exitDone
		})
		return out
	}
	for _, run := range []struct {
		flags []string
		want  string // OV_LOG has half of the space
	}{
		{[]string{"--store-max-bytes", "1GiB"}, "512.0 MiB"},
		{[]string{"--store-max-bytes", "2GiB"}, "1.0 GiB"},
		{[]string{"--store-max-bytes", "1GiB"}, "1.0 GiB"}, // it does not shrink
		{nil, "1.0 GiB"}, // nor does a default change what somebody chose
	} {
		s := serveHere(t, data, run.flags...)
		if out := show(s); !strings.Contains(out, run.want) || !strings.Contains(out, "OV_COUNTERS") {
			t.Errorf("%v: want %s for OV_LOG:\n%s", run.flags, run.want, out)
		}
		s.end(t)
	}
}

// Sequences of a broker that was not stopped in order may go back. Whoever follows them must not go on by hand of an operator
// at night: it ends, says why, and is started anew by whoever runs it.
func TestProcessesEndWhenTheirStoreBeginsAnotherLife(t *testing.T) {
	keys, data := secretFile(t, strings.Repeat("k", 50)), t.TempDir()
	var broker, services, gateway server
	var at struct{ NATS, GRPC, Listen string }
	start := func() {
		t.Helper()
		listen := "127.0.0.1:0"
		if at.NATS != "" {
			listen = strings.TrimPrefix(at.NATS, "nats://")
		}
		broker.runHere(t, &at, []string{"broker", "--data", data, "--nats-listen", listen, "--admin", "127.0.0.1:0"})
	}
	start()
	services.runHere(t, &at, []string{"services", "--nats-url", at.NATS, "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys})
	gateway.runHere(t, &at, []string{"gateway", "--nats-url", at.NATS, "--gateway-services", at.GRPC, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys})

	broker.end(t)
	start() // in order: nothing ends
	select {
	case code := <-exitOf(&services):
		t.Fatalf("services ended with %d after a broker's orderly restart\n%s", code, services.log)
	case code := <-exitOf(&gateway):
		t.Fatalf("the gateway ended with %d after a broker's orderly restart\n%s", code, gateway.log)
	case <-time.After(5 * time.Second): // two looks
	}
	broker.end(t)
	if err := os.Remove(filepath.Join(data, "CLEAN")); err != nil {
		t.Fatal(err)
	}
	start()
	for name, s := range map[string]*server{"services": &services, "gateway": &gateway} {
		select {
		case code := <-exitOf(s):
			if code != exitFailed || !strings.Contains(s.log.String(), "another life") {
				t.Errorf("%s: exit %d\n%s", name, code, s.log)
			}
		case <-time.After(30 * time.Second):
			t.Errorf("%s goes on", name)
		}
	}
	broker.end(t)
}

func exitOf(s *server) <-chan int {
	code := make(chan int, 1)
	go func() { code <- s.wait() }()
	return code
}
