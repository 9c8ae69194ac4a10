package room

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ovation-live/ovation/internal/bloc"
	"github.com/ovation-live/ovation/internal/follow"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// blocs are questions of whose votes one network holds an unlikely share, for moderators to look at.
type blocs struct {
	votes *bloc.Room
	known map[string]bloc.Bloc // by question; zero for one that is a bloc no more, so that whoever returns is told
}

func newBlocs() blocs { return blocs{votes: bloc.NewRoom(), known: make(map[string]bloc.Bloc)} }

// takeBlocs looks at the questions whose tallies came, and at those that were blocs: what others' votes let expect has changed
// for these, too.
func (m *model) takeBlocs(tallies []follow.Document, c *changes) {
	if len(tallies) == 0 {
		return
	}
	look := make(map[string]bool, len(tallies)+len(m.blocs.known))
	for _, d := range tallies {
		m.blocs.votes.Set(d.Key, m.tallies[d.Key])
		look[d.Key] = true
	}
	for id := range m.blocs.known {
		look[id] = true
	}
	for id := range look {
		b, _ := m.blocs.votes.Of(id) // zero where it is none
		before := m.blocs.known[id]
		if b == before {
			continue
		}
		if before.People == 0 {
			c.newBlocs++
		}
		m.blocs.known[id] = b
		c.blocs = append(c.blocs, id)
	}
}

// maxBlocs bounds the blocs in a moderator's frame.
const maxBlocs = 200

// blocsFor adds to what moderators receive those of the given questions, the largest first.
func (m *model) blocsFor(mod *gatewayv1.Moderation, questions []string, ended bool) {
	for _, id := range questions {
		if b := m.blocs.known[id]; ended || b.People > 0 {
			mod.Blocs = append(mod.Blocs, &gatewayv1.Bloc{Question: id, People: b.People, Of: b.Of, Expected: b.Expected})
		}
	}
	slices.SortFunc(mod.GetBlocs(), func(a, b *gatewayv1.Bloc) int {
		return cmp.Or(cmp.Compare(b.GetPeople(), a.GetPeople()), strings.Compare(a.GetQuestion(), b.GetQuestion()))
	})
	mod.Blocs = mod.GetBlocs()[:min(len(mod.GetBlocs()), maxBlocs)]
}

// allBlocs are the questions that are or were blocs.
func (m *model) allBlocs() []string { return slices.Collect(maps.Keys(m.blocs.known)) }
