// Package crowd is a made-up audience for a demonstration: guests with names who tap, write, ask and vote through real
// sockets, and a moderator who lets questions in and has them answered. It is no load test: it measures nothing, goes on
// when something is refused, and leaves work to do for the person who looks at the console.
package crowd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Options of a crowd.
type Options struct {
	// URL of the server, such as http://127.0.0.1:8080.
	URL string
	// Room to fill.
	Room string
	// Moderator is a token of that role for the room.
	Moderator string
	// Viewers in the room.
	Viewers int
	// Hearts a second in all, on average: a crowd claps in waves.
	Hearts float64
	// Comments a second in all, on average.
	Comments float64
	// QuestionEvery is the time between two questions.
	QuestionEvery time.Duration
	// Duration of it all.
	Duration time.Duration
	// Logger hears when it begins and ends.
	Logger *slog.Logger
}

// Demo is the crowd of `ovation serve --demo`.
func Demo(url, room, moderator string, log *slog.Logger) Options {
	return Options{
		URL: url, Room: room, Moderator: moderator, Logger: log,
		Viewers: 200, Hearts: 40, Comments: 2, QuestionEvery: 10 * time.Second, Duration: 15 * time.Minute,
	}
}

const (
	maxWaiting   = 6                // questions that are left for a person to judge
	answerAfter  = 20 * time.Second // how long an answer takes
	highlightGap = 8 * time.Second  // between an answer and the next question
	voteEvery    = 700 * time.Millisecond
	comeBack     = 2 * time.Second // after a lost socket
	callTimeout  = 5 * time.Second
)

// Run plays the crowd until its time is over or ctx ends. What is refused is left; a lost socket comes back.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithTimeout(ctx, o.Duration)
	defer cancel()
	c := &crowd{Options: o, audience: make([]*person, o.Viewers), dice: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
	for i := range c.audience {
		c.audience[i] = &person{name: nameOf(i)}
	}
	c.moderator = &person{token: o.Moderator, console: true}
	g, ctx := errgroup.WithContext(ctx)
	for i, p := range append(slices.Clone(c.audience), c.moderator) {
		g.Go(func() error {
			pause.For(ctx, time.Duration(i)*20*time.Millisecond) // people arrive one by one
			return p.live(ctx, o)
		})
	}
	g.Go(func() error { return c.tap(ctx) })
	g.Go(func() error { return c.write(ctx) })
	g.Go(func() error { return c.ask(ctx) })
	g.Go(func() error { return c.vote(ctx) })
	g.Go(func() error { return c.moderate(ctx) })
	o.Logger.Info("a made-up crowd fills the room", "room", o.Room, "viewers", o.Viewers, "for", o.Duration.String())
	err := g.Wait()
	o.Logger.Info("the made-up crowd has left", "room", o.Room)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

type crowd struct {
	Options
	audience  []*person
	moderator *person

	mu   sync.Mutex
	dice *rand.Rand // guarded by mu
}

func (c *crowd) roll() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dice.Float64()
}

func (c *crowd) anyone() *person { return c.audience[int(c.roll()*float64(len(c.audience)))] }

// person is one of the crowd.
type person struct {
	name    string
	token   string
	console bool

	mu sync.Mutex
	v  *viewer.Viewer // guarded by mu; nil while away
}

// live keeps a person in the room.
func (p *person) live(ctx context.Context, o Options) error {
	vo := viewer.Options{URL: o.URL, Room: o.Room, Token: p.token, Name: p.name, Light: !p.console}
	if p.console {
		vo.Client = "console"
	}
	for ctx.Err() == nil {
		v, err := viewer.Dial(ctx, vo)
		if err == nil {
			if !p.console {
				v.Look(func(w *viewer.View) { vo.Token = cmp.Or(w.Welcome.GetYou().GetGuestToken(), vo.Token) })
			}
			p.set(v)
			select {
			case <-v.Done():
			case <-ctx.Done():
			}
			p.set(nil)
			v.Close()
		}
		pause.For(ctx, comeBack)
	}
	return ctx.Err()
}

func (p *person) set(v *viewer.Viewer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.v = v
}

// now is the person's connection; nil while away.
func (p *person) now() *viewer.Viewer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.v
}

// do has a person do something, unless away. What is refused is left at that: the host may have closed the room.
func (p *person) do(ctx context.Context, act func(context.Context, *viewer.Viewer) error) {
	v := p.now()
	if v == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_ = act(ctx, v)
}

// mood is how much of the average a crowd claps at a moment: mostly a little, with a wave every 40 s or so that lasts a few
// seconds. Its mean over a wave is 1.
func mood(at time.Duration) float64 {
	const period, wide = 41.0, 3.5 // seconds
	phase := math.Mod(at.Seconds(), period) - period/2
	wave := math.Exp(-phase * phase / (2 * wide * wide))
	share := wide * math.Sqrt(2*math.Pi) / period // of the period under the wave
	return 0.4 + 0.6*wave/share
}

// tap has people tap, a tenth of a second's worth at a time.
func (c *crowd) tap(ctx context.Context) error {
	const step = 100 * time.Millisecond
	kinds := []string{"heart"}
	start, owed := time.Now(), 0.0
	for pause.For(ctx, step) {
		if v := c.moderator.now(); v != nil {
			v.Look(func(w *viewer.View) {
				if all := w.Room.GetKinds(); len(all) > 0 {
					kinds = slices.Clone(all)
				}
			})
		}
		owed += c.Hearts * step.Seconds() * mood(time.Since(start))
		for owed >= 1 {
			n := min(1+int(c.roll()*3), int(owed))
			owed -= float64(n)
			kind := kinds[int(c.roll()*c.roll()*float64(len(kinds)))] // the first ones most
			c.anyone().do(ctx, func(ctx context.Context, v *viewer.Viewer) error { return v.Tap(ctx, kind, uint32(n)) })
		}
	}
	return ctx.Err()
}

// pause is a random time around a mean, as between people who know nothing of one another.
func (c *crowd) pause(mean time.Duration) time.Duration {
	return min(time.Duration(-math.Log(1-c.roll())*float64(mean)), 5*mean)
}

func (c *crowd) write(ctx context.Context) error {
	said := c.shuffled(len(remarks))
	for i := 0; pause.For(ctx, c.pause(time.Duration(float64(time.Second)/c.Comments))); i++ {
		text := remarks[said[i%len(said)]]
		c.anyone().do(ctx, func(ctx context.Context, v *viewer.Viewer) error {
			_, err := v.Post(ctx, text)
			return err
		})
	}
	return ctx.Err()
}

func (c *crowd) shuffled(n int) []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dice.Perm(n)
}

func (c *crowd) ask(ctx context.Context) error {
	asked := c.shuffled(len(asks))
	pause.For(ctx, 3*time.Second) // the first one soon
	for i := 0; ctx.Err() == nil; i++ {
		text := asks[asked[i%len(asked)]]
		if i >= len(asked) {
			text = fmt.Sprintf("%s (asked once more)", text)
		}
		c.anyone().do(ctx, func(ctx context.Context, v *viewer.Viewer) error {
			_, err := v.Ask(ctx, text)
			return err
		})
		pause.For(ctx, c.QuestionEvery)
	}
	return ctx.Err()
}

func (c *crowd) vote(ctx context.Context) error {
	for pause.For(ctx, c.pause(voteEvery)) {
		open := c.questions("open", "answering")
		if len(open) == 0 {
			continue
		}
		q := open[int(c.roll()*c.roll()*float64(len(open)))] // some are liked more
		c.anyone().do(ctx, func(ctx context.Context, v *viewer.Viewer) error { return v.Vote(ctx, q.GetQuestion(), true) })
	}
	return ctx.Err()
}

// questions are those in one of the states, the oldest first, as the moderator sees them.
func (c *crowd) questions(states ...string) (all []*gatewayv1.Question) {
	v := c.moderator.now()
	if v == nil {
		return nil
	}
	v.Look(func(w *viewer.View) {
		for _, q := range w.Questions {
			if slices.Contains(states, q.GetState()) {
				all = append(all, q)
			}
		}
	})
	slices.SortFunc(all, func(a, b *gatewayv1.Question) int {
		return cmp.Or(cmp.Compare(a.GetAskedMs(), b.GetAskedMs()), cmp.Compare(a.GetQuestion(), b.GetQuestion()))
	})
	return all
}

// moderate lets questions in, but leaves some; and has the best one answered from time to time.
func (c *crowd) moderate(ctx context.Context) error {
	var since, free time.Time // since when one is Now; when the last one was answered
	turn := 0
	for pause.For(ctx, 2*time.Second) {
		v := c.moderator.now()
		if v == nil {
			continue
		}
		c.admit(ctx, v, &turn)
		if now := c.questions("answering"); len(now) > 0 {
			if since.IsZero() {
				since = time.Now()
			}
			if time.Since(since) > answerAfter {
				text := ""
				if turn++; turn%2 == 0 {
					text = answers[turn/2%len(answers)]
				}
				step(ctx, c.moderator, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Answer{Answer: &gatewayv1.QuestionStep{Question: now[0].GetQuestion(), Revision: now[0].GetRevision(), Text: text}}})
				since, free = time.Time{}, time.Now()
			}
			continue
		}
		since = time.Time{}
		if open := c.questions("open"); len(open) > 2 && time.Since(free) > highlightGap {
			best := slices.MaxFunc(open, func(a, b *gatewayv1.Question) int { return cmp.Compare(a.GetVotes(), b.GetVotes()) })
			step(ctx, c.moderator, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Highlight{Highlight: &gatewayv1.QuestionStep{Question: best.GetQuestion(), Revision: best.GetRevision()}}})
		}
	}
	return ctx.Err()
}

// admit judges the oldest waiting question when there are more than a person may want to find.
func (c *crowd) admit(ctx context.Context, v *viewer.Viewer, turn *int) {
	var oldest *gatewayv1.Question
	waiting := 0
	v.Look(func(w *viewer.View) {
		waiting = len(w.Pending)
		for _, q := range w.Pending {
			if oldest == nil || q.GetQuestion().GetAskedMs() < oldest.GetAskedMs() {
				oldest = q.GetQuestion()
			}
		}
	})
	leave := min(maxWaiting, *turn/2) // the first ones are let in at once, so that there is something to vote for
	if waiting <= leave {
		return
	}
	*turn++
	of := &gatewayv1.QuestionStep{Question: oldest.GetQuestion(), Revision: oldest.GetRevision()}
	if *turn%7 == 0 {
		of.Reason = "Asked already"
		step(ctx, c.moderator, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Reject{Reject: of}})
		return
	}
	step(ctx, c.moderator, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: of}})
}

func step(ctx context.Context, p *person, m *gatewayv1.Moderate) {
	p.do(ctx, func(ctx context.Context, v *viewer.Viewer) error {
		_, err := v.Moderate(ctx, m)
		return err
	})
}
