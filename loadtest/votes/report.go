package votes

import (
	"fmt"

	"github.com/ovation-live/ovation/loadtest/latency"
)

// Report is what a run measured: the stretch that was asked for, and those of the search. Its JSON is stable: keys are
// added, never renamed.
type Report struct {
	Stretch
	// LimitMs of the acks' p99.
	LimitMs float64 `json:"limit_ms"`
	// Search has the stretches of the search, as they came; each on a question of its own.
	Search []Stretch `json:"search,omitempty"`
	// HighestRate of votes a second that kept the limit; 0 where none did, or none was looked for.
	HighestRate float64 `json:"highest_rate"`
}

// Stretch is what one stretch of votes measured. Every identity votes once.
type Stretch struct {
	Identities int `json:"identities"`
	// Rate of votes a second that was asked for, Seconds until the last answer.
	Rate    float64 `json:"rate"`
	Seconds float64 `json:"seconds"`
	// Acked votes, those of guests among them.
	Acked       int64 `json:"acked"`
	GuestsAcked int64 `json:"guests_acked"`
	// Unanswered votes were refused or lost, Refused has them by gRPC code; OK is an answer that says nothing was changed.
	Unanswered int64            `json:"unanswered"`
	Refused    map[string]int64 `json:"refused,omitempty"`
	// AckMs is from a vote's intended moment to its ack.
	AckMs latency.Figures `json:"ack_ms"`
	// Kept tells whether all were answered and the acks' p99 is within the limit.
	Kept bool `json:"kept"`
	// Tally and GuestTally as they stand at the end; Recounted and GuestsRecounted by counting every vote anew.
	Tally           int64 `json:"tally"`
	GuestTally      int64 `json:"guest_tally"`
	Recounted       int64 `json:"recounted"`
	GuestsRecounted int64 `json:"guests_recounted"`
	// Shown is the count that sockets were shown, ShownAfterMs how long after the last ack they had it, Late how many of
	// them never did.
	Shown        int64   `json:"shown"`
	ShownAfterMs float64 `json:"shown_after_ms"`
	Late         int     `json:"late"`
	// ServerCPU is of the whole serving process (store, services, gateway), LoaderCPU of this one, in µs a vote.
	ServerCPU float64 `json:"server_cpu_us_per_vote"`
	LoaderCPU float64 `json:"loader_cpu_us_per_vote"`
}

// Missing says what was acknowledged and is not there, or is there too often; empty when all is well. A vote without an
// answer may be in the tally or not: it was promised nothing.
func (r *Report) Missing() (missing []string) {
	for _, s := range append([]Stretch{r.Stretch}, r.Search...) {
		missing = append(missing, s.missing()...)
	}
	return missing
}

func (s *Stretch) missing() (missing []string) {
	say := func(format string, args ...any) {
		missing = append(missing, fmt.Sprintf("at %g a second ", s.Rate)+fmt.Sprintf(format, args...))
	}
	most := s.Acked + s.Unanswered
	switch {
	case s.Tally < s.Acked || s.GuestTally < s.GuestsAcked:
		say("%d votes were acknowledged, %d of them guests', and the tally has %d and %d", s.Acked, s.GuestsAcked, s.Tally, s.GuestTally)
	case s.Tally > most:
		say("the tally has %d votes of %d people", s.Tally, most)
	}
	if s.Tally != s.Recounted || s.GuestTally != s.GuestsRecounted {
		say("the tally has %d votes, %d of them guests', and a recount %d and %d", s.Tally, s.GuestTally, s.Recounted, s.GuestsRecounted)
	}
	if s.Late > 0 {
		say("%d viewers were never shown all %d votes", s.Late, s.Acked)
	}
	return missing
}
