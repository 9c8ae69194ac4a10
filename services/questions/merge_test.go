package questions

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

func (w *world) merge(q, into *questionsv1.Question) *questionsv1.Question {
	w.Helper()
	return w.must(w.now(q), &questionsv1.StepQuestionRequest{Step: merge, Into: into.GetQuestion()})
}

// Votes of merged questions are a union of people: who voted for both counts once. Parting restores both.
func TestAMergeIsAUnionAndCanBeUndone(t *testing.T) {
	w := begin(t)
	a, b, c := w.open("one"), w.open("two"), w.open("three")
	stop := w.counting(w.s)
	vote := func(q *questionsv1.Question, up bool, people ...int) {
		t.Helper()
		for _, n := range people {
			if _, err := w.vote(fmt.Sprint("voter", n), q, up); err != nil {
				t.Fatal(err)
			}
		}
	}
	vote(a, true, 1, 2, 3)
	vote(b, true, 3, 4)
	vote(c, true, 1, 5)
	counts := func(q *questionsv1.Question, want uint64) {
		t.Helper()
		w.eventually(fmt.Sprintf("%s has %d", q.GetText(), want), func() bool { return w.tallied(q) == want })
	}
	counts(a, 3)
	counts(b, 2)
	w.merge(b, a)
	counts(a, 4) // 1 2 3 4
	counts(b, 2) // kept, to be restored
	w.merge(c, a)
	counts(a, 5)
	w.bed.Settle()
	_, err := w.vote("voter9", b, true)
	w.refused(err, fault.VotingClosed)
	w.time.on(2 * time.Second)
	vote(a, true, 4, 6) // 4 is in already, by its vote for b
	counts(a, 6)
	stop()
	w.again() // nothing in memory
	stop = w.counting(w.s)
	vote(a, true, 7)
	counts(a, 7)
	mine, err := w.s.ListMyQuestions(w.as(auth.Viewer, "voter5"), &questionsv1.ListMyQuestionsRequest{Room: "main"})
	if err != nil || len(mine.GetVoted()) != 1 || mine.GetVoted()[0] != a.GetQuestion() {
		t.Fatalf("who voted for a merged one is told %v, %v", mine.GetVoted(), err)
	}
	w.time.on(2 * time.Second)
	vote(a, false, 3) // taken back for both
	counts(a, 6)
	w.must(w.now(c), &questionsv1.StepQuestionRequest{Step: unmerge})
	counts(a, 5) // 1 2 4 6 7
	counts(c, 2)
	undone := w.must(w.now(b), &questionsv1.StepQuestionRequest{Step: undo})
	if undone.GetState() != questionsv1.Question_STATE_OPEN {
		t.Fatalf("undone: %v", undone)
	}
	counts(a, 5) // 1 2 4 6 7: 4 has voted for it by itself
	counts(b, 1) // 4
	vote(b, true, 8)
	counts(b, 2)
	stop()
}

func TestMergesThatCannotBe(t *testing.T) {
	w := begin(t)
	a, b := w.open("one"), w.open("two")
	waits := w.ask("ana", "request-1", "waits")
	into := func(q, other *questionsv1.Question) error {
		_, err := w.do(auth.Moderator, "mod", w.now(q), &questionsv1.StepQuestionRequest{Step: merge, Into: other.GetQuestion()})
		return err
	}
	w.refused(into(a, a), fault.FieldInvalid)
	w.refused(into(a, &questionsv1.Question{Question: "aaaaaaaaaaaaaaaaaaaaaaaaaa"}), fault.QuestionNotFound)
	w.refused(into(a, &questionsv1.Question{Question: "a.*"}), fault.FieldInvalid)
	w.refused(into(a, waits), fault.WrongState) // its votes would be seen by nobody
	w.merge(waits, a)
	w.merge(b, a)
	w.refused(into(a, b), fault.WrongState) // it stands for itself no more
	_, err := w.do(auth.Moderator, "mod", w.now(b), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	w.refused(err, fault.WrongState)
	w.must(w.now(b), &questionsv1.StepQuestionRequest{Step: unmerge})
	w.merge(a, b)
	_, err = w.do(auth.Moderator, "mod", w.now(b), &questionsv1.StepQuestionRequest{Step: undo})
	w.refused(err, fault.WrongState) // merged again they would go round in a circle
}

// Who parts two questions by mistake has them merged again, with the votes of both.
func TestAPartingIsTakenBack(t *testing.T) {
	w := begin(t)
	a, b := w.open("one"), w.open("two")
	defer w.counting(w.s)()
	for who, q := range map[string]*questionsv1.Question{"voter1": a, "voter2": b, "voter3": b} {
		if _, err := w.vote(who, q, true); err != nil {
			t.Fatal(err)
		}
	}
	counts := func(what string, want uint64) {
		t.Helper()
		w.eventually(fmt.Sprintf("%s, the votes are %d", what, want), func() bool { return w.tallied(a) == want })
	}
	w.merge(b, a)
	counts("merged", 3)
	w.must(w.now(b), &questionsv1.StepQuestionRequest{Step: unmerge})
	counts("parted", 1)
	if q := w.must(w.now(b), &questionsv1.StepQuestionRequest{Step: undo}); q.GetMergedInto() != a.GetQuestion() {
		t.Fatalf("taken back it is %v", q)
	}
	counts("merged again", 3)
	if q := w.must(w.now(b), &questionsv1.StepQuestionRequest{Step: unmerge}); q.GetState() != questionsv1.Question_STATE_OPEN || q.GetMergedInto() != "" {
		t.Errorf("parted again it is %v", q)
	}
	counts("parted again", 1)
}

// A host may take anybody's step back, but not by mistake for one of its own.
func TestAHostWhoMeansItsOwnStepTakesNobodyElsesBack(t *testing.T) {
	w := begin(t)
	q := w.open("one")
	w.must(w.now(q), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_QUEUE}) // a moderator's
	_, err := w.do(auth.Host, "host", w.now(q), &questionsv1.StepQuestionRequest{Step: undo, Own: true})
	w.refused(err, fault.UndoExpired)
	if back, err := w.do(auth.Host, "host", w.now(q), &questionsv1.StepQuestionRequest{Step: undo}); err != nil || back.GetNext() {
		t.Errorf("a host takes it back: %v, %v", back, err)
	}
	entries, _, err := audit.List(w.Context(), w.bed.Bus, "main", audit.Query{Most: 10})
	if err != nil || len(entries) != 3 {
		t.Fatalf("the trail is %v, %v", entries, err)
	}
	for _, e := range entries {
		if e.GetAbout() != w.now(q).GetPerson() {
			t.Errorf("%s is about %q, want the asker", e.GetAction(), e.GetAbout())
		}
	}
}

// Two moderators merge two questions into one another at once, again and again: never do both succeed.
func TestMergesNeverGoRound(t *testing.T) {
	w := begin(t)
	a, b := w.open("one"), w.open("two")
	for round := range 15 {
		var wg sync.WaitGroup
		for i, pair := range [][2]*questionsv1.Question{{a, b}, {b, a}} {
			wg.Go(func() {
				_, err := w.s.StepQuestion(w.as(auth.Moderator, fmt.Sprint("mod", i)), &questionsv1.StepQuestionRequest{
					Room: "main", Question: pair[0].GetQuestion(), RequestId: fmt.Sprintf("request-%d-%d", round, i), Step: merge, Into: pair[1].GetQuestion(),
				})
				if err != nil && !fault.Is(err, fault.WrongState) && !fault.Is(err, fault.RevisionMismatch) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		first, second := w.now(a), w.now(b)
		if first.GetMergedInto() != "" && second.GetMergedInto() != "" {
			t.Fatal("each was merged into the other")
		}
		for _, q := range []*questionsv1.Question{first, second} {
			if q.GetMergedInto() != "" {
				w.must(q, &questionsv1.StepQuestionRequest{Step: unmerge})
			}
		}
	}
}

// While people vote and take back, moderators merge and part, and tally processes are killed and compete, the tallies end
// as a recount says.
func TestMergedTalliesEqualARecount(t *testing.T) {
	w := begin(t)
	questions := []*questionsv1.Question{w.open("one"), w.open("two"), w.open("three")}
	w.s.clock = time.Now
	steady := New(Options{Bus: w.bed.Bus, Views: w.bed.Views, Logger: w.bed.Log})
	defer w.counting(steady)()
	over := make(chan struct{})
	var beside sync.WaitGroup
	beside.Go(func() {
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
	var voting sync.WaitGroup
	for voter := range 40 {
		voting.Go(func() {
			for _, q := range questions {
				time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond) // votes fall before, between and after the merges
				_, err := w.vote(fmt.Sprint("voter", voter), q, rand.IntN(4) > 0)
				if err != nil && !fault.Is(err, fault.VotingClosed) {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		w.merge(questions[1], questions[0])
		w.merge(questions[2], questions[0])
		time.Sleep(30 * time.Millisecond) // votes come in while they are merged
		w.must(w.now(questions[1]), &questionsv1.StepQuestionRequest{Step: unmerge})
		w.must(w.now(questions[2]), &questionsv1.StepQuestionRequest{Step: unmerge})
	}
	w.merge(questions[2], questions[1])
	w.merge(questions[1], questions[0])
	voting.Wait()
	w.eventually("every tally is its recount", func() bool {
		r, err := w.s.RecountVotes(w.as(auth.Host, "host"), &questionsv1.RecountVotesRequest{Room: "main"})
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range r.GetQuestions() {
			if q.GetWaiting() > 0 {
				return false
			}
		}
		return r.GetEqual() && len(r.GetQuestions()) == 3
	})
	time.Sleep(500 * time.Millisecond) // a rival that counts twice would do it now
	close(over)
	beside.Wait()
	r, err := w.s.RecountVotes(w.as(auth.Host, "host"), &questionsv1.RecountVotesRequest{Room: "main"})
	if err != nil || !r.GetEqual() {
		t.Fatalf("%v, %v", r, err)
	}
}

// Two tally processes see a merge and its parting, the second one first; then it is gone. What is voted on afterwards is
// counted by the one that is left, though what it remembers is from before the parting.
func TestVotesAfterAPartingThatARivalLinkedAreCounted(t *testing.T) {
	w := begin(t)
	a, b := w.open("one"), w.open("two")
	votes, links := uint64(1), make(map[*tally]uint64)
	fold := func(t1 *tally) { // all there is
		t.Helper()
		records, _, err := w.bed.Bus.Range(t.Context(), bus.Everything(bus.Votes), votes, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			votes = r.Sequence + 1
			if err := t1.take(r); err != nil {
				t.Fatal(err)
			}
		}
		documents, err := w.bed.Bus.ReadAll(t.Context(), bus.AllInRoom(bus.State, "main", "q"))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range documents {
			if r.Sequence <= links[t1] {
				continue
			}
			if err := t1.takeQuestion(r); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range documents {
			links[t1] = max(links[t1], r.Sequence)
		}
		if err := t1.fold(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	first, second := newTally(w.bed.Bus, w.bed.Log, w.s.meter), newTally(w.bed.Bus, w.bed.Log, w.s.meter)
	for voter, q := range []*questionsv1.Question{a, b} {
		if _, err := w.vote(fmt.Sprint("voter", voter), q, true); err != nil {
			t.Fatal(err)
		}
	}
	w.merge(b, a)
	fold(first)
	if n := w.tallied(a); n != 2 {
		t.Fatalf("merged: %d, want 2", n)
	}
	w.must(w.now(b), &questionsv1.StepQuestionRequest{Step: unmerge})
	fold(second)
	fold(first)
	for voter, q := range []*questionsv1.Question{a, b} {
		if _, err := w.vote(fmt.Sprint("late", voter), q, true); err != nil {
			t.Fatal(err)
		}
	}
	fold(first)
	if one, two := w.tallied(a), w.tallied(b); one != 2 || two != 2 {
		t.Fatalf("after the parting: %d and %d, want 2 and 2", one, two)
	}
}

// What others asked outlives the question that it was merged into: its asker's withdrawal, or the removal of everything of a
// person, takes that person's questions alone, merged ones among them.
func TestMergedQuestionsOutliveWhatTheyWereMergedInto(t *testing.T) {
	w := begin(t)
	defer w.counting(w.s)()
	asked := func(who, words string) *questionsv1.Question {
		q := w.ask(who, "request-"+words, words)
		opened, err := w.step("mod", "open-"+words, q, questionsv1.StepQuestionRequest_STEP_APPROVE)
		if err != nil {
			t.Fatal(err)
		}
		return opened
	}
	first, second, third, fourth := asked("ann", "first"), asked("bob", "second"), asked("cy", "third"), asked("bob", "fourth")
	for _, q := range []*questionsv1.Question{first, second, third} {
		if _, err := w.vote("voter", q, true); err != nil {
			t.Fatal(err)
		}
	}
	stands := func(q *questionsv1.Question, want questionsv1.Question_State, into *questionsv1.Question) {
		t.Helper()
		if now := w.now(q); now.GetState() != want || now.GetMergedInto() != into.GetQuestion() {
			t.Fatalf("%s is %v, in %q", q.GetText(), now.GetState(), now.GetMergedInto())
		}
	}
	w.merge(second, first)
	w.bed.Settle()
	if _, err := w.do(auth.Viewer, "ann", w.now(first), &questionsv1.StepQuestionRequest{Step: withdraw}); err != nil {
		t.Fatal(err)
	}
	stands(first, questionsv1.Question_STATE_WITHDRAWN, nil)
	stands(second, questionsv1.Question_STATE_OPEN, nil)
	w.eventually("it has its own vote", func() bool { return w.tallied(second) == 1 })
	w.merge(fourth, third)
	w.merge(third, second)
	w.bed.Settle()
	if n, err := w.removeAll(auth.Moderator, "mod", w.now(second).GetPerson()); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	stands(second, questionsv1.Question_STATE_ARCHIVED, nil)
	stands(third, questionsv1.Question_STATE_OPEN, nil)
	stands(fourth, questionsv1.Question_STATE_ARCHIVED, nil)
	if n, err := w.undoAll("mod", w.now(second).GetPerson()); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	stands(second, questionsv1.Question_STATE_OPEN, nil)
	stands(third, questionsv1.Question_STATE_MERGED, second) // with what it was merged into
	w.eventually("the votes of both", func() bool { return w.tallied(second) == 1 })
	if n, err := w.removeAll(auth.Moderator, "mod", w.now(second).GetPerson()); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	w.must(w.now(third), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_QUEUE})
	if _, err := w.undoAll("mod", w.now(second).GetPerson()); err != nil {
		t.Fatal(err)
	}
	stands(third, questionsv1.Question_STATE_OPEN, nil) // somebody moved it since
	if n, err := w.removeAll(auth.Moderator, "mod", w.now(second).GetPerson()); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	acts := map[string]*questionsv1.LogEntry{}
	if err := w.s.export(w.as(auth.Host, "host"), "main", func(r *questionsv1.ExportQuestionsResponse) error {
		acts[r.GetEntry().GetAction()] = r.GetEntry()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if all := acts["remove_person_questions"]; all.GetAbout() != w.now(second).GetPerson() || all.GetQuestion() != "" || acts["unmerge_question"].GetPerson() != "system" {
		t.Errorf("the log says %v", acts)
	}
}

// What was merged a moment ago is parted, too: followed state may not have come to it.
func TestWhatWasMergedAMomentAgoOutlivesAWithdrawal(t *testing.T) {
	w := begin(t)
	into, theirs := w.open("into"), w.open("theirs")
	following, stop := context.WithCancel(t.Context())
	state := follow.NewDocuments(w.bed.Bus, bus.State, w.bed.Log)
	stopped := make(chan struct{})
	go func() { defer close(stopped); _ = state.Run(following) }()
	behind := New(Options{Bus: w.bed.Bus, Views: follow.NewViews(state, w.bed.Bus, w.bed.Log), Logger: w.bed.Log, Clock: w.time.Now})
	if _, _, err := behind.judge.Room(t.Context(), "main", nil); err != nil {
		t.Fatal(err)
	}
	stop()
	<-stopped
	w.merge(theirs, into)
	w.bed.Settle()
	into = w.now(into)
	w.s = behind
	if _, err := w.do(auth.Viewer, "asker-into", into, &questionsv1.StepQuestionRequest{Step: withdraw}); err != nil {
		t.Fatal(err)
	}
	w.states(map[*questionsv1.Question]eventv1.QuestionState{into: withdrawn, theirs: open})
}

// A link that is written behind the withdrawal of what it leads to is taken away by who wrote it.
func TestAMergeThatComesTooLateIsParted(t *testing.T) {
	w := begin(t)
	into, theirs := w.open("into"), w.open("theirs")
	ctx := w.as(auth.Moderator, "mod")
	a, err := w.s.read(ctx, &questionsv1.StepQuestionRequest{Room: "main", Question: theirs.GetQuestion(), RequestId: "request-late", Step: merge, Into: into.GetQuestion()})
	if err != nil {
		t.Fatal(err)
	}
	q, record, err := w.s.stored(ctx, "main", theirs.GetQuestion())
	if err != nil {
		t.Fatal(err)
	}
	next, err := w.s.moved(ctx, a, q, a.room)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.do(auth.Viewer, "asker-into", w.now(into), &questionsv1.StepQuestionRequest{Step: withdraw}); err != nil {
		t.Fatal(err)
	}
	mark(q, next, a.author, a.act, w.time.Now().UnixMilli())
	if err := w.s.replace(ctx, "main", a.room, q, next, record.Sequence); err != nil {
		t.Fatal(err)
	}
	for range 2 { // told again it stands in the trail once
		if err := w.s.record(ctx, a, next); err != nil {
			t.Fatal(err)
		}
	}
	w.states(map[*questionsv1.Question]eventv1.QuestionState{into: withdrawn, theirs: open})
	if told := w.told(); told["merge_question"] != 1 || told["unmerge_question"] != 1 {
		t.Errorf("the trail has %v", told)
	}
}

// A parting that was cut short behind what it moved has its entry in the trail, and the reports begin anew, once it is tried again.
func TestAPartingThatWasCutShortIsFinished(t *testing.T) {
	w := begin(t)
	into, theirs := w.open("into"), w.open("theirs")
	w.reports(theirs, 2)
	w.bed.Settle()
	w.merge(theirs, into)
	w.removedHalf(into, questionsv1.StepQuestionRequest_STEP_ARCHIVE)
	q, record, err := w.s.stored(t.Context(), "main", theirs.GetQuestion())
	if err != nil {
		t.Fatal(err)
	}
	next := before(q)
	if err := move(next, unmerge, brings{}); err != nil {
		t.Fatal(err)
	}
	mark(q, next, audit.System(), partID("main", q, q.GetRevision()), w.time.Now().UnixMilli())
	if err := w.s.replace(t.Context(), "main", nil, q, next, record.Sequence); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := w.removeAll(auth.Moderator, "mod", into.GetPerson()); err != nil {
			t.Fatal(err)
		}
	}
	if told := w.told(); told["unmerge_question"] != 1 {
		t.Errorf("the trail has %v", told)
	}
	w.reports(theirs, 1)
	if all, _, err := people.ReadReports(t.Context(), w.bed.Bus, "main", theirs.GetQuestion()); err != nil || len(all.GetPeople()) != 1 {
		t.Errorf("parted and reported by one: %v, %v", all, err)
	}
}
