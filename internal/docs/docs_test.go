package docs

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/code"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/config"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/services/comments"
	"github.com/ovation-live/ovation/services/hearts"
	"github.com/ovation-live/ovation/services/questions"
	"github.com/ovation-live/ovation/services/rooms"
)

const (
	protocol   = "docs/protocol.md"
	operations = "docs/operations.md"
	services   = "docs/grpc.md"
)

func TestFaultReasonsHaveRows(t *testing.T) {
	documented := map[fault.Reason]row{}
	for _, r := range rows(section(t, protocol, "Fault reasons")) {
		reason := fault.Reason(word(r, 0))
		if !slices.Contains(fault.Reasons(), reason) {
			t.Errorf("%s explains %s, which is no reason of internal/fault: take the row away, or add the reason to reasons.go", protocol, reason)
			continue
		}
		documented[reason] = r
	}
	for _, reason := range fault.Reasons() {
		r, ok := documented[reason]
		if !ok {
			t.Errorf("%s does not explain %s: add a row to its table of fault reasons, with <a id=%q></a>", protocol, reason, reason)
			continue
		}
		if want := code.Code_name[int32(reason.Code())]; word(r, 1) != want {
			t.Errorf("%s gives %s the gRPC code %s; internal/fault says %s: correct the row", protocol, reason, word(r, 1), want)
		}
		if !slices.Contains(r.anchors, string(reason)) {
			t.Errorf("%s: the row of %s has no anchor: put <a id=%q></a> before it", protocol, reason, reason)
		}
		complete(t, protocol, r, 4)
	}
}

func TestCloseCodesHaveRows(t *testing.T) {
	documented := map[string]row{}
	for _, r := range rows(section(t, protocol, "Close codes")) {
		documented[r.cells[0]] = r
	}
	for _, c := range fault.Closes() {
		name := strconv.Itoa(int(c.Code))
		r, ok := documented[name]
		delete(documented, name)
		switch {
		case !ok:
			t.Errorf("%s does not explain the close code %s (%s): add a row to its table of close codes, with <a id=\"close-%s\"></a>", protocol, name, c.Reason, name)
			continue
		case word(r, 1) != c.Reason:
			t.Errorf("%s calls the close code %s %s; internal/fault calls it %s: correct the row", protocol, name, word(r, 1), c.Reason)
		case !slices.Contains(r.anchors, "close-"+name):
			t.Errorf("%s: the row of %s has no anchor: put <a id=\"close-%s\"></a> before it", protocol, name, name)
		case !strings.Contains(read(t, protocol), fmt.Sprintf("<a id=%q></a>", c.Reason)):
			t.Errorf("%s has no anchor for the reason %s: put <a id=%q></a> into its row", protocol, c.Reason, c.Reason)
		}
		complete(t, protocol, r, 4)
	}
	for name := range documented {
		t.Errorf("%s explains the close code %s, which internal/fault does not have: take the row away, or add it to closes.go", protocol, name)
	}
}

func TestSettingsHaveRows(t *testing.T) {
	defaults := map[string]string{}
	settings("", reflect.TypeFor[config.Config](), defaults)
	documented := map[string]bool{}
	for _, r := range rows(section(t, operations, "Settings")) {
		key := word(r, 0)
		want, ok := defaults[key]
		if !ok {
			t.Errorf("%s explains the key %s, which internal/config does not have: take the row away or correct its name", operations, key)
			continue
		}
		if got := word(r, 1); got != want {
			t.Errorf("%s gives %s the default %q; internal/config has %q: correct the row", operations, key, got, want)
		}
		documented[key] = true
		complete(t, operations, row{cells: []string{r.cells[0], r.cells[2]}}, 2)
	}
	for _, key := range config.Names() {
		if !documented[key] {
			t.Errorf("%s does not explain the key %s: add a row to its table of settings", operations, key)
		}
	}
}

// settings collects keys with their defaults as the struct's tags have them.
func settings(prefix string, of reflect.Type, into map[string]string) {
	for i := range of.NumField() {
		f := of.Field(i)
		name := prefix + f.Tag.Get("key")
		if f.Type.Kind() == reflect.Struct {
			settings(name+".", f.Type, into)
			continue
		}
		into[name] = f.Tag.Get("default")
		if f.Type.Kind() == reflect.Bool && into[name] == "" {
			into[name] = "false"
		}
	}
}

func TestMethodsHaveTheirRoles(t *testing.T) {
	policy := auth.Merge(rooms.Policy, comments.Policy, hearts.Policy, questions.Policy)
	for _, r := range rows(section(t, services, "Methods and roles")) {
		method := "/" + word(r, 0)
		roles, ok := policy[method]
		if !ok {
			t.Errorf("%s names the method %s, which no policy has: take the row away or correct its name", services, method)
			continue
		}
		for i, role := range []auth.Role{auth.Viewer, auth.Moderator, auth.Host, auth.Service} {
			if got, want := r.cells[1+i] == "yes", slices.Contains(roles, role); got != want {
				t.Errorf("%s: may a %s call %s? The page says %v, the policy %v: correct the row", services, role, method, got, want)
			}
		}
		delete(policy, method)
	}
	for method := range policy {
		t.Errorf("%s does not name the method %s: add a row to its table of roles", services, method)
	}
}

// What a process says when it cannot start is quoted for whoever searches for it; the words must be those of the code.
func TestLinesAtTheStartAreSaid(t *testing.T) {
	var code strings.Builder
	for _, name := range files(t, ".go") {
		if !strings.HasSuffix(name, "_test.go") {
			code.WriteString(strings.ReplaceAll(read(t, name), `" +\n\t\t\t\t"`, ""))
		}
	}
	for _, r := range rows(section(t, operations, "Lines at the start")) {
		for _, line := range inline.FindAllString(r.cells[0], -1) {
			longest := ""
			for _, part := range regexp.MustCompile(`…|process N|"`).Split(strings.Trim(line, "`"), -1) {
				if len(part) > len(longest) {
					longest = part
				}
			}
			if !strings.Contains(code.String(), strings.ReplaceAll(longest, "VERSION", "%s")) {
				t.Errorf("%s quotes %s, but nothing in the code says %q: quote what is said now", operations, line, longest)
			}
		}
	}
}

// word is the word of code in a row's cell.
func word(r row, i int) string {
	if i >= len(r.cells) {
		return ""
	}
	return strings.Trim(r.cells[i], "`")
}

// complete tells of a row with an empty cell or one too few.
func complete(t *testing.T, page string, r row, cells int) {
	t.Helper()
	if len(r.cells) != cells || slices.Contains(r.cells, "") {
		t.Errorf("%s: the row of %s is not complete: want %d cells with something in each, have %q", page, r.cells[0], cells, r.cells)
	}
}
