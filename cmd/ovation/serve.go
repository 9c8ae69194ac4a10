package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/config"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/process"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/text"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// serveDrain is the drain window of serve where none is set: its viewers are few, and somebody waits at the terminal.
const serveDrain = 2 * time.Second

// serveFlags are what serve alone knows.
type serveFlags struct {
	room string
	json bool
	lan  bool
	demo bool
}

func newServe() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run all of Ovation in one process: store, services, gateway and pages",
		Long: `Run all of Ovation in one process: store, services, gateway and pages. It prints links when it is ready,
and Ctrl-C ends it; whatever was acknowledged is there again at the next start.

On loopback the keys are made once and kept in the data directory. Anywhere else it needs keys of yours
(--keys-files), or --lan, which shares this machine's with the local network. With keys of yours the links are for
the room of --room alone; a host of many rooms gets a token from 'ovation token mint'.`,
		Args: want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if err := text.RoomID(f.room); err != nil {
				return misuse(cmd, "--room: %s", sentence(err))
			}
			if err := checkReach(cfg, f.lan); err != nil {
				return misuse(cmd, "%w", err)
			}
			return serve(cmd.Context(), cfg, f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	config.Flags(cmd.Flags(), slices.Concat([]string{
		"data", "listen", "grpc", "admin", "nats.url", "nats.credentials", "nats.token_file", "nats.ca", "nats.cert", "nats.key", "durability", "store.max_bytes", "store.recreate", "gateway.token_file",
		"gateway.max_sockets", "gateway.max_age", "gateway.handshakes", "log.level", "log.format", "otlp.endpoint", "otlp.metrics", "trace.sample", "moderation.address", "moderation.tls", "moderation.deadline", "drain.window", "reflection", "filter.terms_file",
	}, keySettings, grpcTLSKeys, publicSettings)...)
	cmd.Flags().StringVar(&f.room, "room", "show", "Room of the links; made when it is not there")
	cmd.Flags().BoolVar(&f.json, "json", false, "Print one line of JSON when ready, for scripts")
	cmd.Flags().BoolVar(&f.lan, "lan", false, "Let others on the local network in too, and print a QR code for them")
	cmd.Flags().BoolVar(&f.demo, "demo", false, "Fill the room with a made-up crowd for 15 minutes")
	return cmd
}

// checkReach refuses to be reached from elsewhere with keys that were made for this machine alone.
func checkReach(cfg *config.Loaded, lan bool) error {
	if cfg.Keys.Given() {
		return nil
	}
	for _, a := range []struct{ key, address string }{{"listen", cfg.Listen}, {"grpc", cfg.GRPC}} {
		if !config.Loopback(a.address) {
			return fmt.Errorf("--%s %s would let others in with keys that are this machine's own: give keys of yours with --keys-files, or stay on 127.0.0.1 (with --lan for people on your network)",
				a.key, a.address)
		}
	}
	if lan && cfg.Set("admin") && !config.Loopback(cfg.Admin) {
		return fmt.Errorf("--admin %s together with --lan would give your network this machine's levers: keep it on 127.0.0.1", cfg.Admin)
	}
	return nil
}

// serve wires everything into one process. Ports and the directory's lock are taken before anything is started, so that
// a start which fails has changed nothing.
func serve(ctx context.Context, cfg *config.Loaded, f serveFlags, stdout, stderr io.Writer) error {
	ports, err := openPorts(cfg, f.lan)
	if err != nil {
		return err
	}
	defer ports.close()
	dir, err := process.OpenDir(cfg.Data)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // the process ends with it

	n, ctx, err := newNode(ctx, "serve", cfg, stderr, ports.admin)
	if err != nil {
		return err
	}
	defer n.drain()
	tokens, err := n.startAll(ctx, dir, ports, f)
	if err != nil {
		return n.fail(err)
	}
	return n.run(ctx, func() error {
		return announce(stdout, newReady(ports, f.room, tokens, cfg.TLS.Cert != ""), cfg.Data, f)
	})
}

// startAll starts the parts from the store up and makes the room of the links.
func (n *node) startAll(ctx context.Context, dir *process.Dir, ports *ports, f serveFlags) (tokenSet, error) {
	var none tokenSet
	if err := n.openKeys(dir); err != nil {
		return none, err
	}
	if err := n.openCerts(); err != nil {
		return none, err
	}
	people := "*"
	if n.cfg.Keys.Given() { // strangers may reach it, and what they are given by mistake is good for the room of the links alone
		people = f.room
	}
	tokens, err := mintTokens(n.keys, people)
	if err != nil {
		return none, err
	}
	var server *bus.Server
	if n.cfg.NATS.URL == "" {
		if server, err = n.startBroker(dir, ""); err != nil {
			return none, err
		}
	}
	if err := n.openStore(ctx, server); err != nil {
		return none, err
	}
	if err := n.startServices(ports.grpc, serviceNames()); err != nil {
		return none, err
	}
	public := gatewayPorts{
		listeners: ports.public(), services: reachable(ports.grpc.Addr().String()), lan: ports.lanURLs(),
		local: !n.cfg.Keys.Given(), drain: n.cfg.Drain.Window,
	}
	if public.local {
		public.hosts = ports.hosts()
	}
	if !n.cfg.Set("drain.window") {
		public.drain = serveDrain
	}
	if public.token, err = n.serviceToken(); err != nil {
		return none, err
	}
	if err := ensureRoom(ctx, rpc.DialOptions{Target: public.services, Token: public.token, TLS: n.clientTLS(public.services)}, f.room); err != nil {
		return none, fmt.Errorf("make the room %s: %w", f.room, err)
	}
	if err := n.startGateway(public); err != nil {
		return none, err
	}
	if f.demo {
		return tokens, n.startDemo(ports, f.room, tokens)
	}
	return tokens, nil
}

// ensureRoom makes the room of the links live, unless it is there, in whatever state.
func ensureRoom(ctx context.Context, at rpc.DialOptions, room string) error {
	conn, err := rpc.Dial(at)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // the answer is in
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err = roomsv1.NewRoomsServiceClient(conn).CreateRoom(ctx, &roomsv1.CreateRoomRequest{
		Room: room, Actor: &roomsv1.Actor{Subject: "serve", Name: "ovation serve", Role: "host"},
	}, grpc.WaitForReady(true))
	if err != nil && fault.FromGRPC(err).Reason != fault.RoomExists {
		return fault.Err(err)
	}
	return nil
}

// ports are the listeners of serve.
type ports struct {
	http, grpc, admin net.Listener
	lan               net.Listener // nil without --lan
}

func openPorts(cfg *config.Loaded, lan bool) (p *ports, err error) {
	p = new(ports)
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	if p.http, err = listen("listen", cfg.Listen); err != nil {
		return p, err
	}
	if p.grpc, err = listen("grpc", cfg.GRPC); err != nil {
		return p, err
	}
	if p.admin, err = listen("admin", cfg.Admin); err != nil {
		return p, err
	}
	if lan && config.Loopback(cfg.Listen) {
		ip := lanAddress()
		if ip == nil {
			return p, errors.New("--lan: this machine has no address on a local network; connect it to one or leave --lan out")
		}
		_, port, _ := net.SplitHostPort(p.http.Addr().String()) // an address that net gave
		p.lan, err = listen("listen", net.JoinHostPort(ip.String(), port))
	}
	return p, err
}

func (p *ports) close() {
	for _, l := range []net.Listener{p.http, p.grpc, p.admin, p.lan} {
		if l != nil {
			_ = l.Close() // a part that served it has closed it already
		}
	}
}

// public are the listeners of pages and sockets.
func (p *ports) public() []net.Listener {
	if p.lan == nil {
		return []net.Listener{p.http}
	}
	return []net.Listener{p.http, p.lan}
}

// hosts are the names by which a browser may ask: loopback's, and the address on the network. A page of another site
// that makes its own name point here sends that name, and is refused.
func (p *ports) hosts() []string {
	hosts := []string{"localhost", "127.0.0.1", "::1", "[::1]"}
	for _, l := range p.public() {
		host, _, _ := net.SplitHostPort(l.Addr().String()) // an address that net gave
		hosts = append(hosts, host)
	}
	return hosts
}

func (p *ports) lanURLs() []string {
	if p.lan == nil {
		return nil
	}
	return []string{"http://" + p.lan.Addr().String()}
}

// readyLine is what serve --json prints when it is ready.
type readyLine struct {
	Listen string   `json:"listen"`
	GRPC   string   `json:"grpc"`
	Admin  string   `json:"admin"`
	Room   string   `json:"room"`
	Links  linkSet  `json:"links"`
	Tokens tokenSet `json:"tokens"`
}

func newReady(p *ports, room string, tokens tokenSet, secure bool) readyLine {
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	r := readyLine{
		Listen: p.http.Addr().String(), GRPC: p.grpc.Addr().String(), Admin: p.admin.Addr().String(), Room: room, Tokens: tokens,
		Links: makeLinks(scheme+reachable(p.http.Addr().String()), room, tokens),
	}
	if p.lan != nil {
		r.Links.LAN = makeLinks(scheme+p.lan.Addr().String(), room, tokenSet{}).Viewer
	}
	return r
}

// announce tells that everything stands: one line of JSON for a script, or links for a person.
func announce(w io.Writer, r readyLine, data string, f serveFlags) error {
	if f.json {
		body, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("render the ready line: %w", err)
		}
		_, err = fmt.Fprintf(w, "%s\n", body)
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Ovation is on. Open these in a browser; Ctrl-C ends it.\n\n  viewer     %s\n", r.Links.Viewer)
	for _, l := range []struct{ name, link string }{
		{"host", r.Links.Host}, {"moderator", r.Links.Moderator}, {"overlay", r.Links.Overlay}, {"all rooms", r.Links.Rooms},
	} {
		if l.link != "" {
			fmt.Fprintf(&b, "  %-9s  %s\n", l.name, l.link)
		}
	}
	fmt.Fprintf(&b, "\n  start page http://%s/   gRPC %s   admin http://%s   data %s\n", reachable(r.Listen), r.GRPC, r.Admin, data)
	if r.Links.Host == "" {
		b.WriteString("\n  The keys can only verify: host, moderator and overlay links need tokens of whoever signs.\n")
	}
	if r.Links.LAN != "" {
		fmt.Fprintf(&b, "\nOn your network: %s\n\n", r.Links.LAN)
		if err := printQR(w, &b, r.Links.LAN); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
