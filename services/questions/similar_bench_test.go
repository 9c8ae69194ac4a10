package questions

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// The whole call, as somebody who types makes it: followed state, the index, texts and tallies of what was found.
func BenchmarkFindSimilarQuestions(b *testing.B) {
	body, err := os.ReadFile("similar/testdata/pairs.tsv")
	if err != nil {
		b.Fatal(err)
	}
	pairs := strings.Split(strings.TrimSpace(string(body)), "\n")
	for _, n := range []int{100, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			bed := testbed.New(b)
			bed.Room("main", nil)
			s := New(Options{Bus: bed.Bus, Views: bed.Views, Logger: bed.Log})
			for i := range n {
				text := fmt.Sprint(strings.Split(pairs[i%len(pairs)], "\t")[3], " ", once.Of(fmt.Sprint(i)).Item()[:4])
				q := &eventv1.Question{Id: once.Of("q", fmt.Sprint(i)).Item(), Author: &eventv1.Author{Person: "p"}, State: open, Revision: 1, AskedMs: 1, OpenedMs: 1}
				stored, _, err := s.texts.write(b.Context(), bus.InRoom(bus.Held, "main", "qt", q.GetId()), fmt.Sprint("text-", i), text)
				if err != nil {
					b.Fatal(err)
				}
				q.TextSequence = stored
				document, err := proto.Marshal(q)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := bed.Bus.Put(b.Context(), documentKey("main", q.GetId()), document, 0); err != nil {
					b.Fatal(err)
				}
			}
			ctx := testbed.As(b.Context(), auth.Viewer, "ana")
			find := func(i int) {
				if _, err := s.FindSimilarQuestions(ctx, &questionsv1.FindSimilarQuestionsRequest{Room: "main", Text: strings.Split(pairs[i%len(pairs)], "\t")[2]}); err != nil {
					b.Fatal(err)
				}
			}
			find(0) // makes the index
			i := 0
			for b.Loop() {
				find(i)
				i++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/question")
		})
	}
}
