package questions

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// trail is how many acts the room's audit trail holds.
func (w *world) trail() int {
	w.Helper()
	entries, _, err := audit.List(w.Context(), w.bed.Bus, "main", audit.Query{Most: 500})
	if err != nil {
		w.Fatal(err)
	}
	return len(entries)
}

// faults.md 24: somebody opened a dialog as a moderator, claims its question, and is none when it is sent.
func TestFault24AModeratorDemotedWhileADialogIsOpen(t *testing.T) {
	w := begin(t)
	q, other := w.open("one"), w.open("two")
	if _, err := w.claim("mo", q, new(questionsv1.ClaimQuestionRequest)); err != nil {
		t.Fatal(err)
	}
	q, acts := w.now(q), w.trail()
	for name, r := range map[string]*questionsv1.StepQuestionRequest{
		"edit":   {Step: edit, Text: "Mended?"},
		"answer": {Step: answer, Answer: "Because."},
		"reject": {Step: reject, Reason: "off topic"},
		"label":  {Step: label, Label: "Price"},
		"merge":  {Step: merge, Into: other.GetQuestion()},
		"undo":   {Step: undo},
	} {
		r.Claimed = true
		if _, err := w.do(auth.Viewer, "mo", q, r); !fault.Is(err, fault.PermissionDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The claim cannot be renewed either, and hinders nobody longer than it would have.
	_, err := w.s.ClaimQuestion(w.as(auth.Viewer, "mo"), &questionsv1.ClaimQuestionRequest{Room: "main", Question: q.GetQuestion()})
	w.refused(err, fault.PermissionDenied)
	if now := w.now(q); !proto.Equal(now, q) || w.trail() != acts {
		t.Errorf("it was changed: %v, was %v; %d acts, were %d", now, q, w.trail(), acts)
	}
	if c, err := w.claim("max", q, &questionsv1.ClaimQuestionRequest{TakeOver: true}); err != nil || c.GetName() != "max" {
		t.Errorf("another takes it over: %v, %v", c, err)
	}
}

// faults.md 51: a moderator approves what its asker takes back at the same moment, both of what they saw. One of them
// does; the other gets ABORTED with where the question stands.
func TestFault51ApprovedWhileItsAskerWithdraws(t *testing.T) {
	w := begin(t)
	for round := range 12 {
		q := w.ask(fmt.Sprint("asker-", round), "request-1", fmt.Sprintf("Number %d?", round))
		errs := make([]error, 2)
		var both sync.WaitGroup
		both.Go(func() {
			_, errs[0] = w.s.StepQuestion(w.as(auth.Moderator, "mod"), &questionsv1.StepQuestionRequest{
				Room: "main", Question: q.GetQuestion(), RequestId: fmt.Sprint("approve-", round), Revision: q.GetRevision(), Step: questionsv1.StepQuestionRequest_STEP_APPROVE,
			})
		})
		both.Go(func() {
			_, errs[1] = w.s.StepQuestion(w.as(auth.Viewer, fmt.Sprint("asker-", round)), &questionsv1.StepQuestionRequest{
				Room: "main", Question: q.GetQuestion(), RequestId: "withdraw-1", Revision: q.GetRevision(), Step: withdraw,
			})
		})
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("round %d: approve %v, withdraw %v", round, errs[0], errs[1])
		}
		won := []string{"open", "withdrawn"}[map[bool]int{true: 0, false: 1}[errs[0] == nil]]
		lost := errs[0]
		if lost == nil {
			lost = errs[1]
		}
		f, ok := fault.Of(lost)
		if !ok || f.Reason != fault.RevisionMismatch || f.Meta["state"] != won || f.Meta["revision"] != "2" || status.Code(fault.Status(lost).Err()) != codes.Aborted {
			t.Fatalf("round %d: %s won, and the other is told %v %v", round, won, lost, f)
		}
		record, err := w.bed.Bus.Last(t.Context(), documentKey("main", q.GetQuestion()))
		if err != nil {
			t.Fatal(err)
		}
		if now, err := decode(record.Body); err != nil || word(now.GetState()) != won || now.GetRevision() != 2 {
			t.Fatalf("round %d: it is %v, %v; %s won", round, now, err, won)
		}
	}
}

// A vote that cannot be is answered with why, and nothing is stored.
func TestVotesThatAreRefusedChangeNothing(t *testing.T) {
	w := begin(t)
	w.bed.Room("other", nil)
	a, err := w.s.AskQuestion(w.as(auth.Viewer, "ana"), &questionsv1.AskQuestionRequest{Room: "other", RequestId: "request-1", Text: "Elsewhere?"})
	if err != nil {
		t.Fatal(err)
	}
	foreign := a.GetQuestion()
	if _, err := w.s.StepQuestion(w.as(auth.Moderator, "mod"), &questionsv1.StepQuestionRequest{
		Room: "other", Question: foreign.GetQuestion(), RequestId: "request-2", Step: questionsv1.StepQuestionRequest_STEP_APPROVE,
	}); err != nil {
		t.Fatal(err)
	}
	target, twice := w.open("target"), w.open("twice")
	state := func(words string, steps ...*questionsv1.StepQuestionRequest) *questionsv1.Question {
		q := w.open(words)
		for _, r := range steps {
			q = w.must(q, r)
		}
		return q
	}
	mergedOne := w.open("merged")
	w.merge(mergedOne, target)
	taken := w.open("withdrawn")
	if _, err := w.do(auth.Viewer, "asker-withdrawn", taken, &questionsv1.StepQuestionRequest{Step: withdraw}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.vote("ben", twice, true); err != nil {
		t.Fatal(err)
	}
	w.bed.Settle()
	votes := func() uint64 {
		n, err := w.bed.Bus.LastSequence(t.Context(), bus.Votes)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	w.time.on(2 * time.Second)
	before := votes()
	for name, c := range map[string]struct {
		q      *questionsv1.Question
		reason fault.Reason
	}{
		"pending":   {w.ask("eva", "request-3", "Pending?"), fault.QuestionNotFound},
		"merged":    {mergedOne, fault.VotingClosed},
		"foreign":   {foreign, fault.QuestionNotFound},
		"missing":   {&questionsv1.Question{Question: strings.Repeat("a", 26)}, fault.QuestionNotFound},
		"answered":  {state("answered", &questionsv1.StepQuestionRequest{Step: answer}), fault.VotingClosed},
		"rejected":  {state("rejected", &questionsv1.StepQuestionRequest{Step: reject}), fault.QuestionNotFound},
		"archived":  {state("archived", &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_ARCHIVE}), fault.QuestionNotFound},
		"withdrawn": {taken, fault.QuestionNotFound},
	} {
		w.bed.Settle()
		for _, up := range []bool{true, false} {
			_, err := w.vote("ben", c.q, up)
			f, ok := fault.Of(err)
			if !ok || f.Reason != c.reason {
				t.Errorf("%s, up %v: %v, want %s", name, up, err, c.reason)
			} else if name == "merged" && f.Meta["merged_into"] != target.GetQuestion() {
				t.Errorf("merged: it does not say where votes go: %v", f.Meta)
			}
		}
	}
	if changed, err := w.vote("ben", twice, true); err != nil || changed {
		t.Errorf("voting twice: %v, %v", changed, err)
	}
	if changed, err := w.vote("never", twice, false); err != nil || changed {
		t.Errorf("taking back what was never given: %v, %v", changed, err)
	}
	if after := votes(); after != before {
		t.Errorf("%d votes were stored", after-before)
	}
}

// The recount says so when a tally is not what the votes are, in either column.
func TestARecountFindsATallyThatIsWrong(t *testing.T) {
	w := begin(t)
	q := w.open("free")
	stop := w.counting(w.s)
	for i := range 5 {
		who := auth.WithCaller(t.Context(), auth.Claims{Subject: fmt.Sprint("voter", i), Rooms: []string{"*"}, Role: auth.Viewer, Guest: i == 0})
		if _, err := w.s.VoteQuestion(who, &questionsv1.VoteQuestionRequest{Room: "main", Question: q.GetQuestion(), Up: true}); err != nil {
			t.Fatal(err)
		}
	}
	w.eventually("five", func() bool { return w.tallied(q) == 5 })
	stop()
	recount := func() *questionsv1.RecountVotesResponse {
		r, err := w.s.RecountVotes(w.as(auth.Host, "host"), &questionsv1.RecountVotesRequest{Room: "main"})
		if err != nil || len(r.GetQuestions()) != 1 {
			t.Fatalf("%v, %v", r, err)
		}
		return r
	}
	if r := recount(); !r.GetEqual() || r.GetQuestions()[0].GetRecountedVotes() != 5 || r.GetQuestions()[0].GetRecountedGuestVotes() != 1 {
		t.Fatalf("as it should be: %v", r)
	}
	key := bus.InRoom(bus.Tallies, "main", q.GetQuestion())
	for name, wrong := range map[string]func(*eventv1.Tally){
		"one too many":       func(s *eventv1.Tally) { s.Votes++ },
		"a guest is missing": func(s *eventv1.Tally) { s.Guests-- },
	} {
		record, err := w.bed.Bus.Last(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		stands := new(eventv1.Tally)
		if err := proto.Unmarshal(record.Body, stands); err != nil {
			t.Fatal(err)
		}
		falsified := proto.CloneOf(stands)
		wrong(falsified)
		sequence := w.put(key, falsified, record.Sequence)
		if r := recount(); r.GetEqual() || r.GetQuestions()[0].GetRecountedVotes() != 5 {
			t.Errorf("%s: %v", name, r)
		}
		w.put(key, stands, sequence)
	}
	if r := recount(); !r.GetEqual() {
		t.Errorf("put right again: %v", r)
	}
}

func (w *world) put(key bus.Key, m proto.Message, expected uint64) uint64 {
	w.Helper()
	body, err := proto.Marshal(m)
	if err != nil {
		w.Fatal(err)
	}
	sequence, err := w.bed.Bus.Put(context.WithoutCancel(w.Context()), key, body, expected)
	if err != nil {
		w.Fatal(err)
	}
	return sequence
}
