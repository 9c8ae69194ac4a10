package protocol_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/telemetry"
	"github.com/ovation-live/ovation/loadtest/server"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// hideouts are files with secrets, and what each process said.
type hideouts struct {
	*testing.T
	dir       string
	collector *telemetry.Collector
	secrets   map[string]string
	said      map[string]*bytes.Buffer
}

func (h *hideouts) file(name, body string) (path string) {
	h.Helper()
	path = filepath.Join(h.dir, name)
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		h.Fatal(err)
	}
	return path
}

// header is what a process has in its environment for its collector.
func (h *hideouts) header() string {
	return "OTEL_EXPORTER_OTLP_HEADERS=authorization=" + h.secrets["the collector's header"]
}

// part starts a process with a secret for its collector in its environment.
func (h *hideouts) part(args ...string) *server.Server {
	h.Helper()
	log, err := os.CreateTemp(h.dir, args[0])
	if err != nil {
		h.Fatal(err)
	}
	line := append([]string{
		h.header(),
		"OVATION_MODERATION_ADDRESS=passthrough:///127.0.0.1:1", shared.binary,
	}, args...)
	line = append(line, "--admin", "127.0.0.1:0", "--log-level", "debug")
	if args[0] != "broker" { // which traces nothing
		line = append(line, "--otlp-endpoint", h.collector.URL, "--otlp-metrics", "--trace-sample", "1")
	}
	s, err := server.StartPart(h.Context(), "env", log, line...)
	if err != nil {
		said, _ := os.ReadFile(log.Name())
		h.Fatalf("%s: %v\n%s", args[0], err, said)
	}
	h.Cleanup(s.Kill)
	logs.Store(s, log.Name())
	return s
}

// look adds what a process says of itself while it runs, and in its log until it has ended.
func (h *hideouts) look(name string, s *server.Server) {
	h.Helper()
	all := new(bytes.Buffer)
	for _, path := range []string{"/metrics", "/readyz", "/rooms", "/store", "/loglevel", "/debug/pprof/cmdline", "/debug/pprof/goroutine?debug=2"} {
		all.WriteString(text(h.T, "http://"+s.Admin+path))
	}
	if err := s.Stop(); err != nil {
		h.Errorf("%s: %v", name, err)
	}
	all.WriteString(logOf(h.T, s))
	h.said[name] = all
}

// told adds what the collector was told by those of its processes that are looked at, which have ended.
func (h *hideouts) told(parts ...string) {
	h.Helper()
	comes(h.T, h.collector, "ovation.gateway.ticks")
	comes(h.T, h.collector, "ovation.comments.posts")
	for _, part := range parts {
		if !slices.ContainsFunc(h.collector.Spans(), func(s telemetry.Span) bool { return s.Attributes["ovation.part"] == part }) {
			h.Errorf("no span came of %s", part)
		}
	}
	h.said["the collector"] = bytes.NewBufferString(h.collector.Said())
}

// kept adds what the store keeps. There the room's key belongs, as it is; in none of the forms that are looked for.
func (h *hideouts) kept(dir, posted string) {
	h.Helper()
	there := false
	for file, text := range stored(h.T, dir) {
		h.said["the store's file "+file] = bytes.NewBufferString(text)
		there = there || strings.Contains(text, posted)
	}
	if !there {
		h.Errorf("%q is not in the store: the test proves nothing", posted)
	}
}

// 17: the secrets by which processes know each other, and that operators give them, are in nothing that any of them says: no log at
// its most talkative, no metric, no trace, no profile, no answer, and not in what is stored. There is no access log in which one could be. Where one is
// broken it is not told either.
func Test17SecretsOfPartsComeOutNowhere(t *testing.T) {
	t.Parallel()
	start(t).Kill() // builds the binary
	h := &hideouts{T: t, dir: t.TempDir(), collector: collect(t), said: map[string]*bytes.Buffer{}, secrets: map[string]string{
		"the broker's token": "MARKED-TOKEN-OF-THE-BROKER-0123456789", "the key": "MARKED-SIGNING-KEY-0123456789-0123456789", "the hook's password": "MARKED-PASSWORD-OF-THE-HOOK",
		"the collector's header": "MARKED-HEADER-OF-THE-COLLECTOR", "the credentials' JWT": "MARKEDCREDENTIALSJWT", "the credentials' seed": "SUAMARKEDCREDENTIALSSEED",
		"the address's password": "MARKED-PASSWORD-OF-NATS",
	}}
	token, keys := h.file("token", h.secrets["the broker's token"]), h.file("keys", h.secrets["the key"])
	certificate(t, h.dir, 1)
	cert, key := filepath.Join(h.dir, "cert.pem"), filepath.Join(h.dir, "key.pem")
	pem, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	h.secrets["the key of TLS"] = strings.Split(string(pem), "\n")[1]
	broker := h.part("broker", "--data", filepath.Join(h.dir, "data"), "--nats-listen", "127.0.0.1:0", "--nats-token-file", token)
	services := h.part("services", "--nats-url", broker.NATS, "--nats-token-file", token, "--grpc", "127.0.0.1:0", "--keys-files", keys)
	minted, err := server.Mint(t.Context(), shared.binary, keys)
	if err != nil {
		t.Fatal(err)
	}
	h.secrets["the gateway's token"] = minted[strings.LastIndexByte(minted, '.')+1:]
	gateway := h.part("gateway", "--nats-url", broker.NATS, "--nats-token-file", token, "--gateway-services", services.GRPC, "--gateway-token-file", h.file("minted", minted),
		"--listen", "127.0.0.1:0", "--keys-files", keys, "--tls-cert", cert, "--tls-key", key)
	services.Tokens.Service = minted
	rooms := roomsv1.NewRoomsServiceClient(grpc(t, services))
	if _, err := rooms.CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{Room: "show", Actor: &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"}}); err != nil {
		t.Fatal(err)
	}
	h.secrets["the room's person key"], h.secrets["the room's person key in hex"] = h.personKey(broker.NATS)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(public)
	w := secure(t, gateway, roots)
	w.send(`{"hello":{"room":"show"}}`)
	w.until("snapshot")
	w.send(`{"id":"1","post":{"requestId":"request-17","text":"hello of the viewer"}}`)
	answer := w.until("ack")
	h.said["what strangers are told"] = bytes.NewBufferString(fmt.Sprint(answer))
	bad := secure(t, gateway, roots)
	bad.send(`{"hello":{"room":"show","token":"` + minted[:strings.LastIndexByte(minted, '.')] + `.AAAA"}}`)
	bad.closed()
	if said := logOf(t, services); !strings.Contains(said, "hook") {
		t.Error("the hook was not asked")
	}
	h.refusals(broker.NATS, keys, token)
	h.look("the gateway", gateway)
	h.look("the services", services)
	h.look("the broker", broker)
	h.told("gateway", "services")
	h.kept(filepath.Join(h.dir, "data"), "of the viewer")
	for place, text := range h.said {
		if text.Len() == 0 {
			t.Errorf("%s says nothing: the test proves nothing", place)
		}
		for name, secret := range h.secrets {
			if bytes.Contains(text.Bytes(), []byte(secret)) {
				t.Errorf("%s is in what %s says: %s", name, place, around(text.String(), secret))
			}
		}
	}
}

func around(text, secret string) string {
	at := strings.Index(text, secret)
	return text[max(0, at-120):min(len(text), at+len(secret)+40)]
}

// personKey reads from the store what makes a room's people unknown in another.
func (h *hideouts) personKey(nats string) (text, inHex string) {
	h.Helper()
	b, err := bus.Connect(h.Context(), bus.Options{URL: nats, Token: func() string { return h.secrets["the broker's token"] }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		h.Fatal(err)
	}
	defer b.Close()
	stored, err := b.Last(h.Context(), bus.InRoom(bus.State, "show", follow.RoomKey))
	if err != nil {
		h.Fatal(err)
	}
	room := new(eventv1.Room)
	if err := proto.Unmarshal(stored.Body, room); err != nil || len(room.GetPersonKey()) < 16 {
		h.Fatalf("the room has the key %x (%v)", room.GetPersonKey(), err)
	}
	return base64.RawStdEncoding.EncodeToString(room.GetPersonKey()), hex.EncodeToString(room.GetPersonKey())
}

// refusals starts processes with secrets that are wrong or broken, and with a collector that is not there, and keeps why they end.
func (h *hideouts) refusals(nats, keys, token string) {
	h.Helper()
	broken := h.file("creds", "-----BEGIN NATS USER JWT-----\n"+h.secrets["the credentials' JWT"]+"\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n"+h.secrets["the credentials' seed"]+"\n------END USER NKEY SEED------\n")
	wrong := h.file("wrong", h.secrets["the broker's token"]+"-of-another")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var all sync.WaitGroup
	for name, args := range map[string][]string{
		"services with credentials":             {"services", "--nats-url", nats, "--nats-credentials", broken, "--keys-files", keys},
		"services with a password for the hook": {"services", "--nats-url", nats, "--nats-token-file", token, "--moderation-address", "passthrough:///ada:" + h.secrets["the hook's password"] + "@127.0.0.1:1", "--keys-files", keys},
		"services with another token":           {"services", "--nats-url", nats, "--nats-token-file", wrong, "--keys-files", keys},
		"a gateway with a password":             {"gateway", "--nats-url", "nats://ada:" + h.secrets["the address's password"] + "@" + strings.TrimPrefix(nats, "nats://"), "--keys-files", keys, "--listen", "127.0.0.1:0"},
		"a gateway with a key that is no token": {"gateway", "--nats-url", nats, "--nats-token-file", token, "--gateway-token-file", keys, "--keys-files", keys, "--listen", l.Addr().String()},
	} {
		cmd := exec.CommandContext(h.Context(), "timeout", append([]string{"5", shared.binary}, append(args, "--admin", "127.0.0.1:0", "--log-level", "debug", "--otlp-endpoint", "http://127.0.0.1:1", "--otlp-metrics", "--trace-sample", "1")...)...)
		if args[0] == "services" {
			cmd.Args = append(cmd.Args, "--grpc", "127.0.0.1:0")
		}
		cmd.Env = append(os.Environ(), h.header())
		out := new(bytes.Buffer)
		cmd.Stdout, cmd.Stderr, h.said[name] = out, out, out
		all.Go(func() { _ = cmd.Run() }) // it ends by itself, or tries until its time is over
	}
	all.Wait()
}
