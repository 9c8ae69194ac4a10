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
	"strconv"
	"strings"
	"syscall"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/loadtest/server"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

const room = "show"

// shape is how an installation stands. The zero value is three brokers, two of services and three gateways.
type shape struct {
	alone    bool                              // one `ovation serve` instead of parts
	single   bool                              // one broker, which is not strict, instead of three
	strict   bool                              // its durability
	space    string                            // store.max_bytes; 1GiB when empty
	networks bool                              // gateways in network namespaces of their own
	front    []string                          // more arguments of whoever holds sockets
	disk     func(p *place, name string) error // prepares the directory of a store, such as by mounting something there
}

// part is one process that can end and come back at the same addresses.
type part struct {
	name    string
	admin   string // HOST:PORT of its admin port, the same in each of its lives
	grpc    string // of services
	nats    string // of a broker
	dir     string // of a store
	args    []string
	inside  *network // where it runs; nil for the place's own
	running *server.Server
}

// place is an installation.
type place struct {
	shape
	ctx    context.Context
	binary string
	log    io.Writer
	dir    string
	keys   string
	token  string

	brokers, services, gateways []*part
	toNATS, toGateway           []*toxiproxy.Proxy // before each gateway's broker, and before each gateway
	made                        []*network
	backend                     *server.Ready // gRPC of the first services
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
func build(ctx context.Context, binary string, log io.Writer, of shape) (*place, error) {
	p := &place{shape: of, ctx: ctx, binary: binary, log: log}
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
	p.keys, p.token = filepath.Join(p.dir, "keys"), filepath.Join(p.dir, "token")
	for _, file := range []string{p.keys, p.token} {
		if err := os.WriteFile(file, []byte(strings.Repeat("k", 50)), 0o600); err != nil {
			return err
		}
	}
	if p.space == "" {
		p.space = "1GiB"
	}
	if p.alone {
		err = p.startAlone()
	} else {
		err = p.startApart()
	}
	if err != nil {
		return err
	}
	if p.backend.Tokens.Service, err = server.Mint(p.ctx, p.binary, p.keys); err != nil {
		return err
	}
	conn, err := p.backend.Dial()
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

// startAlone runs everything in one process.
func (p *place) startAlone() error {
	at, err := ports(3)
	if err != nil {
		return err
	}
	x := &part{name: "serve", grpc: at[1], admin: at[2], dir: filepath.Join(p.dir, "store")}
	if err := p.prepare(x); err != nil {
		return err
	}
	x.args = []string{"serve", "--json", "--data", x.dir, "--listen", at[0], "--grpc", at[1], "--admin", at[2], "--keys-files", p.keys, "--store-max-bytes", p.space, "--room", "other"}
	x.args = append(x.args, p.front...)
	if p.strict {
		x.args = append(x.args, "--durability", "strict")
	}
	p.gateways = []*part{x}
	if err := p.run(x); err != nil {
		return err
	}
	front, err := p.proxy("gateway", x.running.Listen)
	if err != nil {
		return err
	}
	p.toGateway = append(p.toGateway, front)
	p.backend = &server.Ready{GRPC: x.grpc}
	return nil
}

// prepare makes the directory of a store.
func (p *place) prepare(x *part) error {
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		return err
	}
	if p.disk == nil {
		return nil
	}
	return p.disk(p, x.dir)
}

// startApart runs brokers, services and gateways. Brokers and services listen on every address where gateways are in
// networks of their own, and each gateway reaches them at its network's near end.
func (p *place) startApart() error {
	at, err := ports(3*3 + 2*2 + 3*2)
	if err != nil {
		return err
	}
	host := "127.0.0.1"
	if p.networks {
		host = "0.0.0.0"
	}
	next := func(host string) string {
		_, port, _ := net.SplitHostPort(at[0]) // an address that net gave
		at = at[1:]
		return net.JoinHostPort(host, port)
	}
	nats, routes := []string{next(host), next(host), next(host)}, []string{next("127.0.0.1"), next("127.0.0.1"), next("127.0.0.1")}
	if p.single {
		nats = nats[:1]
	}
	for i := range nats {
		b := &part{name: fmt.Sprint("broker ", i), admin: next("127.0.0.1"), nats: on("127.0.0.1", nats[i]), dir: filepath.Join(p.dir, fmt.Sprint("broker", i))}
		if err := p.prepare(b); err != nil {
			return err
		}
		b.args = []string{
			"broker", "--data", b.dir, "--broker-name", fmt.Sprint("n", i), "--nats-listen", nats[i], "--store-max-bytes", p.space,
			"--nats-token-file", p.token, "--admin", b.admin,
		}
		if !p.single {
			b.args = append(b.args, "--broker-cluster", routes[i], "--broker-routes", strings.Join(routes, ","))
		}
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
	all := func(host string) string {
		var urls []string
		for _, n := range nats {
			urls = append(urls, "nats://"+on(host, n))
		}
		return strings.Join(urls, ",")
	}
	for i := range 2 {
		s := &part{name: fmt.Sprint("services ", i), grpc: next(host), admin: next("127.0.0.1")}
		s.args = []string{
			"services", "--nats-url", all("127.0.0.1"), "--nats-token-file", p.token, "--store-replicas", strconv.Itoa(len(nats)), "--store-max-bytes", p.space,
			"--grpc", s.grpc, "--admin", s.admin, "--keys-files", p.keys,
		}
		p.services = append(p.services, s)
		if err := p.run(s); err != nil {
			return err
		}
	}
	for i := range 3 {
		g := &part{name: fmt.Sprint("gateway ", i)}
		far, near, urls := "127.0.0.1", "127.0.0.1", ""
		if p.networks {
			if g.inside, err = newNetwork(p.ctx, i); err != nil {
				return err
			}
			p.made = append(p.made, g.inside)
			far, near = g.inside.far, g.inside.near
			urls = all(near)
		} else {
			store, err := p.proxy(fmt.Sprint("nats", i), nats[i%len(nats)])
			if err != nil {
				return err
			}
			p.toNATS = append(p.toNATS, store)
			urls = "nats://" + store.Listen + "," + all(near)
		}
		listen := next(far)
		g.admin = next(far)
		g.args = []string{
			"gateway", "--nats-url", urls, "--nats-token-file", p.token, "--gateway-services", on(near, p.services[i%2].grpc),
			"--listen", listen, "--admin", g.admin, "--keys-files", p.keys, "--drain-window", drainWindow.String(), "--gateway-no-canary",
		}
		g.args = append(g.args, p.front...)
		p.gateways = append(p.gateways, g)
		if err := p.run(g); err != nil {
			return err
		}
		front, err := p.proxy(fmt.Sprint("gateway", i), listen)
		if err != nil {
			return err
		}
		p.toGateway = append(p.toGateway, front)
	}
	p.backend = &server.Ready{GRPC: on("127.0.0.1", p.services[0].grpc)}
	return nil
}

// on gives the same port at another host.
func on(host, address string) string {
	_, port, _ := net.SplitHostPort(address) // an address of ours
	return net.JoinHostPort(host, port)
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
	binary, args := p.binary, x.args
	if x.inside != nil {
		binary, args = x.inside.enter(binary, args)
	}
	s, err := server.StartPart(p.ctx, binary, p.log, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", x.name, err)
	}
	x.running = s
	return nil
}

// ready waits for a part's /readyz.
func (p *place) ready(x *part, limit time.Duration) error {
	return p.until(limit, x.name+" is not ready", func() error { return readiness(p.ctx, x) })
}

// until waits for something that is not so while why gives a reason.
func (p *place) until(limit time.Duration, what string, why func() error) error {
	for deadline := time.Now().Add(limit); ; {
		err := why()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) || p.ctx.Err() != nil {
			return fmt.Errorf("%s after %v: %w", what, limit, err)
		}
		pause.For(p.ctx, 50*time.Millisecond)
	}
}

func readiness(ctx context.Context, x *part) error { return get(ctx, x, "/readyz") }

// get asks an admin port; anything but 200 is an error with what it said.
func get(ctx context.Context, x *part, path string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+x.admin+path, nil)
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

// alive fails when a process has ended, or when an orchestrator would restart it.
func alive(ctx context.Context, x *part) error {
	if err := x.signal(0); err != nil {
		return fmt.Errorf("%s is gone: %w", x.name, err)
	}
	if err := get(ctx, x, "/livez"); err != nil {
		return fmt.Errorf("%s would be restarted: %w", x.name, err)
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
	for _, n := range p.made {
		n.end()
	}
	_ = os.RemoveAll(p.dir) // in the temporary directory
}
