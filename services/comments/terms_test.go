package comments_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/comments"
)

func (g *stage) terms(role auth.Role, r *commentsv1.ChangeBlockedTermsRequest) (string, error) {
	r.Room = "main"
	answer, err := g.s.ChangeBlockedTerms(testbed.As(g.Context(), role, "mo"), r)
	var all []string
	for _, t := range answer.GetTerms() {
		all = append(all, t.GetText())
	}
	return strings.Join(all, ","), err
}

// A name stands beside everything that its owner writes: it is judged by the same terms.
func TestANameHoldsNoBlockedTerm(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	if _, err := g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{Add: []string{"viagra"}}); err != nil {
		t.Fatal(err)
	}
	g.bed.Settle()
	named := func(name, role string) *roomsv1.Actor { return &roomsv1.Actor{Subject: "bo", Name: name, Role: role} }
	_, err := g.posts("request-1", "hello", named("V1agra Bo", "viewer"))
	if f := g.refused(fault.TextBlocked, err); f.Field != "actor.name" {
		t.Errorf("what is blocked is not said: %v", f)
	}
	if _, err := g.posts("request-1", "hello", named("Bo", "viewer")); err != nil {
		t.Errorf("under another name: %v", err)
	}
	if _, err := g.posts("request-2", "hello", named("Viagra Bo", "moderator")); err != nil {
		t.Errorf("a moderator: %v", err)
	}
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.HoldFiltered = true })
	g.bed.Settle()
	if r, err := g.posts("request-3", "hello again", named("V1agra Bo", "viewer")); err != nil || !r.GetHeld() || g.why("hello again") != commentsv1.HeldComment_WHY_FILTER {
		t.Errorf("where hits wait: %v, %v", r, err)
	}
}

func TestBlockThisWord(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	c := g.post("ann", "main", "request-0", "buy v.1.a.g.r.a now")
	if got, err := g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{Add: []string{"viagra", "casino*"}, Comment: c.GetComment()}); err != nil || got != "casino*,viagra" {
		t.Fatalf("%s, %v", got, err)
	}
	g.bed.Settle()
	_, err := g.try("ann", "main", "request-1", "buy v1agra now")
	g.refused(fault.TextBlocked, err)
	_, err = g.edit("ann", c, "c a s i n o s")
	g.refused(fault.TextBlocked, err)
	if _, err := g.s.PostComment(testbed.As(t.Context(), auth.Moderator, "mo"), &commentsv1.PostCommentRequest{Room: "main", RequestId: "request-1", Text: "nobody writes viagra"}); err != nil {
		t.Fatalf("a moderator: %v", err)
	}
	g.post("ann", "main", "request-1", "buy flowers now") // the refused request id is free for the mended text
	got, err := g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{Add: []string{"casino*"}, Remove: []string{"viagra", "never there"}})
	if err != nil || got != "casino*" {
		t.Fatalf("%s, %v", got, err)
	}
	g.bed.Settle()
	g.post("ann", "main", "request-2", "buy viagra now")
	for _, bad := range []string{"", "x", "a*b", "..", strings.Repeat("long", 20)} {
		if _, err := g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{Add: []string{"fine", bad}}); err == nil {
			t.Errorf("%q was taken", bad)
		} else if f, ok := fault.Of(err); !ok || f.Field != "add" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if got, err := g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{}); err != nil || got != "casino*" {
		t.Fatalf("a refused change changed the list: %s, %v", got, err)
	}
	_, err = g.terms(auth.Viewer, &commentsv1.ChangeBlockedTermsRequest{Add: []string{"fine"}})
	g.refused(fault.PermissionDenied, err)
	var many []string
	for i := range 2001 {
		many = append(many, fmt.Sprint("term", i))
	}
	_, err = g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{Add: many})
	g.refused(fault.FieldInvalid, err)
}

func TestTermsOfAllRooms(t *testing.T) {
	g := newStage(t)
	path := filepath.Join(t.TempDir(), "terms")
	if err := os.WriteFile(path, []byte("casino\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := filter.Open(path, g.bed.Log)
	if err != nil {
		t.Fatal(err)
	}
	g.s = comments.New(comments.Options{Bus: g.bed.Bus, Views: g.bed.Views, Logger: g.bed.Log, Terms: filter.NewRooms(file)})
	for _, room := range []string{"main", "other"} {
		g.bed.Room(room, nil)
		_, err := g.try("ann", room, "request-1", "to the c4sino")
		g.refused(fault.TextBlocked, err)
	}
}

func TestUniqueRoomsTakeNoRepeats(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.UniqueComments = true })
	first := g.post("ann", "main", "request-1", "First!")
	again := func(text string, want fault.Reason) {
		t.Helper()
		g.service() // another replica, which remembers nothing
		_, err := g.try("bob", "main", "request-9", text)
		g.refused(want, err)
	}
	again("first", fault.TextRepeated)
	again("F I R S T", fault.TextRepeated)
	again("fіrst!!!", fault.TextRepeated)
	if retry := g.post("ann", "main", "request-1", "First!"); retry.GetComment() != first.GetComment() { // a retry is none
		t.Fatal("a retry is another comment")
	}
	g.post("bob", "main", "request-2", "Second!")
	g.post("bob", "main", "request-3", "🔥")
	again("🔥", fault.TextRepeated)
	if got := strings.Join(g.list("main"), ","); got != "First!,Second!,🔥" {
		t.Fatalf("listed %s", got)
	}
}

func TestAnEditIsNoWayToARepeat(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { editing(r); r.Settings.UniqueComments = true })
	g.post("ann", "main", "request-1", "First!")
	bob := g.post("bob", "main", "request-2", "Second!")
	change := func(text string) error {
		t.Helper()
		g.service() // another replica, which remembers nothing
		_, err := g.edit("bob", bob, text)
		return err
	}
	g.refused(fault.TextRepeated, change("fіrst"))
	if err := change("second..."); err != nil { // its own words
		t.Fatal(err)
	}
	if err := change("Third"); err != nil {
		t.Fatal(err)
	}
	if err := change("Third"); err != nil { // a retry is none
		t.Fatal(err)
	}
	_, err := g.try("ann", "main", "request-3", "third")
	g.refused(fault.TextRepeated, err)
	if got := strings.Join(g.list("main"), ","); got != "First!,Third" {
		t.Fatalf("listed %s", got)
	}
}

func TestAnEditThatWasCutShortIsTriedAgain(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { editing(r); r.Settings.UniqueComments = true })
	c := g.post("ann", "main", "request-1", "First!")
	if err := comments.ClaimHalf(g.s, t.Context(), c, "Better"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.edit("ann", c, "Better"); err != nil {
		t.Fatal(err)
	}
	_, err := g.try("bob", "main", "request-2", "better")
	g.refused(fault.TextRepeated, err)
}
