package journey_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/loadtest/viewer"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// One person taps without end at three gateways. What counts passes the cap by two quarters of it and one window at most,
// and not by twice the cap, which is what three gateways that know nothing of each other would take.
func TestOnePersonAtThreeGateways(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys := filepath.Join(dir, "key")
	if err := os.WriteFile(keys, []byte(strings.Repeat("k", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	broker := part(t, "broker", "--data", filepath.Join(dir, "data"), "--nats-listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	services := part(t, "services", "--nats-url", broker.NATS, "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys)
	backend := broker.Ready
	backend.GRPC, backend.Tokens.Service = services.GRPC, mint(t, keys)
	const limit, burst, rate = uint32(400), uint32(20), uint32(60)
	hearts, once, perSecond := limit, burst, rate
	conn := dial(t, &backend)
	if _, err := roomsv1.NewRoomsServiceClient(conn).CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{
		Room: "capped", Actor: &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"},
		Settings: &roomsv1.Settings{HeartCap: &hearts, TapBurst: &once, TapsPerSecond: &perSecond},
	}); err != nil {
		t.Fatal(err)
	}
	links, err := roomsv1.NewRoomsServiceClient(conn).CreateLinks(t.Context(), &roomsv1.CreateLinksRequest{Room: "capped", Roles: []string{"viewer"}})
	if err != nil {
		t.Fatal(err)
	}
	token := links.GetLinks()[0].GetToken()
	var sockets []*viewer.Viewer
	for range 3 {
		p := part(t, "gateway", "--nats-url", broker.NATS, "--gateway-services", services.GRPC, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys)
		sockets = append(sockets, join(t, nil, viewer.Options{URL: p.URL(), Room: "capped", Token: token}))
	}
	total := func() uint64 {
		a, err := heartsv1.NewHeartsServiceClient(conn).GetHeartTotals(t.Context(), &heartsv1.GetHeartTotalsRequest{Room: "capped"})
		if err != nil {
			t.Fatal(err)
		}
		return a.GetTotals()["heart"]
	}
	still, before := 0, uint64(0)
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for deadline := time.Now().Add(patience); still < 15; <-every.C { // until a second and a half of taps adds nothing
		if time.Now().After(deadline) {
			t.Fatalf("%d hearts, and more come", total())
		}
		for _, v := range sockets {
			tap(t, v, 10)
		}
		if now := total(); now == before && now >= uint64(limit) {
			still++
		} else {
			still, before = 0, now
		}
	}
	most := uint64(limit + 2*limit/4 + burst + rate)
	if got := total(); got < uint64(limit) || got > most {
		t.Errorf("%d hearts of one person at three gateways, want %d to %d", got, limit, most)
	} else {
		t.Logf("%d hearts of one person at three gateways with a cap of %d", got, limit)
	}
}
