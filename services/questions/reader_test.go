package questions

import (
	"context"
	"testing"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

func TestWhoIsBannedReadsNoQuestions(t *testing.T) {
	w := begin(t)
	q := w.open("starting")
	w.bed.Ban(w.bed.Room("main", nil), "troll")
	for name, read := range map[string]func(context.Context) error{
		"one": func(ctx context.Context) error {
			_, err := w.s.GetQuestion(ctx, &questionsv1.GetQuestionRequest{Room: "main", Question: q.GetQuestion()})
			return err
		},
		"all": func(ctx context.Context) error {
			_, err := w.s.ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: "main"})
			return err
		},
		"its own": func(ctx context.Context) error {
			_, err := w.s.ListMyQuestions(ctx, &questionsv1.ListMyQuestionsRequest{Room: "main"})
			return err
		},
		"similar ones": func(ctx context.Context) error {
			_, err := w.s.FindSimilarQuestions(ctx, &questionsv1.FindSimilarQuestionsRequest{Room: "main", Text: "starting"})
			return err
		},
	} {
		if err := read(w.as(auth.Viewer, "troll")); !fault.Is(err, fault.Banned) {
			t.Errorf("%s: %v", name, err)
		}
		if err := read(w.as(auth.Viewer, "ann")); err != nil {
			t.Errorf("%s for another: %v", name, err)
		}
	}
}
