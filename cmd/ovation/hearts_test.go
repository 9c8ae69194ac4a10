package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/rpc"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

func TestHeartsAreShownAndExcluded(t *testing.T) {
	s := serveHere(t, filepath.Join(t.TempDir(), "data"), "--room", "launch")
	defer s.end(t)
	conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC, Token: func() string { return s.Tokens.Service }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := heartsv1.NewHeartsServiceClient(conn).RecordBatch(ctx, &heartsv1.RecordBatchRequest{
		Writer: "01JD3ZK9Q0000000000000000A", Window: 1, Sums: []*heartsv1.HeartSum{{Room: "launch", Kind: "heart", Count: 100}},
	}); err != nil {
		t.Fatal(err)
	}
	exclude := []string{"hearts", "exclude", "launch", "--kind", "heart", "--count", "70", "--reason", "a farm of phones", "--request-id", "request-1"}
	for range 2 { // the second one is a retry
		if out := s.cli(t, exclude...); out != "heart: 70 of 100 are excluded\n" {
			t.Errorf("exclude said %q", out)
		}
	}
	if out := strings.Join(strings.Fields(s.cli(t, "hearts", "show", "launch")), " "); !strings.HasPrefix(out, "KIND TOTAL EXCLUDED clap 0 0 ") || !strings.Contains(out, " heart 100 70 ") {
		t.Errorf("show said %q", out)
	}
	r := ovation(t, "hearts", "exclude", "launch", "--kind", "heart", "--count", "31", "--grpc", s.GRPC, "--token", s.Tokens.Service)
	if r.code != exitFailed || !strings.Contains(r.errout, "(BAD_COUNT)") {
		t.Errorf("more than there are: %+v", r)
	}
	r = ovation(t, "hearts", "exclude", "launch", "--kind", "heart", "--count", "1", "--grpc", s.GRPC, "--token", s.Tokens.Moderator)
	if r.code != exitFailed || !strings.Contains(r.errout, "(PERMISSION_DENIED)") {
		t.Errorf("a moderator: %+v", r)
	}
}
