package session

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/gateway/uplink"
	"github.com/ovation-live/ovation/internal/audit"
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
	// CanaryKeys verify the token of the process's own canary, which admits to CanaryRoom alone; nil without a canary.
	CanaryKeys *auth.Keys
	// CanaryRoom is where the canary taps.
	CanaryRoom string
	// Limits of people and sockets; the zero value has the defaults.
	Limits Limits
	// Denials notes refused acts of moderation; nil notes none.
	Denials *audit.Denials
	// Version of the server, told in welcome.
	Version string
	// Logger for what goes wrong.
	Logger *slog.Logger
}

// Sessions makes sessions and counts them.
type Sessions struct {
	// Watch is which rooms the log tells of.
	Watch Watch

	// static
	o        Options
	inForce  atomic.Pointer[Limits]
	held     held
	limited  metric.Int64Counter
	faults   metric.Int64Counter
	taps     metric.Int64Counter
	overCap  metric.Int64Counter
	overruns metric.Int64Counter
	closes   metric.Int64Counter
	verbs    metric.Float64Histogram

	working sync.WaitGroup // verbs and hellos
}

// New makes the factory of a gateway's sessions.
func New(o Options) *Sessions {
	s := &Sessions{o: o, held: newHeld()}
	s.SetLimits(o.Limits)
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/session")
	s.faults, _ = meter.Int64Counter("ovation.gateway.faults", metric.WithDescription("Frames refused, by fault reason. Labels: reason."))
	s.taps, _ = meter.Int64Counter("ovation.gateway.taps.accepted", metric.WithDescription("Hearts taken in from taps."))
	s.overCap, _ = meter.Int64Counter("ovation.gateway.taps.over_cap", metric.WithDescription("Hearts of taps beyond a person's budget; not counted."))
	s.overruns, _ = meter.Int64Counter("ovation.gateway.frames.overrun", metric.WithDescription("Frames beyond a socket's rate; not carried out."))
	s.limited, _ = meter.Int64Counter("ovation.gateway.limited", metric.WithDescription("What a limit of a person refused: `person_handshakes`, `person_sockets`, `abuse`, `verb_post` and so on. Labels: limit."))
	s.closes, _ = meter.Int64Counter("ovation.gateway.disconnects", metric.WithDescription("Sockets ended, by close reason. Labels: reason."))
	s.verbs, _ = meter.Float64Histogram("ovation.gateway.verb.duration", metric.WithUnit("s"),
		metric.WithDescription("From a verb's frame to its ack or fault. Labels: verb, result."))
	return s
}

// Limits of one socket. A frame that costs more than it may is refused; going on like that ends the socket.
const (
	helloTimeout  = 10 * time.Second
	maxInFlight   = 8
	guestLifetime = 30 * 24 * time.Hour
)

// phase is how far a visit has come.
type phase uint8

const (
	greeting phase = iota // the hello is awaited
	opening               // the hello is being judged; nothing is read meanwhile
	seated
	over
)

// session is one client. Its frames come on the goroutine that reads the socket, which serves thousands of others: what
// may wait is done on a goroutine of its own, and where later frames depend on it, reading stops until then. What has no
// note belongs to the reading, or to the goroutine for which the reading waits.
type session struct {
	*Sessions
	member *fanout.Member
	knock  *knock // until the hello

	actor    uplink.Actor // who the token said it is; the token itself is not kept
	readOnly bool         // an overlay's token: sees, and may do nothing
	counted  bool         // among the sockets of its person
	room     *room.Room
	pace     pace
	over     patience
	unread   int          // of what it sent beyond its rate, how much since it was last not read for a moment
	inhand   atomic.Int32 // verbs under way
	errors   patience
	wrong    atomic.Bool  // too many errors
	slowed   atomic.Bool  // told to slow down
	mine     atomic.Int32 // changes of own questions that are yet to be told, and one while they are

	mu     sync.Mutex
	slow   bool        // wants the slow lane; guarded by mu
	rest   *time.Timer // ends its time in the slow lane for having gone over its rate; nil while it did not; guarded by mu
	phase  phase       // guarded by mu
	late   *time.Timer // ends a greeting; guarded by mu
	claims claims      // questions it is at work on; nil while it is on none; guarded by mu
}

// knock is what a handshake tells of who comes.
type knock struct {
	bearer string
	from   netip.Addr // none where it is not known
	client string     // User-Agent, at most maxClient bytes of it
}

// maxClient bounds what is kept of a User-Agent.
const maxClient = 256

// Visitor is the session of one socket.
type Visitor interface {
	fanout.Visitor
	// Flooded tells, once the socket is gone, whether it was closed because it sent too much.
	Flooded() bool
}

// Visit begins a session for a socket that was just accepted; from is the client's address, where it is known.
func (s *Sessions) Visit(m *fanout.Member, header http.Header, from netip.Addr) Visitor {
	client := header.Get("User-Agent")
	v := &session{Sessions: s, member: m, knock: &knock{from: from, client: strings.Clone(client[:min(len(client), maxClient)])}}
	if bearer, ok := strings.CutPrefix(header.Get("Authorization"), "Bearer "); ok {
		v.knock.bearer = strings.Clone(bearer)
	}
	v.late = time.AfterFunc(helloTimeout, func() { v.goodbye(fault.CloseNoHello, time.Second, "No hello came in 10 seconds.") })
	return v
}

// Wait ends when every verb and every hello that was under way has ended. No visit may begin meanwhile.
func (s *Sessions) Wait() { s.working.Wait() }

func (v *session) now() phase {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.phase
}

// become moves on unless the visit is over.
func (v *session) become(p phase) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.phase == over {
		return false
	}
	v.phase = p
	v.notLate()
	return true
}

// notLate lets go of the timer of the greeting; mu is held.
func (v *session) notLate() {
	if v.late != nil {
		v.late.Stop()
		v.late = nil
	}
}

// Take implements fanout.Visitor.
func (v *session) Take(payload []byte) bool {
	switch v.now() {
	case greeting:
		return v.greeted(payload)
	case seated:
		return v.frame(payload)
	}
	return true // last words of a client that is being closed
}

// greeted takes the first frame.
func (v *session) greeted(payload []byte) bool {
	v.become(opening)
	in := new(gatewayv1.ClientFrame)
	err := frame.Decode(v.member.Protocol(), payload, in)
	if err == nil && in.GetHello() == nil {
		err = fault.New(fault.FrameInvalid, `the first frame must be a hello, such as {"hello":{"room":"main"}}`)
	}
	if err != nil {
		v.refuse(err)
		return false
	}
	v.working.Go(func() {
		err := v.hello(context.Background(), in.GetHello())
		if errors.Is(err, errAbuse) {
			v.goodbye(fault.CloseAbuse, 0, "You were asked three times to slow down.")
			return
		}
		if err != nil {
			v.refuse(err)
			return
		}
		if v.become(seated) {
			v.member.Resume()
		} else { // it went while it was let in
			v.room.Leave(v.member)
			v.leave()
		}
	})
	return false
}

// tapFrames are frames with a tap, which many are read into one after the other: millions of them would be garbage.
var tapFrames = sync.Pool{New: func() any {
	return &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Tap{Tap: new(gatewayv1.Tap)}}
}}

// frame takes one of the frames behind the hello.
func (v *session) frame(payload []byte) (more bool) {
	limits := v.limits()
	if !v.pace.allow(time.Now(), len(payload), limits) {
		return v.overrun(payload, limits)
	}
	in := tapFrames.Get().(*gatewayv1.ClientFrame)
	defer tapFrames.Put(in)
	if frame.Tap(v.member.Protocol(), payload, in.GetTap()) {
		return v.decoded(in, nil)
	}
	other := new(gatewayv1.ClientFrame)
	return v.decoded(other, frame.Decode(v.member.Protocol(), payload, other))
}

// decoded takes a frame, and why it is none. What is not a tap may be kept.
func (v *session) decoded(in *gatewayv1.ClientFrame, err error) (more bool) {
	more = true
	if err != nil {
		v.fault(in.GetId(), err)
	} else {
		more = v.take(in)
	}
	if v.wrong.Load() {
		v.goodbye(fault.CloseTooManyErrors, 0, "Too many frames that made no sense.")
	}
	return more
}

// overrun is a frame too many, or too large; it is not decoded. Who waits for an answer is told; now and then nothing is read
// for a moment, so that the rest of a flood waits with whoever sends it, and ticks come in the slow lane for a while;
// going on like that ends the socket. A large frame counts for as many as it costs to read.
func (v *session) overrun(payload []byte, limits *Limits) (more bool) {
	v.overruns.Add(context.Background(), 1)
	cost := 1 + len(payload)/bytesOfFrame
	if v.over.spend(time.Now(), cost, overruns*limits.Frames) {
		v.slowDown()
		v.goodbye(fault.CloseSlowDown, 10*time.Second, "Too many frames; come back a little later.")
		return false
	}
	if id := frame.ID(v.member.Protocol(), payload); id != "" {
		v.fault(id, fault.New(fault.TooManyRequests, "at most %d frames and %d bytes a second", limits.Frames, limits.Bytes).After(time.Second))
	}
	if v.unread += cost; v.unread >= max(1, limits.Frames*int(restTime/time.Millisecond)/1000) {
		v.unread = 0
		v.slowForNow()
		time.AfterFunc(restTime, v.member.Resume)
		return false
	}
	return true
}

// slowForNow puts the socket into the slow lane until it has gone easy for as long as half of its bucket takes to be free
// again, whether or not it says anything then.
func (v *session) slowForNow() {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.phase == over:
	case v.rest != nil:
		v.rest.Reset(restLane)
	default:
		v.rest = time.AfterFunc(restLane, v.rested)
		v.member.Slow(true)
	}
}

func (v *session) rested() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rest = nil
	v.member.Slow(v.slow)
}

// wantSlow takes or leaves the slow lane for as long as the client wants.
func (v *session) wantSlow(on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.slow = on
	v.member.Slow(v.slow || v.rest != nil)
}

// Expired implements fanout.Visitor: the token has.
func (v *session) Expired() {
	v.goodbye(fault.CloseTokenExpired, 0, "The link has expired; come back with a new one.")
}

// Flooded implements Visitor.
func (v *session) Flooded() bool { return v.slowed.Load() }

// Gone implements fanout.Visitor.
func (v *session) Gone(c fault.Close) {
	v.mu.Lock()
	was := v.phase
	v.phase = over
	v.notLate()
	if v.rest != nil {
		v.rest.Stop()
	}
	v.mu.Unlock()
	if c == fault.CloseSlowDown && was != opening { // a hello that was refused for its person's limits is no flood
		v.slowDown()
	}
	if was == seated {
		v.room.Leave(v.member)
		v.endClaims()
		v.leave()
		if c == fault.CloseBanned {
			v.noteTrace()
		}
	}
	v.closes.Add(context.Background(), 1, metric.WithAttributes(attribute.String("reason", c.Reason)))
}

// refuse ends a visit whose hello was not honoured. The reason is told in a frame before the close, because browsers show
// pages nothing but the code.
func (v *session) refuse(err error) {
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
	case fault.Banned:
		return fault.CloseBanned
	case fault.TokenExpired:
		return fault.CloseTokenExpired
	case fault.TokenInvalid, fault.Unauthenticated:
		return fault.CloseTokenInvalid
	case fault.TokenRevoked:
		return fault.CloseTokenRevoked
	case fault.TooManyRequests:
		return fault.CloseSlowDown
	case fault.PermissionDenied, fault.GuestsNotAllowed:
		return fault.CloseDenied
	case fault.Unavailable, fault.KeysUnavailable, fault.StoreFull, fault.DeadlineExceeded, fault.Internal:
		return fault.CloseUnavailable
	}
	return fault.CloseBadHello
}

func (v *session) goodbye(c fault.Close, after time.Duration, message string) {
	v.member.Close(c, v.encode(room.Goodbye(c, after, message)))
}

func (v *session) encode(m *gatewayv1.ServerFrame) *frame.Frame {
	f, err := frame.Encode(v.member.Protocol(), m)
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
func (v *session) fault(id string, err error) {
	f, ok := fault.Of(err)
	if !ok {
		v.o.Logger.Error("a verb failed", "error", err)
		f = fault.New(fault.Internal, "something went wrong inside; the log has it")
	}
	v.faults.Add(context.Background(), 1, metric.WithAttributes(attribute.String("reason", string(f.Reason))))
	v.tell("refused", "reason", f.Reason, "message", f.Message)
	v.send(&gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Fault{Fault: &gatewayv1.Fault{
		Id: id, Reason: string(f.Reason), Message: f.Message, RetryAfterMs: f.RetryAfter.Milliseconds(), Field: f.Field,
		Question: v.current(f),
	}}})
	switch f.Reason {
	case fault.FrameInvalid, fault.UnknownVerb, fault.BadCount, fault.UnknownKind, fault.PermissionDenied, fault.FieldInvalid, fault.FieldRequired:
		if v.errors.spend(time.Now(), 1, v.limits().Errors) {
			v.wrong.Store(true)
		}
	}
}

// current is the question as it stands, for a moderator whose step lost a race.
func (v *session) current(f *fault.Fault) *gatewayv1.Question {
	if f.Meta["question"] == "" || !v.actor.Person.Role.AtLeast(auth.Moderator) {
		return nil
	}
	return &gatewayv1.Question{Question: f.Meta["question"], State: f.Meta["state"], Revision: number(f.Meta["revision"])}
}
