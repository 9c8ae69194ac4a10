package gateway

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/gateway/session"
	"github.com/ovation-live/ovation/gateway/source"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/limit"
	origins "github.com/ovation-live/ovation/internal/origin"
)

// Limits of a gateway. A zero field is its default.
type Limits struct {
	// SourceHandshakes a second from one source over time, four times as many at once. Default 50.
	SourceHandshakes int
	// SourceSockets that one source may have open. Default 5,000.
	SourceSockets int
	// SourceRequests a second for pages and calls from one source over time, four times as many at once. Default 1,000.
	SourceRequests int
	// SourceConnections for pages and calls that one source may have open; half of them are kept with no request under way.
	// Default 2,048.
	SourceConnections int
	// PersonHandshakes, PersonSockets, Verbs, Frames, Bytes and Errors as in session.Limits.
	PersonHandshakes int
	PersonSockets    int
	Verbs            map[string]limit.Bucket
	Frames           int
	Bytes            int
	Errors           int
}

func (l Limits) withDefaults() Limits {
	l.SourceHandshakes = cmp.Or(l.SourceHandshakes, 50)
	l.SourceSockets = cmp.Or(l.SourceSockets, 5000)
	l.SourceRequests = cmp.Or(l.SourceRequests, 1000)
	l.SourceConnections = cmp.Or(l.SourceConnections, 2048)
	return l
}

func (l Limits) people() session.Limits {
	return session.Limits{PersonHandshakes: l.PersonHandshakes, PersonSockets: l.PersonSockets, Verbs: l.Verbs, Frames: l.Frames, Bytes: l.Bytes, Errors: l.Errors}
}

// sources keeps one address from taking what is everybody's. As at the door, whoever is somewhat too quick is let in to be
// told when to come back, since a browser shows its page nothing of a refused handshake; who goes on is refused before.
type sources struct {
	rules atomic.Pointer[sourceRules]

	soft, firm, requests *limit.Rate[netip.Addr]
	turns                *limit.Rate[netip.Addr] // that were promised
	floods               *limit.Rate[netip.Addr] // sockets that were closed for one
	open                 *limit.Count[netip.Addr]
}

// A guest that was closed for a flood comes back as somebody new, so its floods are its source's. One a second is borne for
// ever, since others stand behind the same address; what is above makes the source's newcomers wait until it has flowed
// off. Nobody who is in is sent away, and half a minute is the most that anybody waits.
var (
	floods     = limit.Bucket{Burst: 30, Per: longestWait}
	floodsFree = 4 * time.Second // in seconds' worth
)

// sourceRules are what may change while the gateway runs.
type sourceRules struct {
	handshakes limit.Bucket
	hard       limit.Bucket
	most       int
	turns      limit.Bucket // the line of those who were sent away
	requests   limit.Bucket
	kept       int // connections for pages and calls
}

func newSources(l Limits) *sources {
	s := &sources{
		turns: limit.NewRate[netip.Addr](), soft: limit.NewRate[netip.Addr](), firm: limit.NewRate[netip.Addr](), requests: limit.NewRate[netip.Addr](), floods: limit.NewRate[netip.Addr](), open: limit.NewCount[netip.Addr](),
	}
	s.set(l)
	return s
}

func (s *sources) set(l Limits) {
	n := l.SourceHandshakes
	s.rules.Store(&sourceRules{
		handshakes: limit.Bucket{Burst: 4 * n, Per: 4 * time.Second}, hard: limit.Bucket{Burst: hardTimes * 4 * n, Per: 4 * time.Second}, most: l.SourceSockets,
		turns:    limit.Bucket{Burst: n * int(longestWait/time.Second), Per: longestWait},
		requests: limit.Bucket{Burst: 4 * l.SourceRequests, Per: 4 * time.Second}, kept: l.SourceConnections,
	})
}

// busy is why a source gets no more now.
type busy struct {
	reason, message string
	wait            time.Duration
	hard            bool // not even a socket to say it on
}

// enter counts one more socket of a source; leave must be called when it ended, whatever came of it, and told whether it was
// closed for a flood.
func (s *sources) enter(from source.Source, now time.Time) (b *busy, leave func(flooded bool)) {
	if !from.Limited {
		return nil, func(bool) {}
	}
	rules := s.rules.Load()
	if s.firm.Allow(from.Key, rules.hard, now) > 0 {
		return &busy{"SOURCE_BUSY", "very many connections come from your address; try again in a moment", max(time.Second, s.turn(from.Key, rules, now)), true}, func(bool) {}
	}
	if !s.open.Take(from.Key, rules.most) {
		return &busy{"SOURCE_FULL", "very many connections from your address are open; close some, or try again later", 30 * time.Second, true}, func(bool) {}
	}
	leave = func(flooded bool) {
		s.open.Release(from.Key)
		if flooded {
			s.floods.Allow(from.Key, floods, time.Now()) // beyond the burst nothing more is owed
		}
	}
	if wait := s.floods.Missing(from.Key, floods, now) - floodsFree; wait > 0 {
		return &busy{reason: "SOURCE_BUSY", wait: wait + rand.N(scatter)}, leave
	}
	if s.soft.Allow(from.Key, rules.handshakes, now) > 0 {
		return &busy{reason: "SOURCE_BUSY", wait: s.turn(from.Key, rules, now)}, leave
	}
	return nil, leave
}

// turn is when somebody who is sent away may come back. Everybody is promised a turn of its own: told the same time, all of a
// school would come again and again.
func (s *sources) turn(key netip.Addr, rules *sourceRules, now time.Time) time.Duration {
	if turn, ok := s.turns.Queue(key, rules.turns, now); ok {
		return turn + rand.N(scatter)
	}
	return scatter + rand.N(longestWait) // the line is full
}

// ask judges a request for a page or a call; wait is when to ask again.
func (s *sources) ask(from source.Source, now time.Time) (wait time.Duration) {
	if !from.Limited {
		return 0
	}
	return s.requests.Allow(from.Key, s.rules.Load().requests, now)
}

// counted is a visitor whose source is told when it goes, and whether for a flood.
type counted struct {
	session.Visitor
	leave func(flooded bool)
}

// Gone implements fanout.Visitor.
func (c counted) Gone(why fault.Close) {
	c.Visitor.Gone(why)
	c.leave(c.Flooded())
}

// foreign tells whether a page of this origin may not open a socket: what package conn decides, asked again to say why.
func foreign(origin, host string, allowed []string) bool {
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	if err != nil || !origins.Is(origin) {
		return true
	}
	if strings.EqualFold(u.Host, host) {
		return false
	}
	return !origins.Matches(origins.Of(u), allowed)
}

// strangers tells the operator of refused origins: most often it is a page of their own that nobody named.
type strangers struct {
	log   *slog.Logger
	seen  metric.Int64Counter
	every *limit.Rate[struct{}]
}

func newStrangers(log *slog.Logger) *strangers {
	s := &strangers{log: log, every: limit.NewRate[struct{}]()}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway")
	s.seen, _ = meter.Int64Counter("ovation.gateway.origins.refused", metric.WithDescription("Handshakes refused because their page's origin is not in `origins`."))
	return s
}

// refused counts one, and says one a minute.
func (s *strangers) refused(origin string, now time.Time) {
	s.seen.Add(context.Background(), 1)
	if s.every.Allow(struct{}{}, limit.Bucket{Burst: 1, Per: time.Minute}, now) > 0 {
		return
	}
	if len(origin) > 200 {
		origin = origin[:200]
	}
	s.log.Warn("a page of another site was refused; if it is yours, name its origin in the setting; more of this is not said for a minute",
		"setting", "origins", "origin", origin)
}
