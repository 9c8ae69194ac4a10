package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/config"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// probe is what check is asked to look at.
type probe struct {
	url, grpc, room, token string
	skipGRPC, tap          bool
	timeout                time.Duration
	tls                    *tls.Config // of gRPC; nil for plain text
	web                    *http.Client
}

func newCheck() *cobra.Command {
	var p probe
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Go round once as a viewer: page, socket, services, store and back",
		Long: `Go round once as a viewer: page, socket, services, store and back, and ask the services for their health.
It joins the room as a guest, with --keys-files as a viewer with a token made with them (a room may take no guests), or
with --token as who that is; a service's token calls gRPC instead. It asks for what is its own, and leaves; it changes
nothing and is counted as nobody. With --tap, and in the room ` + canaryRoom + ` always, it also taps once and waits until
that heart is stored and comes back, as the gateways' canaries do. Each line says how long a step took; the first that fails is explained, and the exit code is 1.`,
		Args: want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			p.web = http.DefaultClient
			if p.url == "" {
				p.url, p.web = ownPort(cfg.Listen, cfg.TLS.Cert != "", proxiesOf(cfg.Config))
				defer p.web.CloseIdleConnections()
			}
			p.url, p.grpc = strings.TrimRight(p.url, "/"), reachable(cfg.GRPC)
			if p.tls, err = callTLS(cfg.Config, p.grpc); err != nil {
				return err
			}
			if p.token == "" {
				p.token = os.Getenv("OVATION_TOKEN")
			}
			if p.token == "" && len(cfg.Keys.Files) > 0 {
				if p.token, err = viewerToken(cfg.Config, p.room); err != nil {
					return err
				}
			}
			err = p.run(cmd.Context(), cmd.OutOrStdout())
			if err != nil && !cmd.Flags().Changed("room") && strings.Contains(err.Error(), string(fault.RoomNotFound)) {
				return fmt.Errorf("%w; name another one with --room: gateways apart have the room %s, which wants --keys-files or --token", err, canaryRoom)
			}
			return err
		},
	}
	config.Flags(cmd.Flags(), append([]string{"listen", "grpc", "keys.files", "keys.audience", "keys.issuer"}, grpcTLSKeys[:4]...)...)
	f := cmd.Flags()
	f.StringVar(&p.url, "url", "", "Public address, such as https://live.example.com. Default: the one of --listen, with TLS where tls.cert is set")
	f.StringVar(&p.room, "room", "show", "Room to join")
	f.StringVar(&p.token, "token", "", "Token to join with (variable OVATION_TOKEN). Default: one made with --keys-files, else none, as a guest")
	f.BoolVar(&p.tap, "tap", false, "Tap once, too, and wait until the heart comes back. It counts")
	f.BoolVar(&p.skipGRPC, "skip-grpc", false, "Leave the services' port out, where it cannot be reached from here")
	f.DurationVar(&p.timeout, "timeout", 10*time.Second, "How long each step may take")
	return cmd
}

// viewerToken is one for a room that may take no guests.
func viewerToken(c config.Config, room string) (string, error) {
	keys, err := localKeys(c)
	if err != nil {
		return "", err
	}
	if !keys.CanSign() {
		return "", errors.New("the keys can only verify: give a token with --token or OVATION_TOKEN")
	}
	return keys.Mint(auth.Claims{Subject: "check", Rooms: []string{room}, Role: auth.Viewer}, time.Hour)
}

// run takes the steps in order and stops at the first that fails.
func (p probe) run(ctx context.Context, w io.Writer) error {
	var s *socket
	defer func() {
		if s != nil {
			s.close()
		}
	}()
	said, _ := readToken(p.token) // one that cannot be read is refused by the gateway, in its words
	asService := said.Role == string(auth.Service)
	var begin *gatewayv1.Snapshot
	for _, step := range []struct {
		name string
		skip bool
		do   func(context.Context) error
		late string // what it means that nothing comes
	}{
		{name: "page", skip: asService, do: p.page},
		{name: "gRPC health", skip: p.skipGRPC, do: p.health},
		{name: "a call as a service", skip: !asService, do: p.call},
		{name: "socket", skip: asService, do: func(ctx context.Context) (err error) {
			s, err = openSocket(ctx, p.web, p.url)
			return err
		}},
		{name: "welcome and snapshot", skip: asService, do: func(ctx context.Context) (err error) {
			begin, err = p.join(ctx, s)
			return err
		}},
		{name: "services and store, and back", skip: asService, do: func(ctx context.Context) error { return p.roundTrip(ctx, s) }},
		{
			name: "a heart, stored and seen", skip: asService || !p.tap && p.room != canaryRoom,
			do:   func(ctx context.Context) error { return tapOnce(ctx, s, begin) },
			late: ": what is written is not stored, or comes back to nobody; ask each broker for its /readyz",
		},
	} {
		if step.skip {
			continue
		}
		start := time.Now()
		err := func() error {
			ctx, cancel := context.WithTimeout(ctx, p.timeout)
			defer cancel()
			err := step.do(ctx)
			if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return fmt.Errorf("no answer in %v%s", p.timeout, step.late)
			}
			return err
		}()
		if err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		if _, err := fmt.Fprintf(w, "ok  %-30s %v\n", step.name, time.Since(start).Round(100*time.Microsecond)); err != nil {
			return err
		}
	}
	if address := p.address(ctx); address != "" && !asService {
		_, err := fmt.Fprintf(w, "    the gateway sees you at %s; behind a proxy that it does not believe (trusted_proxies) that is the proxy\n", address)
		return err
	}
	return nil
}

// call reads the room as a backend does.
func (p probe) call(ctx context.Context) error {
	conn, err := rpc.Dial(rpc.DialOptions{Target: p.grpc, TLS: p.tls, Token: func() string { return p.token }})
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // the answer is in
	if _, err := roomsv1.NewRoomsServiceClient(conn).GetRoom(ctx, &roomsv1.GetRoomRequest{Room: p.room}); err != nil {
		if status.Code(err) == codes.Unavailable {
			return fmt.Errorf("nobody answers at %s: are the services running there?", p.grpc)
		}
		return fault.Err(err)
	}
	return nil
}

func (p probe) page(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/livez", nil)
	if err != nil {
		return fmt.Errorf("--url %s is no address: %w", p.url, err)
	}
	resp, err := p.web.Do(req)
	if err != nil {
		return fmt.Errorf("nobody answers at %s: is a gateway running there? %w", p.url, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s/livez answered %s: something else listens there, or a proxy between does not pass it on", p.url, resp.Status)
	}
	return nil
}

// address asks how the gateway sees this client: behind a proxy that it does not believe, everybody is the proxy.
func (p probe) address(ctx context.Context) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/v1/info", nil)
	if err != nil {
		return ""
	}
	resp, err := p.web.Do(req)
	if err != nil {
		return ""
	}
	defer func() { _ = resp.Body.Close() }()
	var info struct{ Address string }
	if json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&info) != nil {
		return ""
	}
	return info.Address
}

func (p probe) health(ctx context.Context) error {
	conn, err := rpc.Dial(rpc.DialOptions{Target: p.grpc, TLS: p.tls})
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // the answer is in
	answer, err := healthv1.NewHealthClient(conn).Check(ctx, &healthv1.HealthCheckRequest{})
	switch {
	case status.Code(err) == codes.Unavailable:
		return fmt.Errorf("nobody answers at %s: are the services running there? --skip-grpc leaves this step out", p.grpc)
	case err != nil:
		return fmt.Errorf("%s does not answer as a gRPC server: %w", p.grpc, err)
	case answer.GetStatus() != healthv1.HealthCheckResponse_SERVING:
		return fmt.Errorf("the services at %s say %s: they are starting or ending", p.grpc, answer.GetStatus())
	}
	return nil
}

// join says hello and waits for the room as a newcomer gets it.
func (p probe) join(ctx context.Context, s *socket) (snapshot *gatewayv1.Snapshot, err error) {
	hello := &gatewayv1.Hello{Room: p.room, Token: p.token, Client: "canary"}
	if err := s.send(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Hello{Hello: hello}}); err != nil {
		return nil, err
	}
	welcomed := false
	err = s.until(ctx, func(f *gatewayv1.ServerFrame) (bool, error) {
		switch body := f.GetBody().(type) {
		case *gatewayv1.ServerFrame_Welcome:
			welcomed = true
		case *gatewayv1.ServerFrame_Snapshot:
			if !welcomed {
				return false, errors.New("the snapshot came before the welcome")
			}
			if got := body.Snapshot.GetRoom().GetRoom(); got != p.room {
				return false, fmt.Errorf("asked for the room %q and got %q", p.room, got)
			}
			snapshot = body.Snapshot
			return true, nil
		case *gatewayv1.ServerFrame_Fault:
			return false, fmt.Errorf("%s (%s)", body.Fault.GetMessage(), body.Fault.GetReason())
		}
		return false, nil
	})
	return snapshot, err
}

// tapOnce sends a heart of one of the room's kinds and waits until there are more of that kind than there were.
func tapOnce(ctx context.Context, s *socket, begin *gatewayv1.Snapshot) error {
	kinds := begin.GetRoom().GetKinds()
	if len(kinds) == 0 {
		return errors.New("the room has no kind of hearts")
	}
	kind := kinds[rand.N(len(kinds))]
	if err := s.send(ctx, &gatewayv1.ClientFrame{Id: "tap", Body: &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: kind, Count: 1}}}); err != nil {
		return err
	}
	return s.until(ctx, func(f *gatewayv1.ServerFrame) (bool, error) {
		if body := f.GetFault(); body != nil {
			return false, fmt.Errorf("%s (%s)", body.GetMessage(), body.GetReason())
		}
		return f.GetTick().GetHearts()[kind] > begin.GetHearts()[kind], nil
	})
}

// roundTrip asks for what is one's own: the question goes through the gateway and the services to the store.
func (p probe) roundTrip(ctx context.Context, s *socket) error {
	const id = "check"
	if err := s.send(ctx, &gatewayv1.ClientFrame{Id: id, Body: &gatewayv1.ClientFrame_Mine{Mine: &gatewayv1.GetMine{}}}); err != nil {
		return err
	}
	return s.until(ctx, func(f *gatewayv1.ServerFrame) (bool, error) {
		if body := f.GetFault(); body.GetId() == id {
			return false, fmt.Errorf("%s (%s)", body.GetMessage(), body.GetReason())
		}
		return f.GetAck().GetId() == id, nil
	})
}
