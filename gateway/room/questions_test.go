package room

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bloc"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// scene is a model that a test feeds by hand.
type scene struct {
	testing.TB
	*model
	next uint64
}

func newScene(t testing.TB, change func(*eventv1.RoomSettings)) *scene {
	s := &scene{t, newModel(slog.Default()), 0}
	room := &eventv1.Room{Id: "main", Settings: new(eventv1.RoomSettings)}
	if change != nil {
		change(room.Settings)
	}
	s.take(s.doc(follow.RoomKey, room))
	return s
}

func (s *scene) doc(key string, m proto.Message) batch {
	s.Helper()
	body, err := proto.Marshal(m)
	if err != nil {
		s.Fatal(err)
	}
	s.next++
	return batch{docs: []follow.Document{{Key: key, Sequence: s.next, Body: body}}}
}

// take applies a batch and gives what viewers and moderators are told.
func (s *scene) take(b batch) (viewers, moderators *gatewayv1.Tick) {
	c := s.apply(b, s.next, 1)
	if !s.empty(c, frame.Viewer) {
		viewers = s.model.tick(c, frame.Viewer, 1)
	}
	if !s.empty(c, frame.Moderator) {
		moderators = s.model.tick(c, frame.Moderator, 1)
	}
	return viewers, moderators
}

// open puts an open question on, asked in the order of n.
func (s *scene) open(n int, change func(*eventv1.Question)) (viewers, moderators *gatewayv1.Tick) {
	q := &eventv1.Question{Id: fmt.Sprintf("q%04d", n), State: opened, Revision: 1, TextSequence: uint64(n + 1), AskedMs: int64(n), OpenedMs: int64(n)}
	if change != nil {
		change(q)
	}
	b := s.doc("q."+q.GetId(), q)
	b.texts = []fetched{{sequence: uint64(n + 1), text: strings.Repeat("x", 279) + "?"}}
	return s.take(b)
}

// questionOf puts an open question with a text of so many bytes on.
func (s *scene) questionOf(n, bytes int) {
	q := &eventv1.Question{Id: fmt.Sprintf("q%04d", n), State: opened, Revision: 1, TextSequence: uint64(n + 1), AskedMs: int64(n), OpenedMs: int64(n)}
	b := s.doc("q."+q.GetId(), q)
	b.texts = []fetched{{sequence: uint64(n + 1), text: strings.Repeat("x", bytes)}}
	s.take(b)
}

func (s *scene) vote(counts map[int]uint64) (viewers *gatewayv1.Tick) {
	var b batch
	for n, votes := range counts {
		s.next++
		id := fmt.Sprintf("q%04d", n)
		body, err := proto.Marshal(&eventv1.Tally{Question: id, Votes: votes, Upto: s.next})
		if err != nil {
			s.Fatal(err)
		}
		b.tallies = append(b.tallies, follow.Document{Key: id, Sequence: s.next, Body: body})
	}
	viewers, _ = s.take(b)
	return viewers
}

const opened = eventv1.QuestionState_QUESTION_STATE_OPEN

func TestARoomsRanking(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(*eventv1.RoomSettings)
		want string
	}{
		"by votes":                  {nil, "3 2 0 1"}, // 3 is being answered; 0 and 1 have as many, and 0 is older
		"without guests' votes":     {func(s *eventv1.RoomSettings) { s.IgnoreGuestVotes = true }, "3 0 1 2"},
		"newest":                    {func(s *eventv1.RoomSettings) { s.QuestionRanking = eventv1.QuestionRanking_QUESTION_RANKING_NEWEST }, "3 2 1 0"},
		"the hosts', then by votes": {func(s *eventv1.RoomSettings) { s.QuestionRanking = eventv1.QuestionRanking_QUESTION_RANKING_HOSTS }, "3 1 2 0"},
	} {
		s := newScene(t, c.set)
		for n := range 4 {
			s.open(n, func(q *eventv1.Question) {
				switch n {
				case 1:
					q.Place = "V"
				case 3:
					q.State = eventv1.QuestionState_QUESTION_STATE_ANSWERING
				}
			})
		}
		s.vote(map[int]uint64{0: 4, 1: 4, 2: 9})
		s.questions["q0002"].tally.Guests = 8
		var got []string
		list, _ := s.ranked()
		for _, q := range list {
			got = append(got, strings.TrimLeft(q.doc.GetId()[1:4], "0")+q.doc.GetId()[4:])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, " "), c.want)
		}
	}
}

// A room of 2,000 questions costs a newcomer no more than one of 50, and every client is exact about the top.
func TestALargeRoomTellsTheTop(t *testing.T) {
	s := newScene(t, nil)
	for n := range 2000 {
		s.open(n, nil)
	}
	size := len(encoded(t, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Snapshot{Snapshot: s.snapshot(frame.Viewer, 1)}}))
	if size > 50<<10 {
		t.Errorf("a join snapshot of %d bytes", size)
	}
	t.Logf("2,000 questions of 280 characters: a join snapshot of %d bytes", size)
	if n := len(s.snapshot(frame.Viewer, 1).GetQuestions()); n != topQuestions {
		t.Errorf("it holds %d questions", n)
	}
	told := s.vote(map[int]uint64{1900: 5, 7: 1})
	if len(told.GetQuestions()) != 1 || told.GetQuestions()[0].GetQuestion() != "q1900" || told.GetQuestions()[0].GetVotes() != 5 {
		t.Fatalf("one rose to the top, and viewers are told %v", told.GetQuestions())
	}
	if len(told.GetVotes()) != 1 || told.GetVotes()[0].GetQuestion() != "q0007" {
		t.Fatalf("one of the top was voted for, and viewers are told %v", told.GetVotes())
	}
	all := map[int]uint64{} // everybody below the top gets a vote, which changes nothing at the top
	for n := range 2000 {
		all[n] = 1
	}
	delete(all, 1900)
	s.vote(map[int]uint64{0: 3})
	counted := map[string]bool{}
	for tick := s.vote(all); tick != nil; tick, _ = s.take(batch{}) {
		if n := len(tick.GetVotes()); n > topQuestions+votesPerTick {
			t.Fatalf("%d tallies in one tick", n)
		}
		for _, v := range tick.GetVotes() {
			counted[v.GetQuestion()] = true
		}
		for _, q := range tick.GetQuestions() {
			counted[q.GetQuestion()] = true
		}
	}
	if len(counted) < 1999 {
		t.Errorf("only %d tallies were ever told", len(counted))
	}
}

// Questions of the longest kind, with the longest names and answers, make the snapshot no larger, in whatever script.
func TestTheLongestQuestionsFitASnapshot(t *testing.T) {
	long := func(c string, graphemes int, limit text.Limits) string {
		return strings.Repeat(c, min(graphemes, limit.Graphemes, limit.Bytes/len(c)))
	}
	for name, c := range map[string]string{"letters": "x", "quotation marks": `"`, "line breaks": "\n", "emoji": "😀", "a family": "👨‍👩‍👧‍👦"} {
		for _, graphemes := range []int{20, 10_000} {
			s := newScene(t, func(r *eventv1.RoomSettings) { r.Labels = []string{"Price"} })
			words, answer, who := long(c, graphemes, text.Question), long(c, graphemes, text.Answer), long(c, graphemes, text.Name)
			all := batch{texts: []fetched{{sequence: 1, text: words}, {sequence: 2, text: answer}}}
			for n := range 2000 {
				q := &eventv1.Question{
					Id: fmt.Sprintf("%026d", n), State: opened, Revision: 1_000_000, TextSequence: 1, AskedMs: 1_790_000_000_000, OpenedMs: 1_790_000_000_000,
					AnsweringMs: 1_790_000_000_000, AnsweringStreamMs: 1_790_000_000_000, EditedMs: 1_790_000_000_000, Next: true,
					Place: strings.Repeat("z", 12), Label: "Price", Author: &eventv1.Author{Person: strings.Repeat("p", 26), Name: who},
				}
				if n >= 1900 {
					q.State, q.AnswerSequence, q.AnsweredMs = eventv1.QuestionState_QUESTION_STATE_ANSWERED, 2, 1_790_000_000_000
				}
				all.docs = append(all.docs, s.doc("q."+q.GetId(), q).docs...)
			}
			s.take(all)
			for _, q := range s.questions {
				q.tally = &eventv1.Tally{Votes: 100_000_000, Guests: 100_000_000, Upto: 1 << 60}
			}
			snapshot := s.snapshot(frame.Viewer, 1_790_000_000_000)
			size := len(encoded(t, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Snapshot{Snapshot: snapshot}}))
			if size > 50<<10 || len(snapshot.GetQuestions()) < 5 {
				t.Errorf("%s, %d of them: a join snapshot of %d bytes with %d questions", name, graphemes, size, len(snapshot.GetQuestions()))
			}
			t.Logf("%s, at most %d: %d bytes, %d questions", name, graphemes, size, len(snapshot.GetQuestions()))
		}
	}
}

// A room of 2,000 questions costs a moderator who comes no more than a viewer, in either protocol, in whatever script, and
// the pages bring every question that the snapshot left out.
func TestAModeratorJoinsALargeRoom(t *testing.T) {
	const many = 1_790_000_000_000
	long := func(c string, graphemes int, limit text.Limits) string {
		return strings.Repeat(c, min(graphemes, limit.Graphemes, limit.Bytes/len(c)))
	}
	states := []eventv1.QuestionState{
		eventv1.QuestionState_QUESTION_STATE_PENDING, opened, eventv1.QuestionState_QUESTION_STATE_ANSWERED, eventv1.QuestionState_QUESTION_STATE_REJECTED,
	}
	for name, c := range map[string]string{
		"letters": "x", "quotation marks": `"`, "line breaks": "\n", "Thai": "ก", "emoji": "😀", "a family": "👨‍👩‍👧‍👦",
	} {
		for _, graphemes := range []int{20, 10_000} {
			if graphemes < 280 && name != "letters" {
				continue // short ones are no matter of script
			}
			for mix, kinds := range map[string][]eventv1.QuestionState{"all wait": states[:1], "all open": states[1:2], "all answered": states[2:3], "mixed": states} {
				s := newScene(t, func(r *eventv1.RoomSettings) { r.Labels = []string{"Price"} })
				who := long(c, graphemes, text.Name)
				all := batch{texts: []fetched{{sequence: 1, text: long(c, graphemes, text.Question)}, {sequence: 2, text: long(c, graphemes, text.Answer)}}}
				for n := range 2000 {
					q := &eventv1.Question{
						Id: fmt.Sprintf("%026d", n), State: kinds[n%len(kinds)], Revision: 1_000_000, TextSequence: 1, AskedMs: many, Anonymous: n%2 == 0,
						Label: "Price", Author: &eventv1.Author{Person: strings.Repeat("p", 26), Name: who, Guest: true},
						LastBy: strings.Repeat("p", 26), UndoUntilMs: many, Undo: new(eventv1.Question), OriginalSequence: 1, EditedMs: many,
					}
					switch q.GetState() {
					case eventv1.QuestionState_QUESTION_STATE_PENDING:
						q.HoldReason, q.HoldDetail = eventv1.HoldReason_HOLD_REASON_FILTER, long(c, graphemes, text.Term)
					case eventv1.QuestionState_QUESTION_STATE_REJECTED:
						q.Reason = long(c, graphemes, text.Reason)
					case eventv1.QuestionState_QUESTION_STATE_ANSWERED:
						q.AnswerSequence, q.AnsweredMs = 2, many
						fallthrough
					default:
						q.OpenedMs, q.AnsweringMs, q.AnsweringStreamMs, q.Next, q.Place = many, many, many, true, strings.Repeat("z", 12)
					}
					all.docs = append(all.docs, s.doc("q."+q.GetId(), q).docs...)
				}
				s.take(all)
				for _, q := range s.questions {
					q.tally = &eventv1.Tally{Votes: 100_000_000, Guests: 100_000_000, Upto: 1 << 60}
				}
				snapshot := s.snapshot(frame.Moderator, many)
				message := &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Snapshot{Snapshot: snapshot}}
				binary, err := frame.Encode(frame.Binary, message)
				if err != nil {
					t.Fatal(err)
				}
				inJSON, inBinary, held := len(encoded(t, message)), len(binary.Bytes()), len(snapshot.GetModeration().GetQuestions())
				least := map[string]int{"all wait": 10, "all open": 4, "all answered": 1, "mixed": 5}[mix]
				if inJSON > 50<<10 || inBinary > 50<<10 || held < least {
					t.Errorf("%s, %d of them, %s: a join snapshot of %d bytes in JSON and %d in protobuf with %d questions", name, graphemes, mix, inJSON, inBinary, held)
				}
				t.Logf("%s, at most %d, %s: %d bytes in JSON, %d in protobuf, %d questions", name, graphemes, mix, inJSON, inBinary, held)
				if name != "letters" {
					continue // the pages are cut as the snapshot is
				}
				if got := s.pages(); len(got) != 2000 {
					t.Errorf("%s, %d of them, %s: the pages bring %d of 2,000", name, graphemes, mix, len(got))
				}
			}
		}
	}
}

// pages reads every list to its end behind what a snapshot held, and gives how often each question was told. A page that
// is too large fails the test.
func (s *scene) pages() map[string]int {
	s.Helper()
	told, last := map[string]int{}, map[string]string{}
	listOf := func(q *gatewayv1.Question) string {
		switch q.GetState() {
		case "pending":
			return "pending"
		case "open", "answering":
			return "open"
		}
		return "settled"
	}
	for _, q := range s.snapshot(frame.Moderator, 1).GetModeration().GetQuestions() {
		told[q.GetQuestion().GetQuestion()]++
		last[listOf(q.GetQuestion())] = q.GetQuestion().GetQuestion()
	}
	for _, list := range []string{"pending", "open", "settled"} {
		for more := true; more; {
			page, err := s.page(list, last[list])
			if err != nil {
				s.Fatal(err)
			}
			ack := &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Ack{Ack: &gatewayv1.Ack{Result: &gatewayv1.Ack_Questions{Questions: page}}}}
			if size := len(encoded(s, ack)); size > 50<<10 || len(page.GetQuestions()) > pageQuestions {
				s.Fatalf("a page of %d bytes with %d questions", size, len(page.GetQuestions()))
			}
			for _, q := range page.GetQuestions() {
				told[q.GetQuestion().GetQuestion()]++
				last[list] = q.GetQuestion().GetQuestion()
				if listOf(q.GetQuestion()) != list {
					s.Fatalf("%s is %s and on a page of %s", q.GetQuestion().GetQuestion(), q.GetQuestion().GetState(), list)
				}
			}
			more = page.GetMore()
		}
	}
	for id, n := range told {
		if n != 1 {
			s.Errorf("%s is told %d times", id, n)
		}
	}
	return told
}

// Where a page begins is a question, not a number: what is decided meanwhile, the last one of a page included, makes
// nobody miss what stood behind it.
func TestAPageBeginsBehindWhatWasDecidedMeanwhile(t *testing.T) {
	s := newScene(t, nil)
	waits := func(n int, st eventv1.QuestionState, revision uint64) {
		s.open(n, func(q *eventv1.Question) { q.State, q.Revision = st, revision })
	}
	for n := range 250 {
		waits(n, eventv1.QuestionState_QUESTION_STATE_PENDING, 1)
	}
	first, err := s.page("pending", "")
	if err != nil || len(first.GetQuestions()) < 40 || !first.GetMore() || first.GetQuestions()[0].GetQuestion().GetQuestion() != "q0000" {
		t.Fatalf("the first page is %v, %v", first, err)
	}
	many := len(first.GetQuestions())
	for n := range many { // a moderator works through it
		waits(n, eventv1.QuestionState_QUESTION_STATE_REJECTED, 2)
	}
	second, err := s.page("pending", first.GetQuestions()[many-1].GetQuestion().GetQuestion())
	if err != nil || second.GetQuestions()[0].GetQuestion().GetQuestion() != fmt.Sprintf("q%04d", many) {
		t.Fatalf("the second page is %v, %v", second, err)
	}
	s.take(batch{docs: []follow.Document{{Key: "q.q0199", Sequence: s.next + 1}}}) // erased with its room's past
	s.next++
	if again, err := s.page("pending", "q0199"); err != nil || again.GetQuestions()[0].GetQuestion().GetQuestion() != fmt.Sprintf("q%04d", many) {
		t.Fatalf("behind one that is no more: %v, %v", again, err)
	}
	if _, err := s.page("withdrawn", ""); err == nil {
		t.Fatal("there is no such list, and a page of it")
	}
}

// An open question that a moderator was not sent rises by votes alone, which change no document: it is told whole, to
// those who are there and to those who come back.
func TestModeratorsAreToldWhatRises(t *testing.T) {
	s := newScene(t, nil)
	s.epoch = "e"
	for n := range 200 {
		s.open(n, nil)
	}
	before := s.snapshot(frame.Moderator, 1)
	known := map[string]bool{}
	for _, q := range before.GetModeration().GetQuestions() {
		known[q.GetQuestion().GetQuestion()] = true
	}
	if len(before.GetQuestions()) != 0 || len(known) < 20 || known["q0150"] {
		t.Fatalf("a moderator who comes is sent %d and %d questions", len(before.GetQuestions()), len(known))
	}
	b := batch{tallies: s.doc("q0150", &eventv1.Tally{Question: "q0150", Votes: 7, Upto: 9}).docs}
	_, mods := s.take(b)
	if got := mods.GetModeration().GetQuestions(); len(got) != 1 || got[0].GetQuestion().GetQuestion() != "q0150" || got[0].GetQuestion().GetVotes() != 7 {
		t.Fatalf("q0150 rose, and moderators are told %v", got)
	}
	found := false
	for _, q := range s.since(before.GetCursor(), frame.Moderator, 2).GetModeration().GetQuestions() {
		found = found || q.GetQuestion().GetQuestion() == "q0150"
	}
	if !found {
		t.Fatal("q0150 rose, and one who was away is not told")
	}
}

// What a snapshot leaves out because texts are long is not known to newcomers: when it rises, it is told whole.
func TestWhatASnapshotLeavesOutIsToldWhenItRises(t *testing.T) {
	s := newScene(t, nil)
	const long = 2000 // bytes of a text in a script of three or four bytes a letter
	for n := range topQuestions {
		s.questionOf(n, long)
	}
	known := map[string]bool{}
	for _, q := range s.snapshot(frame.Viewer, 1).GetQuestions() {
		known[q.GetQuestion()] = true
	}
	if len(known) == 0 || len(known) >= topQuestions {
		t.Fatalf("a snapshot of %d questions; this test needs some that are left out", len(known))
	}
	last := topQuestions - 1
	told := s.vote(map[int]uint64{last: 3})
	if id := fmt.Sprintf("q%04d", last); known[id] || len(told.GetQuestions()) != 1 || told.GetQuestions()[0].GetQuestion() != id {
		t.Fatalf("%s rose into what a snapshot holds, and a viewer who came before is told %v", id, told)
	}
}

// Whoever resumes is sent the whole top: a question may have risen while it was away by votes alone, which change no
// document.
func TestWhoeverResumesIsSentWhatRoseMeanwhile(t *testing.T) {
	s := newScene(t, nil)
	for n := range topQuestions + 10 {
		s.open(n, nil)
	}
	s.epoch = "e"
	known := map[string]bool{}
	before := s.snapshot(frame.Viewer, 1)
	for _, q := range before.GetQuestions() {
		known[q.GetQuestion()] = true
	}
	last := topQuestions + 9
	s.vote(map[int]uint64{last: 3, 0: 1})
	back := s.since(before.GetCursor(), frame.Viewer, 2)
	votes := map[string]uint64{}
	for _, q := range back.GetQuestions() {
		known[q.GetQuestion()], votes[q.GetQuestion()] = true, q.GetVotes()
	}
	for _, q := range s.snapshot(frame.Viewer, 2).GetQuestions() {
		if !known[q.GetQuestion()] {
			t.Errorf("%s is in the top, and one who resumed does not know it", q.GetQuestion())
		}
	}
	if id := fmt.Sprintf("q%04d", last); votes[id] != 3 || votes["q0000"] != 1 {
		t.Errorf("one who resumed has the votes %v", votes)
	}
	for _, v := range back.GetVotes() {
		if votes[v.GetQuestion()] != 0 {
			t.Errorf("the votes of %s are told twice", v.GetQuestion())
		}
	}
}

func encoded(t testing.TB, m *gatewayv1.ServerFrame) []byte {
	t.Helper()
	f, err := frame.Encode(frame.JSON, m)
	if err != nil {
		t.Fatal(err)
	}
	return f.Bytes()
}

func TestModeratorsSeeClaimsAndCounts(t *testing.T) {
	s := newScene(t, nil)
	s.open(0, nil)
	_, mods := s.open(1, func(q *eventv1.Question) { q.State = eventv1.QuestionState_QUESTION_STATE_PENDING })
	if n := mods.GetModeration().GetCounts(); n.GetPending() != 1 || n.GetOpen() != 1 {
		t.Fatalf("counts %v", n)
	}
	by := &eventv1.Author{Person: "p", Name: "Mo"}
	viewers, mods := s.take(s.doc("claim.q0001", &eventv1.Claim{Question: "q0001", By: by, UntilMs: 45_000}))
	if viewers != nil {
		t.Errorf("viewers are told of a claim: %v", viewers)
	}
	if got := mods.GetModeration().GetClaims(); len(got) != 1 || got[0].GetName() != "Mo" || got[0].GetUntilMs() != 45_000 {
		t.Fatalf("moderators are told %v", got)
	}
	if got := s.snapshot(frame.Moderator, 1).GetModeration(); len(got.GetClaims()) != 1 || len(got.GetQuestions()) != 2 {
		t.Fatalf("a moderator who comes is sent %v", got)
	}
	before := s.next
	s.next++
	_, mods = s.take(batch{docs: []follow.Document{{Key: "claim.q0001", Sequence: s.next}}})
	if got := mods.GetModeration().GetClaims(); len(got) != 1 || got[0].GetPerson() != "" {
		t.Fatalf("it has ended, and moderators are told %v", got)
	}
	if got := s.moderationSince(before).GetClaims(); len(got) != 1 || got[0].GetPerson() != "" {
		t.Fatalf("one who was away is told %v", got)
	}
	if got := s.snapshot(frame.Moderator, 1).GetModeration().GetClaims(); len(got) != 0 {
		t.Fatalf("one who comes is sent %v", got)
	}
}

// Votes that come from one network are told to moderators and to nobody else, until others have come to them.
func TestModeratorsAreToldOfBlocs(t *testing.T) {
	s := newScene(t, nil)
	s.open(0, nil)
	s.open(1, nil)
	votes := &eventv1.Tally{Question: "q0000"}
	vote := func(n int, network func(i int) uint64) (viewers, moderators *gatewayv1.Tick) {
		for i := range n {
			votes.Votes, votes.Upto = votes.GetVotes()+1, votes.GetUpto()+1
			votes.Origins = bloc.Add(votes.GetOrigins(), network(i))
		}
		b := s.doc(votes.GetQuestion(), votes)
		return s.take(batch{tallies: b.docs})
	}
	here := func(int) uint64 { return 7 }
	viewers, mods := vote(19, here)
	if got := mods.GetModeration().GetBlocs(); viewers.GetVotes()[0].GetVotes() != 19 || len(got) != 0 {
		t.Fatalf("19 are told as %v", got)
	}
	viewers, mods = vote(1, here)
	if strings.Contains(protojson.Format(viewers), "bloc") || len(viewers.GetVotes()) != 1 {
		t.Fatalf("viewers are told %v", viewers)
	}
	got := mods.GetModeration().GetBlocs()
	if len(got) != 1 || got[0].GetQuestion() != "q0000" || got[0].GetPeople() != 20 || got[0].GetOf() != 20 || got[0].GetExpected() != 1 {
		t.Fatalf("moderators are told %v", got)
	}
	if got := s.snapshot(frame.Moderator, 1).GetModeration().GetBlocs(); len(got) != 1 {
		t.Fatalf("a moderator who comes is sent %v", got)
	}
	if got := protojson.Format(s.snapshot(frame.Viewer, 1)); strings.Contains(got, "bloc") {
		t.Fatalf("a viewer who comes is sent %s", got)
	}
	_, mods = vote(300, func(i int) uint64 { return 1000 + uint64(i) })
	if got := mods.GetModeration().GetBlocs(); len(got) != 1 || got[0].GetPeople() != 0 {
		t.Fatalf("300 others came, and moderators are told %v", got)
	}
	if got := s.moderationSince(s.next).GetBlocs(); len(got) != 1 || got[0].GetPeople() != 0 {
		t.Fatalf("one who was away is told %v", got)
	}
	if got := s.snapshot(frame.Moderator, 1).GetModeration().GetBlocs(); len(got) != 0 {
		t.Fatalf("one who comes is sent %v", got)
	}
}

func TestAnEditedQuestionKeepsItsOriginalFromViewers(t *testing.T) {
	s := newScene(t, nil)
	viewers, mods := s.open(0, func(q *eventv1.Question) { q.OriginalSequence, q.EditedMs = 900, 5 })
	if viewers != nil || mods != nil {
		t.Fatal("it was told before its original was read")
	}
	viewers, mods = s.take(batch{texts: []fetched{{sequence: 900, text: "as it was asked"}}})
	if got := mods.GetModeration().GetQuestions(); len(got) != 1 || got[0].GetOriginalText() != "as it was asked" {
		t.Fatalf("moderators are told %v", got)
	}
	if body := encoded(t, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Tick{Tick: viewers}}); strings.Contains(string(body), "as it was asked") || !viewers.GetQuestions()[0].GetEdited() {
		t.Fatalf("viewers are told %s", body)
	}
}

func BenchmarkRank(b *testing.B) {
	for _, n := range []int{100, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newScene(b, nil)
			for i := range n {
				s.open(i, nil)
			}
			i := 0
			for b.Loop() {
				i++
				s.vote(map[int]uint64{i % n: uint64(i)})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/question")
		})
	}
}
