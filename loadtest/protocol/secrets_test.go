package protocol_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/prototext"

	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/telemetry"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// collect is a collector of traces and metrics for the time of the test.
func collect(t *testing.T) *telemetry.Collector {
	t.Helper()
	c, err := telemetry.NewCollector()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// comes waits until a collector was told of something. What a process sends last is on its way when it has ended.
func comes(t *testing.T, c *telemetry.Collector, what string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !strings.Contains(c.Said(), what); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the collector was not told of %s: %.500s", what, c.Said())
		}
	}
}

// stored are the files of a data directory, each by where it is.
func stored(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if len(body) > 0 {
			all[strings.TrimPrefix(path, dir)] = string(body)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// 17: secrets go in everywhere, in good and in bad ways, and come out nowhere. There is no access log: what is logged of requests is
// in the log at its most talkative, which is looked through.
func Test17SecretsComeOutNowhere(t *testing.T) {
	t.Parallel()
	collector := collect(t)
	const marked = "MARKED-SECRET-OF-THIS-TEST-0123456789"
	keys := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(keys, []byte(marked), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, "--keys-files", keys, "--log-level", "debug", "--otlp-endpoint", collector.URL, "--otlp-metrics", "--trace-sample", "1")
	secrets := map[string]string{"the key": marked}
	note := func(name, token string) string {
		secrets[name] = token[strings.LastIndexByte(token, '.')+1:] // its signature is what makes it one
		return token
	}
	host, viewer := note("a host's token", s.Tokens.Host), note("a viewer's token", s.Tokens.Viewer)
	note("a service's token", s.Tokens.Service)
	bad := note("a wrong token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.WRONGSIGNATUREMARKEDWRONGSIGNATUREMARKED")
	var out bytes.Buffer // whatever the server says to strangers

	// Sockets: good and bad tokens in the hello, the header, the address, and a fresh one on an open socket.
	w := open(t, s)
	w.send(`{"hello":{"room":"show"}}`)
	you, _ := w.until("welcome")["you"].(object)
	note("a guest's token", you["guestToken"].(string)) // told to its guest alone, which this one is
	_, link := makeLink(t, s, "show", "moderator")
	note("a link's token", link)
	moderator := join(t, s, "show", link)
	for _, frame := range []string{
		`{"id":"1","auth":{"token":"` + bad + `"}}`, `{"id":"1","auth":{"token":"` + viewer + `"}}`,
		`{"id":"1","post":{"requestId":"request-1","text":""}}`, `{"id":"1","dance":{"token":"` + bad + `"}}`,
	} {
		moderator.send(frame)
		f, _ := json.Marshal(moderator.until("fault"))
		out.Write(f)
	}
	moderator.send(`{"id":"2","post":{"requestId":"request-2","text":"hello"}}`)
	moderator.until("ack")
	for _, hello := range []string{`{"hello":{"room":"show","token":"` + bad + `"}}`, `{"hello":{"room":"nowhere","token":"` + host + `"}}`, `{"hello":{"room":"show","tokn":"` + host + `"}}`} {
		b := open(t, s)
		b.send(hello)
		for {
			op, payload := b.frame()
			out.Write(payload)
			if op == 0 || op == 8 {
				break
			}
		}
	}
	for _, replace := range [][]string{
		{"\r\n\r\n", "\r\nAuthorization: Bearer " + bad + "\r\n\r\n"}, {"GET /v1/ws ", "GET /v1/ws?token=" + host + " ", "Version: 13", "Version: 12"},
		{"\r\n\r\n", "\r\nOrigin: https://evil.example\r\nAuthorization: Bearer " + host + "\r\n\r\n"}, {"GET /v1/ws ", "GET /r/show?t=" + host + " ", "Upgrade: websocket\r\n", ""},
	} {
		a, body := connect(t, s.Listen).shake(request(s.Listen, replace...))
		out.WriteString(body)
		_ = a.Header.Write(&out)
	}
	// The API and gRPC.
	for _, token := range []string{bad, viewer, host + "x"} {
		r, _ := http.NewRequestWithContext(t.Context(), "POST", s.URL()+"/v1/rooms?access_token="+token, strings.NewReader(`{"room":"A"}`))
		r.Header.Set("Authorization", "Bearer "+token)
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Write(&out)
		_ = a.Body.Close()
	}
	conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, token := range []string{bad, viewer, host} {
		ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
		if _, err := roomsv1.NewRoomsServiceClient(conn).DeleteRoom(ctx, &roomsv1.DeleteRoomRequest{Room: "nowhere"}); err != nil {
			out.WriteString(err.Error())
		}
	}
	// Links, as a host and with what is no host's; the files and the watch of a room.
	ask := func(method, path, token, body string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Write(&out)
		_ = a.Body.Close()
	}
	for _, token := range []string{host, link, viewer, bad} {
		ask("GET", "/v1/rooms/show/links", token, "")
		ask("DELETE", "/v1/rooms/show/links/"+token, token, "{}")
		ask("POST", "/v1/rooms/show/links", token, `{"roles":["`+token+`"]}`)
		ask("GET", "/v1/rooms/show/people", token, "")
		ask("GET", "/v1/rooms/show/audit?pageToken="+token, token, "")
		ask("GET", "/v1/rooms/show/health", token, "")
		for _, file := range []string{"room.jsonl", "comments.csv", "audit.csv", "questions.jsonl", "questions.csv"} {
			ask("GET", "/v1/rooms/show/export/"+file, token, "")
		}
		ask("GET", "/v1/rooms/show/hearts/series?start="+token, token, "")
	}
	for _, path := range []string{"/watch/show", "/watch/" + host, "/loglevel?level=" + host, "/reload?token=" + host} {
		r, err := http.NewRequestWithContext(t.Context(), "PUT", "http://"+s.Admin+path, strings.NewReader(host))
		if err != nil {
			t.Fatal(err)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Body.Close() // the operator is told what it asked for
	}
	watched := join(t, s, "show", host) // and the log tells of it
	watched.send(`{"id":"1","auth":{"token":"` + bad + `"}}`)
	watched.until("fault")
	// What people write is no secret from each other, but nothing that operators are shown or that leaves the process.
	words := map[string]string{"a name": "Marked Name Of Somebody", "a comment": "MARKED-COMMENT-OF-SOMEBODY", "a question": "MARKED-QUESTION-OF-SOMEBODY", "a refused comment": "MARKED-COMMENT-THAT-IS-REFUSED"}
	guest := open(t, s)
	guest.send(`{"hello":{"room":"show","name":"` + words["a name"] + `"}}`)
	guest.until("snapshot")
	for _, frame := range []string{
		`{"id":"1","post":{"requestId":"request-words-1","text":"` + words["a comment"] + `"}}`, `{"id":"2","ask":{"requestId":"request-words-2","text":"` + words["a question"] + `"}}`,
	} {
		guest.send(frame)
		guest.until("ack")
	}
	for _, frame := range []string{
		`{"id":"3","post":{"requestId":"request-words-1","text":"` + words["a refused comment"] + `"}}`, `{"id":"4","post":{"text":"` + words["a refused comment"] + `",,}}`,
		`{"id":"5","post":{"requestId":"request-words-3","text":"` + strings.Repeat(words["a refused comment"], 20) + `"}}`,
	} {
		guest.fault(frame)
	}
	for _, token := range []string{host, viewer, bad} {
		ctx, cancel := context.WithTimeout(metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token), 2*time.Second)
		if w, err := commentsv1.NewCommentsServiceClient(conn).WatchComments(ctx, &commentsv1.WatchCommentsRequest{Room: "show", Cursor: &commentsv1.WatchCursor{Epoch: token}}); err == nil {
			if m, err := w.Recv(); err != nil {
				out.WriteString(err.Error())
			} else {
				out.WriteString(prototext.Format(m))
			}
		}
		if w, err := questionsv1.NewQuestionsServiceClient(conn).ExportQuestions(ctx, &questionsv1.ExportQuestionsRequest{Room: "show"}); err == nil {
			if m, err := w.Recv(); err != nil {
				out.WriteString(err.Error())
			} else {
				out.WriteString(prototext.Format(m))
			}
		}
		if h, err := heartsv1.NewHeartsServiceClient(conn).ExportHearts(ctx, &heartsv1.ExportHeartsRequest{Room: "show"}); err != nil {
			out.WriteString(err.Error())
		} else {
			out.WriteString(prototext.Format(h))
		}
		cancel()
	}
	audit, err := roomsv1.NewRoomsServiceClient(grpc(t, s)).ListAuditEntries(t.Context(), &roomsv1.ListAuditEntriesRequest{Room: "show"})
	if err != nil || len(audit.GetEntries()) == 0 {
		t.Fatalf("the audit trail: %v %v", audit, err)
	}
	metrics := text(t, "http://"+s.Admin+"/metrics") + text(t, "http://"+s.Admin+"/rooms") + text(t, "http://"+s.Admin+"/store?token="+host) + text(t, "http://"+s.Admin+"/debug/pprof/cmdline") + text(t, "http://"+s.Admin+"/debug/pprof/goroutine?debug=2")
	if err := s.Stop(); err != nil { // so that the last traces and metrics are out
		t.Fatal(err)
	}
	comes(t, collector, "PostComment")
	comes(t, collector, "ovation.gateway.ticks")
	log := logOf(t, s)
	for place, text := range map[string]string{"the log": log, "what the collector is told": collector.Said(), "the metrics": metrics} {
		for name, word := range words {
			if strings.Contains(text, word) {
				t.Errorf("%s is in %s: %s", name, place, around(text, word))
			}
		}
	}
	places := map[string]string{
		"the log": log, "what the collector is told": collector.Said(), "the metrics": metrics, "what strangers are told": out.String(), "the audit trail": prototext.Format(audit),
	}
	for place, text := range places {
		for name, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s is in %s", name, place)
			}
		}
		if text == "" {
			t.Errorf("%s is empty: the test proves nothing", place)
		}
	}
	dir, _ := directories.Load(s)
	for file, text := range stored(t, dir.(string)) {
		for name, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s is in %s", name, file)
			}
		}
	}
}
