package questions

import (
	"slices"

	"github.com/ovation-live/ovation/internal/bloc"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// electors are who votes for a question or for one of those merged into it, up to a sequence of the votes stream. It is what
// makes the votes of merged questions a union: somebody who voted for two of them is one person. A question that stands
// for itself needs none of this; its sum alone is enough.
type electors struct {
	upto    uint64
	votes   uint64             // people with a vote that stands
	guests  uint64             // those of them all of whose votes are a guest's
	stands  map[string][]stand // by person, also of those whose votes were all taken back
	origins *eventv1.Origins   // of everybody who ever voted
}

// stand is a vote that stands.
type stand struct {
	question string
	guest    bool
}

func newElectors() *electors { return &electors{stands: make(map[string][]stand)} }

// cast takes one vote in; one at or below upto is in already.
func (p *electors) cast(v cast) {
	if v.sequence <= p.upto {
		return
	}
	p.upto = v.sequence
	p.change(v)
}

// change takes a vote in whatever its sequence.
func (p *electors) change(v cast) {
	if v.apart {
		return
	}
	list, known := p.stands[v.person]
	if !known && v.up {
		p.origins = bloc.Add(p.origins, v.network)
	}
	p.count(list, -1)
	list = slices.DeleteFunc(list, func(s stand) bool { return s.question == v.question })
	if v.up {
		list = append(list, stand{v.question, v.guest})
	}
	p.count(list, 1)
	p.stands[v.person] = list
}

func (p *electors) count(list []stand, by int) {
	if len(list) == 0 {
		return
	}
	p.votes += uint64(by) // wraps round on purpose: -1
	if !slices.ContainsFunc(list, func(s stand) bool { return !s.guest }) {
		p.guests += uint64(by)
	}
}
