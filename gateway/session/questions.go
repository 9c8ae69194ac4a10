package session

import (
	"context"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// maxClaims is how many claims a session looks after; nobody is at work on more questions at once.
const maxClaims = 64

// claim takes, renews or ends a claim, and remembers it: it ends a little after the socket.
func (v *session) claim(c *gatewayv1.ClaimQuestion) func(context.Context) (*gatewayv1.Ack, error) {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		if !c.GetRelease() && !v.remember(c.GetQuestion()) {
			return nil, fault.New(fault.TooManyRequests, "you are at work on %d questions; let some go", maxClaims)
		}
		claim, err := v.o.Uplink.Claim(ctx, v.actor, c)
		if err != nil || claim.GetPerson() != v.actor.Key {
			v.forget(c.GetQuestion())
		}
		if err != nil {
			return nil, err
		}
		if v.now() == over { // it went while it was asking
			v.endClaims()
		}
		return &gatewayv1.Ack{Result: &gatewayv1.Ack_Claim{Claim: claim}}, nil
	}
}

func (v *session) remember(question string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.claims == nil {
		v.claims = make(map[string]struct{})
	}
	v.claims[question] = struct{}{}
	return len(v.claims) <= maxClaims
}

func (v *session) forget(question string) {
	v.mu.Lock()
	delete(v.claims, question)
	v.mu.Unlock()
}

// endClaims shortens what the session still claims, unless its holder is back and claims it again meanwhile.
func (v *session) endClaims() {
	v.mu.Lock()
	held := v.claims
	v.claims = nil
	v.mu.Unlock()
	if len(held) == 0 {
		return
	}
	v.working.Go(func() {
		for question := range held {
			if err := v.o.Uplink.ShortenClaim(context.Background(), v.actor, question, judge.ClaimAfterSocket); err != nil {
				v.o.Logger.Warn("a claim could not be shortened; it ends by itself", "error", err)
			}
		}
	})
}

func (v *session) similar(f *gatewayv1.FindSimilar) func(context.Context) (*gatewayv1.Ack, error) {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		found, err := v.o.Uplink.Similar(ctx, v.actor, f)
		return &gatewayv1.Ack{Result: &gatewayv1.Ack_Similar{Similar: found}}, err
	}
}
