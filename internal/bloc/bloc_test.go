package bloc_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ovation-live/ovation/internal/bloc"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// No count of a sketch is too low, none too high by more than it says, and whoever has more than a sixteenth is in it.
func TestSketchIsBoundedAndHonest(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	skewed := rand.NewZipf(random, 1.2, 1, 5000)
	var s *eventv1.Origins
	truth := map[uint64]uint64{}
	for range 20_000 {
		network := skewed.Uint64() + 1
		truth[network]++
		s = bloc.Add(s, network)
	}
	s = bloc.Add(s, 0) // not known
	if s.GetPeople() != 20_000 || len(s.GetNetworks()) != 16 || len(s.GetCounts()) != 16 || len(s.GetOver()) != 16 {
		t.Fatalf("%d people, %d networks", s.GetPeople(), len(s.GetNetworks()))
	}
	held := map[uint64]bool{}
	for i, network := range s.GetNetworks() {
		held[network] = true
		if n := s.GetCounts()[i]; n < truth[network] || n-s.GetOver()[i] > truth[network] || s.GetOver()[i] > 20_000/16 {
			t.Errorf("network %d has %d people, the sketch says %d of which %d may be others'", network, truth[network], n, s.GetOver()[i])
		}
	}
	for network, n := range truth {
		if n > 20_000/16 && !held[network] {
			t.Errorf("network %d with %d people is missing", network, n)
		}
	}
}

// crowd votes for a question: people from as many homes, and some from one network.
func crowd(homes, bloc int, network uint64, random *rand.Rand) *eventv1.Tally {
	from := make([]uint64, 0, homes+bloc)
	for range homes {
		from = append(from, random.Uint64()|1)
	}
	for range bloc {
		from = append(from, network)
	}
	random.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
	t := new(eventv1.Tally)
	for _, network := range from {
		t.Origins = add(t.GetOrigins(), network)
	}
	return t
}

func add(s *eventv1.Origins, network uint64) *eventv1.Origins { return bloc.Add(s, network) }

func TestWhatIsABloc(t *testing.T) {
	const here, campus = 7, 9
	for name, c := range map[string]struct {
		others func(*bloc.Room, *rand.Rand) // the room's other questions
		homes  int
		from   int // of the network
		bloc   bool
	}{
		"made-up names on the only question":      {nil, 40, 60, true},
		"nineteen are too few":                    {nil, 0, 19, false},
		"less than a tenth":                       {nil, 1000, 60, false},
		"a crowd from everywhere":                 {nil, 500, 0, false},
		"made-up names beside honest questions":   {honest, 200, 60, true},
		"a school that votes for everything":      {school(here), 60, 60, false},
		"a whole company behind one address":      {company(here), 0, 100, false},
		"a school, and the names are not from it": {school(campus), 60, 60, true},
	} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			room := bloc.NewRoom()
			if c.others != nil {
				c.others(room, random)
			}
			room.Set("q", crowd(c.homes, c.from, here, random))
			b, unlikely := room.Of("q")
			if unlikely != c.bloc {
				t.Fatalf("it is a bloc: %v; %+v", unlikely, b)
			}
			if unlikely && (b.Of != uint64(c.homes+c.from) || b.People > uint64(c.from) || b.People+b.Of/16+1 < uint64(c.from) || b.Expected*2 > b.People) {
				t.Errorf("%d of %d are told as %+v", c.from, c.homes+c.from, b)
			}
			room.Set("q", nil)
			if _, still := room.Of("q"); still {
				t.Error("a question that is gone is a bloc")
			}
		})
	}
}

func honest(r *bloc.Room, random *rand.Rand) {
	for i := range 10 {
		r.Set(fmt.Sprint("honest", i), crowd(200, 0, 0, random))
	}
}

func school(network uint64) func(*bloc.Room, *rand.Rand) {
	return func(r *bloc.Room, random *rand.Rand) {
		for i := range 5 {
			r.Set(fmt.Sprint("taught", i), crowd(60, 55+random.IntN(10), network, random))
		}
	}
}

func company(network uint64) func(*bloc.Room, *rand.Rand) {
	return func(r *bloc.Room, random *rand.Rand) { r.Set("first", crowd(0, 80, network, random)) }
}

// A question that was merged counts in another, whose people are its own: it is not what that one is compared with.
func TestMergedQuestionsAreNotComparedWithThemselves(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	room := bloc.NewRoom()
	whole := crowd(40, 60, 7, random)
	whole.Members = []string{"part"}
	part := crowd(40, 60, 7, random)
	part.CountsIn = []string{"whole"}
	room.Set("whole", whole)
	room.Set("part", part)
	if _, unlikely := room.Of("whole"); !unlikely {
		t.Error("the bloc is hidden by its own part")
	}
	if _, unlikely := room.Of("part"); unlikely {
		t.Error("a part is told beside the whole")
	}
}

// Homes of all sizes, offices and carriers, and nobody who cheats: of 2,000 questions none is a bloc.
func TestFalseAlarmsAreRare(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	sizes := rand.NewZipf(random, 1.5, 4, 3000) // the largest network has about a tenth of the people
	room := bloc.NewRoom()
	alarms := 0
	for i := range 2000 {
		id, n := fmt.Sprint(i), 20+random.IntN(300)
		votes := new(eventv1.Tally)
		for range n {
			votes.Origins = bloc.Add(votes.GetOrigins(), sizes.Uint64()+1)
		}
		room.Set(id, votes)
		if _, unlikely := room.Of(id); unlikely {
			alarms++
		}
	}
	if alarms > 0 {
		t.Errorf("%d alarms", alarms)
	}
}

// Whatever comes and goes, a room adds up: as if only what is there had ever come.
func TestRoomAddsUp(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	changed, fresh := bloc.NewRoom(), bloc.NewRoom()
	last := map[string]*eventv1.Tally{}
	for range 500 {
		id := fmt.Sprint(random.IntN(20))
		last[id] = crowd(random.IntN(50), random.IntN(80), uint64(random.IntN(3)+1), random)
		changed.Set(id, last[id])
	}
	for id, votes := range last {
		fresh.Set(id, votes)
	}
	for id := range last {
		a, isA := changed.Of(id)
		b, isB := fresh.Of(id)
		if a != b || isA != isB {
			t.Errorf("question %s: %+v %v, afresh %+v %v", id, a, isA, b, isB)
		}
	}
}

func BenchmarkRoomOf(b *testing.B) {
	random := rand.New(rand.NewPCG(11, 12))
	room := bloc.NewRoom()
	votes := make([]*eventv1.Tally, 2000)
	for i := range votes {
		votes[i] = crowd(40, 10, uint64(i%5+1), random)
		room.Set(fmt.Sprint(i), votes[i])
	}
	i := 0
	for b.Loop() {
		id := fmt.Sprint(i % 2000)
		room.Set(id, votes[i%2000])
		room.Of(id)
		i++
	}
}
