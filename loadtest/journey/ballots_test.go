package journey_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// desk is a host's backend that speaks to one services process.
type desk struct {
	*testing.T
	room      string
	questions questionsv1.QuestionsServiceClient
	requests  int
}

func (d *desk) request() string { d.requests++; return fmt.Sprint("request-", d.requests) }

func (d *desk) ask(who, text string) *questionsv1.Question {
	d.Helper()
	request := d.request() // of somebody else each time: one person asks 5 times a minute
	a, err := d.questions.AskQuestion(d.Context(), &questionsv1.AskQuestionRequest{Room: d.room, RequestId: request, Text: text, Actor: &roomsv1.Actor{Subject: who + request, Role: "viewer"}})
	if err != nil {
		d.Fatal(err)
	}
	return a.GetQuestion()
}

func (d *desk) step(q *questionsv1.Question, r *questionsv1.StepQuestionRequest) *questionsv1.Question {
	d.Helper()
	r.Room, r.Question, r.RequestId, r.Actor = d.room, q.GetQuestion(), d.request(), producer
	a, err := d.questions.StepQuestion(d.Context(), r)
	if err != nil {
		d.Fatal(err)
	}
	return a.GetQuestion()
}

func (d *desk) opened(text string) *questionsv1.Question {
	d.Helper()
	return d.step(d.ask("asker", text), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
}

func voteIn(ctx context.Context, c questionsv1.QuestionsServiceClient, room, question, who string, guest, up bool) (bool, error) {
	a, err := c.VoteQuestion(ctx, &questionsv1.VoteQuestionRequest{
		Room: room, Question: question, Up: up, Actor: &roomsv1.Actor{Subject: who, Role: "viewer", Guest: guest},
	})
	return a.GetChanged(), err
}

func (d *desk) votes(q *questionsv1.Question, votes, guests uint64) {
	d.Helper()
	var now *questionsv1.Question
	defer func() {
		if d.Failed() {
			d.Logf("it stands at %v", now)
		}
	}()
	wait(d.T, fmt.Sprintf("%d votes, %d of guests", votes, guests), func() bool {
		g, err := d.questions.GetQuestion(d.Context(), &questionsv1.GetQuestionRequest{Room: d.room, Question: q.GetQuestion()})
		now = g.GetQuestion()
		return err == nil && now.GetVotes() == votes && now.GetGuestVotes() == guests
	})
}

// exportedQuestion is what it says of one.
type exportedQuestion struct {
	Question, Votes string
	GuestVotes      string `json:"guest_votes"`
	MergedInto      string `json:"merged_into"`
}

// exported is what `ovation export --as questions` writes.
type exported struct {
	raw       string
	questions map[string]exportedQuestion
	ballots   []struct {
		Question, Voter string
		Up, Guest       bool
	}
	entries int
}

func export(t *testing.T, s *server.Ready, room, as string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), binary, "export", room, "--as", as, "--grpc", s.GRPC)
	c.Env = append(os.Environ(), "OVATION_TOKEN="+s.Tokens.Service)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("export --as %s: %v\n%s", as, err, out)
	}
	return string(out)
}

func exportedQuestions(t *testing.T, s *server.Ready, room string) (e exported) {
	t.Helper()
	e.raw, e.questions = export(t, s, room, "questions"), map[string]exportedQuestion{}
	for lines := bufio.NewScanner(strings.NewReader(e.raw)); lines.Scan(); {
		var line struct {
			Question *exportedQuestion
			Ballot   *struct {
				Question, Voter string
				Up, Guest       bool
			}
			Entry *struct{}
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		switch {
		case line.Question != nil:
			e.questions[line.Question.Question] = *line.Question
		case line.Ballot != nil:
			e.ballots = append(e.ballots, *line.Ballot)
		case line.Entry != nil:
			e.entries++
		}
	}
	return e
}

// counted is what anybody counts from the file's ballots alone: people with a vote for a question or one merged into it,
// and those of them all of whose votes are guests'.
func (e exported) counted(question string) (votes, guests int) {
	member := map[string]bool{}
	for _, b := range e.ballots {
		if b.Up && (b.Question == question || e.questions[b.Question].MergedInto == question) {
			member[b.Voter] = member[b.Voter] || !b.Guest
		}
	}
	for _, is := range member {
		if votes++; !is {
			guests++
		}
	}
	return votes, guests
}

// Two services processes add up the same votes while one of them is killed and comes back; merges are unions of people and
// can be taken back; what may not be voted for is refused and changes nothing. In the end tallies equal the recount, and
// who has nothing but the file counts the same, and learns of nobody.
func TestVotesAreCountedOnceThroughAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys := filepath.Join(dir, "key")
	if err := os.WriteFile(keys, []byte(strings.Repeat("k", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	broker := part(t, "broker", "--data", filepath.Join(dir, "data"), "--nats-listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	serve := func(grpc string) *server.Server {
		return part(t, "services", "--nats-url", broker.NATS, "--grpc", grpc, "--admin", "127.0.0.1:0", "--keys-files", keys)
	}
	stays, dies := serve("127.0.0.1:0"), serve("127.0.0.1:0")
	at := func(address string) *server.Ready {
		r := &server.Ready{GRPC: address}
		r.Tokens.Service = mint(t, keys)
		return r
	}
	conn := open(t, at(stays.GRPC), "polled")
	open(t, at(stays.GRPC), "other")
	rival := questionsv1.NewQuestionsServiceClient(dial(t, at(dies.GRPC)))
	d := &desk{T: t, room: "polled", questions: questionsv1.NewQuestionsServiceClient(conn)}
	a, b := d.opened("=cmd|' /C calc'!A0 Is it free?"), d.opened("What does it cost?")

	t.Log("what may not be voted for")
	waits := d.ask("asker", "Does this wait?")
	rejected := d.step(d.ask("asker", "Is this rejected?"), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_REJECT})
	merged := d.step(d.opened("Is this merged?"), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_MERGE, Into: b.GetQuestion()})
	answered := d.step(d.opened("Is this answered?"), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_ANSWER, Answer: "Yes."})
	foreign := (&desk{T: t, room: "other", questions: d.questions}).opened("Is this of another room?")
	for name, c := range map[string]struct{ question, reason string }{
		"a pending one":        {waits.GetQuestion(), "QUESTION_NOT_FOUND"},
		"a rejected one":       {rejected.GetQuestion(), "QUESTION_NOT_FOUND"},
		"a merged one":         {merged.GetQuestion(), "VOTING_CLOSED"},
		"an answered one":      {answered.GetQuestion(), "VOTING_CLOSED"},
		"one of another room":  {foreign.GetQuestion(), "QUESTION_NOT_FOUND"},
		"one that is not":      {strings.Repeat("a", 26), "QUESTION_NOT_FOUND"},
		"letters of a subject": {"a.*", "FIELD_INVALID"},
	} {
		for _, service := range []questionsv1.QuestionsServiceClient{d.questions, rival} {
			var f string
			wait(t, name, func() bool { // the rival may be a moment behind
				_, err := voteIn(t.Context(), service, "polled", c.question, "voter-1", false, true)
				f = told(err).GetReason()
				return f == c.reason
			})
		}
		if name == "a merged one" {
			_, err := voteIn(t.Context(), d.questions, "polled", c.question, "voter-1", false, true)
			if into := told(err).GetMetadata()["merged_into"]; into != b.GetQuestion() {
				t.Errorf("a merged one leads to %q", into)
			}
		}
	}

	t.Log("votes at both, while one is killed and comes back")
	var casting sync.WaitGroup
	half := make(chan struct{})
	for group := range 8 {
		casting.Go(func() {
			for n := group * 40; n < group*40+40; n++ {
				if n == group*40+20 && group == 0 {
					close(half)
				}
				for _, q := range []*questionsv1.Question{a, b} {
					if q == b && n%2 == 1 {
						continue // all vote for a, each second one for b as well
					}
					service := rival
					for try := 0; ; try++ {
						if try > 0 || n%2 == 0 {
							service = d.questions
						}
						if _, err := voteIn(t.Context(), service, "polled", q.GetQuestion(), fmt.Sprint("voter-", n), n%4 == 0, true); err == nil {
							break
						} else if try > 20 {
							t.Error(err)
							return
						}
						time.Sleep(100 * time.Millisecond) // between tries, as a backend would
					}
				}
			}
		})
	}
	<-half
	dies.Kill()
	again := serve("127.0.0.1:0")
	casting.Wait()
	for n := range 20 { // 20 for b alone, all guests
		if _, err := voteIn(t.Context(), d.questions, "polled", b.GetQuestion(), fmt.Sprint("only-b-", n), true, true); err != nil {
			t.Fatal(err)
		}
	}
	if changed, err := voteIn(t.Context(), d.questions, "polled", a.GetQuestion(), "voter-7", false, true); changed || err != nil {
		t.Errorf("a second vote: %v, %v", changed, err)
	}
	d.votes(a, 320, 80)
	d.votes(b, 180, 100)
	for _, q := range []*questionsv1.Question{waits, rejected, answered} {
		d.votes(q, 0, 0)
	}

	t.Log("a merge is a union of people, and can be taken back and made again")
	now := func(q *questionsv1.Question) *questionsv1.Question {
		g, err := d.questions.GetQuestion(t.Context(), &questionsv1.GetQuestionRequest{Room: "polled", Question: q.GetQuestion()})
		if err != nil {
			t.Fatal(err)
		}
		return g.GetQuestion()
	}
	d.step(now(b), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_MERGE, Into: a.GetQuestion()})
	d.votes(a, 340, 100)
	d.step(now(b), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_UNDO})
	d.votes(a, 320, 80)
	d.votes(b, 180, 100)
	d.step(now(b), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_MERGE, Into: a.GetQuestion()})
	d.votes(a, 340, 100)

	t.Log("the recount, by the command, at the process that came back, too")
	for _, address := range []string{stays.GRPC, again.GRPC} {
		s := at(address)
		c := exec.CommandContext(t.Context(), binary, "room", "recount", "polled", "--grpc", s.GRPC)
		c.Env = append(os.Environ(), "OVATION_TOKEN="+s.Tokens.Service)
		if out, err := c.CombinedOutput(); err != nil || !strings.Contains(strings.Join(strings.Fields(string(out)), " "), a.GetQuestion()+" 340 340 100 100 0") {
			t.Errorf("the recount: %v\n%s", err, out)
		}
	}

	t.Log("the files")
	e := exportedQuestions(t, at(stays.GRPC), "polled")
	if votes, guests := e.counted(a.GetQuestion()); votes != 340 || guests != 100 || e.questions[a.GetQuestion()].Votes != "340" || e.questions[a.GetQuestion()].GuestVotes != "100" {
		t.Errorf("who counts the file gets %d and %d; it says %+v", votes, guests, e.questions[a.GetQuestion()])
	}
	if len(e.ballots) != 320+180 || e.entries < 8 {
		t.Errorf("%d ballots, %d entries", len(e.ballots), e.entries)
	}
	for _, who := range []string{"voter-", "only-b-"} {
		if strings.Contains(e.raw, who) {
			t.Error("the file names who voted")
		}
	}
	twice := exportedQuestions(t, at(stays.GRPC), "polled")
	before := map[string]bool{}
	for _, b := range e.ballots {
		before[b.Voter] = true
	}
	for _, b := range twice.ballots {
		if before[b.Voter] {
			t.Fatal("a voter has the same name in two files")
		}
	}
	rows, err := csv.NewReader(strings.NewReader(export(t, at(stays.GRPC), "polled", "questions-csv"))).ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if all := fmt.Sprint(rows); !strings.Contains(all, "'=cmd|") {
		t.Errorf("the formula is not among the rows: %s", all)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "@") {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
}

// One vote, changed as often as it may be, at the pace that it may be.
func TestAVoteIsChangedTwentyTimesOnTheWholeWay(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	d := &desk{T: t, room: "polled", questions: questionsv1.NewQuestionsServiceClient(open(t, &s.Ready, "polled"))}
	q := d.opened("Up or down?")
	ada := join(t, &s.Ready, viewer.Options{Room: "polled", Name: "Ada"})
	until(t, ada, "the question", questionIs(q.GetQuestion(), "open"))
	for n := range 20 {
		if err := ada.Vote(t.Context(), q.GetQuestion(), n%2 == 0); err != nil {
			t.Fatalf("change %d: %v", n+1, err)
		}
		if n == 4 {
			err := ada.Vote(t.Context(), q.GetQuestion(), false)
			refused(t, "TOO_MANY_REQUESTS", err)
		}
		time.Sleep(1050 * time.Millisecond) // one change a second is taken
	}
	refused(t, "TOO_MANY_REQUESTS", ada.Vote(t.Context(), q.GetQuestion(), true))
	d.votes(q, 0, 0)
	e := exportedQuestions(t, &s.Ready, "polled")
	if len(e.ballots) != 1 || e.ballots[0].Up || !strings.Contains(e.raw, `"changes":20`) {
		t.Errorf("the file has %s", e.raw)
	}
}

// A claim shows its holder's name, keeps others off, lasts 45 s from the last key and ends 10 s after its socket; what was
// prepared under a claim that ended is refused and changes nothing.
func TestClaimsEndByThemselves(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := start(t, data)
	d := &desk{T: t, room: "claimed", questions: questionsv1.NewQuestionsServiceClient(open(t, &s.Ready, "claimed"))}
	token := func(subject, name, role string) string {
		out, err := exec.CommandContext(t.Context(), binary, "token", "mint", "--data", data, "--room", "claimed", "--subject", subject, "--name", name, "--role", role).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	comes := func(name string) *viewer.Viewer {
		return join(t, &s.Ready, viewer.Options{Room: "claimed", Token: token(name, name, "moderator"), Client: "console"})
	}
	mia, noa := comes("mia"), comes("noa")
	claim := func(v *viewer.Viewer, c *gatewayv1.ClaimQuestion) (time.Time, error) {
		at := time.Now()
		_, err := v.Moderate(t.Context(), &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Claim{Claim: c}})
		return at, err
	}
	holds := func(q *questionsv1.Question, name string) {
		t.Helper()
		until(t, noa, "the claim of "+name, func(w *viewer.View) bool { return w.Claims[q.GetQuestion()].GetName() == name })
	}
	ends := func(q *questionsv1.Question, since time.Time, least, most time.Duration) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 70*time.Second)
		defer cancel()
		if err := noa.Until(ctx, func(w *viewer.View) bool { return w.Claims[q.GetQuestion()] == nil }); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(since); took < least || took > most {
			t.Errorf("a claim ended after %v, want %v to %v", took, least, most)
		}
	}
	edit := func(v *viewer.Viewer, q *questionsv1.Question, text string, claimed bool) error {
		_, err := v.Moderate(t.Context(), &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Edit{Edit: &gatewayv1.QuestionStep{
			Question: q.GetQuestion(), Revision: q.GetRevision(), Text: text, Claimed: claimed,
		}}})
		return err
	}
	unchanged := func(q *questionsv1.Question) {
		t.Helper()
		g, err := d.questions.GetQuestion(t.Context(), &questionsv1.GetQuestionRequest{Room: "claimed", Question: q.GetQuestion()})
		if err != nil || g.GetQuestion().GetRevision() != q.GetRevision() || g.GetQuestion().GetText() != q.GetText() {
			t.Errorf("it was changed: %v, %v", g, err)
		}
	}
	idle, taken, gone := d.ask("ana", "Who sleeps over me?"), d.ask("ben", "Who is faster?"), d.ask("cem", "Whose laptop died?")

	slept, err := claim(mia, &gatewayv1.ClaimQuestion{Question: idle.GetQuestion()})
	if err != nil {
		t.Fatal(err)
	}
	holds(idle, "mia")
	_, err = claim(noa, &gatewayv1.ClaimQuestion{Question: idle.GetQuestion()})
	refused(t, "QUESTION_CLAIMED", err)
	if !strings.Contains(err.Error(), "mia") {
		t.Errorf("who claims it is not said: %v", err)
	}
	refused(t, "QUESTION_CLAIMED", edit(noa, idle, "Mine now?", false))
	unchanged(idle)

	t.Log("taken over in the middle of an edit")
	for _, c := range []*gatewayv1.ClaimQuestion{{Question: taken.GetQuestion()}, {Question: taken.GetQuestion(), TakeOver: true}} {
		v := mia
		if c.GetTakeOver() {
			holds(taken, "mia")
			v = noa
		}
		if _, err := claim(v, c); err != nil {
			t.Fatal(err)
		}
	}
	holds(taken, "noa")
	refused(t, "CLAIM_EXPIRED", edit(mia, taken, "Too late?", true))
	unchanged(taken)

	t.Log("a socket that goes")
	ola := comes("ola")
	if _, err := claim(ola, &gatewayv1.ClaimQuestion{Question: gone.GetQuestion()}); err != nil {
		t.Fatal(err)
	}
	holds(gone, "ola")
	left := time.Now()
	ola.Close()
	ends(gone, left, 8*time.Second, 14*time.Second)

	t.Log("45 s without a key, though the socket stays")
	ends(idle, slept, 44*time.Second, 50*time.Second)
	refused(t, "CLAIM_EXPIRED", edit(mia, idle, "Am I too late?", true))
	unchanged(idle)

	t.Log("demoted while the dialog is open")
	if _, err := claim(mia, &gatewayv1.ClaimQuestion{Question: idle.GetQuestion()}); err != nil {
		t.Fatal(err)
	}
	demoted := token("mia", "mia", "viewer")
	_, err = mia.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Auth{Auth: &gatewayv1.Auth{Token: demoted}}})
	if err == nil {
		refused(t, "PERMISSION_DENIED", edit(mia, idle, "With my old rights?", true))
	} else {
		t.Logf("a socket keeps its role: %v", err)
		back := join(t, &s.Ready, viewer.Options{Room: "claimed", Token: demoted})
		refused(t, "PERMISSION_DENIED", edit(back, idle, "With my old rights?", true))
	}
	unchanged(idle)
}

// A backend that watches questions is told what stands, and then everything that moderators are: what waits, claims, votes
// and what became of it.
func TestABackendWatchesQuestions(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	d := &desk{T: t, room: "watched", questions: questionsv1.NewQuestionsServiceClient(open(t, &s.Ready, "watched"))}
	stands := d.ask("ana", "Was this asked before?")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	stream, err := d.questions.WatchQuestions(ctx, &questionsv1.WatchQuestionsRequest{Room: "watched"})
	if err != nil {
		t.Fatal(err)
	}
	next := func(what string, is func(*questionsv1.WatchQuestionsResponse) bool) {
		t.Helper()
		for {
			r, err := stream.Recv()
			if err != nil {
				t.Fatalf("%s was never told: %v", what, err)
			}
			if is(r) {
				return
			}
		}
	}
	next("what stands", func(r *questionsv1.WatchQuestionsResponse) bool {
		return r.GetQuestion().GetQuestion() == stands.GetQuestion() && r.GetQuestion().GetText() == stands.GetText()
	})
	next("that this was all", func(r *questionsv1.WatchQuestionsResponse) bool { return r.GetSynced() != nil })
	q := d.ask("ben", "And now?")
	next("what waits", func(r *questionsv1.WatchQuestionsResponse) bool {
		return r.GetQuestion().GetQuestion() == q.GetQuestion() && r.GetQuestion().GetState() == questionsv1.Question_STATE_PENDING
	})
	if _, err := d.questions.ClaimQuestion(ctx, &questionsv1.ClaimQuestionRequest{Room: "watched", Question: q.GetQuestion(), Actor: producer}); err != nil {
		t.Fatal(err)
	}
	next("the claim", func(r *questionsv1.WatchQuestionsResponse) bool { return r.GetClaim().GetName() == "Backend" })
	d.step(q, &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	next("that it is open", func(r *questionsv1.WatchQuestionsResponse) bool {
		return r.GetQuestion().GetQuestion() == q.GetQuestion() && r.GetQuestion().GetState() == questionsv1.Question_STATE_OPEN
	})
	if _, err := voteIn(ctx, d.questions, "watched", q.GetQuestion(), "cem", true, true); err != nil {
		t.Fatal(err)
	}
	next("the vote", func(r *questionsv1.WatchQuestionsResponse) bool {
		return r.GetVotes().GetQuestion() == q.GetQuestion() && r.GetVotes().GetVotes() == 1 && r.GetVotes().GetGuestVotes() == 1
	})
	// A viewer's token opens no such stream.
	links, err := roomsv1.NewRoomsServiceClient(dial(t, &s.Ready)).CreateLinks(ctx, &roomsv1.CreateLinksRequest{Room: "watched", Roles: []string{"viewer"}})
	if err != nil {
		t.Fatal(err)
	}
	viewers := s.Ready
	viewers.Tokens.Service = links.GetLinks()[0].GetToken()
	none, err := questionsv1.NewQuestionsServiceClient(dial(t, &viewers)).WatchQuestions(ctx, &questionsv1.WatchQuestionsRequest{Room: "watched"})
	if err == nil {
		_, err = none.Recv()
	}
	if status.Code(err) != codes.PermissionDenied {
		t.Errorf("a viewer who watches: %v", err)
	}
}
