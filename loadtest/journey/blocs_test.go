package journey_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// One laptop votes with 24 made-up names, eight people from elsewhere vote, too: moderators are told, viewers are not, and
// every vote counts. The files have it, and no address in any form.
func TestModeratorsAreToldOfABlocOfVotes(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "--trusted-proxies", "127.0.0.0/8")
	conn := open(t, &s.Ready, "polled")
	var told, untold tape
	mo := join(t, &s.Ready, viewer.Options{Room: "polled", Token: s.Tokens.Moderator, Client: "console", JSON: true, OnFrame: told.keep})
	ada := join(t, &s.Ready, viewer.Options{Room: "polled", Name: "Ada", JSON: true, OnFrame: untold.keep})
	q, err := join(t, &s.Ready, viewer.Options{Room: "polled", Name: "Asker"}).Ask(t.Context(), "Will you come to our town?")
	if err != nil {
		t.Fatal(err)
	}
	step(t, mo, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: &gatewayv1.QuestionStep{Question: q.GetQuestion(), Revision: q.GetRevision()}}})
	for n := range 32 {
		address := "198.51.100.7"
		if n >= 24 {
			address = fmt.Sprint("203.0.113.", n)
		}
		v := join(t, &s.Ready, viewer.Options{Room: "polled", Name: fmt.Sprint("Name ", n), Header: http.Header{"X-Forwarded-For": {address}}})
		if err := v.Vote(t.Context(), q.GetQuestion(), true); err != nil {
			t.Fatal(err)
		}
		v.Close()
	}
	until(t, mo, "all votes and the bloc", func(w *viewer.View) bool {
		return w.Questions[q.GetQuestion()].GetVotes() == 32 && told.holds(`"people":"24","of":"32"`)
	})
	until(t, ada, "all votes", func(w *viewer.View) bool { return w.Questions[q.GetQuestion()].GetVotes() == 32 })
	if untold.holds("bloc") {
		t.Error("a viewer is told of the bloc")
	}
	rows, lines := export(t, &s.Ready, "polled", "questions-csv"), export(t, &s.Ready, "polled", "questions")
	if !strings.Contains(rows, ",24,32,2\n") || !strings.Contains(lines, `"bloc"`) {
		t.Errorf("the files do not tell:\n%s\n%s", rows, lines)
	}
	for _, secret := range []string{"198.51", "network"} {
		if strings.Contains(rows+lines, secret) {
			t.Errorf("%q is in the files", secret)
		}
	}
	recount, err := questionsv1.NewQuestionsServiceClient(conn).RecountVotes(t.Context(), &questionsv1.RecountVotesRequest{Room: "polled"})
	if err != nil || !recount.GetEqual() || recount.GetQuestions()[0].GetVotes() != 32 {
		t.Errorf("the recount is %v, %v", recount, err)
	}
}
