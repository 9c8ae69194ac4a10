package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/ovation-live/ovation/loadtest/server"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

const room = "show"

// part is one process that can end and come back at the same addresses.
type part struct {
	name    string
	args    []string
	running *server.Server
}

// place is an installation.
type place struct {
	ctx    context.Context
	binary string
	log    io.Writer
	dir    string
	keys   string

	brokers, services, gateways []*part
	toNATS, toGateway           []*toxiproxy.Proxy // before each gateway's broker, and before each gateway
	backend                     *server.Ready      // gRPC of the first services
}

// ports takes free ones; what was free a moment ago is free still on a machine of our own.
func ports(n int) ([]string, error) {
	var held []net.Listener
	var addresses []string
	defer func() {
		for _, l := range held {
			_ = l.Close() // to be taken by a process of ours
		}
	}()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		held = append(held, l)
		addresses = append(addresses, l.Addr().String())
	}
	return addresses, nil
}

// build starts everything and makes the room.
func build(ctx context.Context, binary string, log io.Writer) (*place, error) {
	p := &place{ctx: ctx, binary: binary, log: log}
	if err := p.start(); err != nil {
		p.end()
		return nil, err
	}
	return p, nil
}

func (p *place) start() (err error) {
	if p.dir, err = os.MkdirTemp("", "ovation-faults-"); err != nil {
		return err
	}
	p.keys = filepath.Join(p.dir, "keys")
	token := filepath.Join(p.dir, "token")
	for _, file := range []string{p.keys, token} {
		if err := os.WriteFile(file, []byte(strings.Repeat("k", 50)), 0o600); err != nil {
			return err
		}
	}
	at, err := ports(3*3 + 2*2 + 3*2)
	if err != nil {
		return err
	}
	next := func() string { a := at[0]; at = at[1:]; return a }
	nats, routes := []string{next(), next(), next()}, []string{next(), next(), next()}
	for i := range nats {
		b := &part{name: fmt.Sprint("broker ", i), args: []string{
			"broker", "--data", filepath.Join(p.dir, fmt.Sprint("broker", i)), "--broker-name", fmt.Sprint("n", i), "--nats-listen", nats[i],
			"--broker-cluster", routes[i], "--broker-routes", strings.Join(routes, ","), "--nats-token-file", token, "--admin", next(),
		}}
		p.brokers = append(p.brokers, b)
		if err := p.run(b); err != nil {
			return err
		}
	}
	for _, b := range p.brokers {
		if err := p.ready(b, 30*time.Second); err != nil {
			return err
		}
	}
	all := "nats://" + strings.Join(nats, ",nats://")
	for i := range 2 {
		s := &part{name: fmt.Sprint("services ", i), args: []string{
			"services", "--nats-url", all, "--nats-token-file", token, "--store-replicas", "3", "--store-max-bytes", "1GiB", "--grpc", next(), "--admin", next(), "--keys-files", p.keys,
		}}
		p.services = append(p.services, s)
		if err := p.run(s); err != nil {
			return err
		}
	}
	for i := range 3 {
		store, err := p.proxy(fmt.Sprint("nats", i), nats[i])
		if err != nil {
			return err
		}
		p.toNATS = append(p.toNATS, store)
		g := &part{name: fmt.Sprint("gateway ", i), args: []string{
			"gateway", "--nats-url", "nats://" + store.Listen + "," + all, "--nats-token-file", token, "--gateway-services", p.services[i%2].running.GRPC,
			"--listen", next(), "--admin", next(), "--keys-files", p.keys, "--drain-window", "6s", "--gateway-no-canary",
		}}
		p.gateways = append(p.gateways, g)
		if err := p.run(g); err != nil {
			return err
		}
		front, err := p.proxy(fmt.Sprint("gateway", i), g.running.Listen)
		if err != nil {
			return err
		}
		p.toGateway = append(p.toGateway, front)
	}
	backend := p.services[0].running.Ready
	if backend.Tokens.Service, err = server.Mint(p.ctx, p.binary, p.keys); err != nil {
		return err
	}
	p.backend = &backend
	conn, err := backend.Dial()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // the answer is in
	_, err = roomsv1.NewRoomsServiceClient(conn).CreateRoom(p.ctx, &roomsv1.CreateRoomRequest{
		Room: room, Actor: &roomsv1.Actor{Subject: "faults", Role: "host"},
		Settings: &roomsv1.Settings{DisplayBudget: new(uint32(0)), HeartCap: new(uint32(1_000_000)), TapsPerSecond: new(uint32(1_000)), TapBurst: new(uint32(1_000)), OpenQuestions: new(true)},
	})
	return err
}

// proxy puts a toxiproxy before an address.
func (p *place) proxy(name, upstream string) (*toxiproxy.Proxy, error) {
	zerolog.SetGlobalLevel(zerolog.Disabled) // toxics have a logger of their own
	quiet := zerolog.Nop()
	proxy := toxiproxy.NewProxy(&toxiproxy.ApiServer{Collection: toxiproxy.NewProxyCollection(), Metrics: toxiproxy.NewMetricsContainer(nil), Logger: &quiet}, name, "127.0.0.1:0", upstream)
	if err := proxy.Start(); err != nil {
		return nil, fmt.Errorf("proxy before %s: %w", upstream, err)
	}
	return proxy, nil
}

// run starts a part that is not running.
func (p *place) run(x *part) error {
	s, err := server.StartPart(p.ctx, p.binary, p.log, x.args...)
	if err != nil {
		return fmt.Errorf("%s: %w", x.name, err)
	}
	x.running = s
	return nil
}

// ready waits for a part's /readyz.
func (p *place) ready(x *part, limit time.Duration) error {
	for deadline := time.Now().Add(limit); ; time.Sleep(50 * time.Millisecond) {
		why := readiness(p.ctx, x)
		if why == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready after %v: %w", x.name, limit, why)
		}
	}
}

func readiness(ctx context.Context, x *part) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+x.running.Admin+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 400)) // what came is enough
		return errors.New(strings.TrimSpace(string(body)))
	}
	return nil
}

func (x *part) signal(s syscall.Signal) error { return syscall.Kill(x.running.PID(), s) }

// end stops everything, in order where it can.
func (p *place) end() {
	for _, list := range [][]*part{p.gateways, p.services, p.brokers} {
		for _, x := range list {
			if x.running != nil {
				x.running.Kill()
			}
		}
	}
	for _, proxy := range append(p.toNATS, p.toGateway...) {
		proxy.Stop()
	}
	_ = os.RemoveAll(p.dir) // in the temporary directory
}
