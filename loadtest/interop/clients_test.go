package interop_test

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/loadtest/server"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// packages are where the web pages' npm packages are.
const packages = "../../web/node_modules"

// clients are three that are not ours, and do not come from one hand.
var clients = map[string]struct {
	needs []string // a command that fails where the client is not there
	hint  string
	run   []string
	pings bool // whether it can be made to ping
}{
	// The system's own interpreter: that is the one which the package python3-websockets belongs to.
	"python3-websockets": {[]string{"/usr/bin/python3", "-c", "import websockets"}, "make test installs it", []string{"/usr/bin/python3", "testdata/relay.py"}, true},
	"npm ws":             {[]string{"test", "-d", packages + "/ws"}, "run npm ci in web", []string{"node", "testdata/relay.mjs"}, true},
	"Chromium": {
		[]string{"sh", "-c", `test -d ` + packages + `/playwright-core && [ "${BROWSER:-on}" != off ] && { [ -n "$CHROMIUM" ] || command -v chromium || command -v chromium-browser; }`},
		"make test installs it, BROWSER=off leaves it out", []string{"node", "testdata/browser.mjs"}, false,
	},
}

func TestClientsThatAreNotOurs(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "ovation")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "github.com/ovation-live/ovation/cmd/ovation").CombinedOutput(); err != nil {
		t.Fatalf("build the binary: %v\n%s", err, out)
	}
	s, err := server.Start(t.Context(), binary, t.TempDir(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	for name, c := range clients {
		if out, err := exec.CommandContext(t.Context(), c.needs[0], c.needs[1:]...).CombinedOutput(); err != nil {
			t.Run(name, func(t *testing.T) {
				if os.Getenv("CLIENTS") == "all" {
					t.Fatalf("%s is not here, and CLIENTS=all asks for every client; %s (%v: %s)", name, c.hint, err, out)
				}
				t.Skipf("%s is not here; %s (%v: %s)", name, c.hint, err, out)
			})
			continue
		}
		for _, subprotocol := range []string{"ovation.v1.json", "ovation.v1.proto"} {
			t.Run(name+" "+subprotocol, func(t *testing.T) { visit(t, open(t, c.run, s.Listen, subprotocol), subprotocol, c.pings) })
		}
	}
}

// visit is what every client must be able to do.
func visit(t *testing.T, r *relay, subprotocol string, pings bool) {
	r.send(&gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Hello{Hello: &gatewayv1.Hello{Room: "show", Name: "Py"}}})
	r.until("welcome", func(f *gatewayv1.ServerFrame) bool { return f.GetWelcome().GetYou().GetName() == "Py" })
	r.until("snapshot", func(f *gatewayv1.ServerFrame) bool { return f.GetSnapshot().GetRoom().GetRoom() == "show" })
	if pings {
		r.write("ping")
		if line := r.read(); line != "pong" {
			t.Errorf("a ping was answered with %q", line)
		}
	}
	text := "from elsewhere by " + subprotocol + " ❤"
	r.send(&gatewayv1.ClientFrame{Id: "1", Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{RequestId: "request-1", Text: text}}})
	acked, ticked := false, false
	r.until("ack and tick", func(f *gatewayv1.ServerFrame) bool {
		acked = acked || f.GetAck().GetComment().GetText() == text
		for _, c := range f.GetTick().GetComments() {
			ticked = ticked || c.GetText() == text
		}
		return acked && ticked
	})
	r.send(&gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: "heart", Count: 2}}})
	r.until("hearts", func(f *gatewayv1.ServerFrame) bool { return f.GetTick().GetHearts()["heart"] >= 2 })
	_ = r.in.Close()
	for line := ""; !strings.HasPrefix(line, "closed"); {
		if line = r.read(); strings.HasPrefix(line, "closed") && !strings.HasPrefix(line, "closed 1000") {
			t.Errorf("its close was answered with %q, want 1000", line)
		}
	}
}

// relay is a client.
type relay struct {
	*testing.T
	in    io.WriteCloser
	lines chan string
	json  bool
}

func open(t *testing.T, run []string, address, subprotocol string) *relay {
	t.Helper()
	at, err := filepath.Abs(packages)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), run[0], append(slices.Clone(run[1:]), "ws://"+address+"/v1/ws", subprotocol, at)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaint strings.Builder
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := &relay{T: t, in: in, lines: make(chan string, 64), json: strings.HasSuffix(subprotocol, "json")}
	go func() {
		defer close(r.lines)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			r.lines <- scan.Text()
		}
	}()
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the client's complaints:\n%s", complaint.String())
		}
	})
	if line := r.read(); line != "open "+subprotocol {
		t.Fatalf("the handshake ended with %q", line)
	}
	return r
}

func (r *relay) write(line string) {
	r.Helper()
	if _, err := fmt.Fprintln(r.in, line); err != nil {
		r.Fatal(err)
	}
}

func (r *relay) send(f *gatewayv1.ClientFrame) {
	r.Helper()
	if r.json {
		body, err := protojson.Marshal(f)
		if err != nil {
			r.Fatal(err)
		}
		r.write("text " + string(body))
		return
	}
	body, err := proto.Marshal(f)
	if err != nil {
		r.Fatal(err)
	}
	r.write("binary " + hex.EncodeToString(body))
}

func (r *relay) read() string {
	r.Helper()
	select {
	case line, ok := <-r.lines:
		if !ok {
			r.Fatal("the client ended")
		}
		return line
	case <-time.After(30 * time.Second):
		r.Fatal("the client says nothing")
	}
	return ""
}

// until reads frames up to the one that is looked for.
func (r *relay) until(what string, look func(*gatewayv1.ServerFrame) bool) {
	r.Helper()
	for {
		kind, body, _ := strings.Cut(r.read(), " ")
		f := new(gatewayv1.ServerFrame)
		var err error
		switch {
		case kind == "text" && r.json:
			err = protojson.Unmarshal([]byte(body), f)
		case kind == "binary" && !r.json:
			var raw []byte
			if raw, err = hex.DecodeString(body); err == nil {
				err = proto.Unmarshal(raw, f)
			}
		default:
			r.Fatalf("while waiting for %s came %s %s", what, kind, body)
		}
		if err != nil {
			r.Fatalf("while waiting for %s: %v in %s", what, err, body)
		}
		if look(f) {
			return
		}
	}
}
