package fault_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/ovation-live/ovation/internal/fault"
)

func TestFaultCrossesGRPCWhole(t *testing.T) {
	sent := fault.New(fault.SlowMode, "one comment in %d s", 30).On("text").After(4*time.Second).With("wait", "4").
		Because(errors.New("secret detail"))
	err := fault.Status(fmt.Errorf("post: %w", sent)).Err()
	got := fault.FromGRPC(err)
	if got.Reason != sent.Reason || got.Message != "one comment in 30 s" || got.Field != "text" ||
		got.RetryAfter != sent.RetryAfter || got.Meta["wait"] != "4" {
		t.Fatalf("got %+v, sent %+v", got, sent)
	}
}

func TestNoErrorOfACallIsNoFault(t *testing.T) {
	if err := fault.Err(nil); err != nil {
		t.Errorf("a call that went well: %v", err)
	}
	if err := fault.Err(fault.Status(fault.New(fault.UndoExpired, "too late")).Err()); !fault.Is(err, fault.UndoExpired) {
		t.Errorf("a refusal came out as %v", err)
	}
}

func TestUnknownErrorsStayInside(t *testing.T) {
	s := fault.Status(errors.New("password is hunter2"))
	if s.Code() != codes.Internal || regexp.MustCompile("hunter2").MatchString(s.String()) {
		t.Fatalf("leaked: %v", s)
	}
	if got := fault.Status(context.DeadlineExceeded).Code(); got != codes.DeadlineExceeded {
		t.Fatalf("deadline became %v", got)
	}
}

func TestTables(t *testing.T) {
	word := regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,62}$`)
	for _, r := range fault.Reasons() {
		if !word.MatchString(string(r)) {
			t.Errorf("%q is no UPPER_SNAKE word of at most 63 characters", r)
		}
	}
	seen := map[uint16]bool{}
	for _, c := range fault.Closes() {
		if seen[c.Code] || !word.MatchString(c.Reason) {
			t.Errorf("close %d %q stands twice or is no word", c.Code, c.Reason)
		}
		seen[c.Code] = true
	}
}
