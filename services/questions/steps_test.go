package questions

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// do takes a step that brings something along.
func (w *world) do(role auth.Role, who string, q *questionsv1.Question, r *questionsv1.StepQuestionRequest) (*questionsv1.Question, error) {
	w.requests++
	r.Room, r.Question = "main", q.GetQuestion()
	if r.RequestId == "" {
		r.RequestId = fmt.Sprintf("request-of-step-%d", w.requests)
	}
	if r.Revision == 0 {
		r.Revision = q.GetRevision()
	}
	a, err := w.s.StepQuestion(w.as(role, who), r)
	return a.GetQuestion(), err
}

// must is do by a moderator who is let.
func (w *world) must(q *questionsv1.Question, r *questionsv1.StepQuestionRequest) *questionsv1.Question {
	w.Helper()
	next, err := w.do(auth.Moderator, "mod", q, r)
	if err != nil {
		w.Fatal(err)
	}
	return next
}

func (w *world) now(q *questionsv1.Question) *questionsv1.Question {
	w.Helper()
	w.bed.Settle()
	g, err := w.s.GetQuestion(w.as(auth.Moderator, "mod"), &questionsv1.GetQuestionRequest{Room: "main", Question: q.GetQuestion()})
	if err != nil {
		w.Fatal(err)
	}
	return g.GetQuestion()
}

func TestAnEditKeepsTheOriginal(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "When do it start?")
	q = w.must(q, &questionsv1.StepQuestionRequest{Step: edit, Text: "When does it start?"})
	q = w.must(q, &questionsv1.StepQuestionRequest{Step: edit, Text: "  When does it start, please?\u202e "})
	if q.GetText() != "When does it start, please?" || q.GetOriginalText() != "When do it start?" || q.GetEditTime() == nil || q.GetState() != questionsv1.Question_STATE_PENDING {
		t.Fatalf("after two edits: %v", q)
	}
	mine, err := w.s.ListMyQuestions(w.as(auth.Viewer, "ana"), &questionsv1.ListMyQuestionsRequest{Room: "main"})
	w.eventually("its author sees the edited text", func() bool {
		mine, err = w.s.ListMyQuestions(w.as(auth.Viewer, "ana"), &questionsv1.ListMyQuestionsRequest{Room: "main"})
		return err == nil && len(mine.GetQuestions()) == 1 && mine.GetQuestions()[0].GetText() == q.GetText()
	})
	if mine.GetQuestions()[0].GetOriginalText() != "" {
		t.Error("the original is shown to more than moderators")
	}
	_, err = w.do(auth.Moderator, "mod", q, &questionsv1.StepQuestionRequest{Step: edit, Text: " \u200b"})
	w.refused(err, fault.TextEmpty)
	_, err = w.do(auth.Viewer, "ana", q, &questionsv1.StepQuestionRequest{Step: edit, Text: "Mine after all"})
	w.refused(err, fault.PermissionDenied)
}

// An answer has lines, for its lists; a question is one line.
func TestAnAnswerKeepsItsLines(t *testing.T) {
	w := begin(t)
	q := w.must(w.open("what"), &questionsv1.StepQuestionRequest{Step: answer, Answer: " Bring:\r\n- a coat\n\n\n\n- *water* \n"})
	if got := w.now(q).GetAnswer(); got != "Bring:\n- a coat\n\n- *water*" {
		t.Errorf("the answer is %q", got)
	}
	if q := w.ask("ana", "request-of-lines", "Is it\nfree?"); q.GetText() != "Is it free?" {
		t.Errorf("the question is %q", q.GetText())
	}
}

func TestLabelsAreTheRooms(t *testing.T) {
	w := begin(t)
	q := w.open("cost")
	_, err := w.do(auth.Moderator, "mod", q, &questionsv1.StepQuestionRequest{Step: label, Label: "Weather"})
	w.refused(err, fault.UnknownLabel)
	if q = w.must(q, &questionsv1.StepQuestionRequest{Step: label, Label: "Price"}); q.GetLabel() != "Price" {
		t.Fatalf("label %q", q.GetLabel())
	}
	if q = w.must(q, &questionsv1.StepQuestionRequest{Step: label}); q.GetLabel() != "" {
		t.Fatalf("taken away, and still %q", q.GetLabel())
	}
}

func TestUndoForAMinute(t *testing.T) {
	w := begin(t)
	approved := w.must(w.ask("ana", "request-1", "Is it free?"), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	_, err := w.do(auth.Moderator, "other", approved, &questionsv1.StepQuestionRequest{Step: undo})
	w.refused(err, fault.PermissionDenied)
	w.time.on(59 * time.Second)
	back := w.must(approved, &questionsv1.StepQuestionRequest{Step: undo})
	if back.GetState() != questionsv1.Question_STATE_PENDING || back.GetOpenTime().AsTime() != approved.GetOpenTime().AsTime() || back.GetRevision() != approved.GetRevision()+1 {
		t.Fatalf("undone: %v", back)
	}
	again := w.must(back, &questionsv1.StepQuestionRequest{Step: undo}) // the step back can be taken back
	if again.GetState() != questionsv1.Question_STATE_OPEN {
		t.Fatalf("undone twice: %v", again)
	}
	rejected := w.must(again, &questionsv1.StepQuestionRequest{Step: reject, Reason: "Asked before"})
	if by, err := w.do(auth.Host, "host", rejected, &questionsv1.StepQuestionRequest{Step: undo}); err != nil || by.GetState() != questionsv1.Question_STATE_OPEN || by.GetReason() != "" {
		t.Fatalf("a host takes back anybody's step: %v, %v", by, err)
	} else {
		rejected = w.must(by, &questionsv1.StepQuestionRequest{Step: reject})
	}
	w.time.on(61 * time.Second)
	_, err = w.do(auth.Moderator, "mod", rejected, &questionsv1.StepQuestionRequest{Step: undo})
	w.refused(err, fault.UndoExpired)
	fresh := w.ask("ana", "request-2", "Is it warm?")
	_, err = w.do(auth.Host, "host", fresh, &questionsv1.StepQuestionRequest{Step: undo})
	w.refused(err, fault.WrongState)
}

// However many hosts act at once, no more questions are being answered than the room allows.
func TestAnsweringHasSlots(t *testing.T) {
	w := begin(t)
	w.bed.Room("main", func(r *eventv1.Room) { r.Settings.AnsweringSlots = 2 })
	w.bed.Settle()
	var all []*questionsv1.Question
	for i := range 6 {
		all = append(all, w.open(fmt.Sprint("question", i)))
	}
	var wg sync.WaitGroup
	won := make(chan *questionsv1.Question, len(all))
	for i, q := range all {
		wg.Go(func() {
			a, err := w.s.StepQuestion(w.as(auth.Host, fmt.Sprint("host", i)), &questionsv1.StepQuestionRequest{
				Room: "main", Question: q.GetQuestion(), RequestId: "request-now", Revision: q.GetRevision(), Step: highlight,
				StreamTime: timestamppb.New(time.UnixMilli(1_700_000_000_000)),
			})
			if err == nil {
				won <- a.GetQuestion()
			} else if !fault.Is(err, fault.SlotsFull) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(won)
	var answering []*questionsv1.Question
	for q := range won {
		answering = append(answering, q)
	}
	if len(answering) != 2 || answering[0].GetAnsweringStreamTime().AsTime().UnixMilli() != 1_700_000_000_000 {
		t.Fatalf("%d are being answered: %v", len(answering), answering)
	}
	done := w.must(answering[0], &questionsv1.StepQuestionRequest{Step: answer, Answer: "Yes."})
	for _, q := range all {
		if w.now(q).GetState() == questionsv1.Question_STATE_OPEN { // the slot is free again at once
			w.must(q, &questionsv1.StepQuestionRequest{Step: highlight})
			break
		}
	}
	_, err := w.do(auth.Moderator, "mod", done, &questionsv1.StepQuestionRequest{Step: undo}) // it would be a third
	w.refused(err, fault.SlotsFull)
}

func TestASlotOfAStepThatNeverCameIsFree(t *testing.T) {
	w := begin(t)
	lost, q := w.open("lost"), w.open("next")
	if _, err := w.s.takeSlot(t.Context(), "main", lost.GetQuestion(), 1); err != nil { // and then the process dies
		t.Fatal(err)
	}
	_, err := w.do(auth.Host, "host", q, &questionsv1.StepQuestionRequest{Step: highlight})
	w.refused(err, fault.SlotsFull)
	w.time.on(slotGrace)
	if _, err := w.do(auth.Host, "host", q, &questionsv1.StepQuestionRequest{Step: highlight}); err != nil {
		t.Fatal(err)
	}
}

// The store took the step, but its answer was lost: the write is tried again and meets itself.
func TestAStepThatMeetsItselfKeepsItsSlot(t *testing.T) {
	w := begin(t)
	q, next := w.open("first"), w.open("next")
	a, err := w.s.read(w.as(auth.Host, "host"), &questionsv1.StepQuestionRequest{
		Room: "main", Question: q.GetQuestion(), RequestId: "request-now", Step: highlight,
	})
	if err != nil {
		t.Fatal(err)
	}
	doc, record, err := w.s.stored(t.Context(), "main", q.GetQuestion())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.try(t.Context(), a, doc, record.Sequence); err != nil {
		t.Fatal(err)
	}
	w.s.freeSlot(t.Context(), "main", q.GetQuestion()) // as it was before that attempt
	if _, err := w.s.try(t.Context(), a, doc, record.Sequence); !errors.Is(err, bus.ErrConflict) {
		t.Fatalf("written twice: %v", err)
	}
	_, err = w.do(auth.Host, "host", next, &questionsv1.StepQuestionRequest{Step: highlight})
	w.refused(err, fault.SlotsFull)
}

// Two hosts want the same question answered: the one that comes to nothing leaves the other the slot.
func TestASlotIsNotGivenBackUnderAnothersStep(t *testing.T) {
	w := begin(t)
	q, next := w.open("first"), w.open("next")
	if _, err := w.s.takeSlot(t.Context(), "main", q.GetQuestion(), 1); err != nil {
		t.Fatal(err)
	}
	back, err := w.s.takeSlot(t.Context(), "main", q.GetQuestion(), 1)
	if err != nil {
		t.Fatal(err)
	}
	back(t.Context())
	_, err = w.do(auth.Host, "host", next, &questionsv1.StepQuestionRequest{Step: highlight})
	w.refused(err, fault.SlotsFull)
}

func (w *world) claim(who string, q *questionsv1.Question, r *questionsv1.ClaimQuestionRequest) (*questionsv1.Claim, error) {
	r.Room, r.Question = "main", q.GetQuestion()
	a, err := w.s.ClaimQuestion(w.as(auth.Moderator, who), r)
	return a.GetClaim(), err
}

func TestAClaimKeepsOthersOff(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "Is it free?")
	c, err := w.claim("mo", q, new(questionsv1.ClaimQuestionRequest))
	if err != nil || c.GetName() != "mo" || c.GetExpireTime().AsTime().Sub(w.time.Now()).Round(time.Second) != judge.ClaimFor {
		t.Fatalf("%v, %v", c, err)
	}
	w.bed.Settle()
	_, err = w.claim("max", q, new(questionsv1.ClaimQuestionRequest))
	w.refused(err, fault.QuestionClaimed)
	if f, _ := fault.Of(err); f.Meta["claimed_by"] != "mo" {
		t.Errorf("it does not say who: %v", f.Meta)
	}
	_, err = w.do(auth.Moderator, "max", q, &questionsv1.StepQuestionRequest{Step: reject})
	w.refused(err, fault.QuestionClaimed)
	if _, err := w.claim("max", q, &questionsv1.ClaimQuestionRequest{Release: true}); err != nil {
		t.Fatal(err)
	}
	_, err = w.do(auth.Moderator, "max", q, &questionsv1.StepQuestionRequest{Step: reject})
	w.refused(err, fault.QuestionClaimed) // letting go of what one does not hold changes nothing
	if c, err := w.claim("max", q, &questionsv1.ClaimQuestionRequest{TakeOver: true}); err != nil || c.GetName() != "max" {
		t.Fatalf("%v, %v", c, err)
	}
	w.bed.Settle()
	if _, err := w.do(auth.Moderator, "max", q, &questionsv1.StepQuestionRequest{Step: edit, Text: "Is it really free?", Claimed: true}); err != nil {
		t.Fatal(err)
	}
	if c, err := w.claim("max", q, &questionsv1.ClaimQuestionRequest{Release: true}); err != nil || c.GetPerson() != "" {
		t.Fatalf("%v, %v", c, err)
	}
	if c, err := w.claim("mo", q, &questionsv1.ClaimQuestionRequest{HeldOnly: true}); err != nil || c.GetPerson() != "" {
		t.Fatalf("renewing what is not held: %v, %v", c, err)
	}
}

// faults.md 51 and "lease expiry in the middle of an edit": a typed answer, and nothing is changed.
func TestFault51AnEditUnderAClaimThatEnded(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "Is it free?")
	if _, err := w.claim("mo", q, new(questionsv1.ClaimQuestionRequest)); err != nil {
		t.Fatal(err)
	}
	w.time.on(judge.ClaimFor)
	_, err := w.do(auth.Moderator, "mo", q, &questionsv1.StepQuestionRequest{Step: edit, Text: "Is it gratis?", Claimed: true})
	w.refused(err, fault.ClaimExpired)
	if now := w.now(q); now.GetText() != "Is it free?" || now.GetRevision() != q.GetRevision() {
		t.Fatalf("it was changed all the same: %v", now)
	}
	if _, err := w.claim("max", q, new(questionsv1.ClaimQuestionRequest)); err != nil { // it is free again
		t.Fatal(err)
	}
}

// The store ends a claim by itself, whoever died.
func TestAClaimEndsByItself(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "Is it free?")
	if _, err := w.claim("mo", q, &questionsv1.ClaimQuestionRequest{Life: durationpb.New(time.Second)}); err != nil {
		t.Fatal(err)
	}
	w.eventually("followers are told that it has ended", func() bool {
		view, err := w.bed.Views.Room(t.Context(), "main")
		if err != nil {
			t.Fatal(err)
		}
		_, there := view.Doc("claim." + q.GetQuestion())
		return !there
	})
	for _, life := range []time.Duration{-time.Second, 500 * time.Millisecond, 46 * time.Second, 1500 * time.Millisecond} {
		_, err := w.claim("mo", q, &questionsv1.ClaimQuestionRequest{Life: durationpb.New(life)})
		w.refused(err, fault.FieldInvalid)
	}
	_, err := w.claim("mo", &questionsv1.Question{Question: strings.Repeat("a", 26)}, new(questionsv1.ClaimQuestionRequest))
	w.refused(err, fault.QuestionNotFound)
}

func TestTheHostsOwnOrder(t *testing.T) {
	w := begin(t)
	a, b, c := w.open("aa"), w.open("bb"), w.open("cc")
	put := func(q, before *questionsv1.Question) {
		t.Helper()
		w.bed.Settle()
		w.must(w.now(q), &questionsv1.StepQuestionRequest{Step: reorder, Before: before.GetQuestion()})
	}
	order := func() (names string) {
		t.Helper()
		list := []*questionsv1.Question{w.now(a), w.now(b), w.now(c)}
		slices.SortFunc(list, func(x, y *questionsv1.Question) int { return strings.Compare(x.GetPlace(), y.GetPlace()) })
		for _, q := range list {
			names += q.GetText()[:1]
		}
		return names
	}
	put(a, nil)
	put(b, nil)
	put(c, nil)
	if got := order(); got != "abc" {
		t.Fatalf("put last one after the other: %s", got)
	}
	put(c, a)
	put(b, a)
	if got := order(); got != "cba" {
		t.Fatalf("moved to the front: %s", got)
	}
	_, err := w.do(auth.Moderator, "mod", w.now(a), &questionsv1.StepQuestionRequest{Step: reorder, Before: w.ask("ana", "request-9", "waits").GetQuestion()})
	w.refused(err, fault.QuestionNotFound)
}

func TestThereIsAlwaysAPlaceBetween(t *testing.T) {
	order := []string{}
	for i := range 5000 {
		at := rand.IntN(len(order) + 1)
		switch i % 3 { // everywhere, then at both ends
		case 1:
			at = 0
		case 2:
			at = len(order)
		}
		low, high := "", ""
		if at > 0 {
			low = order[at-1]
		}
		if at < len(order) {
			high = order[at]
		}
		place := between(low, high)
		if place <= low || high != "" && place >= high || strings.HasSuffix(place, "0") {
			t.Fatalf("between %q and %q: %q", low, high, place)
		}
		order = slices.Insert(order, at, place)
	}
	if !slices.IsSorted(order) || len(slices.MaxFunc(order, func(a, b string) int { return len(a) - len(b) })) > 60 {
		t.Fatal("places grew out of bounds, or out of order")
	}
}

// faults.md 51: two reject and approve at once, twice the same, and after the end.
func TestFault51StepsThatCannotBe(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "Is it free?")
	if _, err := w.s.StepQuestion(w.as(auth.Viewer, "ana"), &questionsv1.StepQuestionRequest{
		Room: "main", Question: q.GetQuestion(), RequestId: "request-2", Step: withdraw,
	}); err != nil {
		t.Fatal(err)
	}
	w.bed.Settle() // the revision that the moderator sees is the withdrawn one's
	_, err := w.do(auth.Moderator, "mod", w.now(q), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	w.refused(err, fault.WrongState) // approving a withdrawn one
	second := w.ask("ana", "request-3", "Is it far?")
	opened := w.must(second, &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	_, err = w.do(auth.Moderator, "mod", opened, &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	w.refused(err, fault.WrongState) // approved twice
	third := w.ask("ana", "request-4", "Is it late?")
	w.bed.Room("main", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_ENDED })
	w.bed.Settle()
	_, err = w.do(auth.Moderator, "mod", third, &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	w.refused(err, fault.RoomEnded)
	if now := w.now(third); now.GetState() != questionsv1.Question_STATE_PENDING {
		t.Fatalf("approved after the end: %v", now)
	}
	// What stayed unanswered may still be answered in writing.
	if q := w.must(opened, &questionsv1.StepQuestionRequest{Step: answer, Answer: "Ten minutes on foot."}); q.GetAnswer() == "" {
		t.Fatalf("%v", q)
	}
}
