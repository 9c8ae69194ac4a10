package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// The list of blocked terms for all rooms holds for everything that people write.
func TestBlockedTermsForAllRoomsHoldForCommentsAndQuestions(t *testing.T) {
	bed := testbed.New(t)
	bed.Room("main", nil)
	list := filepath.Join(t.TempDir(), "terms")
	if err := os.WriteFile(list, []byte("sausage\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := filter.Open(list, bed.Log)
	if err != nil {
		t.Fatal(err)
	}
	parts := serviceParts{bus: bed.Bus, views: bed.Views, terms: filter.NewRooms(file), log: bed.Log}
	ctx := testbed.As(t.Context(), auth.Viewer, "ana")
	asked := 0
	for _, entry := range serviceTable {
		s, _ := entry.make(parts)
		var err error
		switch s := s.(type) {
		case commentsv1.CommentsServiceServer:
			_, err = s.PostComment(ctx, &commentsv1.PostCommentRequest{Room: "main", RequestId: "request-1", Text: "Sausage!"})
		case questionsv1.QuestionsServiceServer:
			_, err = s.AskQuestion(ctx, &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-2", Text: "Where is the s.a.u.s.a.g.e?"})
		default:
			continue
		}
		if asked++; !fault.Is(err, fault.TextBlocked) {
			t.Errorf("%s: %v", entry.name, err)
		}
	}
	if asked != 2 {
		t.Errorf("%d services were tried, of 2", asked)
	}
}
