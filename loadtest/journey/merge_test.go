package journey_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Two moderators merge the same two questions in the same moment, each into the other, and take it back in the same moment.
// Each time one of them has done it and the other is told why not; the audience's votes are the union of people, and afterwards
// what they were.
func TestTwoModeratorsMergeTheSameQuestions(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	ctx := t.Context()
	conn := open(t, &s.Ready, "talk")
	rooms, questions := roomsv1.NewRoomsServiceClient(conn), questionsv1.NewQuestionsServiceClient(conn)
	var mods [2]*viewer.Viewer
	for i := range mods {
		mods[i] = join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator"), Client: "console"})
	}
	var people [3]*viewer.Viewer
	for i := range people {
		people[i] = join(t, &s.Ready, viewer.Options{Room: "talk", Name: fmt.Sprint("Guest ", i), JSON: i == 0})
	}
	watcher := people[0]
	revision := func(id string) (r uint64) {
		watcher.Look(func(w *viewer.View) { r = w.Questions[id].GetRevision() })
		return r
	}
	// both have each moderator act in one moment; one of them shall succeed, and the other be told that somebody was faster. Two
	// merges can hold up each other, so that both are told so: then both look again, as moderators do.
	both := func(what string, act func(i int) *gatewayv1.Moderate) (winner int, q *gatewayv1.Question) {
		t.Helper()
		var all sync.WaitGroup
		var acks [2]*gatewayv1.Ack
		var errs [2]error
		for tries := 0; ; tries++ {
			for i, mod := range mods {
				all.Go(func() { acks[i], errs[i] = mod.Moderate(ctx, act(i)) })
			}
			all.Wait()
			if tries == 20 || !faster(errs[0]) || !faster(errs[1]) {
				break
			}
			time.Sleep(100 * time.Millisecond) // in which a tick tells where the questions stand now
		}
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("%s: %v and %v", what, errs[0], errs[1])
		}
		if errs[0] != nil {
			winner = 1
		}
		var f viewer.Fault
		if loser := errs[1-winner]; !faster(loser) && (!errors.As(loser, &f) || f.GetReason() != "WRONG_STATE") {
			t.Errorf("%s: the other one is told %v", what, loser)
		}
		return winner, acks[winner].GetQuestion()
	}
	for round := range 8 {
		var ids [2]string
		for i, voters := range [2][]*viewer.Viewer{{people[0], people[1]}, {people[1], people[2]}} {
			a, err := questions.AskQuestion(ctx, &questionsv1.AskQuestionRequest{
				Room: "talk", RequestId: viewer.NewRequestID(), Text: fmt.Sprintf("Round %d, question %d: how much is it?", round, i),
				Actor: &roomsv1.Actor{Subject: fmt.Sprintf("asker-%d-%d", round, i), Role: "viewer"},
			})
			if err != nil {
				t.Fatal(err)
			}
			ids[i] = a.GetQuestion().GetQuestion()
			step(t, mods[i], &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: &gatewayv1.QuestionStep{Question: ids[i], Revision: a.GetQuestion().GetRevision()}}})
			until(t, watcher, "it is open", questionIs(ids[i], "open"))
			for _, v := range voters {
				if err := v.Vote(ctx, ids[i], true); err != nil {
					t.Fatal(err)
				}
			}
		}
		apart := func(w *viewer.View) bool {
			return w.Questions[ids[0]].GetVotes() == 2 && w.Questions[ids[1]].GetVotes() == 2 && w.Questions[ids[0]].GetState() == "open" && w.Questions[ids[1]].GetState() == "open"
		}
		until(t, watcher, "two votes each", apart)

		winner, q := both("two merges, each into the other's", func(i int) *gatewayv1.Moderate {
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Merge{Merge: &gatewayv1.QuestionStep{Question: ids[i], Revision: revision(ids[i]), Into: ids[1-i]}}}
		})
		merged, into := ids[winner], ids[1-winner]
		until(t, watcher, "the union of people", func(w *viewer.View) bool { return w.Questions[into].GetVotes() == 3 && w.Gone[merged] })
		both("two that part them", func(int) *gatewayv1.Moderate {
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unmerge{Unmerge: &gatewayv1.QuestionStep{Question: merged, Revision: q.GetRevision()}}}
		})
		until(t, watcher, "what was before", apart)
	}
}

// faster tells that somebody was.
func faster(err error) bool {
	var f viewer.Fault
	return errors.As(err, &f) && f.GetReason() == "REVISION_MISMATCH"
}
