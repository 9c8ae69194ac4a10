// Package hook asks an operator's ModerationHookService (ovation.moderation.v1) for a second opinion on what people write,
// before anybody reads it. It never makes anybody wait longer than its deadline: an error, a late answer or one that makes no
// sense counts as none, and then the room's setting decides whether the text passes or waits for a moderator. After some
// failures in a row a circuit breaker leaves the service alone for a while.
package hook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rivo/uniseg"
	"github.com/sony/gobreaker/v2"
	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	moderationv1 "github.com/ovation-live/ovation/proto/gen/ovation/moderation/v1"
)

// Figures of the circuit breaker.
const (
	failures = 5               // in a row, after which nobody is asked
	rest     = 5 * time.Second // for which nobody is; then one is, to see
)

// Options of a hook.
type Options struct {
	// Address of the operator's service, HOST:PORT or a name with a scheme such as dns:///moderation:9000.
	Address string
	// TLS makes the connection one of TLS with the system's roots; false is plain text.
	TLS bool
	// Deadline of one answer. Default 200 ms.
	Deadline time.Duration
	// Logger for why no answer came, and for changes of the circuit breaker. Default slog.Default().
	Logger *slog.Logger
}

// Hook asks. A nil Hook lets everything pass: nobody configured one.
type Hook struct {
	client   moderationv1.ModerationHookServiceClient
	conn     io.Closer
	deadline time.Duration
	breaker  *gobreaker.CircuitBreaker[*moderationv1.JudgeResponse]
	meter    meters
	log      *slog.Logger

	failing atomic.Bool // since the last answer that made sense
}

// New makes a hook; nil without an address. It does not wait for the service.
func New(o Options) (*Hook, error) {
	if o.Address == "" {
		return nil, nil
	}
	dial := rpc.DialOptions{Target: o.Address}
	if o.TLS {
		dial.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	conn, err := rpc.Dial(dial)
	if err != nil {
		return nil, fmt.Errorf("moderation hook: %w", err)
	}
	h := over(conn, o)
	h.conn = conn
	return h, nil
}

// over makes a hook over a connection.
func over(conn grpc.ClientConnInterface, o Options) *Hook {
	if o.Deadline <= 0 {
		o.Deadline = 200 * time.Millisecond
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	h := &Hook{client: moderationv1.NewModerationHookServiceClient(conn), deadline: o.Deadline, meter: newMeters(), log: o.Logger}
	h.breaker = gobreaker.NewCircuitBreaker[*moderationv1.JudgeResponse](gobreaker.Settings{
		Name: "moderation hook", Timeout: rest,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= failures },
		IsSuccessful: func(err error) bool { return err == nil || errors.Is(err, errGone) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			o.Logger.Warn("the moderation hook's circuit breaker changed", "from", from.String(), "to", to.String())
		},
	})
	return h
}

// Close ends the connection.
func (h *Hook) Close() error {
	if h == nil || h.conn == nil {
		return nil
	}
	return h.conn.Close()
}

// errGone is the end of whoever wanted to know: no failure of the service.
var errGone = errors.New("the caller went away")

// Item is a text to judge.
type Item struct {
	// Room is its id, ID what the text's own will be.
	Room, ID string
	// Kind of text.
	Kind moderationv1.Kind
	// Author as stored.
	Author *eventv1.Author
	// Text after hygiene.
	Text string
	// Limit of a text of this kind, which a rewritten one must keep, too.
	Limit text.Limits
}

// Verdict is what shall happen with a text.
type Verdict struct {
	// Hold has a moderator decide.
	Hold bool
	// Away is true where that is because no answer came.
	Away bool
	// Reason for moderators, where the service gave one.
	Reason string
	// Text to store: the item's own, or what the service made of it.
	Text string
}

// Judge gives the verdict on a text, by a room's mode for its kind. The fault REJECTED, with the service's reason, refuses it.
// Moderators and hosts pass while no answer comes.
func (h *Hook) Judge(ctx context.Context, mode eventv1.HookMode, item Item) (Verdict, error) {
	pass := Verdict{Text: item.Text}
	if h == nil || mode == eventv1.HookMode_HOOK_MODE_OFF {
		return pass, nil
	}
	started := time.Now()
	v, word, err := h.judge(ctx, item)
	if word == away {
		v = pass
		if mode == eventv1.HookMode_HOOK_MODE_FAIL_CLOSED && item.Author.GetRole() < eventv1.Role_ROLE_MODERATOR {
			v.Hold, v.Away = true, true
		}
	}
	h.meter.judged(ctx, item.Kind, word, time.Since(started))
	return v, err
}

// Words for what came of a question, as the metric has them.
const (
	away     = "none"
	allowed  = "allow"
	held     = "hold"
	rejected = "reject"
	changed  = "rewrite"
)

func (h *Hook) judge(ctx context.Context, item Item) (Verdict, string, error) {
	var v Verdict
	var word string
	var refusal error
	_, err := h.breaker.Execute(func() (*moderationv1.JudgeResponse, error) {
		asked, cancel := context.WithTimeout(ctx, h.deadline)
		defer cancel()
		answer, err := h.client.Judge(asked, &moderationv1.JudgeRequest{
			Room: item.Room, Kind: item.Kind, Id: item.ID, Person: item.Author.GetPerson(), Name: item.Author.GetName(),
			Role: strings.ToLower(strings.TrimPrefix(item.Author.GetRole().String(), "ROLE_")), Guest: item.Author.GetGuest(), Text: item.Text,
		})
		switch {
		case err == nil:
			v, word, refusal, err = read(answer, item)
		case ctx.Err() != nil:
			err = errGone
		}
		h.tell(err)
		return answer, err
	})
	if err != nil {
		return Verdict{}, away, nil
	}
	return v, word, refusal
}

// tell says why no answer came, once until the next one that makes sense.
func (h *Hook) tell(err error) {
	switch {
	case errors.Is(err, errGone):
	case err != nil && !h.failing.Swap(true):
		h.log.Warn("the moderation hook gives no answer: rooms do what their setting says", "error", err)
	case err == nil && h.failing.CompareAndSwap(true, false):
		h.log.Info("the moderation hook answers again")
	}
}

// read makes sense of an answer; an error says that it makes none.
func read(answer *moderationv1.JudgeResponse, item Item) (v Verdict, word string, refusal, err error) {
	v = Verdict{Text: item.Text, Reason: reasonOf(answer)}
	switch answer.GetVerdict() {
	case moderationv1.JudgeResponse_VERDICT_ALLOW:
		return v, allowed, nil, nil
	case moderationv1.JudgeResponse_VERDICT_HOLD:
		v.Hold = true
		return v, held, nil, nil
	case moderationv1.JudgeResponse_VERDICT_REJECT:
		message := "this was not accepted"
		if v.Reason != "" {
			message += ": " + v.Reason
		}
		return v, rejected, fault.New(fault.Rejected, "%s", message).On("text"), nil
	case moderationv1.JudgeResponse_VERDICT_REWRITE:
		clean, err := text.Clean("text", answer.GetText(), item.Limit)
		if err != nil {
			return v, "", nil, fmt.Errorf("the rewritten text cannot be stored: %w", err)
		}
		v.Text = clean
		return v, changed, nil, nil
	}
	return v, "", nil, errors.New("the answer holds no verdict")
}

// reasonOf is the service's reason as it can be shown: cut to the limit rather than lost, since it is for people.
func reasonOf(answer *moderationv1.JudgeResponse) string {
	reason := answer.GetReason()
	if uniseg.GraphemeClusterCount(reason) > text.Reason.Graphemes {
		graphemes := uniseg.NewGraphemes(reason)
		end := 0
		for range text.Reason.Graphemes {
			graphemes.Next()
			_, end = graphemes.Positions()
		}
		reason = reason[:end]
	}
	clean, err := text.CleanOptional("reason", reason, text.Reason)
	if err != nil {
		return ""
	}
	return clean
}
