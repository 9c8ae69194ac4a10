// Package bloc tells when more people who vote for a question share one network than is likely, as when somebody votes
// with many made-up names. It is for moderators to look at and refuses nothing: a school behind one address is a bloc, too.
// Add keeps count of networks in bounded memory, a Room compares its questions with one another (unlikely.go). What the
// tally stores and what moderators are told is made of these.
package bloc

import (
	"slices"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// kept is how many networks are counted for a question. A network with more than a sixteenth of the people is among them.
const kept = 16

// Add counts one person of a network, and gives the sketch that it was added to; nil is an empty one. It is Space-Saving
// (Metwally, Agrawal and El Abbadi, Efficient Computation of Frequent and Top-k Elements in Data Streams, ICDT 2005): a
// network without a count takes the place of the smallest one and goes on from it, and that much of its count may be
// others' people. No count is too low, none is too high by more than over, and over is at most people/16. Networks
// of zero are not known and are not counted.
func Add(s *eventv1.Origins, network uint64) *eventv1.Origins {
	if network == 0 {
		return s
	}
	if s == nil {
		s = new(eventv1.Origins)
	}
	s.People++
	if i := slices.Index(s.GetNetworks(), network); i >= 0 {
		s.Counts[i]++
		return s
	}
	if len(s.GetNetworks()) < kept {
		s.Networks, s.Counts, s.Over = append(s.GetNetworks(), network), append(s.GetCounts(), 1), append(s.GetOver(), 0)
		return s
	}
	least := 0
	for i, n := range s.GetCounts() {
		if n < s.GetCounts()[least] {
			least = i
		}
	}
	s.Networks[least], s.Over[least] = network, s.GetCounts()[least]
	s.Counts[least]++
	return s
}

// each calls do with every network and how many people of it there are at least.
func each(s *eventv1.Origins, do func(network, people uint64)) {
	for i, network := range s.GetNetworks() {
		if i < len(s.GetCounts()) && i < len(s.GetOver()) && s.GetCounts()[i] > s.GetOver()[i] {
			do(network, s.GetCounts()[i]-s.GetOver()[i])
		}
	}
}
