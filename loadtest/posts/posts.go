// Package posts measures how many comments a second the services take in over gRPC when each caller waits for its answer:
// a closed loop, as backends and gateways are one. Afterwards it reads the rooms from their start, as an archive would, and
// looks for each comment that was acknowledged.
package posts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/loadtest/server"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Options of a run.
type Options struct {
	// Callers at once, each with one call under way.
	Callers int
	// Connections that they share.
	Connections int
	// Rooms that they post into; a room takes in at most 5,000 a second.
	Rooms int
	// People who write, in all.
	People int
	// Viewers who watch the first room meanwhile; 0 for none.
	Viewers int
	// Remove is how many comments one more person has, all of which are removed at once in the middle; 0 for none.
	Remove int
	// Bytes of a comment, about.
	Bytes int
	// Duration of the load.
	Duration time.Duration
	// Server to load.
	Server *server.Ready
	// PID of the serving process where it runs here, else 0.
	PID int
	// Log says how the run goes.
	Log io.Writer
}

// Report is what a run measured. Its JSON is stable: keys are added, never renamed.
type Report struct {
	Callers     int `json:"callers"`
	Connections int `json:"connections"`
	Rooms       int `json:"rooms"`
	// Seconds of load.
	Seconds float64 `json:"seconds"`
	// Acked posts, and PerSecond.
	Acked     int     `json:"acked"`
	PerSecond float64 `json:"acked_per_second"`
	// AskedPerSecond is how many posts a second were asked, those that were refused included.
	AskedPerSecond float64 `json:"asked_per_second"`
	// Watched is what those who watch were given; nil when nobody did.
	Watched *Watched `json:"watched,omitempty"`
	// Removal is how everything of one person was removed meanwhile; nil when it was not asked for.
	Removal *Removal `json:"removal,omitempty"`
	// Refused posts, for whatever reason; Reason is the last one.
	Refused int    `json:"refused"`
	Reason  string `json:"refused_reason,omitempty"`
	// Milliseconds from the call to its answer.
	P50 float64 `json:"ms_p50"`
	P90 float64 `json:"ms_p90"`
	P99 float64 `json:"ms_p99"`
	Max float64 `json:"ms_max"`
	// ServerCPU of the whole serving process (store included), in µs a post; 0 for a target elsewhere.
	ServerCPU float64 `json:"server_cpu_us_per_post"`
	// Lost were acknowledged and are not in their room; Duplicated are in it twice.
	Lost       int `json:"lost"`
	Duplicated int `json:"duplicated"`
}

// caller is one of those who post, and what it was answered.
type caller struct {
	conn    *grpc.ClientConn
	acked   [][]string // ids by room
	refused int
	reason  string
	took    *hdrhistogram.Histogram
}

// Run posts and measures.
func Run(ctx context.Context, o Options) (*Report, error) {
	if o.Callers < 1 || o.Connections < 1 || o.Rooms < 1 || o.People < 1 || o.Bytes < 1 || o.Bytes > 1000 || o.Remove < 0 || o.Duration <= 0 {
		return nil, errors.New("callers, connections, rooms, people, bytes (1 to 1,000) and the duration must be above 0")
	}
	ctx = asService(ctx, o.Server)
	// Callers share the cores with what is measured: what they leave behind is collected less often.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	conns := make([]*grpc.ClientConn, o.Connections)
	for i := range conns {
		conn, err := dial(o.Server)
		if err != nil {
			return nil, err
		}
		defer func() { _ = conn.Close() }() // all answers are in
		conns[i] = conn
	}
	rooms, err := open(ctx, roomsv1.NewRoomsServiceClient(conns[0]), o.Rooms)
	if err != nil {
		return nil, err
	}
	callers := make([]*caller, o.Callers)
	for i := range callers {
		callers[i] = &caller{
			conn: conns[i%len(conns)], acked: make([][]string, o.Rooms), took: hdrhistogram.New(1, 60_000_000, 3),
		}
	}
	var audience *watchers
	if o.Viewers > 0 {
		if audience, err = watch(ctx, o, rooms[0]); err != nil {
			return nil, err
		}
		defer audience.close()
	}
	var removing *removal
	if o.Remove > 0 {
		if removing, err = write(ctx, conns[0], rooms[0], o); err != nil {
			return nil, err
		}
	}
	_, _ = fmt.Fprintf(o.Log, "%d callers post into %d rooms for %s\n", o.Callers, o.Rooms, o.Duration)
	before, after, start := server.Usage{}, server.Usage{}, time.Now()
	if o.PID != 0 {
		if before, err = server.Use(o.PID); err != nil {
			return nil, err
		}
	}
	var all errgroup.Group
	for i, c := range callers {
		all.Go(func() error { return c.post(ctx, i, o, rooms, start.Add(o.Duration)) })
	}
	var removed *Removal
	if removing != nil {
		if removed, err = removing.run(ctx); err != nil {
			return nil, errors.Join(err, all.Wait())
		}
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	r := &Report{Callers: o.Callers, Connections: o.Connections, Rooms: o.Rooms, Seconds: time.Since(start).Seconds(), Removal: removed}
	if o.PID != 0 {
		if after, err = server.Use(o.PID); err != nil {
			return nil, err
		}
	}
	if audience != nil {
		if r.Watched, err = audience.told(ctx, r.Seconds); err != nil {
			return nil, err
		}
	}
	took := hdrhistogram.New(1, 60_000_000, 3)
	acked := make([][]string, o.Rooms)
	for _, c := range callers {
		took.Merge(c.took)
		r.Refused += c.refused
		if c.reason != "" {
			r.Reason = c.reason
		}
		for room, ids := range c.acked {
			acked[room] = append(acked[room], ids...)
			r.Acked += len(ids)
		}
	}
	if r.Acked == 0 {
		return nil, fmt.Errorf("no comment was taken in: %s", r.Reason)
	}
	r.PerSecond, r.AskedPerSecond = float64(r.Acked)/r.Seconds, float64(r.Acked+r.Refused)/r.Seconds
	r.ServerCPU = float64((after.CPU - before.CPU).Microseconds()) / float64(r.Acked)
	ms := func(q float64) float64 { return float64(took.ValueAtQuantile(q)) / 1000 }
	r.P50, r.P90, r.P99, r.Max = ms(50), ms(90), ms(99), float64(took.Max())/1000
	_, _ = fmt.Fprintf(o.Log, "%d were acknowledged, %.0f a second; reading them back\n", r.Acked, r.PerSecond)
	for i, room := range rooms {
		if err := r.audit(ctx, commentsv1.NewCommentsServiceClient(conns[0]), room, acked[i]); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// open makes the rooms.
func open(ctx context.Context, client roomsv1.RoomsServiceClient, n int) ([]string, error) {
	rooms := make([]string, n)
	posts := uint32(5000)
	for i := range rooms {
		rooms[i] = fmt.Sprintf("posts-%d-%d", time.Now().UnixMilli(), i)
		_, err := client.CreateRoom(ctx, &roomsv1.CreateRoomRequest{
			Room: rooms[i], Title: "Load test", Settings: &roomsv1.Settings{MaxPostsPerSecond: &posts},
			Actor: &roomsv1.Actor{Subject: "loadtest", Name: "Load test", Role: "host"},
		})
		if err != nil {
			return nil, fmt.Errorf("make a room: %w", err)
		}
	}
	return rooms, nil
}

// post posts until the end, one comment after the other.
func (c *caller) post(ctx context.Context, number int, o Options, rooms []string, end time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer time.AfterFunc(time.Until(end)+answerTime, cancel).Stop()
	prefix, x, actor := fmt.Sprintf("post-%d-", number), new(exchange), &roomsv1.Actor{Role: "viewer"}
	for n := 0; ; n++ {
		room, person := (number+n)%len(rooms), strconv.Itoa((number*7919+n)%o.People)
		actor.Subject, actor.Name = "person-"+person, "Person "+person
		x.request.Room, x.request.RequestId, x.request.Text, x.request.Actor = rooms[room], prefix+strconv.Itoa(n), text(number, n, o.Bytes), actor
		start := time.Now()
		if !start.Before(end) {
			return nil
		}
		err := x.post(ctx, c.conn)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			c.refused++
			c.reason = err.Error()
			continue
		}
		_ = c.took.RecordValue(min(max(1, time.Since(start).Microseconds()), 60_000_000)) // within bounds: cannot fail
		c.acked[room] = append(c.acked[room], x.comment)
	}
}

// words of several scripts; a comment is some of them.
var words = []string{
	"hello", "what", "a", "show", "Привет", "всем", "こんばんは", "今日は", "bonjour", "très", "bien", "👏👏", "merhaba", "güzel", "안녕하세요", "from", "Lisbon",
	"مرحبا", "शुभ", "संध्या", "gracias", "numbers!", "when", "is", "the", "next", "one?", "❤️",
}

// text is a comment of about so many bytes; no two are alike.
func text(caller, n, bytes int) string {
	var b strings.Builder
	b.Grow(bytes + 32)
	b.WriteString(strconv.Itoa(caller))
	b.WriteByte('.')
	b.WriteString(strconv.Itoa(n))
	for i := caller + n; b.Len() < bytes; i++ {
		b.WriteByte(' ')
		b.WriteString(words[i*7%len(words)])
	}
	return b.String()
}

// audit reads a room from its start until everything acknowledged was found, or nothing more comes.
func (r *Report) audit(ctx context.Context, client commentsv1.CommentsServiceClient, room string, acked []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := client.WatchComments(ctx, &commentsv1.WatchCommentsRequest{Room: room, FromStart: true})
	if err != nil {
		return fmt.Errorf("read the comments back: %w", err)
	}
	silent := time.AfterFunc(20*time.Second, cancel) // whatever is missing then is lost
	defer silent.Stop()
	missing := make(map[string]bool, len(acked))
	for _, id := range acked {
		missing[id] = true
	}
	if len(missing) < len(acked) {
		slices.Sort(acked)
		r.Duplicated += len(acked) - len(slices.Compact(acked)) // two posts were answered with one comment
	}
	given := make(map[string]bool, len(acked))
	for len(missing) > 0 {
		event, err := stream.Recv()
		if err != nil && ctx.Err() != nil {
			break
		}
		if err != nil {
			return fmt.Errorf("read the comments back: %w", err)
		}
		silent.Reset(20 * time.Second)
		id := event.GetPosted().GetComment()
		if id == "" {
			continue
		}
		if given[id] {
			r.Duplicated++
		}
		given[id] = true
		delete(missing, id)
	}
	r.Lost += len(missing)
	return nil
}
