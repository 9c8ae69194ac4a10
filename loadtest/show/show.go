// Package show plays a whole show against a server at an open loop: what is due at a moment is sent then, whatever the
// server does, and latencies count from the intended moment, so that a server which stalls cannot hide it by slowing its
// load down. Every viewer checks what it is given; the sums are compared with what was acknowledged.
package show

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
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

// load sends everything at its moment.
func (s *show) load(ctx context.Context, start time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	acks := &acks{ctx: ctx}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.sendHearts(ctx, start) })
	g.Go(func() error { return s.sendComments(ctx, start, acks) })
	g.Go(func() error { return s.sendVotes(ctx, start, acks) })
	g.Go(func() error { return s.probe(ctx, start) })
	err := g.Wait()
	acks.Wait()
	return errors.Join(err, s.lastErr)
}

// acks are comments and votes that wait for their acks beside the loop, and go on doing so when it is over.
type acks struct {
	sync.WaitGroup
	ctx context.Context
}

// at waits for a moment; false when the run was cancelled.
func at(ctx context.Context, moment time.Time) bool {
	wait := time.Until(moment)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// each calls do at an even rate for the time of the load, with numbers from 0.
func (s *show) each(ctx context.Context, start time.Time, rate float64, do func(i int, due time.Time) error) error {
	for i := range int(rate * s.Duration.Seconds()) {
		due := start.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if !at(ctx, due) {
			return ctx.Err()
		}
		if err := do(i, due); err != nil {
			return err
		}
	}
	return nil
}

// maxTapFrames a second; above it a frame carries several taps, as clients merge theirs.
const maxTapFrames = 5000

func (s *show) sendHearts(ctx context.Context, start time.Time) error {
	if s.Hearts <= 0 {
		return nil
	}
	per := 1 + int(s.Hearts/maxTapFrames)
	return s.each(ctx, start, s.Hearts/float64(per), func(i int, _ time.Time) error {
		if err := s.audience[1+i%(len(s.audience)-1)].Tap(ctx, kind, uint32(per)); err != nil {
			return err
		}
		s.tapped.Add(int64(per))
		return nil
	})
}

func (s *show) sendComments(ctx context.Context, start time.Time, acks *acks) error {
	for i, a := range s.arrivals {
		due := start.Add(a.at)
		if !at(ctx, due) {
			return ctx.Err()
		}
		text := fmt.Sprintf("c%d.%d ", i, due.UnixMicro())
		if pad := a.length - len(text); pad > 0 {
			text += strings.Repeat("x", pad)
		}
		from := s.audience[1+(i*7919)%(len(s.audience)-1)]
		acks.Go(func() {
			if _, err := from.Post(acks.ctx, text); err != nil {
				s.failed(fmt.Errorf("comment %d: %w", i, err))
				return
			}
			s.posted.Add(1)
			s.mu.Lock()
			s.acked[i] = true
			s.mu.Unlock()
		})
	}
	return nil
}

// sendVotes has each viewer vote once on each question, in turn.
func (s *show) sendVotes(ctx context.Context, start time.Time, acks *acks) error {
	if s.Votes <= 0 {
		return nil
	}
	if most := len(s.audience) * questions; s.Votes*s.Duration.Seconds() > float64(most) {
		return fmt.Errorf("%d viewers have %d votes on %d questions; lower --votes or --duration", len(s.audience), most, questions)
	}
	return s.each(ctx, start, s.Votes, func(i int, _ time.Time) error {
		from, question := s.audience[i%len(s.audience)], s.questions[(i/len(s.audience))%questions]
		s.voted.Add(1)
		acks.Go(func() {
			if err := from.Vote(acks.ctx, question, true); err != nil {
				s.failed(fmt.Errorf("vote %d: %w", i, err))
				return
			}
			s.voteAcks.Add(1)
		})
		return nil
	})
}

// failed keeps the first error: a refusal that the scenario did not expect ends the run.
func (s *show) failed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lastErr == nil {
		s.lastErr = err
	}
}

// probe taps alone on a kind of its own, five times a second, so that a total tells a single tap.
func (s *show) probe(ctx context.Context, start time.Time) error {
	due := make(map[uint64]time.Time)
	var mu sync.Mutex
	seen := uint64(0)
	v, err := viewer.Dial(ctx, viewer.Options{URL: s.Server.URL(), Room: s.room, Light: true, OnHearts: func(totals map[string]uint64) {
		now := time.Now()
		mu.Lock()
		defer mu.Unlock()
		for ; seen < totals[probeKind]; seen++ {
			if t, ok := due[seen+1]; ok {
				s.taps.Record(now.Sub(t))
			}
		}
	}})
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	defer v.Close()
	sent := uint64(0)
	err = s.each(ctx, start, 5, func(_ int, moment time.Time) error {
		sent++
		mu.Lock()
		due[sent] = moment
		mu.Unlock()
		return v.Tap(ctx, probeKind, 1)
	})
	if err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	return v.Until(wait, func(w *viewer.View) bool { return w.Hearts[probeKind] >= sent })
}

// settle waits until every viewer has what it is owed, or for a while.
func (s *show) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	for !s.complete() && ctx.Err() == nil {
		at(ctx, time.Now().Add(100*time.Millisecond))
	}
}

func (s *show) complete() bool {
	for _, seat := range s.audience {
		lost, _, _ := s.check(seat)
		behind := false
		seat.Look(func(w *viewer.View) { behind = int64(w.Hearts[kind]) < s.tapped.Load() })
		if lost > 0 || behind {
			return false
		}
	}
	return true
}

// check compares what a viewer was given with what it is owed: every acknowledged comment, but for those it was told of.
func (s *show) check(seat *seat) (lost, duplicated, hidden int64) {
	seat.Look(func(w *viewer.View) { hidden = int64(w.NotShown - min(w.NotShown, seat.baseline)) })
	s.mu.Lock()
	seat.mu.Lock()
	defer s.mu.Unlock()
	defer seat.mu.Unlock()
	missing := int64(0)
	for number := range s.acked {
		if seat.given[number] == 0 {
			missing++
		}
	}
	for _, n := range seat.given {
		duplicated += int64(n - 1)
	}
	return max(0, missing-hidden), duplicated, hidden
}

// recount fills in what the server says at the end.
func (s *show) recount(ctx context.Context, r *Report) error {
	for _, seat := range s.audience {
		if err := seat.Err(); err != nil {
			return fmt.Errorf("a viewer was cut off: %w", err)
		}
		lost, duplicated, hidden := s.check(seat)
		r.LogLost += lost
		r.LogDuplicated += duplicated
		r.NotShown = max(r.NotShown, hidden)
		seat.Look(func(w *viewer.View) { r.TapsCounted = max(r.TapsCounted, int64(w.Hearts[kind])) })
	}
	if s.Server.Admin != "" {
		n, err := scrape(ctx, "http://"+s.Server.Admin+"/metrics", "ovation_gateway_taps_over_cap_total")
		if err != nil {
			return err
		}
		r.TapsOverCap = n
	}
	if s.Votes == 0 {
		return nil
	}
	list := func() (votes int64, err error) {
		l, err := s.asks.ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: s.room, PageSize: 500})
		for _, q := range l.GetQuestions() {
			votes += int64(q.GetVotes())
		}
		return votes, err
	}
	for deadline := time.Now().Add(settle); ; {
		votes, err := list()
		if err != nil {
			return fmt.Errorf("read the tallies: %w", err)
		}
		r.VotesCounted = votes
		if votes >= r.VotesAcked || time.Now().After(deadline) || !at(ctx, time.Now().Add(200*time.Millisecond)) {
			return nil
		}
	}
}

// scrape reads one counter, summed over its labels; one that is not there has never counted.
func scrape(ctx context.Context, url, name string) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, fmt.Errorf("read the server's metrics: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, fmt.Errorf("read the server's metrics: %w", err)
	}
	var sum float64
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, name); ok && (rest[0] == ' ' || rest[0] == '{') {
			fields := strings.Fields(rest)
			n, err := strconv.ParseFloat(fields[len(fields)-1], 64)
			if err != nil {
				return 0, fmt.Errorf("read the server's metrics: %w", err)
			}
			sum += n
		}
	}
	return int64(sum), nil
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
