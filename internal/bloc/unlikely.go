package bloc

import (
	"math"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// The rule. A network's share of a question's people is unlikely when all of this holds:
//
//   - there are at least 20 of them, and they are at least a tenth;
//   - they are at least twice as many as expected: the network's share of the people who voted for the room's other
//     questions, to which 20 people are added, one of them of this network, so that the first question of a room is
//     compared with a room of 20 equal networks;
//   - so many would come by chance less than once in a million, by Hoeffding's bound for the upper tail of the binomial
//     distribution (Probability inequalities for sums of bounded random variables, 1963, theorem 1): exp(-n D(share, expected)).
//
// A school that votes for everything alike is expected everywhere, so it is a bloc nowhere. One in a million leaves room
// for 2,000 questions with 16 networks each that are looked at again and again. People of one network do not choose each for
// themselves, so some blocs are harmless: it is a reason to look, never a proof.
const (
	leastPeople = 20
	leastShare  = 0.1
	leastTimes  = 2
	surely      = 13.8 // -ln(1e-6)
	assumed     = 20   // people added to what is compared with, one of them of the network
)

// Bloc is an unlikely share.
type Bloc struct {
	// People of the network, at least.
	People uint64
	// Of is how many people's networks are known.
	Of uint64
	// Expected is how many of Of the other questions let expect.
	Expected uint64
}

// Room adds up from where a room's people came. It is not safe for use by several goroutines at once.
type Room struct {
	questions map[string]*eventv1.Origins
	people    uint64
	networks  map[uint64]uint64
}

// NewRoom makes a room without votes.
func NewRoom() *Room {
	return &Room{questions: make(map[string]*eventv1.Origins), networks: make(map[uint64]uint64)}
}

// Set takes a question's tally in, in place of the one before; nil takes the question out. A question that counts in
// another is left out: its people are that one's, and would be compared with themselves.
func (r *Room) Set(question string, tally *eventv1.Tally) {
	if before := r.questions[question]; before != nil {
		r.people -= before.GetPeople()
		each(before, func(network, people uint64) {
			if r.networks[network] -= people; r.networks[network] == 0 {
				delete(r.networks, network)
			}
		})
		delete(r.questions, question)
	}
	origins := tally.GetOrigins()
	if origins == nil || len(tally.GetCountsIn()) > 0 {
		return
	}
	r.questions[question] = origins
	r.people += origins.GetPeople()
	each(origins, func(network, people uint64) { r.networks[network] += people })
}

// Of tells whether one network holds an unlikely share of a question's people: its largest such.
func (r *Room) Of(question string) (b Bloc, unlikely bool) {
	own := r.questions[question]
	of := own.GetPeople()
	each(own, func(network, people uint64) {
		expected := float64(r.networks[network]-people+1) / float64(r.people-of+assumed)
		if people > b.People && improbable(people, of, expected) {
			b, unlikely = Bloc{People: people, Of: of, Expected: uint64(math.Round(expected * float64(of)))}, true
		}
	})
	return b, unlikely
}

// improbable is the rule.
func improbable(people, of uint64, expected float64) bool {
	share := float64(people) / float64(of)
	if people < leastPeople || share < leastShare || share < leastTimes*expected {
		return false
	}
	divergence := share * math.Log(share/expected)
	if share < 1 {
		divergence += (1 - share) * math.Log((1-share)/(1-expected))
	}
	return float64(of)*divergence >= surely
}
