package votes

import (
	"strings"
	"testing"
	"time"
)

func TestWhatIsMissingIsSaid(t *testing.T) {
	good := Stretch{Rate: 10, Identities: 100, Acked: 100, GuestsAcked: 10, Tally: 100, GuestTally: 10, Recounted: 100, GuestsRecounted: 10, Kept: true}
	for name, c := range map[string]struct {
		change func(*Stretch)
		want   string
	}{
		"all is well":                    {func(*Stretch) {}, ""},
		"one without an answer counts":   {func(s *Stretch) { s.Acked, s.Unanswered = 99, 1 }, ""},
		"one without an answer does not": {func(s *Stretch) { s.Acked, s.Unanswered, s.Tally, s.Recounted = 98, 2, 98, 98 }, ""},
		"an acknowledged one is missing": {func(s *Stretch) { s.Tally, s.Recounted = 99, 99 }, "the tally has 99"},
		"a guest's is missing":           {func(s *Stretch) { s.GuestTally, s.GuestsRecounted = 9, 9 }, "100 and 9"},
		"one is counted twice":           {func(s *Stretch) { s.Tally, s.Recounted = 101, 101 }, "101 votes of 100 people"},
		"the recount is another":         {func(s *Stretch) { s.Recounted = 101 }, "a recount 101"},
		"a screen never had them":        {func(s *Stretch) { s.Late = 1 }, "1 viewers were never shown"},
	} {
		s := good
		c.change(&s)
		for where, r := range map[string]*Report{"main": {Stretch: s}, "search": {Stretch: good, Search: []Stretch{s}}} {
			got := strings.Join(r.Missing(), "; ")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("%s, in the %s: %q, want %q", name, where, got, c.want)
			}
		}
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for want, o := range map[string]Options{
		"--identities": {Identities: 5, Rate: 1, Limit: time.Second},
		"--rate":       {Identities: 100, Rate: 1e6, Limit: time.Second},
		"--limit":      {Identities: 100, Rate: 1},
		"--step":       {Identities: 100, Rate: 1, Limit: time.Second, Search: true},
	} {
		if _, err := Run(t.Context(), o); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
