package room

import (
	"slices"
	"time"
)

// keepSettled is how many of what is decided, lifted or gone a room remembers for moderators who return. A room can be open for
// weeks, in which everybody's first comment may be held, and each is remembered otherwise for as long.
const keepSettled = 1000

// forgetSettled forgets the oldest of what moderators have nothing to do with any more: held comments that were decided, reports
// that were settled, people against whom nothing holds. It looks only when twice as many may be there as are kept.
func (m *model) forgetSettled(now time.Time) {
	all := len(m.held) + len(m.reports) + len(m.people)
	if all < m.settle.lookAt {
		return
	}
	var settled []uint64
	m.eachSettled(now, func(sequence uint64, _ func()) { settled = append(settled, sequence) })
	if extra := len(settled) - keepSettled; extra > 0 {
		slices.Sort(settled)
		m.settle.floor = max(m.settle.floor, settled[extra-1])
		m.eachSettled(now, func(sequence uint64, drop func()) {
			if sequence <= m.settle.floor {
				drop()
			}
		})
	}
	m.settle.lookAt = len(m.held) + len(m.reports) + len(m.people) + keepSettled
}

// settle is how far the memory of what is settled goes.
type settle struct {
	floor  uint64 // what was settled up to this sequence of the state may be forgotten
	lookAt int    // with how many, settled or not, to look next
}

func (m *model) eachSettled(now time.Time, do func(sequence uint64, drop func())) {
	for id, h := range m.held {
		if !h.waits() {
			do(h.sequence, func() { m.forgetHeld(id) })
		}
	}
	for id, r := range m.reports {
		if !r.waits() {
			do(r.sequence, func() { delete(m.reports, id) })
		}
	}
	for person, s := range m.people {
		if !s.stands(now) {
			do(s.sequence, func() { delete(m.people, person) })
		}
	}
}
