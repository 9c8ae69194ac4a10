package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/gateway"
	"github.com/ovation-live/ovation/gateway/source"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// canaryRoom is where the gateways' canaries tap. It keeps nothing but a total for each kind, and takes no guests: whoever
// taps there, or crowds it, would make a sick installation look well, or a well one sick.
const canaryRoom = "ovation-canary"

// A canary taps every canaryEvery and gives a heart canaryPatience to come back. It takes one of the room's kinds at
// random: while another gateway's canary taps the same kind in the same moment, its heart is taken for ours and the time
// comes out too short. With 20 gateways that is one in 50, and a heart that does not come back is seen all the same.
const (
	canaryEvery    = 15 * time.Second
	canaryPatience = 10 * time.Second
)

// canaryLife is how long a canary's token is good for: its keys end with the process.
const canaryLife = 10 * 365 * 24 * time.Hour

var canaryKinds = []string{"a", "b", "c", "d", "e", "f", "g", "h"}

// canary is a viewer in every gateway: through its own public port, the services and the store, and back in a frame. What
// it sees is what people see, which no counter of a part says.
type canary struct {
	url      string
	client   *http.Client
	services grpc.ClientConnInterface
	token    string // a viewer's, of this process's own keys
	log      *slog.Logger
	every    time.Duration
	seconds  metric.Float64Histogram
	failures metric.Int64Counter
	beat     atomic.Pointer[gateway.Beat]
}

// last is what the canary saw last, for the health of rooms.
func (c *canary) last() gateway.Beat {
	if beat := c.beat.Load(); beat != nil {
		return *beat
	}
	return gateway.Beat{}
}

// ownPort is how the public port at an address of this machine is reached from here. Nobody asks for the certificate there:
// names on certificates are for those who come from outside. Where connections of this machine must begin with a PROXY
// header, proxies are the networks that it is asked of.
func ownPort(address string, withTLS bool, proxies []netip.Prefix) (url string, client *http.Client) {
	transport := &http.Transport{DialContext: source.DialLocal(proxies)}
	if !withTLS {
		return "http://" + reachable(address), &http.Client{Transport: transport}
	}
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // see above
	return "https://" + reachable(address), &http.Client{Transport: transport}
}

// newCanary makes the canary of a gateway that listens on an address of this machine.
func newCanary(address string, withTLS bool, proxies []netip.Prefix, services grpc.ClientConnInterface, keys *auth.Keys, log *slog.Logger) (*canary, error) {
	token, err := keys.Mint(auth.Claims{Subject: "canary:" + auth.NewID(), Name: "Canary", Rooms: []string{canaryRoom}, Role: auth.Viewer}, canaryLife)
	if err != nil {
		return nil, fmt.Errorf("make the canary's token: %w", err)
	}
	c := &canary{services: services, token: token, log: log, every: canaryEvery}
	c.url, c.client = ownPort(address, withTLS, proxies)
	meter := otel.Meter("github.com/ovation-live/ovation/cmd/ovation")
	c.seconds, _ = meter.Float64Histogram("ovation.gateway.canary", metric.WithUnit("s"),
		metric.WithDescription("From a canary's tap to the frame with it, every 15 s: through the public port, the services, the store, and back."))
	c.failures, _ = meter.Int64Counter("ovation.gateway.canary.failures", metric.WithDescription("Canaries' hearts that did not come back in 10 s, and visits that failed."))
	c.failures.Add(context.Background(), 0)
	return c, nil
}

// Run visits again whenever a visit ends. Nothing that goes wrong here ends the gateway.
func (c *canary) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := c.makeRoom(ctx) // each time: somebody may have deleted it
		if err == nil {
			err = c.visit(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		c.failures.Add(ctx, 1)
		c.beat.Store(&gateway.Beat{At: time.Now()})
		c.log.Warn("the canary's visit failed", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(c.every/2 + rand.N(c.every/2)):
		}
	}
	return nil
}

// makeRoom makes the canaries' room unless it is there, and keeps guests out of it.
func (c *canary) makeRoom(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	rooms, actor := roomsv1.NewRoomsServiceClient(c.services), &roomsv1.Actor{Subject: "canary", Name: "Canary", Role: "host"}
	_, err := rooms.CreateRoom(ctx, &roomsv1.CreateRoomRequest{
		Room: canaryRoom, Title: "The gateways' canaries", Actor: actor,
		Settings: &roomsv1.Settings{
			Guests: new(false), Kinds: canaryKinds, CommentMode: roomsv1.Settings_COMMENT_MODE_FROZEN.Enum(), QuestionsPaused: new(true),
			HeartCap: new(uint32(1_000_000_000)), TapsPerSecond: new(uint32(1_000)), TapBurst: new(uint32(1_000)),
		},
	}, grpc.WaitForReady(true))
	if err == nil {
		return nil
	}
	if f := fault.FromGRPC(err); f.Reason != fault.RoomExists {
		return fmt.Errorf("make the canaries' room: %w", f)
	}
	there, err := rooms.GetRoom(ctx, &roomsv1.GetRoomRequest{Room: canaryRoom})
	if err == nil && there.GetRoom().GetSettings().GetGuests() {
		_, err = rooms.UpdateRoom(ctx, &roomsv1.UpdateRoomRequest{
			Room:       &roomsv1.Room{Room: canaryRoom, Settings: &roomsv1.Settings{Guests: new(false)}},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.guests"}}, Actor: actor,
		})
	}
	if err != nil {
		return fmt.Errorf("keep guests out of the canaries' room: %w", fault.FromGRPC(err))
	}
	return nil
}

// totals are the hearts that frames told of.
type totals struct {
	mu      sync.Mutex
	of      map[string]uint64 // guarded by mu
	changed chan struct{}     // holds a token when there is something new
}

func (t *totals) take(hearts map[string]uint64) {
	if len(hearts) == 0 {
		return
	}
	t.mu.Lock()
	maps.Copy(t.of, hearts)
	t.mu.Unlock()
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

func (t *totals) kind(k string) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.of[k]
}

// visit joins and taps until something goes wrong.
func (c *canary) visit(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := openSocket(ctx, c.client, c.url)
	if err != nil {
		return err
	}
	defer s.close()
	hello := &gatewayv1.Hello{Room: canaryRoom, Token: c.token, Client: "canary"}
	if err := s.send(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Hello{Hello: hello}}); err != nil {
		return err
	}
	seen := &totals{of: map[string]uint64{}, changed: make(chan struct{}, 1)}
	joined, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		once := sync.OnceFunc(func() { close(joined) })
		ended <- s.until(ctx, func(f *gatewayv1.ServerFrame) (bool, error) {
			switch body := f.GetBody().(type) {
			case *gatewayv1.ServerFrame_Snapshot:
				seen.take(body.Snapshot.GetHearts())
				once()
			case *gatewayv1.ServerFrame_Tick:
				seen.take(body.Tick.GetHearts())
			case *gatewayv1.ServerFrame_Fault:
				return false, fmt.Errorf("%s (%s)", body.Fault.GetMessage(), body.Fault.GetReason())
			}
			return false, nil
		})
	}()
	late := time.NewTimer(canaryPatience)
	defer late.Stop()
	select {
	case <-joined:
	case err := <-ended:
		return err
	case <-late.C:
		return errors.New("no snapshot came")
	}
	for {
		if err := c.tap(ctx, s, seen, ended); err != nil {
			return err
		}
		select {
		case err := <-ended:
			return err
		case <-time.After(c.every):
		}
	}
}

// tap sends a heart and waits for a frame with it.
func (c *canary) tap(ctx context.Context, s *socket, seen *totals, ended <-chan error) error {
	kind := canaryKinds[rand.N(len(canaryKinds))]
	before, start := seen.kind(kind), time.Now()
	if err := s.send(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: kind, Count: 1}}}); err != nil {
		return err
	}
	late := time.NewTimer(canaryPatience)
	defer late.Stop()
	for {
		select {
		case <-seen.changed:
			if seen.kind(kind) > before {
				took := time.Since(start)
				c.seconds.Record(ctx, took.Seconds())
				c.beat.Store(&gateway.Beat{At: time.Now(), Took: max(took, time.Millisecond)})
				return nil
			}
		case err := <-ended:
			return err
		case <-late.C:
			return fmt.Errorf("a heart did not come back in %v", canaryPatience)
		}
	}
}
