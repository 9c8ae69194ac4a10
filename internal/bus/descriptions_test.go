package bus_test

import (
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
)

// 45: a process of services makes the streams of a broker apart, and an operator changes one: their descriptions are on the
// disk soon after, as those of a store in the same process are. What a power cut leaves is `make faults ONLY=power-cut-broker`.
func Test45DescriptionsOfStreamsAreSynced(t *testing.T) {
	at := freePorts(t, 1)[0]
	s, err := bus.StartServer(bus.ServerOptions{Dir: t.TempDir(), Listen: at, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	b, err := bus.Connect(t.Context(), bus.Options{URL: "nats://" + at, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	synced := func(after string) {
		t.Helper()
		// The disk is asked again and again: nothing tells when it has been written to.
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			n, synced := bus.Described(s)
			if n == 16 && synced { // a description and a checksum for each of eight streams
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("after %s there are %d descriptions, all on the disk: %v", after, n, synced)
			}
		}
	}
	synced("the streams were made")
	if err := bus.Misconfigure(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	synced("one was changed")
}
