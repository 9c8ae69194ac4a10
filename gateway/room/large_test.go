package room

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

func stored(t testing.TB, m proto.Message) []byte {
	t.Helper()
	body, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// fill has a room hold as much of everything as it can, every text of the longest kind.
func fill(t testing.TB, r *Room, comments int) {
	t.Helper()
	author := &eventv1.Author{Person: "p0123456789abcdef0123456789", Name: long(160), Guest: true, Role: eventv1.Role_ROLE_VIEWER}
	reply := &eventv1.Reply{Comment: "01JDQ0000000000000000000AB", Person: author.GetPerson(), Name: long(160)}
	now, at := time.Now(), uint64(1000)
	r.inbox.put(func(b *batch) {
		document := func(key string, m proto.Message) {
			at++
			b.docs = append(b.docs, follow.Document{Room: r.id, Key: key, Sequence: at, Time: now, Body: stored(t, m)})
		}
		b.texts = append(b.texts, fetched{sequence: 1, text: long(1200)}, fetched{sequence: 2, text: long(16_000)})
		for i := range comments {
			b.log = append(b.log, bus.Record{Sequence: uint64(1000 + i), Time: now, Body: stored(t, &eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{
				Comment: &eventv1.Comment{Id: fmt.Sprintf("01JDQ000000000000000%06d", i), Author: &eventv1.Author{Person: author.GetPerson(), Name: author.GetName(), Role: eventv1.Role_ROLE_HOST}, Text: long(1200), Reply: reply, PostedMs: now.UnixMilli()},
			}})})
		}
		for i := range 600 {
			id := fmt.Sprintf("01JDQ000000000000000%06d", i)
			document(heldPrefix+id, &eventv1.HeldComment{
				Id: id, Author: author, TextSequence: 1, PostedMs: int64(i), Reply: reply, Reason: eventv1.HoldReason_HOLD_REASON_FILTER, Detail: long(160),
			})
			document(people.StandingKey+"."+fmt.Sprintf("p%026d", i), &eventv1.Standing{
				Person: fmt.Sprintf("p%026d", i), Name: author.GetName(), Ban: &eventv1.Measure{By: author, Reason: long(800)},
				Timeout: &eventv1.Measure{By: author, Reason: long(800)}, Shadow: &eventv1.Measure{By: author, Reason: long(800)},
			})
			document(people.ReportsKey+"."+id, &eventv1.Reports{Kind: "comment", People: []string{"a"}, Reasons: map[string]uint32{"spam": 1}, LastMs: int64(i)})
			for _, state := range []eventv1.QuestionState{
				eventv1.QuestionState_QUESTION_STATE_PENDING, eventv1.QuestionState_QUESTION_STATE_OPEN, eventv1.QuestionState_QUESTION_STATE_ANSWERED,
			} {
				document(fmt.Sprintf("q.%s%d", id, state), &eventv1.Question{
					Id: fmt.Sprintf("%s%d", id, state), Author: author, TextSequence: 1, AnswerSequence: 2, State: state, OpenedMs: 1, AskedMs: int64(i),
				})
			}
		}
	})
	testbed.Until(t, "all of it is in the room", func() bool {
		n, _ := ask(r, func() int {
			if len(r.model.entries) == comments {
				r.model.position.state = at // as if the store had stored it
			}
			return len(r.model.entries)
		})
		return n == comments
	})
}

// However much of everything there is, each text of the longest kind, whoever comes is given a snapshot; who comes back after
// missing it all, one, too; and who comes back without having missed much gets that.
func TestTheLongestTextsReachWhoeverComes(t *testing.T) {
	s := newHouse(t)
	r := s.room("main", nil)
	fill(t, r, 700)
	for a, most := range map[frame.Audience]int{frame.Viewer: 256 << 10, frame.Moderator: 700 << 10} {
		newcomer := s.guest()
		newcomer.join(r, "newcomer", a, nil)
		f, size := newcomer.until(t, "the snapshot", isSnapshot)
		if size > most {
			t.Errorf("audience %d: a snapshot of %d bytes", a, size)
		}
		snapshot := f.GetSnapshot()
		mod := snapshot.GetModeration()
		t.Logf("audience %d: %d bytes, %d comments, %d questions, for moderators %d questions, %d held, %d people, %d reports", a, size,
			len(snapshot.GetComments()), len(snapshot.GetQuestions()), len(mod.GetQuestions()), len(mod.GetHeld()), len(mod.GetPeople()), len(mod.GetReports()))
		for name, missed := range map[string]uint64{"everything": 700, "much": 400, "little": 20} {
			cursor := proto.CloneOf(snapshot.GetCursor())
			cursor.Log -= missed
			back := s.guest()
			back.join(r, "back", a, cursor)
			f, _ := back.until(t, "the welcome of who missed "+name, isWelcome)
			if want := missed == 20; f.GetWelcome().GetRecovered() != want {
				t.Errorf("audience %d: who missed %s is recovered: %v", a, name, !want)
			}
			if f, size, err := back.next(); err != nil || size > most || f.GetTick() == nil && f.GetSnapshot() == nil || missed == 20 && len(f.GetTick().GetComments()) != 20 {
				t.Errorf("audience %d: who missed %s is sent %d bytes, %d comments: %v", a, name, size, len(f.GetTick().GetComments()), err)
			}
		}
	}
}

// Strangers come back with a thousand different cursors at once: so many are sent what they missed, and the others share a
// snapshot; with a cursor that is known already everybody is sent what it missed.
func TestAThousandDifferentCursorsShareASnapshot(t *testing.T) {
	s := newHouse(t)
	r := s.room("main", func(r *eventv1.Room) { r.Settings.MinTickMs = 60_000 }) // one tick's time, however slow this computer is
	fill(t, r, 700)
	member := s.guest().member
	returns := func(state uint64) outcome {
		what, _ := ask(r, func() outcome {
			_, what := r.catchUp(&join{
				seat: &Seat{Member: member, Protocol: frame.JSON}, cursor: &gatewayv1.Cursor{Epoch: r.epoch, Log: 1690, State: r.model.position.state - state},
			}, time.Now())
			return what
		})
		return what
	}
	r.do(func() { r.model.position.state += 1000 }) // as if that much had been stored in other rooms
	many := map[outcome]int{}
	for state := range uint64(1000) {
		many[returns(state)]++
	}
	bytes, _ := ask(r, func() int { return r.catchUps.bytes })
	if many[recovered] < 2 || many[recovered] > maxCatchUps || many[recovered]+many[busy] != 1000 || bytes > catchUpsBytes+maxCatchUpBytes {
		t.Errorf("of 1000 with different cursors: %v, with %d bytes", many, bytes)
	}
	if what := returns(0); what != recovered {
		t.Errorf("who comes back as others did: %s", what)
	}
}
