package session

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/limit"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// 24: what has no line is denied, so a verb without one works for nobody: give it its line in rules.go.
func Test24EveryVerbAndActHasARule(t *testing.T) {
	for name, c := range map[string]struct {
		of    protoreflect.OneofDescriptor
		known func(string) bool
		lines int
	}{
		"verbs": {verbField, func(n string) bool { r, ok := verbs[n]; return ok && r.least.Valid() }, len(verbs)},
		"acts":  {actField, func(n string) bool { return acts[n].AtLeast(auth.Moderator) }, len(acts)},
	} {
		fields := c.of.Fields()
		for i := range fields.Len() {
			if field := string(fields.Get(i).Name()); !c.known(field) {
				t.Errorf("%s: %s has no line in rules.go, or one that lets in viewers who must not", name, field)
			}
		}
		if name == "verbs" { // what is not bounded here is so by the heart budget, by its acts' role, or costs nothing
			for verb := range verbs {
				if free := slices.Contains([]string{"hello", "tap", "pace", "moderate"}, verb); (limit.Verb(verb, false, nil).Burst == 0) != free {
					t.Errorf("%s: has a limit in limit.Verb: %v", verb, free)
				}
			}
		}
		if c.lines != fields.Len() {
			t.Errorf("%s: %d lines for %d fields: a line names something that is gone", name, c.lines, fields.Len())
		}
	}
}

func TestVerbsAreKnownByTheirFields(t *testing.T) {
	for want, in := range map[string]*gatewayv1.ClientFrame{
		"":         {},
		"tap":      {Body: &gatewayv1.ClientFrame_Tap{}},
		"post":     {Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{}}},
		"moderate": {Body: &gatewayv1.ClientFrame_Moderate{Moderate: &gatewayv1.Moderate{}}},
	} {
		if got := verbOf(in); got != want {
			t.Errorf("%v is called %q, want %q", in, got, want)
		}
	}
	if got := actOf(&gatewayv1.Moderate{Act: &gatewayv1.Moderate_DeleteComment{DeleteComment: &gatewayv1.RemoveComment{}}}); got != "delete_comment" {
		t.Errorf("the act is called %q", got)
	}
}

func TestWhomALimitBinds(t *testing.T) {
	l := Limits{Verbs: map[string]limit.Bucket{"post": {Burst: 3, Per: time.Minute}}}.withDefaults()
	for _, c := range []struct {
		verb  string
		role  auth.Role
		burst int
	}{
		{"post", auth.Viewer, 3}, {"post", auth.Moderator, 0}, {"post", auth.Host, 0},
		{"vote", auth.Viewer, 100}, {"mine", auth.Host, 50}, {"tap", auth.Viewer, 0},
	} {
		if got := l.bucket(c.verb, c.role).Burst; got != c.burst {
			t.Errorf("%s of a %s: %d at once, want %d", c.verb, c.role, got, c.burst)
		}
	}
	told := new(gatewayv1.Limits)
	l.told(told, auth.Viewer)
	found := false
	for _, v := range told.GetVerbs() {
		found = found || v.GetVerb() == "post" && v.GetBurst() == 3 && v.GetPerMs() == 60_000
	}
	if !found || told.GetFramesPerSecond() != 50 || told.GetFrameBurst() != 200 || told.GetErrors() != 50 || told.GetSockets() != 200 {
		t.Errorf("a viewer is told %v", told)
	}
	host := new(gatewayv1.Limits)
	if l.told(host, auth.Host); host.GetSockets() != 0 || len(host.GetVerbs()) != 4 {
		t.Errorf("a host is told %v", host)
	}
}
