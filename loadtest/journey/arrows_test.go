package journey_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Every arrow of the diagram in services/questions/doc.go, walked over gRPC; and before each the steps that cannot be
// taken from there, and one on an older revision: refused by name, with where the question stands, and nothing changed.
func TestAQuestionTakesEveryArrow(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	ctx, conn := t.Context(), open(t, &s.Ready, "arrows")
	questions := questionsv1.NewQuestionsServiceClient(conn)
	if _, err := roomsv1.NewRoomsServiceClient(conn).UpdateRoom(ctx, &roomsv1.UpdateRoomRequest{
		Room: &roomsv1.Room{Room: "arrows", Settings: &roomsv1.Settings{Labels: []string{"Price"}}}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.labels"}}, Actor: producer,
	}); err != nil {
		t.Fatal(err)
	}
	asker, mo := &roomsv1.Actor{Subject: "asker", Role: "moderator"}, &roomsv1.Actor{Subject: "mo", Name: "Mo", Role: "moderator"}
	requests := 0
	request := func() string { requests++; return fmt.Sprintf("request-%d", requests) }
	ask := func(text string) *questionsv1.Question {
		t.Helper()
		a, err := questions.AskQuestion(ctx, &questionsv1.AskQuestionRequest{Room: "arrows", RequestId: request(), Text: text, Actor: asker})
		if err != nil {
			t.Fatal(err)
		}
		return a.GetQuestion()
	}
	take := func(q *questionsv1.Question, st questionsv1.StepQuestionRequest_Step, revision uint64, r *questionsv1.StepQuestionRequest) (*questionsv1.Question, error) {
		r.Room, r.Question, r.RequestId, r.Revision, r.Step, r.Actor = "arrows", q.GetQuestion(), request(), revision, st, mo
		if st == questionsv1.StepQuestionRequest_STEP_WITHDRAW {
			r.Actor = asker
		}
		a, err := questions.StepQuestion(ctx, r)
		return a.GetQuestion(), err
	}
	target := ask("What is it merged into?")
	target, err := take(target, questionsv1.StepQuestionRequest_STEP_APPROVE, target.GetRevision(), new(questionsv1.StepQuestionRequest))
	if err != nil {
		t.Fatal(err)
	}
	brings := func(st questionsv1.StepQuestionRequest_Step) *questionsv1.StepQuestionRequest {
		return map[questionsv1.StepQuestionRequest_Step]*questionsv1.StepQuestionRequest{
			questionsv1.StepQuestionRequest_STEP_REJECT: {Reason: "Off topic"}, questionsv1.StepQuestionRequest_STEP_ANSWER: {Answer: "Because."},
			questionsv1.StepQuestionRequest_STEP_EDIT: {Text: "Mended?"}, questionsv1.StepQuestionRequest_STEP_LABEL: {Label: "Price"},
			questionsv1.StepQuestionRequest_STEP_MERGE: {Into: target.GetQuestion()},
		}[st]
	}
	// Which steps lead where, from each state; what is not here is refused.
	arrows := map[string]map[string]string{
		"PENDING":   {"APPROVE": "OPEN", "REJECT": "REJECTED", "EDIT": "PENDING", "LABEL": "PENDING", "MERGE": "MERGED", "WITHDRAW": "WITHDRAWN"},
		"OPEN":      {"REJECT": "REJECTED", "HIGHLIGHT": "ANSWERING", "QUEUE": "OPEN", "UNQUEUE": "OPEN", "ANSWER": "ANSWERED", "ARCHIVE": "ARCHIVED", "EDIT": "OPEN", "LABEL": "OPEN", "REORDER": "OPEN", "MERGE": "MERGED", "WITHDRAW": "WITHDRAWN"},
		"ANSWERING": {"UNHIGHLIGHT": "OPEN", "ANSWER": "ANSWERED", "ARCHIVE": "ARCHIVED", "EDIT": "ANSWERING", "LABEL": "ANSWERING", "REORDER": "ANSWERING"},
		"ANSWERED":  {"ARCHIVE": "ARCHIVED", "EDIT": "ANSWERED", "LABEL": "ANSWERED"},
		"REJECTED":  {"APPROVE": "OPEN", "ARCHIVE": "ARCHIVED"},
		"ARCHIVED":  {"RESTORE": "OPEN"},
		"MERGED":    {"UNMERGE": "OPEN"},
		"WITHDRAWN": {},
	}
	// How a new question comes to each state.
	ways := map[string][]string{
		"PENDING": {}, "OPEN": {"APPROVE"}, "ANSWERING": {"APPROVE", "HIGHLIGHT"}, "ANSWERED": {"APPROVE", "ANSWER"}, "REJECTED": {"REJECT"},
		"ARCHIVED": {"APPROVE", "ARCHIVE"}, "MERGED": {"APPROVE", "MERGE"}, "WITHDRAWN": {"WITHDRAW"},
	}
	stepOf := func(name string) questionsv1.StepQuestionRequest_Step {
		return questionsv1.StepQuestionRequest_Step(questionsv1.StepQuestionRequest_Step_value["STEP_"+name])
	}
	with := func(st questionsv1.StepQuestionRequest_Step) *questionsv1.StepQuestionRequest {
		if r := brings(st); r != nil {
			return r
		}
		return new(questionsv1.StepQuestionRequest)
	}
	look := func(q *questionsv1.Question) *questionsv1.Question {
		t.Helper()
		var now *questionsv1.Question
		wait(t, "the question as it stands", func() bool {
			g, err := questions.GetQuestion(ctx, &questionsv1.GetQuestionRequest{Room: "arrows", Question: q.GetQuestion()})
			if err != nil {
				t.Fatal(err)
			}
			now = g.GetQuestion()
			return now.GetRevision() >= q.GetRevision()
		})
		return now
	}
	for from, leads := range arrows {
		for name := range questionsv1.StepQuestionRequest_Step_value {
			name = name[len("STEP_"):]
			if name == "UNSPECIFIED" || name == "UNDO" {
				continue
			}
			q := ask(fmt.Sprintf("From %s by %s?", from, name))
			for _, way := range ways[from] {
				if q, err = take(q, stepOf(way), q.GetRevision(), with(stepOf(way))); err != nil {
					t.Fatalf("on the way to %s: %v", from, err)
				}
			}
			if q.GetRevision() > 1 { // somebody saw it before
				_, err := take(q, stepOf(name), q.GetRevision()-1, with(stepOf(name)))
				if f := told(err); status.Code(err) != codes.Aborted || f.GetReason() != "REVISION_MISMATCH" || f.GetMetadata()["revision"] != fmt.Sprint(q.GetRevision()) || "STATE_"+strings.ToUpper(f.GetMetadata()["state"]) != q.GetState().String() {
					t.Errorf("%s in %s on an older revision: %v %v", name, from, err, f)
				}
			}
			next, err := take(q, stepOf(name), q.GetRevision(), with(stepOf(name)))
			to, leadsOn := leads[name]
			switch {
			case !leadsOn:
				if f := told(err); status.Code(err) != codes.FailedPrecondition || f.GetReason() != "WRONG_STATE" || "STATE_"+strings.ToUpper(f.GetMetadata()["state"]) != q.GetState().String() {
					t.Errorf("%s in %s: %v %v", name, from, err, f)
				}
				if now := look(q); now.GetState() != q.GetState() || now.GetRevision() != q.GetRevision() || now.GetText() != q.GetText() {
					t.Errorf("%s in %s was refused and changed it: %v", name, from, now)
				}
			case err != nil || next.GetState().String() != "STATE_"+to || next.GetRevision() != q.GetRevision()+1:
				t.Errorf("%s in %s leads to %v, %v; want %s", name, from, next, err, to)
			}
			if err == nil && name != "WITHDRAW" { // and back again
				back, err := take(next, questionsv1.StepQuestionRequest_STEP_UNDO, next.GetRevision(), new(questionsv1.StepQuestionRequest))
				if err != nil || back.GetState() != q.GetState() || back.GetRevision() != next.GetRevision()+1 || back.GetText() != q.GetText() || back.GetLabel() != q.GetLabel() {
					t.Errorf("%s in %s, undone: %v, %v", name, from, back, err)
				}
				next = back
			}
			if next.GetState() == questionsv1.Question_STATE_ANSWERING || err != nil && q.GetState() == questionsv1.Question_STATE_ANSWERING { // its slot is the next one's
				if next == nil {
					next = q
				}
				if _, err := take(next, questionsv1.StepQuestionRequest_STEP_UNHIGHLIGHT, next.GetRevision(), new(questionsv1.StepQuestionRequest)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// told is what an error says for machines.
func told(err error) *errdetails.ErrorInfo {
	for _, d := range status.Convert(err).Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			return info
		}
	}
	return nil
}
