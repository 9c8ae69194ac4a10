package journey_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/loadtest/viewer"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// given puts what a viewer was given before and after a drop behind one another, as a page would show it.
func given(before, after *viewer.Viewer) (all []string) {
	before.Look(func(w *viewer.View) { all = append(all, texts(w)...) })
	after.Look(func(w *viewer.View) {
		if !w.Welcome.GetRecovered() {
			all = nil // a full snapshot replaces everything
		}
		all = append(all, texts(w)...)
	})
	return all
}

func TestAViewerWhoDropsForTenSecondsMissesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	open(t, &s.Ready, "talk")
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	bo := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Bo"})
	want := []string{}
	say := func(text string) {
		post(t, ada, text)
		want = append(want, text)
	}
	say("before")
	until(t, bo, "the comment before the drop", has("before"))
	token := ""
	bo.Look(func(w *viewer.View) { token = w.Welcome.GetYou().GetGuestToken() })
	cursor, person := bo.Cursor(), ""
	bo.Look(func(w *viewer.View) { person = w.Welcome.GetYou().GetPerson() })
	bo.Close()

	gone := time.After(10 * time.Second)
	every := time.NewTicker(400 * time.Millisecond) // within what one person may post
	defer every.Stop()
	for i, away := 0, true; away; i++ {
		select {
		case <-gone:
			away = false
		case <-every.C:
			say(fmt.Sprintf("while away, number %d", i))
			tap(t, ada, 1)
		}
	}
	back := join(t, &s.Ready, viewer.Options{Room: "talk", Token: token, Cursor: cursor})
	say("after")
	until(t, back, "the comment after the return", has("after"))
	back.Look(func(w *viewer.View) {
		if !w.Welcome.GetRecovered() {
			t.Error("ten seconds away and the cursor is not honoured")
		}
		if w.Welcome.GetYou().GetPerson() != person {
			t.Error("the guest came back as somebody else")
		}
	})
	if all := given(bo, back); !slices.Equal(all, want) {
		t.Errorf("given %q\nwant  %q", all, want)
	}
	until(t, back, "all hearts", func(w *viewer.View) bool { return w.Hearts["heart"] == uint64(len(want)-2) })
}

// The process ends in the middle of a show, in order or by a kill, and comes back on the same data.
func TestARestartInTheMiddleOfAShow(t *testing.T) {
	for _, killed := range []bool{false, true} {
		t.Run(map[bool]string{false: "in order", true: "killed"}[killed], func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			s := start(t, data)
			conn := open(t, &s.Ready, "talk")
			ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
			mo := join(t, &s.Ready, viewer.Options{Room: "talk", Token: s.Tokens.Moderator, Client: "console"})
			var want []string
			for i := range 20 {
				text := fmt.Sprintf("comment %d", i)
				post(t, ada, text)
				want = append(want, text)
			}
			tap(t, ada, 7)
			until(t, ada, "seven hearts", func(w *viewer.View) bool { return w.Hearts["heart"] == 7 })
			asked, err := ada.Ask(t.Context(), "Does it survive?")
			if err != nil {
				t.Fatal(err)
			}
			until(t, mo, "the question", func(w *viewer.View) bool { return len(w.Pending) == 1 })
			_, err = questionsv1.NewQuestionsServiceClient(conn).StepQuestion(t.Context(), &questionsv1.StepQuestionRequest{
				Room: "talk", Question: asked.GetQuestion(), Revision: asked.GetRevision(), RequestId: viewer.NewRequestID(),
				Step: questionsv1.StepQuestionRequest_STEP_APPROVE, Actor: producer,
			})
			if err != nil {
				t.Fatal(err)
			}
			until(t, ada, "the open question", questionIs(asked.GetQuestion(), "open"))
			if err := ada.Vote(t.Context(), asked.GetQuestion(), true); err != nil {
				t.Fatal(err)
			}
			until(t, ada, "the last comment", has("comment 19"))
			token := ""
			ada.Look(func(w *viewer.View) { token = w.Welcome.GetYou().GetGuestToken() })

			if killed {
				s.Kill()
			} else if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			<-ada.Done()
			if !killed {
				ada.Look(func(w *viewer.View) {
					if w.Goodbye.GetReason() != "DRAIN" {
						t.Errorf("an orderly end said %v", w.Goodbye)
					}
				})
			}
			again := start(t, data)
			back := join(t, &again.Ready, viewer.Options{Room: "talk", Token: token, Cursor: ada.Cursor()})
			post(t, back, "after the restart")
			want = append(want, "after the restart")
			until(t, back, "the comment after the restart", has("after the restart"))
			back.Look(func(w *viewer.View) {
				// After a kill without a sync for each write sequences may be given again: then the cursor must not count.
				if w.Welcome.GetRecovered() == killed {
					t.Errorf("recovered is %v", w.Welcome.GetRecovered())
				}
			})
			if all := given(ada, back); !slices.Equal(all, want) {
				t.Errorf("given %q\nwant  %q", all, want)
			}
			until(t, back, "the hearts of before", func(w *viewer.View) bool { return w.Hearts["heart"] >= 7 })
			tap(t, back, 1)
			until(t, back, "one heart more", func(w *viewer.View) bool { return w.Hearts["heart"] == 8 })
			newcomer := join(t, &again.Ready, viewer.Options{Room: "talk"})
			until(t, newcomer, "the vote of before", func(w *viewer.View) bool {
				q := w.Questions[asked.GetQuestion()]
				return q.GetState() == "open" && q.GetVotes() == 1
			})
			if err := again.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Broker, services and two gateways as processes of their own, over TCP.
func TestTheSameShowOverPartsApart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys := filepath.Join(dir, "key")
	if err := os.WriteFile(keys, []byte(strings.Repeat("k", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	broker := part(t, "broker", "--data", filepath.Join(dir, "data"), "--nats-listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	service := func(names ...string) string {
		args := append([]string{"services"}, names...)
		return part(t, append(args, "--nats-url", broker.NATS, "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys)...).GRPC
	}
	grpc := service()
	gateway := func() *viewerPort {
		p := part(t, "gateway", "--nats-url", broker.NATS, "--gateway-services", grpc, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys)
		return &viewerPort{p.URL(), p.Kill}
	}
	east, west := gateway(), gateway()

	backend := broker.Ready
	backend.GRPC, backend.Tokens.Service = grpc, mint(t, keys)
	conn := open(t, &backend, "apart")
	ada := join(t, nil, viewer.Options{URL: east.url, Room: "apart", Name: "Ada"})
	bo := join(t, nil, viewer.Options{URL: west.url, Room: "apart", Name: "Bo"})
	for _, v := range []*viewer.Viewer{ada, bo} {
		until(t, v, "viewers of both gateways", func(w *viewer.View) bool { return w.Viewers == 2 })
	}
	var want []string
	for i := range 10 {
		from, text := []*viewer.Viewer{ada, bo}[i%2], fmt.Sprintf("number %d", i)
		post(t, from, text)
		want = append(want, text)
		tap(t, from, 2)
	}
	for _, v := range []*viewer.Viewer{ada, bo} {
		until(t, v, "the hearts of both", func(w *viewer.View) bool { return w.Hearts["heart"] == 20 })
		until(t, v, "the comments of both, in one order", func(w *viewer.View) bool { return slices.Equal(texts(w), want) })
	}

	t.Log("a gateway dies; its viewer goes on at the other")
	cursor := ada.Cursor()
	east.kill()
	<-ada.Done()
	post(t, bo, "while nobody is in the east")
	want = append(want, "while nobody is in the east")
	moved := join(t, nil, viewer.Options{URL: west.url, Room: "apart", Cursor: cursor})
	until(t, moved, "the comment of meanwhile", has("while nobody is in the east"))
	moved.Look(func(w *viewer.View) {
		if !w.Welcome.GetRecovered() {
			t.Error("another gateway did not honour the cursor")
		}
	})
	if all := given(ada, moved); !slices.Equal(all, want) {
		t.Errorf("given %q\nwant  %q", all, want)
	}
	totals, err := heartsv1.NewHeartsServiceClient(conn).GetHeartTotals(t.Context(), &heartsv1.GetHeartTotalsRequest{Room: "apart"})
	if err != nil || totals.GetTotals()["heart"] != 20 {
		t.Errorf("totals after the kill: %v %v, want the 20 that everybody saw", totals, err)
	}
	until(t, moved, "the dead gateway's viewer is no longer counted", func(w *viewer.View) bool { return w.Viewers == 2 })
}

// viewerPort is a gateway's address and its end.
type viewerPort struct {
	url  string
	kill func()
}
