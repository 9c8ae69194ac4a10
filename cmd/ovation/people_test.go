package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/rpc"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func TestPeopleAreBannedMutedAndForgivenOnTheCommandLine(t *testing.T) {
	s := serveHere(t, filepath.Join(t.TempDir(), "data"), "--room", "launch")
	defer s.end(t)
	conn, err := rpc.Dial(rpc.DialOptions{Target: s.GRPC, Token: func() string { return s.Tokens.Service }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	comments := commentsv1.NewCommentsServiceClient(conn)
	post := func(request, text string) (*commentsv1.Comment, error) {
		r, err := comments.PostComment(ctx, &commentsv1.PostCommentRequest{
			Room: "launch", RequestId: request, Text: text, Actor: &roomsv1.Actor{Subject: "user-4711", Name: "Mallory", Role: "viewer"},
		})
		return r.GetComment(), err
	}
	c, err := post("request-1", "buy my coins")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := questionsv1.NewQuestionsServiceClient(conn).AskQuestion(ctx, &questionsv1.AskQuestionRequest{
		Room: "launch", RequestId: "request-q", Text: "Who wants coins?", Actor: &roomsv1.Actor{Subject: "user-4711", Name: "Mallory", Role: "viewer"},
	}); err != nil {
		t.Fatal(err)
	}
	said := func(want []string, args ...string) {
		t.Helper()
		out := s.cli(t, args...)
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%s said %q, without %q", strings.Join(args, " "), out, w)
			}
		}
	}
	said([]string{"nothing holds against anybody"}, "people", "list", "launch")
	said([]string{c.GetPerson(), "Mallory", "muted", "calm down"}, "people", "timeout", "launch", "user-4711", "--subject", "--for", "10m", "--reason", "calm down")
	if _, err := post("request-2", "may I?"); err == nil {
		t.Error("somebody who is muted wrote")
	}
	said([]string{"banned", "the room's end", "advertising"}, "people", "ban", "launch", c.GetPerson(), "--reason", "advertising")
	said([]string{"PERSON", "muted", "banned", "Mallory"}, "people", "list", "launch")
	said([]string{`"by_name": "Command line"`}, "people", "list", "launch", "--json")
	said([]string{"1 comments and 1 questions are removed"}, "people", "remove", "launch", "user-4711", "--subject", "--reason", "advertising")
	said([]string{"taken back: remove_person_comments " + c.GetPerson()}, "undo", "launch")
	if out := s.cli(t, "people", "show", "launch", c.GetPerson()); !strings.Contains(out, "buy my coins") {
		t.Errorf("after it was taken back the card says %q", out)
	}
	said([]string{"1 comments and 1 questions are removed"}, "people", "remove", "launch", c.GetPerson())
	said([]string{"Mallory", "removed", "ban_person", "time_out_person", "remove_person_comments"}, "people", "show", "launch", c.GetPerson())
	said([]string{"nothing holds against " + c.GetPerson()}, "people", "unban", "launch", "user-4711", "--subject")
	if _, err := post("request-3", "thank you"); err != nil {
		t.Errorf("after all was lifted: %v", err)
	}
	said([]string{"taken back: unban_person"}, "undo", "launch")
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"nobody of that key":  {[]string{"people", "show", "launch", strings.Repeat("a", 26)}, exitFailed, "(PERSON_NOT_FOUND)"},
		"no key":              {[]string{"people", "ban", "launch", "Mallory"}, exitFailed, "(FIELD_INVALID)"},
		"too long a time-out": {[]string{"people", "timeout", "launch", c.GetPerson(), "--for", "1000h"}, exitFailed, "7 days"},
		"undo twice":          {[]string{"undo", "launch"}, exitFailed, "(UNDO_EXPIRED)"},
		"no person":           {[]string{"people", "ban", "launch"}, exitUsage, "needs PERSON"},
		"a viewer":            {[]string{"people", "ban", "launch", c.GetPerson(), "--token", s.Tokens.Viewer}, exitFailed, "(PERMISSION_DENIED)"},
	} {
		args := append(c.args, "--grpc", s.GRPC)
		if name != "a viewer" {
			args = append(args, "--token", s.Tokens.Service)
		}
		if r := ovation(t, args...); r.code != c.code || !strings.Contains(r.errout, c.says) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// A setting that the command line does not know can be set by nobody but a program.
func TestEverySettingHasItsFlag(t *testing.T) {
	fields := new(roomsv1.Settings).ProtoReflect().Descriptor().Fields()
	known := map[string]bool{}
	for _, s := range settingTable {
		known[s.name] = true
	}
	for i := range fields.Len() {
		if name := string(fields.Get(i).Name()); !known[name] {
			t.Errorf("%s has no line in settingTable", name)
		}
	}
}
