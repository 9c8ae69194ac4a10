package questions

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func TestPolicyIsComplete(t *testing.T) {
	if err := Policy.Check(grpc.ServiceDesc(questionsv1.QuestionsService_ServiceDesc)); err != nil {
		t.Fatal(err)
	}
}

// Every pair of state and step is either an arrow of the diagram or refused.
func TestStateMachine(t *testing.T) {
	want := map[string]string{
		"pending approve": "open", "pending reject": "rejected", "pending withdraw": "withdrawn",
		"open reject": "rejected", "open highlight": "answering", "open queue": "open", "open unqueue": "open", "open answer": "answered",
		"open archive": "archived", "open withdraw": "withdrawn",
		"answering unhighlight": "open", "answering answer": "answered", "answering archive": "archived",
		"answered archive": "archived", "rejected approve": "open", "rejected archive": "archived", "archived restore": "answered",
		"pending edit": "pending", "open edit": "open", "answering edit": "answering", "answered edit": "answered",
		"pending label": "pending", "open label": "open", "answering label": "answering", "answered label": "answered",
		"open reorder": "open", "answering reorder": "answering", "pending merge": "merged", "open merge": "merged", "merged unmerge": "open",
	}
	got := map[string]string{}
	for s := pending; s <= merged; s++ {
		for st, a := range arrows {
			if st == undo { // leads wherever the question came from
				continue
			}
			q := &eventv1.Question{Id: "q", State: s, Next: true, BeforeArchive: answered, BeforeMerge: open}
			before := proto.CloneOf(q)
			name := word(s) + " " + strings.TrimSuffix(a.verb, "_question")
			if err := move(q, st, brings{nowMs: 5, text: 7, label: "x", place: "V", into: "r"}); err == nil {
				got[name] = word(q.GetState())
				if q.GetState() != open && q.GetNext() {
					t.Errorf("%s leaves it Next", name)
				}
			} else if !fault.Is(err, fault.WrongState) || !proto.Equal(q, before) {
				t.Errorf("%s: %v, changed %v", name, err, !proto.Equal(q, before))
			}
		}
	}
	for name, state := range want {
		if got[name] != state {
			t.Errorf("%s leads to %q, want %q", name, got[name], state)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("arrows that are not in the diagram: %v", got)
	}
}

// clock is a time that moves by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *clock) on(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.mu.Unlock()
}

type world struct {
	*testing.T
	bed  *testbed.Bed
	s    *Service
	time *clock

	requests int // made by do
}

func begin(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, bed: testbed.New(t), time: &clock{now: time.Now()}}
	w.bed.Room("main", nil)
	w.again()
	return w
}

// again makes the service anew, with nothing in memory.
func (w *world) again() {
	w.s = New(Options{Bus: w.bed.Bus, Views: w.bed.Views, Logger: w.bed.Log, Clock: w.time.Now})
}

func (w *world) as(role auth.Role, who string) context.Context {
	return testbed.As(w.Context(), role, who)
}

func (w *world) ask(who, request, words string) *questionsv1.Question {
	w.Helper()
	a, err := w.s.AskQuestion(w.as(auth.Viewer, who), &questionsv1.AskQuestionRequest{Room: "main", RequestId: request, Text: words})
	if err != nil {
		w.Fatal(err)
	}
	return a.GetQuestion()
}

func (w *world) step(who, request string, q *questionsv1.Question, st step) (*questionsv1.Question, error) {
	a, err := w.s.StepQuestion(w.as(auth.Moderator, who), &questionsv1.StepQuestionRequest{
		Room: "main", Question: q.GetQuestion(), RequestId: request, Revision: q.GetRevision(), Step: st,
	})
	return a.GetQuestion(), err
}

func (w *world) open(words string) *questionsv1.Question {
	w.Helper()
	q, err := w.step("mod", "approve-"+words, w.ask("asker-"+words, "ask-for-"+words, words), questionsv1.StepQuestionRequest_STEP_APPROVE)
	if err != nil {
		w.Fatal(err)
	}
	return q
}

func (w *world) vote(who string, q *questionsv1.Question, up bool) (bool, error) {
	a, err := w.s.VoteQuestion(w.as(auth.Viewer, who), &questionsv1.VoteQuestionRequest{Room: "main", Question: q.GetQuestion(), Up: up})
	return a.GetChanged(), err
}

func (w *world) refused(err error, reason fault.Reason) {
	w.Helper()
	if !fault.Is(err, reason) {
		w.Fatalf("got %v, want %s", err, reason)
	}
}

func (w *world) eventually(what string, ok func() bool) {
	w.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	w.Fatalf("never: %s", what)
}

func TestAskOncePerPersonAndRequest(t *testing.T) {
	w := begin(t)
	first := w.ask("ana", "request-1", "Is it free?")
	w.again() // a retry after the service was restarted
	if again := w.ask("ana", "request-1", "Is it free?"); again.GetQuestion() != first.GetQuestion() {
		t.Fatal("a retry made another question")
	}
	if other := w.ask("ben", "request-1", "Is it free?"); other.GetQuestion() == first.GetQuestion() {
		t.Fatal("two people's request ids met")
	}
	w.again()
	_, err := w.s.AskQuestion(w.as(auth.Viewer, "ana"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-1", Text: "Another"})
	w.refused(err, fault.RequestIDReused)
	keys, err := w.bed.Bus.Keys(t.Context(), bus.AllInRoom(bus.State, "main", "q"))
	if err != nil || len(keys) != 2 {
		t.Fatalf("%d questions are stored, %v", len(keys), err)
	}
}

func TestAskRefusals(t *testing.T) {
	w := begin(t)
	w.bed.Room("strict", func(r *eventv1.Room) { r.Settings.AnonymousQuestions = false })
	w.bed.Room("over", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_ENDED })
	for name, c := range map[string]struct {
		r      *questionsv1.AskQuestionRequest
		reason fault.Reason
	}{
		"no such room": {&questionsv1.AskQuestionRequest{Room: "nowhere", RequestId: "request-1", Text: "x"}, fault.RoomNotFound},
		"over":         {&questionsv1.AskQuestionRequest{Room: "over", RequestId: "request-1", Text: "x"}, fault.RoomEnded},
		"anonymous":    {&questionsv1.AskQuestionRequest{Room: "strict", RequestId: "request-1", Text: "x", Anonymous: true}, fault.AnonymousNotAllowed},
		"label":        {&questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-1", Text: "x", Label: "Weather"}, fault.UnknownLabel},
		"empty":        {&questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-1", Text: "\u200b"}, fault.TextEmpty},
		"long":         {&questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-1", Text: strings.Repeat("x", 281)}, fault.TextTooLong},
		"wildcard":     {&questionsv1.AskQuestionRequest{Room: "main.*", RequestId: "request-1", Text: "x"}, fault.FieldInvalid},
	} {
		_, err := w.s.AskQuestion(w.as(auth.Viewer, "ana"), c.r)
		if !fault.Is(err, c.reason) {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
	}
	for i := range 5 {
		w.ask("eager", fmt.Sprint("request-", i), "x")
	}
	_, err := w.s.AskQuestion(w.as(auth.Viewer, "eager"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-9", Text: "x"})
	if f, ok := fault.Of(err); !ok || f.Reason != fault.TooManyRequests || f.RetryAfter <= 0 {
		t.Fatalf("the sixth in a minute: %v", err)
	}
}

// Ten moderators act at once on what they all saw: one wins, the others are told where the question stands.
func TestFault51StepsHaveOneWinner(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "Is it free?")
	var wg sync.WaitGroup
	var mu sync.Mutex
	var won int
	for i := range 10 {
		st := questionsv1.StepQuestionRequest_STEP_APPROVE
		if i%2 == 1 {
			st = questionsv1.StepQuestionRequest_STEP_REJECT
		}
		wg.Go(func() {
			_, err := w.step(fmt.Sprint("mod", i), "request-m", q, st)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
				return
			}
			f, ok := fault.Of(err)
			if !ok || f.Reason != fault.RevisionMismatch || f.Meta["revision"] != "2" || f.Meta["state"] == "pending" {
				t.Errorf("a loser got %v %v", err, f.Meta)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Fatalf("%d won", won)
	}
}

func TestARetriedStepIsItsOwnSuccess(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "Is it free?")
	first, err := w.step("mod", "request-2", q, questionsv1.StepQuestionRequest_STEP_APPROVE)
	if err != nil {
		t.Fatal(err)
	}
	w.again()
	again, err := w.step("mod", "request-2", q, questionsv1.StepQuestionRequest_STEP_APPROVE)
	if err != nil || again.GetRevision() != first.GetRevision() {
		t.Fatalf("%v, %v", again, err)
	}
	_, err = w.step("mod", "request-3", q, questionsv1.StepQuestionRequest_STEP_REJECT)
	w.refused(err, fault.RevisionMismatch)
}

func TestWhoMayStep(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "Is it free?")
	_, err := w.s.StepQuestion(w.as(auth.Viewer, "ana"), &questionsv1.StepQuestionRequest{
		Room: "main", Question: q.GetQuestion(), RequestId: "request-2", Step: questionsv1.StepQuestionRequest_STEP_APPROVE,
	})
	w.refused(err, fault.PermissionDenied)
	withdraw := &questionsv1.StepQuestionRequest{
		Room: "main", Question: q.GetQuestion(), RequestId: "request-3", Step: questionsv1.StepQuestionRequest_STEP_WITHDRAW,
	}
	_, err = w.s.StepQuestion(w.as(auth.Viewer, "ben"), withdraw)
	w.refused(err, fault.QuestionNotFound)
	if a, err := w.s.StepQuestion(w.as(auth.Viewer, "ana"), withdraw); err != nil || a.GetQuestion().GetState() != questionsv1.Question_STATE_WITHDRAWN {
		t.Fatalf("%v, %v", a, err)
	}
}

func TestVotesNeedAnOpenQuestion(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "Is it free?")
	_, err := w.vote("ben", q, true)
	w.refused(err, fault.QuestionNotFound) // pending: that it exists is nobody's business
	if q, err = w.step("mod", "request-2", q, questionsv1.StepQuestionRequest_STEP_APPROVE); err != nil {
		t.Fatal(err)
	}
	if changed, err := w.vote("ben", q, true); err != nil || !changed { // at once: a refusal would ask the leader first
		t.Fatalf("%v, %v", changed, err)
	}
	if _, err = w.step("mod", "request-3", q, questionsv1.StepQuestionRequest_STEP_ANSWER); err != nil {
		t.Fatal(err)
	}
	w.eventually("votes are closed", func() bool { _, err := w.vote("eva", q, true); return fault.Is(err, fault.VotingClosed) })
	_, err = w.vote("ben", &questionsv1.Question{Question: strings.Repeat("a", 26)}, true)
	w.refused(err, fault.QuestionNotFound)
}

func TestPausedQuestionsWait(t *testing.T) {
	w := begin(t)
	q := w.open("free")
	w.bed.Room("main", func(r *eventv1.Room) { r.Settings.QuestionsPaused = true })
	asked := func(role auth.Role) error {
		_, err := w.s.AskQuestion(w.as(role, "ana"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "while-" + string(role), Text: "Now?"})
		return err
	}
	w.bed.Settle() // one that was taken meanwhile would be a known request for ever
	w.refused(asked(auth.Viewer), fault.QuestionsPaused)
	_, err := w.vote("ben", q, true)
	w.refused(err, fault.QuestionsPaused)
	if err := asked(auth.Moderator); err != nil {
		t.Errorf("a moderator tries it out: %v", err)
	}
	w.bed.Room("main", func(r *eventv1.Room) { r.Settings.QuestionsPaused = false })
	if err := asked(auth.Viewer); err != nil {
		t.Errorf("at once when they go on: %v", err)
	}
}

func (w *world) tallied(q *questionsv1.Question) uint64 {
	w.Helper()
	tally, err := w.s.tallyOf(w.Context(), "main", q.GetQuestion())
	if err != nil {
		w.Fatal(err)
	}
	return tally.GetVotes()
}

func (w *world) counting(s *Service) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	return func() { cancel(); <-done }
}

func TestOneVoteAPerson(t *testing.T) {
	w := begin(t)
	q := w.open("free")
	defer w.counting(w.s)()
	for i, up := range []bool{true, true, false, true, false, true} {
		changed, err := w.vote("ben", q, up)
		if err != nil || changed != (i != 1) {
			t.Fatalf("vote %d: %v, %v", i, changed, err)
		}
		w.time.on(2 * time.Second)
	}
	if changed, err := w.vote("never", q, false); err != nil || changed {
		t.Fatalf("taking back what was never given: %v, %v", changed, err)
	}
	w.eventually("one vote", func() bool { return w.tallied(q) == 1 })
	if _, err := w.vote("ben", q, false); err != nil {
		t.Fatal(err)
	}
	_, err := w.vote("ben", q, true)
	w.refused(err, fault.TooManyRequests) // one change a second
	mine, err := w.s.ListMyQuestions(w.as(auth.Viewer, "ben"), &questionsv1.ListMyQuestionsRequest{Room: "main"})
	if err != nil || len(mine.GetVoted()) != 0 {
		t.Fatalf("%v, %v", mine, err)
	}
}

// Rival tally processes, one of which is killed again and again and forgets everything, add up to what a recount says.
// 20 changes in all, the first vote among them: then it stays as it is, and whoever sends again what stands is told no wrong.
func TestAVoteIsChangedTwentyTimes(t *testing.T) {
	w := begin(t)
	q := w.open("free")
	up, changes := false, 0
	for range 30 {
		changed, err := w.vote("ben", q, !up)
		if err != nil {
			w.refused(err, fault.TooManyRequests)
			if f, _ := fault.Of(err); f.RetryAfter != 0 {
				t.Errorf("waiting does not help, and it says %v", f.RetryAfter)
			}
			break
		}
		if !changed {
			t.Fatalf("change %d changed nothing", changes)
		}
		up = !up
		changes++
		w.time.on(changeEvery)
	}
	if changes != maxChanges {
		t.Fatalf("it was changed %d times", changes)
	}
	if changed, err := w.vote("ben", q, up); err != nil || changed {
		t.Errorf("what stands, sent again: %v, %v", changed, err)
	}
	if changed, err := w.vote("eva", q, true); err != nil || !changed {
		t.Errorf("another's vote: %v, %v", changed, err)
	}
}

func TestTalliesEqualARecount(t *testing.T) {
	w := begin(t)
	questions := []*questionsv1.Question{w.open("one"), w.open("two"), w.open("three")}
	steady := New(Options{Bus: w.bed.Bus, Views: w.bed.Views, Logger: w.bed.Log})
	defer w.counting(steady)()
	over := make(chan struct{})
	var crashing sync.WaitGroup
	crashing.Go(func() {
		for {
			rival := New(Options{Bus: w.bed.Bus, Views: w.bed.Views, Logger: w.bed.Log})
			stop := w.counting(rival)
			select {
			case <-over:
				stop()
				return
			case <-time.After(time.Duration(100+rand.IntN(300)) * time.Millisecond):
				stop()
			}
		}
	})
	want := map[string]uint64{}
	var mu sync.Mutex
	var voting sync.WaitGroup
	for voter := range 60 {
		voting.Go(func() {
			for i, q := range questions {
				if (voter+i)%3 == 0 {
					continue
				}
				if _, err := w.vote(fmt.Sprint("voter", voter), q, true); err != nil {
					t.Error(err)
				}
				mu.Lock()
				want[q.GetQuestion()]++
				mu.Unlock()
				time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
			}
		})
	}
	voting.Wait()
	for _, q := range questions {
		w.eventually("the tally is the recount", func() bool { return w.tallied(q) >= want[q.GetQuestion()] })
	}
	time.Sleep(500 * time.Millisecond) // a rival that counts twice would do it now
	close(over)
	crashing.Wait()
	for _, q := range questions {
		if got := w.tallied(q); got != want[q.GetQuestion()] {
			t.Errorf("tally %d, recount %d", got, want[q.GetQuestion()])
		}
	}
}

func TestTalliesAreRebuiltAfterAnUncleanStop(t *testing.T) {
	w := begin(t)
	q := w.open("free")
	stop := w.counting(w.s)
	for i := range 7 {
		if _, err := w.vote(fmt.Sprint("voter", i), q, true); err != nil {
			t.Fatal(err)
		}
	}
	w.eventually("seven", func() bool { return w.tallied(q) == 7 })
	stop()
	w.bed.Restart(nil)
	if err := w.bed.Bus.Renew(t.Context(), "unclean_stop"); err != nil {
		t.Fatal(err)
	}
	w.again()
	if got := w.tallied(q); got != 0 {
		t.Fatalf("tallies were kept: %d", got)
	}
	defer w.counting(w.s)()
	w.eventually("seven again", func() bool { return w.tallied(q) == 7 })
}

func TestWhatAViewerMayList(t *testing.T) {
	w := begin(t)
	shown := w.open("shown")
	ana := &roomsv1.Actor{Subject: "ana", Name: "ana", Role: "viewer", Guest: true}
	a, err := w.s.AskQuestion(w.as(auth.Service, "backend"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-s", Text: "secret", Anonymous: true, Actor: ana})
	if err != nil {
		t.Fatal(err)
	}
	hidden := a.GetQuestion()
	w.eventually("both are followed", func() bool {
		l, err := w.s.ListQuestions(w.as(auth.Moderator, "mod"), &questionsv1.ListQuestionsRequest{Room: "main"})
		return err == nil && len(l.GetQuestions()) == 2
	})
	l, err := w.s.ListQuestions(w.as(auth.Viewer, "ben"), &questionsv1.ListQuestionsRequest{Room: "main"})
	if err != nil || len(l.GetQuestions()) != 1 || l.GetQuestions()[0].GetQuestion() != shown.GetQuestion() {
		t.Fatalf("a viewer lists %v, %v", l, err)
	}
	_, err = w.s.GetQuestion(w.as(auth.Viewer, "ben"), &questionsv1.GetQuestionRequest{Room: "main", Question: hidden.GetQuestion()})
	w.refused(err, fault.QuestionNotFound)
	if _, err := w.s.GetQuestion(w.as(auth.Viewer, "ana"), &questionsv1.GetQuestionRequest{Room: "main", Question: hidden.GetQuestion()}); err != nil {
		t.Fatalf("the asker cannot see its own: %v", err)
	}
	q, err := w.step("mod", "request-m", hidden, questionsv1.StepQuestionRequest_STEP_APPROVE)
	if err != nil || q.GetName() != "ana" || !q.GetGuest() {
		t.Fatalf("a moderator sees %v, %v", q, err)
	}
	w.eventually("it is open", func() bool {
		g, err := w.s.GetQuestion(w.as(auth.Viewer, "ben"), &questionsv1.GetQuestionRequest{Room: "main", Question: hidden.GetQuestion()})
		if err != nil {
			return false
		}
		if g.GetQuestion().GetName() != "" || g.GetQuestion().GetPerson() != "" || g.GetQuestion().GetGuest() {
			t.Fatalf("a viewer sees the anonymous asker: %v", g)
		}
		return true
	})
	one, err := w.s.ListQuestions(w.as(auth.Moderator, "mod"), &questionsv1.ListQuestionsRequest{Room: "main", PageSize: 1})
	if err != nil || len(one.GetQuestions()) != 1 || one.GetNextPageToken() == "" {
		t.Fatalf("%v, %v", one, err)
	}
	two, err := w.s.ListQuestions(w.as(auth.Moderator, "mod"), &questionsv1.ListQuestionsRequest{Room: "main", PageSize: 1, PageToken: one.GetNextPageToken()})
	if err != nil || len(two.GetQuestions()) != 1 || two.GetNextPageToken() != "" || two.GetQuestions()[0].GetQuestion() == one.GetQuestions()[0].GetQuestion() {
		t.Fatalf("%v, %v", two, err)
	}
	_, err = w.s.ListQuestions(w.as(auth.Moderator, "mod"), &questionsv1.ListQuestionsRequest{Room: "main", PageToken: "garbage"})
	w.refused(err, fault.PageTokenInvalid)
	_, err = w.s.ListQuestions(w.as(auth.Moderator, "mod"), &questionsv1.ListQuestionsRequest{Room: "main", PageSize: -1})
	w.refused(err, fault.FieldInvalid)
}
