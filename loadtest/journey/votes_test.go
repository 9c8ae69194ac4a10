package journey_test

import (
	"testing"
	"time"

	"github.com/ovation-live/ovation/loadtest/votes"
)

// Some hundreds vote on one question: what was acknowledged is counted, once.
func TestALoadOfVotesIsCountedAgain(t *testing.T) {
	t.Parallel()
	r, err := votes.Run(t.Context(), votes.Options{
		Identities: 500, Rate: 250, Limit: 30 * time.Second, Binary: binary, Log: logged(t, "votes"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if missing := r.Missing(); len(missing) > 0 || r.Acked != 500 || r.Tally != 500 || r.GuestTally != 50 || r.Shown != 500 || !r.Kept || r.AckMs.Count != 500 {
		t.Errorf("missing %v of %+v", missing, r)
	}
}
