package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/telemetry"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// asMain makes the test's binary be ovation itself, for tests that kill or signal a process.
const asMain = "TEST_AS_OVATION"

func init() {
	if os.Getenv(asMain) != "" {
		main()
	}
}

// server is a running serve.
type server struct {
	readyLine
	data string
	wait func() int // its exit code
	stop func()     // Ctrl-C
	kill func()     // nil in this process
	log  *lockedBuffer
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func serveArgs(data string, more ...string) []string {
	return append([]string{"serve", "--json", "--data", data, "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0"}, more...)
}

// serveHere runs serve in this process until the test ends or stop is called.
func serveHere(t *testing.T, data string, more ...string) *server {
	t.Helper()
	s := &server{data: data}
	s.runHere(t, &s.readyLine, serveArgs(data, more...))
	return s
}

// runHere runs a command in this process and reads its ready line.
func (s *server) runHere(t *testing.T, ready any, args []string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	s.stop, s.log = cancel, new(lockedBuffer)
	done := make(chan int, 1)
	go func() {
		code := run(ctx, args, in, s.log)
		_ = in.Close()
		done <- code
	}()
	s.wait = sync.OnceValue(func() int { return <-done })
	t.Cleanup(func() { cancel(); s.wait() })
	s.read(t, out, ready)
}

// serveApart runs serve as a process of its own.
func serveApart(t *testing.T, data string, more ...string) *server {
	t.Helper()
	s := &server{data: data, log: new(lockedBuffer)}
	cmd := exec.Command(os.Args[0], serveArgs(data, more...)...)
	cmd.Env = append(os.Environ(), asMain+"=1")
	cmd.Stderr = s.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.wait = sync.OnceValue(func() int { _ = cmd.Wait(); return cmd.ProcessState.ExitCode() })
	s.stop = func() { _ = cmd.Process.Signal(syscall.SIGINT) }
	s.kill = func() { _ = cmd.Process.Kill() }
	t.Cleanup(func() { s.kill(); s.wait() })
	s.read(t, out, &s.readyLine)
	return s
}

func (s *server) read(t *testing.T, out io.Reader, ready any) {
	t.Helper()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("no ready line: %v; exit %d\n%s", err, s.wait(), s.log)
	}
	if err := json.Unmarshal(line, ready); err != nil {
		t.Fatalf("ready line %s: %v", line, err)
	}
}

// end stops it as Ctrl-C does and wants exit 0.
func (s *server) end(t *testing.T) {
	t.Helper()
	s.stop()
	if code := s.wait(); code != exitDone {
		t.Fatalf("exit %d\n%s", code, s.log)
	}
}

// cli runs a tool against the server.
func (s *server) cli(t *testing.T, args ...string) string {
	t.Helper()
	r := ovation(t, append(args, "--grpc", s.GRPC, "--data", s.data)...)
	if r.code != exitDone {
		t.Fatalf("%v: exit %d\n%s", args, r.code, r.errout)
	}
	return r.out
}

func get(t *testing.T, url, host string) (int, string) {
	t.Helper()
	defer http.DefaultClient.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		req.Host = host
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func post(t *testing.T, s *server, room, id, text string) *commentsv1.Comment {
	t.Helper()
	conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC, Token: func() string { return s.Tokens.Service }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	r, err := commentsv1.NewCommentsServiceClient(conn).PostComment(t.Context(), &commentsv1.PostCommentRequest{
		Room: room, RequestId: id, Text: text, Actor: &roomsv1.Actor{Subject: "ada", Name: "Ada", Role: "viewer"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetComment()
}

func TestServeFromStartToRestart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := serveHere(t, data, "--room", "launch")

	if s.Room != "launch" || s.Links.Viewer != "http://"+s.Listen+"/r/launch" || !strings.HasPrefix(s.Links.Host, "http://"+s.Listen+"/r/launch/host#t=") {
		t.Fatalf("ready line %+v", s.readyLine)
	}
	if code, body := get(t, "http://"+s.Listen+"/livez", ""); code != http.StatusOK {
		t.Errorf("livez: %d %s", code, body)
	}
	if code, _ := get(t, "http://"+s.Listen+"/livez", "evil.example"); code != http.StatusMisdirectedRequest {
		t.Errorf("a Host that is not loopback: %d", code)
	}
	if code, body := get(t, "http://"+s.Admin+"/readyz", ""); code != http.StatusOK {
		t.Errorf("readyz: %d %s", code, body)
	}
	if code, _ := get(t, "http://"+s.Admin+"/metrics", "evil.example"); code != http.StatusMisdirectedRequest {
		t.Errorf("metrics under a foreign Host: %d", code)
	}
	if _, body := get(t, "http://"+s.Admin+"/metrics", ""); !strings.Contains(body, `ovation_build_info{`) || !strings.Contains(body, "ovation_gateway_connections 0") {
		t.Errorf("metrics:\n%s", body)
	}
	info, err := os.Stat(filepath.Join(data, keysName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("keys: %v %v", info, err)
	}

	if r := ovation(t, "check", "--url", "http://"+s.Listen, "--grpc", s.GRPC, "--room", "launch"); r.code != exitDone || strings.Count(r.out, "ok  ") != 5 {
		t.Errorf("check: %+v", r)
	}
	if r := ovation(t, "check", "--url", "http://"+s.Listen, "--grpc", s.GRPC, "--room", "launch"); !strings.Contains(r.out, "the gateway sees you at 127.0.0.1") {
		t.Errorf("check does not tell the client's address: %+v", r)
	}
	for _, token := range []string{s.Tokens.Moderator, s.Tokens.Host} {
		if r := ovation(t, "check", "--url", "http://"+s.Listen, "--grpc", s.GRPC, "--room", "launch", "--token", token); r.code != exitDone {
			t.Errorf("check with a token: %+v", r)
		}
	}
	if r := ovation(t, "check", "--url", "http://"+s.Listen, "--grpc", s.GRPC, "--room", "launch", "--token", s.Tokens.Service); r.code != exitDone || !strings.Contains(r.out, "a call as a service") {
		t.Errorf("check as a service: %+v", r)
	}
	if r := ovation(t, "check", "--url", "http://"+s.Listen, "--grpc", s.GRPC, "--room", "nowhere", "--token", s.Tokens.Service); r.code != exitFailed || !strings.Contains(r.errout, "ROOM_NOT_FOUND") {
		t.Errorf("check of a room that is not there, as a service: %+v", r)
	}
	if r := ovation(t, "check", "--url", "http://"+s.Listen, "--grpc", s.GRPC, "--room", "nowhere"); r.code != exitFailed || !strings.Contains(r.errout, "ROOM_NOT_FOUND") {
		t.Errorf("check of a room that is not there: %+v", r)
	}

	if r := ovation(t, "top", "--once", "--admin", s.Admin); r.code != exitDone || !strings.Contains(r.out, "rooms") {
		t.Errorf("top: %+v", r)
	}

	s.cli(t, "room", "create", "after", "--title", "After show", "--scheduled", "--slow-mode-seconds", "5", "--kinds", "heart,star")
	if out := s.cli(t, "room", "list"); !strings.Contains(out, "after") || !strings.Contains(out, "scheduled") || !strings.Contains(out, "launch") {
		t.Errorf("list:\n%s", out)
	}
	s.cli(t, "room", "start", "after")
	s.cli(t, "room", "set", "after", "--slow-mode-seconds", "0", "--title", "Afterwards")
	if out := s.cli(t, "room", "set", "--all", "--hearts-paused", "--questions-paused", "--min-tick-ms", "1000"); !strings.Contains(out, "after  revision") || !strings.Contains(out, "launch  revision") {
		t.Errorf("set --all:\n%s", out)
	}
	for _, room := range []string{"after", "launch"} {
		if out := s.cli(t, "room", "show", room); !regexp.MustCompile(`(?s)hearts_paused +true.*questions_paused +true.*min_tick_ms +1000`).MatchString(out) {
			t.Errorf("%s after set --all:\n%s", room, out)
		}
	}
	s.cli(t, "room", "set", "--all", "--hearts-paused=false", "--questions-paused=false", "--min-tick-ms", "0")
	s.cli(t, "room", "end", "after")
	s.cli(t, "room", "reopen", "after")
	var shown roomsShown
	if err := json.Unmarshal([]byte(s.cli(t, "room", "show", "after", "--json")), &shown); err != nil {
		t.Fatal(err)
	}
	if shown.State != "STATE_LIVE" || shown.Title != "Afterwards" || shown.Settings.SlowModeSeconds != 0 || !slices.Equal(shown.Settings.Kinds, []string{"heart", "star"}) {
		t.Errorf("show: %+v", shown)
	}
	if r := ovation(t, "room", "show", "nowhere", "--grpc", s.GRPC, "--data", data); r.code != exitFailed || !strings.Contains(r.errout, "(ROOM_NOT_FOUND)") {
		t.Errorf("show of nothing: %+v", r)
	}
	if r := ovation(t, "room", "set", "after", "--title", "By the host", "--grpc", s.GRPC, "--token", s.Tokens.Host, "--json"); r.code != exitDone || !strings.Contains(r.out, "By the host") {
		t.Errorf("with a host's token: %+v", r)
	}
	if r := ovation(t, "room", "end", "after", "--grpc", s.GRPC, "--token", s.Tokens.Viewer); r.code != exitFailed || !strings.Contains(r.errout, "(PERMISSION_DENIED)") {
		t.Errorf("with a viewer's token: %+v", r)
	}
	comment := post(t, s, "launch", "request-1", "hello")

	second := ovation(t, serveArgs(data)...)
	if second.code != exitFailed || !strings.Contains(second.errout, "is locked by process") || second.out != "" {
		t.Errorf("a second one on the same data: %+v", second)
	}
	s.end(t)

	again := serveHere(t, data, "--room", "launch")
	file := filepath.Join(t.TempDir(), "launch.jsonl")
	again.cli(t, "export", "launch", "--out", file)
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("what people wrote can be read by others: %v %v", info.Mode(), err)
	}
	export := string(written)
	for _, want := range []string{`{"room":{"room":"launch"`, `{"hearts":{`, `{"series":{`, `"comment":"` + comment.GetComment() + `"`, `"text":"hello"`, `{"audit":{`} {
		if !strings.Contains(export, want) {
			t.Errorf("no %s after the restart in\n%s", want, export)
		}
	}
	if track := again.cli(t, "export", "launch", "--as", "vtt"); !strings.HasPrefix(track, "WEBVTT\n") {
		t.Errorf("--as vtt wrote %q", track)
	}
	for _, args := range [][]string{{"--as", "mp4"}, {"--as", "vtt", "--zero", "noon"}, {"--zero", "2026-05-01T20:00:00Z"}} {
		if r := ovation(t, append([]string{"export", "launch"}, args...)...); r.code != exitUsage || r.errout == "" {
			t.Errorf("export %v: %+v", args, r)
		}
	}
	if got := post(t, again, "launch", "request-1", "hello"); got.GetComment() != comment.GetComment() || got.GetSequence() != comment.GetSequence() {
		t.Errorf("the same request after the restart became %v, was %v", got, comment)
	}
	// a link of before the restart still opens
	if r := ovation(t, "check", "--url", "http://"+again.Listen, "--grpc", again.GRPC, "--room", "launch", "--token", s.Tokens.Host); r.code != exitDone {
		t.Errorf("with a token of before: %+v", r)
	}
	again.cli(t, "room", "delete", "after")
	if out := again.cli(t, "room", "list"); strings.Contains(out, "after") {
		t.Errorf("deleted, but listed:\n%s", out)
	}
	again.end(t)
}

// roomsShown is room show --json.
type roomsShown struct {
	State, Title, Epoch string
	Settings            struct {
		Kinds           []string `json:"kinds"`
		SlowModeSeconds int      `json:"slow_mode_seconds"`
	}
}

func (s *server) epoch(t *testing.T, room string) string {
	t.Helper()
	var shown roomsShown
	if err := json.Unmarshal([]byte(s.cli(t, "room", "show", room, "--json")), &shown); err != nil || shown.Epoch == "" {
		t.Fatalf("epoch of %s: %v", room, err)
	}
	return shown.Epoch
}

func TestKilledProcessKeepsWhatItAcknowledged(t *testing.T) {
	for durability, sameEpoch := range map[string]bool{"balanced": false, "strict": true} {
		t.Run(durability, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			s := serveApart(t, data, "--durability", durability)
			epoch := s.epoch(t, "show")
			comment := post(t, s, "show", "request-1", "still here")
			s.kill()
			s.wait()

			again := serveApart(t, data, "--durability", durability)
			if !strings.Contains(again.cli(t, "export", "show"), `"comment":"`+comment.GetComment()+`"`) {
				t.Error("the comment is gone")
			}
			// Without a sync for each write the last sequences may be given again after a power cut: old cursors must not count.
			after := again.epoch(t, "show")
			if (after == epoch) != sameEpoch {
				t.Errorf("epoch before %s, after %s", epoch, after)
			}
			again.end(t)

			third := serveApart(t, data, "--durability", durability)
			if third.epoch(t, "show") != after {
				t.Error("an orderly stop changed the epoch")
			}
			third.end(t)
		})
	}
}

// What docs/operations.md says of a backup: stop, copy, start; and after a copy is put back, without CLEAN, a new epoch.
func TestABackupPutBackIsAnotherEpoch(t *testing.T) {
	root := t.TempDir()
	data, backup := filepath.Join(root, "data"), filepath.Join(root, "backup")
	s := serveHere(t, data, "--room", "launch")
	before := post(t, s, "launch", "request-1", "before the backup")
	epoch := s.epoch(t, "launch")
	s.end(t)
	if err := os.CopyFS(backup, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}

	s = serveHere(t, data, "--room", "launch")
	if s.epoch(t, "launch") != epoch {
		t.Error("an orderly restart changed the epoch: every client would get a snapshot for nothing")
	}
	post(t, s, "launch", "request-2", "after the backup")
	s.end(t)

	// The disk is lost; the copy takes its place.
	if err := errors.Join(os.RemoveAll(data), os.CopyFS(data, os.DirFS(backup)), os.Chmod(data, 0o700), os.Chmod(filepath.Join(data, keysName), 0o600), os.Remove(filepath.Join(data, "CLEAN"))); err != nil {
		t.Fatal(err)
	}
	s = serveHere(t, data, "--room", "launch")
	if s.epoch(t, "launch") == epoch {
		t.Error("the epoch is the same: a cursor of after the backup would be taken for this store's")
	}
	out := s.cli(t, "export", "launch", "--out", "-")
	if !strings.Contains(out, "before the backup") || strings.Contains(out, "after the backup") {
		t.Errorf("the backup holds\n%s", out)
	}
	if again := post(t, s, "launch", "request-3", "after the restore"); again.GetSequence() <= before.GetSequence() {
		t.Errorf("a comment after the restore has the sequence %d, before the backup stood %d", again.GetSequence(), before.GetSequence())
	}
	s.end(t)
}

// The same with brokers apart: backup while everything runs, restore into brokers that have nothing.
func TestABackupOfBrokersPutBack(t *testing.T) {
	root := t.TempDir()
	keys := secretFile(t, strings.Repeat("k", 50))
	type address struct{ NATS string }
	run := func(name string) (*server, string) {
		var at address
		broker := new(server)
		broker.runHere(t, &at, []string{"broker", "--data", filepath.Join(root, name), "--nats-listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"})
		return broker, at.NATS
	}
	broker, nats := run("one")
	s := serveHere(t, filepath.Join(root, "unused"), "--nats-url", nats, "--keys-files", keys, "--room", "launch")
	post(t, s, "launch", "request-1", "before the backup")
	epoch := func(s *server) string {
		var shown roomsShown
		r := ovation(t, "room", "show", "launch", "--json", "--grpc", s.GRPC, "--keys-files", keys)
		if err := json.Unmarshal([]byte(r.out), &shown); err != nil || shown.Epoch == "" {
			t.Fatalf("%v: %+v", err, r)
		}
		return shown.Epoch
	}
	before, backup := epoch(s), filepath.Join(root, "backup")
	if r := ovation(t, "backup", backup, "--nats-url", nats); r.code != exitDone || !strings.Contains(r.out, "OV_COUNTERS") {
		t.Fatalf("backup: %+v", r)
	}
	post(t, s, "launch", "request-2", "after the backup")
	if r := ovation(t, "restore", backup, "--nats-url", nats); r.code != exitFailed || !strings.Contains(r.errout, "overwrites nothing") {
		t.Errorf("a restore over what runs: %+v", r)
	}
	s.end(t)
	broker.end(t)

	broker, nats = run("two")
	if r := ovation(t, "restore", backup, "--nats-url", nats); r.code != exitDone || !strings.Contains(r.out, "start services and gateways") {
		t.Fatalf("restore: %+v", r)
	}
	s = serveHere(t, filepath.Join(root, "unused"), "--nats-url", nats, "--keys-files", keys, "--room", "launch")
	if epoch(s) == before {
		t.Error("the epoch is the same: a cursor of after the backup would be taken for this store's")
	}
	r := ovation(t, "export", "launch", "--out", "-", "--grpc", s.GRPC, "--keys-files", keys)
	if !strings.Contains(r.out, "before the backup") || strings.Contains(r.out, "after the backup") {
		t.Errorf("the backup holds %+v", r)
	}
	s.end(t)
	broker.end(t)
	if r := ovation(t, "backup", filepath.Join(root, "another")); r.code != exitUsage || !strings.Contains(r.errout, "--nats-url") {
		t.Errorf("a backup of nothing: %+v", r)
	}
}

func TestTakenPortsStartNothing(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	for _, flag := range []string{"--listen", "--grpc", "--admin"} {
		data := filepath.Join(t.TempDir(), "data")
		r := ovation(t, serveArgs(data, flag, taken.Addr().String())...)
		if r.code != exitFailed || !strings.Contains(r.errout, "another process has this port; stop it or give another with "+flag) || strings.Count(r.errout, "\n") != 1 {
			t.Errorf("%s: %+v", flag, r)
		}
		if _, err := os.Stat(data); !os.IsNotExist(err) {
			t.Errorf("%s: the data directory was made: %v", flag, err)
		}
	}
}

func TestDrainFromTheAdminPortEndsTheProcess(t *testing.T) {
	s := serveHere(t, t.TempDir())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.Admin+"/drain", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("drain: %s", resp.Status)
	}
	ended := make(chan int)
	go func() { ended <- s.wait() }()
	select {
	case code := <-ended:
		if code != exitDone {
			t.Fatalf("exit %d\n%s", code, s.log)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it did not end")
	}
}

func TestPartsApartAreTheSameWhole(t *testing.T) {
	dir := t.TempDir()
	keys := secretFile(t, strings.Repeat("k", 50))
	var broker, services, gateway server
	var at struct{ NATS, GRPC, Listen, Admin string }
	broker.runHere(t, &at, []string{"broker", "--data", dir, "--nats-listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"})
	services.runHere(t, &at, []string{"services", "--nats-url", at.NATS, "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys})
	servicesAdmin := at.Admin
	gateway.runHere(t, &at, []string{"gateway", "--nats-url", at.NATS, "--gateway-services", at.GRPC, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys})

	if r := ovation(t, "room", "create", "apart", "--grpc", at.GRPC, "--keys-files", keys); r.code != exitDone {
		t.Fatalf("create: %+v", r)
	}
	if r := ovation(t, "check", "--url", "http://"+at.Listen, "--grpc", at.GRPC, "--room", "apart"); r.code != exitDone {
		t.Errorf("check: %+v", r)
	}
	gatewayAdmin := at.Admin
	metricsHave(t, gatewayAdmin, `(?m)^ovation_gateway_canary_seconds_count [1-9]`)
	metricsHave(t, gatewayAdmin, `(?m)^ovation_gateway_canary_failures_total 0$`)
	for _, series := range []string{`hearts_dropped_total{reason="STORE_UNAVAILABLE"}`, `handshakes_refused_total{reason="BUSY"}`, `handshakes_refused_total{reason="FULL"}`} {
		metricsHave(t, gatewayAdmin, `(?m)^ovation_gateway_`+regexp.QuoteMeta(series)+` 0$`) // what an alert sees rise must stand before
	}
	metricsHave(t, servicesAdmin, `(?m)^ovation_store_stream_bytes\{stream="OV_STATE"\} [1-9]`)
	metricsHave(t, servicesAdmin, `(?m)^ovation_store_stream_limit_bytes\{stream="OV_LOG"\} 4\.29`)
	if out := ovation(t, "top", "--once", "--admin", gatewayAdmin); !strings.Contains(out.out, canaryRoom) {
		t.Errorf("top does not show the canary's room: %+v", out)
	}
	look := []string{"check", "--url", "http://" + at.Listen, "--grpc", at.GRPC, "--room", canaryRoom}
	if r := ovation(t, append(look, "--keys-files", keys)...); r.code != exitDone || !strings.Contains(r.out, "ok  a heart, stored and seen") {
		t.Errorf("what helm test does: %+v", r)
	}
	for i, want := range []string{"a heart, stored and seen: hearts are paused just now (HEARTS_PAUSED)", "ok  a heart, stored and seen"} {
		paused := i == 0
		if r := ovation(t, "room", "set", canaryRoom, fmt.Sprint("--hearts-paused=", paused), "--grpc", at.GRPC, "--keys-files", keys); r.code != exitDone {
			t.Fatalf("pause %v: %+v", paused, r)
		}
		var r result
		for deadline := time.Now().Add(20 * time.Second); !strings.Contains(r.out+r.errout, want) && time.Now().Before(deadline); { // from a tick later on
			r = ovation(t, append(look, "--keys-files", keys, "--timeout", "2s")...)
		}
		if !strings.Contains(r.out+r.errout, want) {
			t.Errorf("hearts paused %v: %+v", paused, r)
		}
	}
	if r := ovation(t, look...); r.code == exitDone || !strings.Contains(r.errout, "this room is for invited people") {
		t.Errorf("a guest is with the canaries: %+v", r)
	}
	if r := ovation(t, look[:5]...); r.code == exitDone || !strings.Contains(r.errout, `no room "show"`) || !strings.Contains(r.errout, "--room: gateways apart have the room "+canaryRoom) {
		t.Errorf("a check that names no room, where there is no show: %+v", r)
	}
	if r := ovation(t, "room", "set", "--all", "--hearts-paused", "--grpc", at.GRPC, "--keys-files", keys); r.code != exitDone || strings.Contains(r.out, canaryRoom) {
		t.Errorf("a pause of all rooms must not silence the canaries: %+v", r)
	}
	if r := ovation(t, "room", "delete", canaryRoom, "--grpc", at.GRPC, "--keys-files", keys); r.code != exitDone {
		t.Fatalf("delete the canaries' room: %+v", r)
	}
	// Nothing tells another process of the next visit: it is asked, five times a second at most.
	for deadline := time.Now().Add(40 * time.Second); ovation(t, append(look, "--keys-files", keys, "--timeout", "2s")...).code != exitDone; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a canary does not make its room anew")
		}
	}
	gateway.end(t)

	// A room of canaries that takes guests, as earlier versions made it, is closed to them by the next gateway.
	if r := ovation(t, "room", "set", canaryRoom, "--guests", "--grpc", at.GRPC, "--keys-files", keys); r.code != exitDone {
		t.Fatalf("open the canaries' room: %+v", r)
	}
	gateway.runHere(t, &at, []string{"gateway", "--nats-url", at.NATS, "--gateway-services", at.GRPC, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys})
	metricsHave(t, at.Admin, `(?m)^ovation_gateway_canary_seconds_count [1-9]`)
	look[2] = "http://" + at.Listen
	if r := ovation(t, look...); r.code == exitDone || !strings.Contains(r.errout, "this room is for invited people") {
		t.Errorf("a room that was open still is: %+v", r)
	}
	gateway.end(t)
	services.end(t)
	broker.end(t)
}

// Keys and the log's level are taken anew by a running process, all of it or nothing.
func TestSettingsAreTakenAnew(t *testing.T) {
	dir := t.TempDir()
	older, newer, file := secretFile(t, strings.Repeat("o", 50)), secretFile(t, strings.Repeat("n", 50)), filepath.Join(dir, "ovation.yaml")
	write := func(level string, keys ...string) {
		t.Helper()
		body := fmt.Sprintf("log: {level: %s}\nkeys: {files: [%s]}\n", level, strings.Join(keys, ", "))
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("info", older)
	var broker, services server
	var at struct{ NATS, GRPC, Admin string }
	broker.runHere(t, &at, []string{"broker", "--data", filepath.Join(dir, "data"), "--nats-listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"})
	services.runHere(t, &at, []string{"services", "--config", file, "--nats-url", at.NATS, "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0"})
	reload := func() (int, string) {
		t.Helper()
		resp, err := http.Post("http://"+at.Admin+"/reload", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer http.DefaultClient.CloseIdleConnections()
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	calls := func(keys string) bool {
		return ovation(t, "room", "list", "--grpc", at.GRPC, "--keys-files", keys).code == exitDone
	}
	if !calls(older) || calls(newer) {
		t.Fatal("at first the old key alone is good")
	}
	write("debug", newer)
	if code, body := reload(); code != http.StatusOK || !strings.Contains(body, "log.level is debug") {
		t.Fatalf("%d %s", code, body)
	}
	if calls(older) || !calls(newer) {
		t.Error("the new key alone is good now, also for tokens that were verified before")
	}
	if _, body := get(t, "http://"+at.Admin+"/loglevel", ""); strings.TrimSpace(body) != "debug" {
		t.Errorf("the level is %s", body)
	}
	write("loud", older)
	if code, body := reload(); code != http.StatusBadRequest || !strings.Contains(body, `"loud" is none of`) || !calls(newer) {
		t.Errorf("a bad file: %d %s", code, body)
	}
	write("info", newer, filepath.Join(dir, "nowhere"))
	if code, _ := reload(); code != http.StatusBadRequest || !calls(newer) {
		t.Errorf("a key that is not there: %d", code)
	}
	if err := os.WriteFile(file, []byte("log: {level: info}\nreflection: true\nkeys: {files: ["+newer+"]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, body := reload(); code != http.StatusOK || !strings.Contains(body, "reflection changed and wait for a restart") {
		t.Errorf("what cannot be changed: %d %s", code, body)
	}
	services.end(t)
	broker.end(t)
}

// 25: limits are taken anew by a running gateway, for sockets that stand, too; so is the file of blocked terms.
func TestLimitsAndFiltersAreTakenAnew(t *testing.T) {
	dir := t.TempDir()
	file, terms := filepath.Join(dir, "ovation.yaml"), filepath.Join(dir, "terms")
	write := func(body string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("limits: {verbs: ['post=2/1h']}\n")
	s := serveHere(t, filepath.Join(dir, "data"), "--config", file)
	reload := func() (int, string) {
		t.Helper()
		resp, err := http.Post("http://"+s.Admin+"/reload", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer http.DefaultClient.CloseIdleConnections()
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	v, err := viewer.Dial(t.Context(), viewer.Options{URL: "http://" + s.Listen, Room: s.Room, Name: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	says := func(text string) string {
		t.Helper()
		_, err := v.Post(t.Context(), text)
		var refused viewer.Fault
		if errors.As(err, &refused) {
			return refused.GetReason()
		}
		if err != nil {
			t.Fatal(err)
		}
		return ""
	}
	if got := says("one") + says("two") + says("three"); got != "TOO_MANY_REQUESTS" {
		t.Fatalf("three comments with two allowed: %q", got)
	}
	write("limits: {verbs: ['post=100/1s']}\n")
	if code, body := reload(); code != http.StatusOK || !strings.Contains(body, "limits.verbs is post=100/1s") {
		t.Fatalf("%d %s", code, body)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) { // the emptied bucket fills by the new rule
		got := says("four")
		if got == "" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("with another limit the same socket is refused: %s", got)
		}
	}
	time.Sleep(50 * time.Millisecond) // at a hundred a second five more comments are allowed
	if err := os.WriteFile(terms, []byte("casino*\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	write("limits: {verbs: ['post=100/1s']}\nfilter: {terms_file: " + terms + "}\n")
	if code, body := reload(); code != http.StatusOK || !strings.Contains(body, "filter.terms_file is "+terms) {
		t.Fatalf("%d %s", code, body)
	}
	if got := says("the best casino"); got != "TEXT_BLOCKED" {
		t.Errorf("a blocked term: %q", got)
	}
	write("limits: {verbs: ['post=1/1h'], frames: 0}\nfilter: {terms_file: " + filepath.Join(dir, "nowhere") + "}\n")
	if code, body := reload(); code != http.StatusBadRequest || !strings.Contains(body, "nowhere") && !strings.Contains(body, "limits.frames") {
		t.Errorf("a bad file: %d %s", code, body)
	}
	time.Sleep(50 * time.Millisecond) // the same
	if got := says("five") + says("six"); got != "" {
		t.Errorf("half of a bad file was taken: %s", got)
	}
	if got := says("another casino"); got != "TEXT_BLOCKED" {
		t.Errorf("the last good list is gone: %q", got)
	}
	write("gateway: {max_sockets: 1}\n")
	if code, body := reload(); code != http.StatusOK || !strings.Contains(body, "gateway.max_sockets is 1") || !strings.Contains(body, "filter.terms_file is empty") {
		t.Errorf("%d %s", code, body)
	}
	if _, body := get(t, "http://"+s.Listen+"/v1/ws", ""); !strings.Contains(body, "FULL") {
		t.Errorf("a full gateway says %s", body)
	}
	if got := says("no casino is blocked now"); got != "" {
		t.Errorf("a list that was taken away: %s", got)
	}
	var rooms roomList
	if _, body := get(t, "http://"+s.Admin+"/rooms", ""); json.Unmarshal([]byte(body), &rooms) != nil || len(rooms.Rooms) != 1 || !strings.Contains(body, `"drops":{"skipped":0,"resyncs":0,"closed":0}`) {
		t.Errorf("rooms: %s", body)
	}
	if out := ovation(t, "top", "--once", "--admin", s.Admin); !strings.Contains(out.out, "SKIPPED/S") || !strings.Contains(out.out, "CLOSED") {
		t.Errorf("top tells nothing of drops: %+v", out)
	}
}

// What operations.md offers at 3 a.m. does what it says, in a running show and back.
func TestLeversOfTheNight(t *testing.T) {
	s := serveHere(t, filepath.Join(t.TempDir(), "data"), "--limits-verbs", "post=1000/1s", "--limits-verbs", "ask=1000/1s")
	v, err := viewer.Dial(t.Context(), viewer.Options{URL: "http://" + s.Listen, Room: s.Room, Name: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	reason := func(err error) string {
		var refused viewer.Fault
		if errors.As(err, &refused) {
			return refused.GetReason()
		}
		if err != nil {
			t.Fatal(err)
		}
		return ""
	}
	posts := func() string { _, err := v.Post(t.Context(), "hello "+viewer.NewRequestID()); return reason(err) }
	asks := func() string { _, err := v.Ask(t.Context(), "why "+viewer.NewRequestID()+"?"); return reason(err) }
	taps := func() string {
		known := 0
		v.Look(func(w *viewer.View) { known = len(w.Faults) })
		if err := v.Tap(t.Context(), "heart", 1); err != nil {
			t.Fatal(err)
		}
		posts() // its answer comes after what the tap was answered, if anything
		last := ""
		v.Look(func(w *viewer.View) {
			for _, f := range w.Faults[known:] {
				if f.GetReason() == "HEARTS_PAUSED" {
					last = f.GetReason()
				}
			}
		})
		return last
	}
	ticks := func() string {
		var rooms roomList
		if _, body := get(t, "http://"+s.Admin+"/rooms", ""); json.Unmarshal([]byte(body), &rooms) != nil || len(rooms.Rooms) != 1 {
			t.Fatal(body)
		}
		return fmt.Sprint(rooms.Rooms[0].IntervalMs, " ms")
	}
	for name, lever := range map[string]struct {
		pull, back string
		look       func() string
		pulled     string
	}{
		"comments":  {"--comment-mode=frozen", "--comment-mode=everyone", posts, "COMMENTS_FROZEN"},
		"hearts":    {"--hearts-paused", "--hearts-paused=false", taps, "HEARTS_PAUSED"},
		"questions": {"--questions-paused", "--questions-paused=false", asks, "QUESTIONS_PAUSED"},
		"the tick":  {"--min-tick-ms=1500", "--min-tick-ms=0", ticks, "1500 ms"},
	} {
		t.Run(name, func(t *testing.T) {
			before := lever.look()
			for _, step := range []struct{ flag, want string }{{lever.pull, lever.pulled}, {lever.back, before}} {
				s.cli(t, "room", "set", s.Room, step.flag)
				for deadline := time.Now().Add(10 * time.Second); lever.look() != step.want; time.Sleep(200 * time.Millisecond) {
					if time.Now().After(deadline) {
						t.Fatalf("after %s: %q, want %q", step.flag, lever.look(), step.want)
					}
				}
			}
		})
	}
}

// metricsHave waits until a process's metrics match.
func metricsHave(t *testing.T, admin, pattern string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		_, body := get(t, "http://"+admin+"/metrics", "")
		if regexp.MustCompile(pattern).MatchString(body) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no %s in\n%s", pattern, body)
		}
	}
}

// Parts that start beside their broker wait for it, for half a minute or until they are ended.
func TestStoreThatCannotBeReached(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	keys := secretFile(t, strings.Repeat("k", 50))
	said := func(b *lockedBuffer, what string) {
		t.Helper()
		// A buffer wakes nobody: it is looked at.
		for deadline := time.Now().Add(20 * time.Second); !strings.Contains(b.String(), what); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("no %q in %q", what, b)
			}
		}
	}
	start := func() (out, log *lockedBuffer, end func() int) {
		out, log = new(lockedBuffer), new(lockedBuffer)
		done := make(chan int, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			done <- run(ctx, []string{"services", "--nats-url", "nats://" + address, "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys}, out, log)
		}()
		said(log, "NATS does not answer yet")
		return out, log, func() int { cancel(); return <-done }
	}

	out, log, end := start()
	if code := end(); code != exitFailed || !strings.Contains(log.String(), "ovation: cannot reach NATS at nats://"+address) || out.String() != "" {
		t.Errorf("no broker: exit %d\n%s%s", code, out, log)
	}

	out, log, end = start()
	var broker server
	var at struct{ Admin string }
	broker.runHere(t, &at, []string{"broker", "--data", t.TempDir(), "--nats-listen", address, "--admin", "127.0.0.1:0"})
	said(out, `"grpc":`)
	if code := end(); code != exitDone {
		t.Errorf("exit %d:\n%s", code, log)
	}
}

func TestLANIsReachedByAddressAlone(t *testing.T) {
	ip := lanAddress()
	if ip == nil {
		r := ovation(t, serveArgs(t.TempDir(), "--lan")...)
		if r.code != exitFailed || !strings.Contains(r.errout, "no address on a local network") {
			t.Fatalf("without a network: %+v", r)
		}
		return
	}
	s := serveHere(t, t.TempDir(), "--lan")
	page, ok := strings.CutSuffix(s.Links.LAN, "/r/show")
	if !ok || !strings.HasPrefix(page, "http://"+ip.String()+":") {
		t.Fatalf("link for others: %s", s.Links.LAN)
	}
	if code, _ := get(t, page+"/livez", ""); code != http.StatusOK {
		t.Errorf("by its address: %d", code)
	}
	if code, _ := get(t, page+"/livez", "evil.example"); code != http.StatusMisdirectedRequest {
		t.Errorf("by a foreign name: %d", code)
	}
	for name, address := range map[string]string{"admin": s.Admin, "gRPC": s.GRPC} {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := net.DialTimeout("tcp", net.JoinHostPort(ip.String(), port), time.Second); err == nil {
			_ = c.Close()
			t.Errorf("the network reaches the %s port", name)
		}
	}
}

func TestKeysThatOnlyVerify(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	write := func(kind string, body []byte, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return secretFile(t, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: body})))
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	verify := write("PUBLIC KEY", der, err)
	der, err = x509.MarshalPKCS8PrivateKey(private)
	sign := write("PRIVATE KEY", der, err)

	r := ovation(t, serveArgs(t.TempDir(), "--keys-files", verify)...)
	if r.code != exitFailed || !strings.Contains(r.errout, "gateway.token_file") || r.out != "" {
		t.Fatalf("without a token: %+v", r)
	}
	minted := ovation(t, "token", "mint", "--keys-files", sign, "--role", "service", "--room", "*")
	if minted.code != exitDone {
		t.Fatalf("%+v", minted)
	}
	s := serveHere(t, t.TempDir(), "--keys-files", verify, "--gateway-token-file", secretFile(t, minted.out))
	if s.Tokens != (tokenSet{}) || s.Links.Host != "" {
		t.Errorf("tokens out of nothing: %+v", s.readyLine)
	}
	host := ovation(t, "token", "mint", "--keys-files", sign, "--role", "host", "--room", "show")
	if r := ovation(t, "check", "--url", "http://"+s.Listen, "--grpc", s.GRPC, "--token", strings.TrimSpace(host.out)); r.code != exitDone {
		t.Errorf("with a host's token of the signer: %+v", r)
	}
}

func TestTracesLeaveTheProcess(t *testing.T) {
	collector, err := telemetry.NewCollector()
	if err != nil {
		t.Fatal(err)
	}
	defer collector.Close()
	s := serveHere(t, t.TempDir(), "--otlp-endpoint", collector.URL, "--trace-sample", "1")
	post(t, s, "show", "request-1", "hello")
	s.end(t) // what waits is sent
	spans := collector.Spans()
	i := slices.IndexFunc(spans, func(s telemetry.Span) bool {
		return s.Kind == "server" && strings.HasSuffix(s.Name, "CommentsService/PostComment")
	})
	if i < 0 || spans[i].Attributes["ovation.part"] != "serve" {
		t.Fatalf("no span of the post among %d: %+v", len(spans), spans)
	}
}
