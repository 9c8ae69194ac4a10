package journey_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ovation-live/ovation/loadtest/viewer"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// A process that is killed while it erases a deleted room takes the job up again when it starts: the room stays gone, and
// nothing of it stays in the store.
func TestAKillInTheMiddleOfADeletion(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := start(t, data)
	ctx, conn := t.Context(), open(t, &s.Ready, "large")
	rooms, questions := roomsv1.NewRoomsServiceClient(conn), questionsv1.NewQuestionsServiceClient(conn)
	const asked = 500
	var asking errgroup.Group
	asking.SetLimit(32)
	for i := range asked {
		asking.Go(func() error {
			_, err := questions.AskQuestion(ctx, &questionsv1.AskQuestionRequest{
				Room: "large", RequestId: viewer.NewRequestID(), Text: fmt.Sprintf("Question number %d?", i), Actor: &roomsv1.Actor{Subject: fmt.Sprint("asker-", i), Role: "viewer"},
			})
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		t.Fatal(err)
	}
	audience := join(t, &s.Ready, viewer.Options{Room: "large", Name: "Ada"})
	deleting, giveUp := context.WithCancel(ctx)
	defer giveUp()
	go func() { _, _ = rooms.DeleteRoom(deleting, &roomsv1.DeleteRoomRequest{Room: "large", Actor: producer}) }()
	until(t, audience, "goodbye", func(w *viewer.View) bool { return w.Goodbye.GetReason() == "ROOM_DELETED" })
	s.Kill()

	s = start(t, data)
	rooms = roomsv1.NewRoomsServiceClient(dial(t, &s.Ready))
	_, err := rooms.GetRoom(ctx, &roomsv1.GetRoomRequest{Room: "large"})
	if status.Code(err) != codes.NotFound {
		t.Errorf("the room is back after a kill: %v", err)
	}
	if n := storedTexts(t, s.Admin); n != asked {
		t.Fatalf("%d of %d texts are there after the kill: this test kills too late", n, asked)
	}
	// Another process may be at it until 15 s after the room was marked, and the store is looked at each 15 s.
	for deadline := time.Now().Add(60 * time.Second); storedTexts(t, s.Admin) > 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d texts are still there", storedTexts(t, s.Admin))
		}
	}
	if r, err := rooms.DeleteRoom(ctx, &roomsv1.DeleteRoomRequest{Room: "large", Actor: producer}); err != nil || !r.GetErased() {
		t.Errorf("a retry is told %v, %v", r, err)
	}
	list, err := questionsv1.NewQuestionsServiceClient(open(t, &s.Ready, "large")).ListQuestions(ctx, &questionsv1.ListQuestionsRequest{
		Room: "large", States: []questionsv1.Question_State{questionsv1.Question_STATE_PENDING},
	})
	if err != nil || len(list.GetQuestions()) != 0 {
		t.Errorf("the new room begins with %d questions, %v", len(list.GetQuestions()), err)
	}
}

// storedTexts is how many texts of questions and held comments the store has.
func storedTexts(t *testing.T, admin string) int {
	t.Helper()
	var store struct {
		Streams []struct {
			Stream   string `json:"stream"`
			Messages int    `json:"messages"`
		} `json:"streams"`
	}
	wait(t, "what the streams hold", func() bool { // not known in the first moment
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+admin+"/store", nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Body.Close() }()
		return a.StatusCode == http.StatusOK && json.NewDecoder(a.Body).Decode(&store) == nil
	})
	for _, of := range store.Streams {
		if of.Stream == "OV_HELD" {
			return of.Messages
		}
	}
	t.Fatal("the store has no stream OV_HELD")
	return 0
}
