// Package viewer is a client of the socket for load and journey tests: one goroutine and one connection a viewer, no page.
// It keeps what a client keeps (cursor, totals, comments in order, questions, what was not shown) and gives verbs as
// calls that wait for their ack. Tests read its view; load tests hang onto Options.OnComment and OnTick instead.
package viewer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/loadtest/audience"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Options of a viewer.
type Options struct {
	// URL of the server, such as http://127.0.0.1:8080.
	URL string
	// Room to join.
	Room string
	// Token; empty joins as a new guest.
	Token string
	// Name a guest wants.
	Name string
	// Client is the kind: viewer (default), console, overlay, canary.
	Client string
	// JSON speaks ovation.v1.json instead of ovation.v1.proto.
	JSON bool
	// Cursor to resume from.
	Cursor *gatewayv1.Cursor
	// Light keeps no view: only counters and callbacks.
	Light bool
	// LocalAddr is the address to dial from, for more sockets than one address has ports.
	LocalAddr net.Addr
	// Header of the handshake, such as User-Agent; may be nil.
	Header http.Header
	// OnComment is called for each comment, in order, with whether it came in a snapshot. It must be quick.
	OnComment func(c *gatewayv1.Comment, snapshot bool)
	// OnHearts is called with totals that changed. It must be quick.
	OnHearts func(map[string]uint64)
	// OnFrame is called with each frame's bytes as they came.
	OnFrame func([]byte)
}

// Viewer is one client.
type Viewer struct {
	o    Options
	ws   *websocket.Conn
	done chan struct{}

	mu      sync.Mutex
	changed *sync.Cond
	view    View
	waiting map[string]chan *gatewayv1.ServerFrame
	next    int
	err     error
}

// View is what a client knows.
type View struct {
	Welcome   *gatewayv1.Welcome
	Cursor    *gatewayv1.Cursor
	Room      *gatewayv1.Room
	Hearts    map[string]uint64
	Viewers   uint64
	Comments  []*gatewayv1.Comment
	Removed   map[string]bool
	Questions map[string]*gatewayv1.Question
	Pending   map[string]*gatewayv1.ModeratorQuestion
	Gone      map[string]bool
	Mine      *gatewayv1.Mine
	Muted     *gatewayv1.Muted
	Verdicts  []*gatewayv1.Verdict
	People    map[string]*gatewayv1.Standing    // to moderators
	Held      map[string]*gatewayv1.HeldComment // to moderators
	Reports   map[string]*gatewayv1.Reported    // to moderators
	Claims    map[string]*gatewayv1.Claim       // to moderators
	Pinned    *gatewayv1.Comment
	OnAir     *gatewayv1.OnAir
	NotShown  uint64
	Degraded  bool // the gateway said that it is away from the store
	Frames    int
	Ticks     int
	Resyncs   int
	Goodbye   *gatewayv1.Goodbye
	Faults    []*gatewayv1.Fault
}

// Fault is a verb that was refused.
type Fault struct{ *gatewayv1.Fault }

func (f Fault) Error() string { return f.GetReason() + ": " + f.GetMessage() }

// Dial connects and joins; it returns when the welcome and what follows it have come.
func Dial(ctx context.Context, o Options) (*Viewer, error) {
	protocol := "ovation.v1.proto"
	if o.JSON {
		protocol = "ovation.v1.json"
	}
	client := http.DefaultClient
	if o.LocalAddr != nil {
		d := audience.Dialer()
		d.LocalAddr = o.LocalAddr
		client = &http.Client{Transport: &http.Transport{DialContext: d.DialContext, DisableKeepAlives: true}}
	}
	ws, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(o.URL, "http")+"/v1/ws", &websocket.DialOptions{ //nolint:bodyclose // never to be closed by the caller: coder/websocket says so
		Subprotocols: []string{protocol}, HTTPClient: client, HTTPHeader: o.Header, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	ws.SetReadLimit(4 << 20)
	v := &Viewer{o: o, ws: ws, done: make(chan struct{}), waiting: make(map[string]chan *gatewayv1.ServerFrame)}
	v.changed = sync.NewCond(&v.mu)
	v.view = View{
		Hearts: map[string]uint64{}, Removed: map[string]bool{}, Questions: map[string]*gatewayv1.Question{},
		Pending: map[string]*gatewayv1.ModeratorQuestion{}, Gone: map[string]bool{}, Cursor: o.Cursor,
		People: map[string]*gatewayv1.Standing{}, Held: map[string]*gatewayv1.HeldComment{}, Reports: map[string]*gatewayv1.Reported{},
		Claims: map[string]*gatewayv1.Claim{},
	}
	hello := &gatewayv1.Hello{Room: o.Room, Token: o.Token, Name: o.Name, Cursor: o.Cursor, Client: o.Client}
	if err := v.Send(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Hello{Hello: hello}}); err != nil {
		_ = ws.CloseNow()
		return nil, err
	}
	go v.read()
	err = v.Until(ctx, func(w *View) bool { return w.Welcome != nil && (w.Frames >= 2 || w.Goodbye != nil) || w.Goodbye != nil })
	if err == nil {
		v.mu.Lock()
		goodbye := v.view.Goodbye
		v.mu.Unlock()
		if goodbye != nil {
			err = fmt.Errorf("refused: %s: %s", goodbye.GetReason(), goodbye.GetMessage())
		}
	}
	if err != nil {
		v.Close()
		return nil, fmt.Errorf("join %s: %w", o.Room, err)
	}
	return v, nil
}

// Send writes a frame.
func (v *Viewer) Send(ctx context.Context, f *gatewayv1.ClientFrame) error {
	kind, marshal := websocket.MessageBinary, func(m proto.Message) ([]byte, error) { return proto.Marshal(m) }
	if v.o.JSON {
		kind, marshal = websocket.MessageText, func(m proto.Message) ([]byte, error) { return protojson.Marshal(m) }
	}
	body, err := marshal(f)
	if err != nil {
		return err
	}
	return v.SendBytes(ctx, kind, body)
}

// SendBytes writes a frame as it is, for tests of bad ones.
func (v *Viewer) SendBytes(ctx context.Context, kind websocket.MessageType, body []byte) error {
	if err := v.ws.Write(ctx, kind, body); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// Tap sends hearts; nothing answers.
func (v *Viewer) Tap(ctx context.Context, kind string, count uint32) error {
	return v.Send(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: kind, Count: count}}})
}

// Call sends a verb and waits for its ack; a refusal is a Fault.
func (v *Viewer) Call(ctx context.Context, f *gatewayv1.ClientFrame) (*gatewayv1.Ack, error) {
	answer := make(chan *gatewayv1.ServerFrame, 1)
	v.mu.Lock()
	v.next++
	f.Id = strconv.Itoa(v.next)
	v.waiting[f.GetId()] = answer
	v.mu.Unlock()
	defer func() {
		v.mu.Lock()
		delete(v.waiting, f.GetId())
		v.mu.Unlock()
	}()
	if err := v.Send(ctx, f); err != nil {
		return nil, err
	}
	select {
	case a := <-answer:
		if fault := a.GetFault(); fault != nil {
			return nil, Fault{fault}
		}
		return a.GetAck(), nil
	case <-v.done:
		return nil, fmt.Errorf("the socket ended before the ack: %w", v.Err())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// NewRequestID is a random request id.
func NewRequestID() string { return rand.Text()[:22] }

// Post writes a comment and gives it as stored.
func (v *Viewer) Post(ctx context.Context, text string) (*gatewayv1.Comment, error) {
	a, err := v.Call(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{RequestId: NewRequestID(), Text: text}}})
	return a.GetComment(), err
}

// Ask asks a question.
func (v *Viewer) Ask(ctx context.Context, text string) (*gatewayv1.Question, error) {
	a, err := v.Call(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Ask{Ask: &gatewayv1.Ask{RequestId: NewRequestID(), Text: text}}})
	return a.GetQuestion(), err
}

// Vote gives or takes back a vote.
func (v *Viewer) Vote(ctx context.Context, question string, up bool) error {
	_, err := v.Call(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Vote{Vote: &gatewayv1.VoteQuestion{Question: question, Up: up}}})
	return err
}

// Moderate acts; the request id is filled in.
func (v *Viewer) Moderate(ctx context.Context, m *gatewayv1.Moderate) (*gatewayv1.Ack, error) {
	m.RequestId = NewRequestID()
	return v.Call(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Moderate{Moderate: m}})
}

// Until waits until the view is as wanted. look must not keep what it is given.
func (v *Viewer) Until(ctx context.Context, look func(*View) bool) error {
	stop := context.AfterFunc(ctx, func() { v.mu.Lock(); v.changed.Broadcast(); v.mu.Unlock() })
	defer stop()
	v.mu.Lock()
	defer v.mu.Unlock()
	for !look(&v.view) {
		if v.err != nil {
			return v.err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		v.changed.Wait()
	}
	return nil
}

// Look reads the view.
func (v *Viewer) Look(look func(*View)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	look(&v.view)
}

// Cursor is where the viewer stands, to come back with.
func (v *Viewer) Cursor() *gatewayv1.Cursor {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.view.Cursor
}

// Err is why the socket ended; nil while it has not.
func (v *Viewer) Err() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.err
}

// Done is closed when the socket has ended.
func (v *Viewer) Done() <-chan struct{} { return v.done }

// Close ends the socket and waits for the reading to end.
func (v *Viewer) Close() {
	_ = v.ws.CloseNow()
	<-v.done
}

func (v *Viewer) read() {
	defer close(v.done)
	for {
		_, body, err := v.ws.Read(context.Background())
		if err != nil {
			v.end(err)
			return
		}
		if v.o.OnFrame != nil {
			v.o.OnFrame(body)
		}
		f := new(gatewayv1.ServerFrame)
		if v.o.JSON {
			err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, f)
		} else {
			err = proto.Unmarshal(body, f)
		}
		if err != nil {
			v.end(fmt.Errorf("a frame cannot be read: %w", err))
			return
		}
		v.take(f)
	}
}

func (v *Viewer) end(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err == nil {
		v.err = errors.Join(errors.New("socket ended"), err)
	}
	v.changed.Broadcast()
}
