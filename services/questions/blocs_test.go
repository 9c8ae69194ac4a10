package questions

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/ovation-live/ovation/internal/auth"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// from votes as a gateway does for somebody, with the network that the vote comes from.
func (w *world) from(network uint64, who string, q *questionsv1.Question, up bool) {
	w.Helper()
	_, err := w.s.VoteQuestion(w.as(auth.Service, "gateway"), &questionsv1.VoteQuestionRequest{
		Room: "main", Question: q.GetQuestion(), Up: up, Actor: &roomsv1.Actor{Subject: who, Role: "viewer", Network: network},
	})
	if err != nil {
		w.Fatal(err)
	}
}

// exported is every question of an export by id, and the whole of it as JSON.
func (w *world) exported() (questions map[string]*questionsv1.Question, whole string) {
	w.Helper()
	questions = map[string]*questionsv1.Question{}
	var b strings.Builder
	if err := w.s.export(w.as(auth.Host, "host"), "main", func(r *questionsv1.ExportQuestionsResponse) error {
		if q := r.GetQuestion(); q != nil {
			questions[q.GetQuestion()] = q
		}
		b.WriteString(protojson.Format(r))
		return nil
	}); err != nil {
		w.Fatal(err)
	}
	return questions, b.String()
}

// Thirty names from one network on one question of two: the export tells, no vote is lost, and nothing leads to a network,
// through a restart in between and two processes that count.
func TestABlocIsToldAndCountsWhole(t *testing.T) {
	w := begin(t)
	a, b := w.open("one"), w.open("two")
	rival := New(Options{Bus: w.bed.Bus, Views: w.bed.Views, Logger: w.bed.Log, Clock: w.time.Now})
	defer w.counting(rival)()
	stop := w.counting(w.s)
	const here = 0xabcdef0123456789
	for n := range 20 {
		w.from(here, fmt.Sprint("made-up", n), a, true)
	}
	w.eventually("20 are counted", func() bool { return w.tallied(a) == 20 })
	stop()
	w.again()
	defer w.counting(w.s)()
	for n := range 10 {
		w.from(here, fmt.Sprint("made-up", 20+n), a, true)
	}
	for n := range 40 {
		w.from(1000+uint64(n), fmt.Sprint("viewer", n), []*questionsv1.Question{a, b}[n%2], true)
	}
	w.from(0, "behind a proxy", b, true)
	w.time.on(2 * time.Second)
	w.from(here, "made-up0", a, false)
	w.time.on(2 * time.Second)
	w.from(here, "made-up0", a, true) // who changes their mind is one person
	w.from(here, "made-up1", a, false)
	w.eventually("all are counted", func() bool { return w.tallied(a) == 49 && w.tallied(b) == 21 })
	questions, whole := w.exported()
	if got := questions[a.GetQuestion()]; got.GetVotes() != 49 || got.GetBloc().GetOf() != 50 || got.GetBloc().GetPeople() < 27 || got.GetBloc().GetPeople() > 30 || got.GetBloc().GetExpected() != 1 {
		t.Errorf("30 of 50 from one network are told as %v, with %d votes", got.GetBloc(), got.GetVotes())
	}
	if got := questions[b.GetQuestion()].GetBloc(); got != nil {
		t.Errorf("20 from everywhere are told as %v", got)
	}
	if strings.Contains(whole, strconv.FormatUint(here, 10)) || strings.Contains(whole, "network") {
		t.Error("a network is in the export")
	}
	recount, err := w.s.RecountVotes(w.as(auth.Host, "host"), &questionsv1.RecountVotesRequest{Room: "main"})
	if err != nil || !recount.GetEqual() {
		t.Errorf("the recount is %v, %v", recount, err)
	}
	// Joined, they are a union of people, each from where it voted first.
	w.from(5, "made-up3", b, true)
	w.merge(b, a)
	w.eventually("the union is counted", func() bool { return w.tallied(a) == 70 })
	questions, _ = w.exported()
	if got := questions[a.GetQuestion()].GetBloc(); got.GetOf() != 70 || got.GetPeople() < 25 || got.GetPeople() > 30 {
		t.Errorf("joined they are told as %v", got)
	}
	if got := questions[b.GetQuestion()].GetBloc(); got != nil {
		t.Errorf("the part is told beside the whole: %v", got)
	}
}
