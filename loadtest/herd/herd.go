// Package herd brings an audience in at one moment and has it sent away again, as when a show begins and when a gateway is
// replaced. Measured is how long it takes until everybody is in, how often somebody is told to come back, how soon those who
// are let in are welcomed and what memory they take, and how a drain spreads its goodbyes; comments are posted meanwhile, and each that was acknowledged must be there afterwards. Begin at Run.
package herd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/latency"
	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Options of a run.
type Options struct {
	// Viewers in all: up to 16,000 for everything in one process, up to 19,900 for each gateway of its own.
	Viewers int
	// Gateways in processes of their own, over one broker; 0 is everything in one process.
	Gateways int
	// Handshakes a second that each gateway lets in; 0 is its own default.
	Handshakes int
	// Window is over how long the drain is to spread its goodbyes.
	Window time.Duration
	// Binary is ovation's own.
	Binary string
	// Log says how the run goes.
	Log io.Writer
}

// Report is what a run measured. Its JSON is stable: keys are added, never renamed.
type Report struct {
	Viewers int `json:"viewers"`
	// Gateways is in how many processes they were.
	Gateways int `json:"gateways"`
	// InSeconds is until everybody was given a welcome.
	InSeconds float64 `json:"in_seconds"`
	// SentAway is how often somebody was told to come back.
	SentAway int64 `json:"sent_away"`
	// WelcomeMs is how long those who were let in waited for the welcome and the snapshot, from when their handshake was
	// answered: what they waited for their turn is in InSeconds alone.
	WelcomeMs latency.Figures `json:"welcome_ms"`
	// RSSBefore is the gateways' resident memory, all together, with nobody in, RSSIn with everybody.
	RSSBefore uint64 `json:"rss_bytes_before"`
	RSSIn     uint64 `json:"rss_bytes_in"`
	// WelcomesPerCPUSecond is how many of them a second of one core serves, those who were sent away included in its work.
	WelcomesPerCPUSecond float64 `json:"welcomes_per_cpu_second"`
	// GoodbyesBySecond from the first on.
	GoodbyesBySecond []int `json:"goodbyes_by_second"`
	// MostOverMean of them.
	MostOverMean float64 `json:"most_over_mean"`
	// DrainSeconds is from the signal to the end of the process.
	DrainSeconds float64 `json:"drain_seconds"`
	// Posted comments were acknowledged, Lost of them were not there afterwards; after a restart, if the store was in the
	// process that was drained.
	Posted int `json:"comments_acknowledged"`
	Lost   int `json:"comments_lost"`
}

const room = "herd"

// Run measures.
func Run(ctx context.Context, o Options) (r *Report, err error) {
	most := 16_000
	if o.Gateways > 0 {
		most = 19_900 * o.Gateways // a process has 20,000 files
	}
	if o.Viewers < 2 || o.Viewers > most || o.Window < time.Second {
		return nil, fmt.Errorf("give 2 to %d viewers for that many gateways, and a window of a second or more", most)
	}
	args := []string{"--drain-window", o.Window.String()}
	if o.Handshakes > 0 {
		args = append(args, "--gateway-handshakes", strconv.Itoa(o.Handshakes))
	}
	s, err := server.Serve(ctx, o.Binary, o.Log, o.Gateways, o.Gateways > 0, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Kill()) }()
	conn, err := s.Backend.Dial()
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if _, err := roomsv1.NewRoomsServiceClient(conn).CreateRoom(ctx, &roomsv1.CreateRoomRequest{Room: room}); err != nil {
		return nil, fmt.Errorf("make the room: %w", err)
	}
	r = &Report{Viewers: o.Viewers, Gateways: len(s.Gateways)}
	people, err := o.enter(ctx, s, r)
	for _, p := range people {
		defer p.Kill()
	}
	if err != nil {
		return nil, err
	}
	comments := commentsv1.NewCommentsServiceClient(conn)
	acknowledged, err := o.leave(ctx, s, comments, people, r)
	if err != nil {
		return nil, err
	}
	r.Posted = len(acknowledged)
	if s.Apart() {
		r.Lost, err = missing(ctx, comments, acknowledged)
	} else {
		r.Lost, err = o.restart(ctx, s.Data(), acknowledged)
	}
	return r, err
}

// enter brings everybody in at once, from two processes for each gateway.
func (o Options) enter(ctx context.Context, s *server.Stage, r *Report) ([]*audience.Process, error) {
	before, err := s.Use()
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	to := s.Addresses()
	people := make([]*audience.Process, 2*len(to))
	var g errgroup.Group
	for i := range people {
		g.Go(func() (err error) {
			people[i], err = audience.Start(ctx, o.Binary, audience.Options{
				Address: to[i/2], Room: room, Viewers: (o.Viewers + i) / len(people), From: 2 + 3*i, Patient: true,
			}, o.Log)
			return err
		})
	}
	err = g.Wait()
	var in []*audience.Process
	for _, p := range people {
		if p != nil {
			in = append(in, p)
		}
	}
	if err != nil {
		return in, err
	}
	r.InSeconds = time.Since(begin).Seconds()
	after, err := s.Use()
	if err != nil {
		return in, err
	}
	r.WelcomesPerCPUSecond = float64(o.Viewers) / (after.CPU - before.CPU).Seconds()
	r.RSSBefore, r.RSSIn = before.RSS, after.RSS
	welcomes := latency.New()
	for _, p := range in {
		n, err := p.SentAway()
		if err != nil {
			return in, err
		}
		r.SentAway += n
		waited, err := p.Welcomes()
		if err != nil {
			return in, err
		}
		for _, d := range waited {
			welcomes.Record(d)
		}
	}
	r.WelcomeMs = welcomes.Figures()
	return in, nil
}

// leave drains the gateways while comments go on, and gives the texts of those that were acknowledged.
func (o Options) leave(ctx context.Context, s *server.Stage, c commentsv1.CommentsServiceClient, people []*audience.Process, r *Report) (acknowledged []string, err error) {
	var over atomic.Bool
	var posting errgroup.Group
	posting.Go(func() error {
		for n := 0; !over.Load(); n++ {
			text := audience.Mark(uint64(n + 1))
			_, err := c.PostComment(ctx, &commentsv1.PostCommentRequest{
				Room: room, RequestId: viewer.NewRequestID(), Text: text, Actor: &roomsv1.Actor{Subject: "loadtest", Role: "host"},
			})
			if err == nil {
				acknowledged = append(acknowledged, text)
			}
			time.Sleep(20 * time.Millisecond)
		}
		return nil
	})
	time.Sleep(time.Second)
	begin := time.Now()
	var stopping errgroup.Group
	for _, g := range s.Gateways {
		stopping.Go(g.Stop)
	}
	stopErr := stopping.Wait()
	r.DrainSeconds = time.Since(begin).Seconds()
	over.Store(true)
	_ = posting.Wait() // it returns nothing
	if stopErr != nil {
		return nil, fmt.Errorf("the drain: %w", stopErr)
	}
	for _, p := range people {
		ends, err := p.Ends()
		if err != nil {
			return nil, err
		}
		for i, n := range ends {
			for len(r.GoodbyesBySecond) <= i {
				r.GoodbyesBySecond = append(r.GoodbyesBySecond, 0)
			}
			r.GoodbyesBySecond[i] += n
		}
	}
	sum, most := 0, 0
	for _, n := range r.GoodbyesBySecond {
		sum, most = sum+n, max(most, n)
	}
	if sum < o.Viewers {
		return nil, fmt.Errorf("%d of %d viewers were told goodbye", sum, o.Viewers)
	}
	r.MostOverMean = float64(most) * float64(len(r.GoodbyesBySecond)) / float64(sum)
	return acknowledged, nil
}

// restart starts the server again and looks for each.
func (o Options) restart(ctx context.Context, data string, acknowledged []string) (lost int, err error) {
	s, err := server.Start(ctx, o.Binary, data, o.Log, "--log-level", "error")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	conn, err := s.Dial()
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	return missing(ctx, commentsv1.NewCommentsServiceClient(conn), acknowledged)
}

// missing counts those that are not there.
func missing(ctx context.Context, c commentsv1.CommentsServiceClient, acknowledged []string) (lost int, err error) {
	there := make(map[string]bool)
	for token := ""; ; {
		page, err := c.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: room, PageSize: 500, PageToken: token})
		if err != nil {
			return 0, fmt.Errorf("list: %w", err)
		}
		for _, c := range page.GetComments() {
			there[c.GetText()] = true
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	for _, text := range acknowledged {
		if !there[text] {
			lost++
		}
	}
	return lost, nil
}
