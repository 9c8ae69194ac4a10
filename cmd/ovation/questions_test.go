package main

import (
	"strings"
	"testing"

	"github.com/ovation-live/ovation/internal/rpc"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func TestWhatStayedUnansweredOnTheCommandLine(t *testing.T) {
	s := serveHere(t, t.TempDir())
	conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC, Token: func() string { return s.Tokens.Service }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	s.cli(t, "room", "create", "launch")
	a, err := questionsv1.NewQuestionsServiceClient(conn).AskQuestion(t.Context(), &questionsv1.AskQuestionRequest{
		Room: "launch", RequestId: "request-1", Text: "Is it free?", Actor: &roomsv1.Actor{Subject: "ada", Name: "Ada", Role: "viewer"},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := a.GetQuestion().GetQuestion()
	s.cli(t, "room", "end", "launch")
	if out := s.cli(t, "room", "unanswered", "launch"); !strings.Contains(out, id) || !strings.Contains(out, "pending") || !strings.Contains(out, "Is it free?") {
		t.Errorf("what is unanswered: %s", out)
	}
	s.cli(t, "room", "answer", "launch", id, "Yes, it is.")
	if out := s.cli(t, "room", "unanswered", "launch"); strings.Contains(out, id) {
		t.Errorf("it was answered: %s", out)
	}
	if out := s.cli(t, "export", "launch", "--as", "questions"); !strings.Contains(out, "Yes, it is.") {
		t.Errorf("the export: %s", out)
	}
	if r := ovation(t, "room", "answer", "launch", id, "", "--grpc", s.GRPC, "--data", s.data); r.code != exitUsage || !strings.Contains(r.errout, "needs TEXT") {
		t.Errorf("an empty answer: %d, %s", r.code, r.errout)
	}
	if got := oneLine("a\x1b[2Jb\nc"); got != "a [2Jb c" {
		t.Errorf("what a terminal would obey becomes %q", got)
	}
}
