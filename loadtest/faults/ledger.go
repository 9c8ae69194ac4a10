package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/loadtest/scrape"
)

// ledger keeps what the gateways say of hearts, so that a heart that is not counted is accounted for. A tap has no ack;
// what is acknowledged is a window, to its gateway. So a heart can be lost in two ways only: with the socket or the
// gateway that had it, or in a window that waited for 5 s, which the gateway counts as dropped.
type ledger struct {
	place *place
	ended sync.WaitGroup

	mu      sync.Mutex
	lives   map[life]account // guarded by mu
	history []moment         // guarded by mu
}

// moment is what was acknowledged by a time.
type moment struct {
	at   time.Time
	sent float64
}

// life is one process of a gateway: one that comes back counts from zero.
type life struct {
	gateway string
	begun   float64 // process_start_time_seconds
}

// account is what a gateway says of hearts, of the last time that it answered.
type account struct {
	taken   float64 // from taps
	sent    float64 // acknowledged by the services
	dropped float64 // given up
}

// ledgerEvery is how often gateways are asked. What a killed one took in after the last time is not known.
const ledgerEvery = 200 * time.Millisecond

// keep asks until the context ends.
func keep(ctx context.Context, p *place) *ledger {
	l := &ledger{place: p, lives: make(map[life]account)}
	for _, g := range p.gateways {
		l.ended.Go(func() {
			for ctx.Err() == nil {
				l.look(ctx, g)
				pause.For(ctx, ledgerEvery)
			}
		})
	}
	return l
}

// look asks one gateway; one that does not answer has no news.
func (l *ledger) look(ctx context.Context, g *part) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	totals, err := scrape.Totals(ctx, g.admin)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lives[life{g.name, totals["process_start_time_seconds"]}] = account{
		taken: totals["ovation_gateway_taps_accepted_total"], sent: totals["ovation_gateway_hearts_sent_total"],
		dropped: totals["ovation_gateway_hearts_dropped_total"],
	}
	l.history = append(l.history, moment{time.Now(), l.added().sent})
}

// added holds l.mu: all lives together.
func (l *ledger) added() (all account) {
	for _, a := range l.lives {
		all.taken, all.sent, all.dropped = all.taken+a.taken, all.sent+a.sent, all.dropped+a.dropped
	}
	return all
}

// sum adds all lives up. whole is true when no gateway has ended, so that nothing happened unseen.
func (l *ledger) sum() (all account, whole bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.added(), len(l.lives) == len(l.place.gateways)
}

// sentBy is what had been acknowledged by a time.
func (l *ledger) sentBy(t time.Time) (sent float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.history {
		if m.at.Before(t) {
			sent = m.sent
		}
	}
	return sent
}

// check holds the accounts against what people sent and what is stored. It says what does not add up. What was
// acknowledged in a window that may be lost is not asked for.
func (l *ledger) check(tapped, stored uint64, lost *window) (wrong []string) {
	a, whole := l.sum()
	owed := a.sent
	if lost != nil {
		l.mu.Lock()
		after := a.sent
		for _, m := range l.history {
			if m.at.Before(lost.to) {
				after = a.sent - m.sent
			}
		}
		l.mu.Unlock()
		owed = l.sentBy(lost.from) + after
	}
	if float64(stored) < owed {
		wrong = append(wrong, fmt.Sprintf("%.0f hearts were acknowledged to gateways, %d are counted", owed, stored))
	}
	if stored > tapped {
		wrong = append(wrong, fmt.Sprintf("%d hearts were sent, %d are counted", tapped, stored))
	}
	if !whole {
		return wrong
	}
	if a.taken != a.sent+a.dropped {
		wrong = append(wrong, fmt.Sprintf("gateways took %.0f hearts in and account for %.0f: %.0f acknowledged, %.0f dropped", a.taken, a.sent+a.dropped, a.sent, a.dropped))
	}
	if float64(stored) > a.sent+a.dropped {
		wrong = append(wrong, fmt.Sprintf("%d hearts are counted; gateways sent %.0f and dropped %.0f", stored, a.sent, a.dropped))
	}
	return wrong
}

// note says where every heart is.
func (l *ledger) note(tapped, stored uint64) string {
	a, whole := l.sum()
	line := fmt.Sprintf("hearts: %d tapped, %.0f taken in by gateways, %.0f acknowledged to them, %.0f dropped in windows of 5 s and counted as such, %d stored",
		tapped, a.taken, a.sent, a.dropped, stored)
	if !whole {
		line += fmt.Sprintf(" (of gateways that ended, as of their last %v)", ledgerEvery)
	}
	return line
}
