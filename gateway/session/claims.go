package session

import (
	"context"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/text"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

const (
	// maxClaims is how many claims a session looks after; nobody is at work on more questions at once.
	maxClaims = 64
	// shortenFor is how long shortening all of them may take: a drain waits for it, and they end by themselves.
	shortenFor = 5 * time.Second
)

// claims are the questions that somebody is at work on.
type claims map[string]struct{}

// add is false, and adds nothing, where there are too many.
func (c *claims) add(question string) bool {
	if _, known := (*c)[question]; !known && len(*c) >= maxClaims {
		return false
	}
	if *c == nil {
		*c = make(claims)
	}
	(*c)[question] = struct{}{}
	return true
}

// claim takes, renews or ends a claim, and remembers it: it ends a little after the socket.
func (v *session) claim(c *gatewayv1.ClaimQuestion) func(context.Context) (*gatewayv1.Ack, error) {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		if err := text.ItemID("question", c.GetQuestion()); err != nil {
			return nil, err
		}
		if !c.GetRelease() && !v.remember(c.GetQuestion()) {
			return nil, fault.New(fault.TooManyRequests, "you are at work on %d questions; let some go", maxClaims)
		}
		claim, err := v.o.Uplink.Claim(ctx, v.actor, c)
		mine := err == nil && claim.GetPerson() == v.actor.Key
		if !mine {
			v.forget(c.GetQuestion())
		}
		if err != nil {
			return nil, err
		}
		if mine && v.now() == over { // it went while it was asking: endClaims may have come before the claim
			v.shorten(ctx, claims{c.GetQuestion(): {}})
		}
		return &gatewayv1.Ack{Result: &gatewayv1.Ack_Claim{Claim: claim}}, nil
	}
}

func (v *session) remember(question string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.claims.add(question)
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
	if len(held) > 0 {
		v.working.Go(func() { v.shorten(context.Background(), held) })
	}
}

// shorten lets claims end soon. What cannot be done in time is left: a claim ends by itself.
func (v *session) shorten(ctx context.Context, held claims) {
	ctx, cancel := context.WithTimeout(ctx, shortenFor)
	defer cancel()
	for question := range held {
		if err := v.o.Uplink.ShortenClaim(ctx, v.actor, question, judge.ClaimAfterSocket); err != nil {
			v.o.Logger.Warn("a claim could not be shortened; it ends by itself", "error", err)
		}
		if ctx.Err() != nil {
			return
		}
	}
}
