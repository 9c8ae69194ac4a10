package viewer

import (
	"cmp"
	"maps"
	"slices"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// take brings the view up to date as a client must: totals by the highest, comments and removals by the cursor's order,
// questions by revision, votes by position.
func (v *Viewer) take(f *gatewayv1.ServerFrame) {
	v.mu.Lock()
	defer v.mu.Unlock()
	w := &v.view
	w.Frames++
	switch body := f.GetBody().(type) {
	case *gatewayv1.ServerFrame_Welcome:
		w.Welcome = body.Welcome
	case *gatewayv1.ServerFrame_Snapshot:
		v.snapshot(body.Snapshot)
	case *gatewayv1.ServerFrame_Tick:
		v.tick(body.Tick)
	case *gatewayv1.ServerFrame_Mine:
		w.Mine = body.Mine
	case *gatewayv1.ServerFrame_Muted:
		w.Muted = body.Muted
	case *gatewayv1.ServerFrame_Verdict:
		w.Verdicts = append(w.Verdicts, body.Verdict)
	case *gatewayv1.ServerFrame_Resync:
		w.Resyncs++
	case *gatewayv1.ServerFrame_Goodbye:
		w.Goodbye = body.Goodbye
	case *gatewayv1.ServerFrame_Ack:
		v.answer(body.Ack.GetId(), f)
	case *gatewayv1.ServerFrame_Fault:
		w.Faults = append(w.Faults, body.Fault)
		v.answer(body.Fault.GetId(), f)
	}
	v.changed.Broadcast()
}

func (v *Viewer) answer(id string, f *gatewayv1.ServerFrame) {
	if c := v.waiting[id]; c != nil {
		c <- f
		delete(v.waiting, id)
	}
}

func (v *Viewer) snapshot(s *gatewayv1.Snapshot) {
	w := &v.view
	w.Cursor, w.Room, w.Viewers, w.NotShown = s.GetCursor(), s.GetRoom(), s.GetViewers(), s.GetNotShown()
	w.Degraded = s.GetStatus().GetDegraded()
	w.Hearts = maps.Clone(s.GetHearts())
	if w.Hearts == nil {
		w.Hearts = map[string]uint64{}
	}
	if v.o.OnComment != nil {
		for _, c := range s.GetComments() {
			v.o.OnComment(c, true)
		}
	}
	if v.o.OnHearts != nil {
		v.o.OnHearts(s.GetHearts())
	}
	if v.o.Light {
		return
	}
	w.Comments = s.GetComments()
	clear(w.Questions)
	clear(w.Pending)
	clear(w.People)
	clear(w.Held)
	clear(w.Reports)
	clear(w.Claims)
	w.Pinned, w.OnAir = s.GetPinned().GetComment(), s.GetOnAir()
	for _, q := range s.GetQuestions() {
		w.Questions[q.GetQuestion()] = q
	}
	for _, q := range s.GetModeration().GetQuestions() { // a moderator is told of each once
		switch q.GetQuestion().GetState() {
		case "open", "answering", "answered":
			w.Questions[q.GetQuestion().GetQuestion()] = q.GetQuestion()
		}
	}
	v.moderation(s.GetModeration())
}

func (v *Viewer) tick(t *gatewayv1.Tick) {
	w := &v.view
	w.Ticks++
	w.Cursor = t.GetCursor()
	if t.Viewers != nil {
		w.Viewers = t.GetViewers()
	}
	if t.NotShown != nil {
		w.NotShown = max(w.NotShown, t.GetNotShown())
	}
	if t.GetRoom() != nil {
		w.Room = t.GetRoom()
	}
	if t.GetStatus() != nil {
		w.Degraded = t.GetStatus().GetDegraded()
	}
	for kind, n := range t.GetHearts() {
		w.Hearts[kind] = max(w.Hearts[kind], n)
	}
	if v.o.OnHearts != nil && len(t.GetHearts()) > 0 {
		v.o.OnHearts(t.GetHearts())
	}
	if v.o.OnComment != nil {
		for _, c := range t.GetComments() {
			v.o.OnComment(c, false)
		}
	}
	if v.o.Light {
		return
	}
	w.Comments = append(w.Comments, t.GetComments()...)
	for _, id := range t.GetRemoved() {
		w.Removed[id] = true
		kept := w.Comments[:0:0]
		for _, c := range w.Comments {
			if c.GetComment() != id {
				kept = append(kept, c)
			}
		}
		w.Comments = kept
	}
	for _, c := range t.GetEdited() {
		for i, known := range w.Comments {
			if known.GetComment() == c.GetComment() {
				w.Comments[i] = c
			}
		}
	}
	for _, c := range t.GetRestored() {
		delete(w.Removed, c.GetComment())
		at, _ := slices.BinarySearchFunc(w.Comments, c, func(a, b *gatewayv1.Comment) int { return cmp.Compare(a.GetPlace(), b.GetPlace()) })
		w.Comments = slices.Insert(w.Comments, at, c)
	}
	for _, q := range t.GetQuestions() {
		w.Questions[q.GetQuestion()] = q
	}
	if t.GetOnAir() != nil {
		w.OnAir = t.GetOnAir()
	}
	if t.GetPinned() != nil {
		w.Pinned = t.GetPinned().GetComment()
	}
	for _, id := range t.GetGone() {
		delete(w.Questions, id)
		w.Gone[id] = true
	}
	for _, votes := range t.GetVotes() {
		if q := w.Questions[votes.GetQuestion()]; q != nil && votes.GetUpto() >= q.GetVotesUpto() {
			q.Votes, q.GuestVotes, q.VotesUpto = votes.GetVotes(), votes.GetGuestVotes(), votes.GetUpto()
		}
	}
	v.moderation(t.GetModeration())
}

func (v *Viewer) moderation(m *gatewayv1.Moderation) {
	for _, p := range m.GetPeople() {
		v.view.People[p.GetPerson()] = p
	}
	for _, h := range m.GetHeld() {
		v.view.Held[h.GetComment().GetComment()] = h
	}
	for _, id := range m.GetHeldGone() {
		delete(v.view.Held, id)
	}
	for _, c := range m.GetClaims() {
		if v.view.Claims[c.GetQuestion()] = c; c.GetPerson() == "" {
			delete(v.view.Claims, c.GetQuestion())
		}
	}
	for _, r := range m.GetReports() {
		if v.view.Reports[r.GetItem()] = r; r.GetPeople() == 0 {
			delete(v.view.Reports, r.GetItem())
		}
	}
	for _, q := range m.GetQuestions() {
		if q.GetQuestion().GetState() == "pending" {
			v.view.Pending[q.GetQuestion().GetQuestion()] = q
		} else {
			delete(v.view.Pending, q.GetQuestion().GetQuestion())
		}
	}
}
