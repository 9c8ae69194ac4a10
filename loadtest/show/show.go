// Package show plays a whole show against a server at an open loop: what is due at a moment is sent then, whatever the
// server does, and latencies count from the intended moment, so that a server which stalls cannot hide it by slowing its
// load down. Every viewer checks what it is given; the sums are compared with what was acknowledged.
package show

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/latency"
	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Options of a run.
type Options struct {
	// Viewers to connect, 2 to 18,000: a process holds 20,000 files.
	Viewers int
	// Hearts, Comments and Votes a second, in all.
	Hearts, Comments, Votes float64
	// Duration of the load.
	Duration time.Duration
	// Trace makes comments arrive as in this file, at Speed times its pace, instead of Comments a second.
	Trace string
	Speed float64
	// DisplayBudget of the room, comments a second; 0 shows all.
	DisplayBudget uint32
	// Server to load.
	Server *server.Ready
	// PID of the serving process where it runs here, else 0.
	PID int
	// Log says how the run goes.
	Log io.Writer
}

const (
	kind      = "heart"
	probeKind = "probe"
	questions = 20
	// sampled is how many viewers measure the latency of comments; all of them check what they are given.
	sampled = 200
	// settle is how long after the load viewers wait for what is still on its way.
	settle = 15 * time.Second
)

// Run plays the show and measures it. The error says what could not be done; what was found missing is in the report.
func Run(ctx context.Context, o Options) (*Report, error) {
	if o.Viewers < 2 || o.Viewers > 18_000 {
		return nil, fmt.Errorf("--viewers must be 2 to 18,000, since a process holds 20,000 files; not %d", o.Viewers)
	}
	s := &show{Options: o, comments: latency.New(), taps: latency.New(), room: fmt.Sprintf("load-%d", time.Now().UnixMilli())}
	if err := s.plan(); err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	defer s.close()
	before, err := s.usage()
	if err != nil {
		return nil, err
	}
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	connected, err := s.usage()
	if err != nil {
		return nil, err
	}
	_, _ = fmt.Fprintf(o.Log, "%d viewers are in; loading for %s (display budget %s)\n", o.Viewers, o.Duration, budget(o.DisplayBudget))
	start, frames := time.Now(), s.frames()
	if err := s.load(ctx, start); err != nil {
		return nil, err
	}
	seconds, delivered := time.Since(start).Seconds(), s.frames()-frames
	after, err := s.usage()
	if err != nil {
		return nil, err
	}
	s.settle(ctx)
	r := &Report{
		Viewers: o.Viewers, Seconds: seconds, FramesDelivered: delivered, LogSent: s.posted.Load(), TapsSent: s.tapped.Load(),
		VotesSent: s.voted.Load(), VotesAcked: s.voteAcks.Load(), TapToScreenMs: s.taps.Figures(), CommentToScreenMs: s.comments.Figures(),
	}
	if o.PID != 0 && delivered > 0 {
		r.ServerCPUPerFrame = float64((after.CPU - connected.CPU).Microseconds()) / float64(delivered)
		r.ServerRSSPerViewer = (float64(connected.RSS) - float64(before.RSS)) / float64(o.Viewers)
	}
	return r, s.recount(ctx, r)
}

func budget(n uint32) string {
	if n == 0 {
		return "unlimited"
	}
	return strconv.Itoa(int(n)) + " comments/s"
}

// show is one run.
type show struct {
	Options
	room      string
	rooms     roomsv1.RoomsServiceClient
	asks      questionsv1.QuestionsServiceClient
	closeRPC  func() error
	audience  []*seat
	questions []string
	arrivals  []arrival

	posted, tapped, voted, voteAcks atomic.Int64

	comments, taps *latency.Histogram

	mu      sync.Mutex
	acked   map[int]bool // comments by number; guarded by mu
	lastErr error        // guarded by mu
}

// seat is one viewer and what it was given.
type seat struct {
	*viewer.Viewer
	mu       sync.Mutex
	given    map[int]int // how often, by number of the comment
	baseline uint64      // notShown at the start
}

func (s *show) plan() error {
	s.acked = make(map[int]bool)
	if s.Trace == "" {
		s.arrivals = steady(s.Comments, s.Duration)
		return nil
	}
	f, err := os.Open(s.Trace)
	if err != nil {
		return fmt.Errorf("--trace: %w", err)
	}
	defer func() { _ = f.Close() }()
	s.arrivals, err = ReadTrace(f, s.Speed, s.Duration)
	return err
}

// open makes the room, with limits that let the load through, and its questions.
func (s *show) open(ctx context.Context) error {
	conn, err := s.Server.Dial()
	if err != nil {
		return err
	}
	s.closeRPC = conn.Close
	s.rooms, s.asks = roomsv1.NewRoomsServiceClient(conn), questionsv1.NewQuestionsServiceClient(conn)
	posts, hearts, rate := uint32(5000), uint32(1_000_000_000), uint32(1_000_000)
	host := &roomsv1.Actor{Subject: "loadtest", Name: "Load test", Role: "host"}
	_, err = s.rooms.CreateRoom(ctx, &roomsv1.CreateRoomRequest{Room: s.room, Title: "Load test", Actor: host, Settings: &roomsv1.Settings{
		Kinds: []string{kind, probeKind}, DisplayBudget: &s.DisplayBudget, MaxPostsPerSecond: &posts, HeartCap: &hearts,
		TapsPerSecond: &rate, TapBurst: &rate,
	}})
	if err != nil {
		return fmt.Errorf("make the room: %w", err)
	}
	if s.Votes == 0 {
		return nil
	}
	for i := range questions {
		asker := &roomsv1.Actor{Subject: fmt.Sprint("asker-", i), Name: fmt.Sprint("Asker ", i), Role: "viewer"}
		a, err := s.asks.AskQuestion(ctx, &questionsv1.AskQuestionRequest{
			Room: s.room, RequestId: viewer.NewRequestID(), Text: fmt.Sprintf("Question number %d?", i), Actor: asker,
		})
		if err != nil {
			return fmt.Errorf("ask: %w", err)
		}
		_, err = s.asks.StepQuestion(ctx, &questionsv1.StepQuestionRequest{
			Room: s.room, Question: a.GetQuestion().GetQuestion(), RequestId: viewer.NewRequestID(), Revision: a.GetQuestion().GetRevision(),
			Step: questionsv1.StepQuestionRequest_STEP_APPROVE, Actor: host,
		})
		if err != nil {
			return fmt.Errorf("approve: %w", err)
		}
		s.questions = append(s.questions, a.GetQuestion().GetQuestion())
	}
	return nil
}

// connect brings the viewers in, many at a time, from several addresses of this machine.
func (s *show) connect(ctx context.Context) error {
	s.audience = make([]*seat, s.Viewers)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(64)
	local := strings.HasPrefix(s.Server.Listen, "127.")
	for i := range s.audience {
		g.Go(func() error {
			seat := &seat{given: make(map[int]int)}
			o := viewer.Options{URL: s.Server.URL(), Room: s.room, Light: true, OnComment: func(c *gatewayv1.Comment, _ bool) { s.shown(seat, i, c) }}
			if local {
				o.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+i/9000))}
			}
			v, err := viewer.Dial(ctx, o)
			if err != nil {
				return fmt.Errorf("viewer %d: %w", i, err)
			}
			seat.Viewer = v
			v.Look(func(w *viewer.View) { seat.baseline = w.NotShown })
			s.audience[i] = seat
			return nil
		})
	}
	return g.Wait()
}

// shown notes a comment that a viewer was given. Its text says its number and when it was due.
func (s *show) shown(seat *seat, i int, c *gatewayv1.Comment) {
	var number int
	var due int64
	if n, err := fmt.Sscanf(c.GetText(), "c%d.%d", &number, &due); n != 2 || err != nil {
		return
	}
	seat.mu.Lock()
	seat.given[number]++
	seat.mu.Unlock()
	if every := max(1, s.Viewers/sampled); i%every == 0 {
		s.comments.Record(time.Since(time.UnixMicro(due)))
	}
}

func (s *show) frames() (n int64) {
	for _, seat := range s.audience {
		seat.Look(func(w *viewer.View) { n += int64(w.Frames) })
	}
	return n
}

func (s *show) usage() (server.Usage, error) {
	if s.PID == 0 {
		return server.Usage{}, nil
	}
	return server.Use(s.PID)
}

func (s *show) close() {
	for _, seat := range s.audience {
		if seat != nil && seat.Viewer != nil {
			seat.Close()
		}
	}
	if s.closeRPC != nil {
		_ = s.closeRPC()
	}
}
