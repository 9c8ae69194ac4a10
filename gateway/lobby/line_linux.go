package lobby

// line is guests who wait equally long, so that the first to come is the first to be late.
type line struct{ first, last *guest }

func (l *line) join(g *guest) {
	g.list, g.prev, g.next = l, l.last, nil
	if l.last != nil {
		l.last.next = g
	} else {
		l.first = g
	}
	l.last = g
}

func (l *line) leave(g *guest) {
	if g.prev != nil {
		g.prev.next = g.next
	} else {
		l.first = g.next
	}
	if g.next != nil {
		g.next.prev = g.prev
	} else {
		l.last = g.prev
	}
	g.list, g.prev, g.next = nil, nil, nil
}
