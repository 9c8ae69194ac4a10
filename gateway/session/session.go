package session

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"golang.org/x/time/rate"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/gateway/uplink"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Options of all sessions of a gateway.
type Options struct {
	// Hub finds rooms.
	Hub *room.Hub
	// Uplink calls services.
	Uplink *uplink.Uplink
	// Keys verify tokens and, where they can sign, make guest tokens.
	Keys *auth.Keys
	// Version of the server, told in welcome.
	Version string
	// Logger for what goes wrong.
	Logger *slog.Logger
}

// Sessions makes sessions and counts them.
type Sessions struct {
	o       Options
	faults  metric.Int64Counter
	taps    metric.Int64Counter
	overCap metric.Int64Counter
	verbs   metric.Float64Histogram
}

// New makes the factory of a gateway's sessions.
func New(o Options) *Sessions {
	s := &Sessions{o: o}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/session")
	s.faults, _ = meter.Int64Counter("ovation.gateway.faults", metric.WithDescription("Frames refused, by reason"))
	s.taps, _ = meter.Int64Counter("ovation.gateway.taps.accepted", metric.WithDescription("Hearts taken in from taps"))
	s.overCap, _ = meter.Int64Counter("ovation.gateway.taps.over_cap", metric.WithDescription("Hearts of taps beyond a person's budget; not counted"))
	s.verbs, _ = meter.Float64Histogram("ovation.gateway.verb.duration", metric.WithUnit("s"),
		metric.WithDescription("From a verb's frame to its ack or fault, by verb and result"))
	return s
}

// Limits of one socket. A frame that costs more than it may is refused; going on like that ends the socket.
const (
	helloTimeout  = 10 * time.Second
	framesPerSec  = 50
	frameBurst    = 200
	maxOverruns   = 400 // frames beyond the rate before the socket is closed
	maxErrors     = 50
	maxInFlight   = 8
	guestLifetime = 30 * 24 * time.Hour
)

// session is one client. Only the reading goroutine touches what has no note.
type session struct {
	*Sessions
	conn   *conn.Conn
	member *fanout.Member
	header http.Header

	claims  auth.Claims
	actor   uplink.Actor
	room    *room.Room
	expiry  *time.Timer
	over    int
	pace    *rate.Limiter
	mine    chan struct{} // has a place: own questions changed
	inhand  chan struct{} // a place for each verb under way
	working sync.WaitGroup
	errors  atomic.Int64 // verbs under way count theirs, too
}

// Serve lives one visit, from the accepted socket to its end. ctx ends with the gateway.
func (s *Sessions) Serve(ctx context.Context, c *conn.Conn, m *fanout.Member, header http.Header) {
	v := &session{
		Sessions: s, conn: c, member: m, header: header, pace: rate.NewLimiter(framesPerSec, frameBurst),
		mine: make(chan struct{}, 1), inhand: make(chan struct{}, maxInFlight),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer v.working.Wait()
	defer cancel()
	v.working.Go(func() { // a member that ends, for whatever reason, ends the reading
		select {
		case <-m.Done():
			cancel()
		case <-ctx.Done():
		}
	})
	if err := v.hello(ctx); err != nil {
		v.refuse(err)
		return
	}
	defer v.room.Leave(m)
	defer v.expiry.Stop()
	v.working.Go(func() { v.tellMine(ctx) })
	v.read(ctx)
}

// read takes frame after frame until the socket ends.
func (v *session) read(ctx context.Context) {
	for {
		payload, err := v.conn.Read(ctx)
		if err != nil {
			v.gone(err)
			return
		}
		if !v.pace.Allow() {
			if v.over++; v.over > maxOverruns {
				v.goodbye(fault.CloseSlowDown, 10*time.Second, "Too many frames; come back a little later.")
				return
			}
			continue
		}
		in := new(gatewayv1.ClientFrame)
		if err := frame.Decode(v.conn.Protocol(), payload, in); err != nil {
			v.fault(ctx, in.GetId(), err)
		} else {
			v.take(ctx, in)
		}
		if v.errors.Load() > maxErrors {
			v.goodbye(fault.CloseTooManyErrors, 0, "Too many frames that made no sense.")
			return
		}
	}
}

// gone ends the member after the socket ended or broke a rule.
func (v *session) gone(err error) {
	var closed *conn.Closed
	if errors.As(err, &closed) {
		v.member.Close(closed.Close, nil)
		return
	}
	v.member.Close(fault.CloseNormal, nil)
}

// refuse ends a visit whose hello was not honoured. The reason is told in a frame before the close, because browsers show
// pages nothing but the code.
func (v *session) refuse(err error) {
	var closed *conn.Closed
	if errors.As(err, &closed) {
		v.member.Close(closed.Close, nil)
		return
	}
	f, ok := fault.Of(err)
	if !ok {
		v.o.Logger.Error("a hello failed", "error", err)
		f = fault.New(fault.Unavailable, "the room cannot be opened just now").After(2 * time.Second)
	}
	v.faults.Add(context.Background(), 1, metric.WithAttributes(attribute.String("reason", string(f.Reason))))
	v.goodbye(closeFor(f.Reason), f.RetryAfter, f.Message)
}

// closeFor gives a refused hello its close code.
func closeFor(r fault.Reason) fault.Close {
	switch r {
	case fault.RoomNotFound:
		return fault.CloseNoRoom
	case fault.TokenExpired:
		return fault.CloseTokenExpired
	case fault.TokenInvalid, fault.Unauthenticated:
		return fault.CloseTokenInvalid
	case fault.PermissionDenied, fault.GuestsNotAllowed:
		return fault.CloseDenied
	case fault.Unavailable, fault.StoreFull, fault.DeadlineExceeded, fault.Internal:
		return fault.CloseUnavailable
	}
	return fault.CloseBadHello
}

func (v *session) goodbye(c fault.Close, after time.Duration, message string) {
	v.member.Close(c, v.encode(room.Goodbye(c, after, message)))
}

func (v *session) encode(m *gatewayv1.ServerFrame) *frame.Frame {
	f, err := frame.Encode(v.conn.Protocol(), m)
	if err != nil {
		v.o.Logger.Error("a frame cannot be encoded", "error", err)
		return nil
	}
	return f
}

func (v *session) send(m *gatewayv1.ServerFrame) {
	if f := v.encode(m); f != nil {
		v.member.Send(f)
	}
}

// fault tells the client what was refused. Only what a well-made client never sends counts against its budget of errors.
func (v *session) fault(ctx context.Context, id string, err error) {
	f, ok := fault.Of(err)
	if !ok {
		v.o.Logger.Error("a verb failed", "error", err)
		f = fault.New(fault.Internal, "something went wrong inside; the log has it")
	}
	v.faults.Add(ctx, 1, metric.WithAttributes(attribute.String("reason", string(f.Reason))))
	v.send(&gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Fault{Fault: &gatewayv1.Fault{
		Id: id, Reason: string(f.Reason), Message: f.Message, RetryAfterMs: f.RetryAfter.Milliseconds(), Field: f.Field,
		Question: v.current(f),
	}}})
	switch f.Reason {
	case fault.FrameInvalid, fault.UnknownVerb, fault.BadCount, fault.UnknownKind, fault.PermissionDenied, fault.FieldInvalid, fault.FieldRequired:
		v.errors.Add(1)
	}
}

// current is the question as it stands, for a moderator whose step lost a race.
func (v *session) current(f *fault.Fault) *gatewayv1.Question {
	if f.Meta["question"] == "" || !v.claims.Role.AtLeast(auth.Moderator) {
		return nil
	}
	return &gatewayv1.Question{Question: f.Meta["question"], State: f.Meta["state"], Revision: number(f.Meta["revision"])}
}
