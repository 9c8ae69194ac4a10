package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/gateway/uplink"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// desk is the questions service as far as claims go.
type desk func(ctx context.Context, in *questionsv1.ClaimQuestionRequest) (*questionsv1.Claim, error)

func (d desk) Invoke(ctx context.Context, _ string, in, out any, _ ...grpc.CallOption) error {
	r, ok := in.(*questionsv1.ClaimQuestionRequest)
	if !ok {
		return errors.New("not a claim")
	}
	c, err := d(ctx, r)
	if err == nil {
		out.(*questionsv1.ClaimQuestionResponse).Claim = c
	}
	return err
}

func (desk) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errors.New("no streams here")
}

// given is a desk that gives every claim.
func given(_ context.Context, in *questionsv1.ClaimQuestionRequest) (*questionsv1.Claim, error) {
	return &questionsv1.Claim{Question: in.GetQuestion(), Person: "me"}, nil
}

func claimant(d desk) *session {
	s := &Sessions{o: Options{Uplink: uplink.New(d, "gateway", func(time.Duration) {}, slog.New(slog.DiscardHandler)), Logger: slog.New(slog.DiscardHandler)}}
	return &session{Sessions: s, actor: uplink.Actor{Room: "main", Key: "me"}, phase: seated}
}

func (v *session) claimed(question string) error {
	_, err := v.claim(&gatewayv1.ClaimQuestion{Question: question})(context.Background())
	return err
}

func questionNamed(n int) string {
	return strings.Repeat("a", 24) + string(rune('a'+n/26)) + string(rune('a'+n%26))
}

// What is refused is not remembered, and what is remembered can be renewed.
func TestClaimsOfASessionAreBounded(t *testing.T) {
	v := claimant(given)
	for n := range maxClaims {
		if err := v.claimed(questionNamed(n)); err != nil {
			t.Fatalf("claim %d: %v", n+1, err)
		}
	}
	for _, question := range []string{"", strings.Repeat("x", 16<<10), "NOT AN ID OF A QUESTION!!!"} {
		if err := v.claimed(question); !fault.Is(err, fault.FieldInvalid) {
			t.Errorf("an id of %d bytes: %v", len(question), err)
		}
	}
	if err := v.claimed(questionNamed(maxClaims)); !fault.Is(err, fault.TooManyRequests) {
		t.Errorf("one too many: %v", err)
	}
	if err := v.claimed(questionNamed(0)); err != nil {
		t.Errorf("a renewal among %d: %v", maxClaims, err)
	}
	if len(v.claims) != maxClaims {
		t.Errorf("%d are remembered", len(v.claims))
	}
}

// The socket ends while the service is asked for a claim: nobody holds it for its whole life.
func TestAClaimThatComesAfterTheSocketIsShort(t *testing.T) {
	var asked []string
	var v *session
	v = claimant(func(ctx context.Context, in *questionsv1.ClaimQuestionRequest) (*questionsv1.Claim, error) {
		if in.GetHeldOnly() {
			asked = append(asked, fmt.Sprint(in.GetQuestion(), " for ", in.GetLife().AsDuration()))
			return nil, nil
		}
		v.mu.Lock()
		v.phase = over // as Gone does, with the claims
		v.claims = nil
		v.mu.Unlock()
		return given(ctx, in)
	})
	if err := v.claimed(questionNamed(1)); err != nil {
		t.Fatal(err)
	}
	v.Wait()
	if want := fmt.Sprint(questionNamed(1), " for ", judge.ClaimAfterSocket); len(asked) != 1 || asked[0] != want {
		t.Errorf("shortened %q, want %q", asked, want)
	}
}

// The services are silent: a gateway that drains waits for all claims of a session no longer than for one.
func TestEndingClaimsTakesAsLongAsOneMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := claimant(func(ctx context.Context, _ *questionsv1.ClaimQuestionRequest) (*questionsv1.Claim, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		for n := range maxClaims {
			v.remember(questionNamed(n))
		}
		began := time.Now()
		v.endClaims()
		v.Wait()
		if took := time.Since(began); took > shortenFor {
			t.Errorf("took %v", took)
		}
	})
}
