package test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

// fixed is what Kubernetes refuses to change in an object that stands: an upgrade would fail, or lose data to a new name.
func fixed(docs []document) map[string]string {
	all := map[string]string{}
	note := func(d document, path ...string) {
		body, _ := json.Marshal(d.at(path...)) // what was parsed from YAML
		all[d.kind()+" "+d.name()+": "+strings.Join(path, ".")] = string(body)
	}
	for _, d := range docs {
		switch d.kind() {
		case "StatefulSet":
			note(d, "spec", "selector")
			note(d, "spec", "serviceName")
			note(d, "spec", "volumeClaimTemplates")
			note(d, "spec", "podManagementPolicy")
		case "Deployment":
			note(d, "spec", "selector")
		}
	}
	return all
}

func changed(was, is map[string]string) (broken []string) {
	for key, old := range was {
		if now, ok := is[key]; !ok {
			broken = append(broken, key+" was "+old+", and there is no such object any more")
		} else if now != old {
			broken = append(broken, key+" was "+old+", is "+now)
		}
	}
	return broken
}

// The last release's chart, with the same values, must have the same immutable fields.
func Test55AnUpgradeChangesNothingImmutable(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "git", "describe", "--tags", "--abbrev=0", "--match", "v*").Output()
	tag := strings.TrimSpace(string(out))
	if err != nil || tag == "" {
		t.Log("this clone has no release tag to compare with: the comparison is tried on spoilt copies alone")
		return
	}
	dir := t.TempDir()
	archive := exec.CommandContext(t.Context(), "sh", "-c", `git archive "$1" ovation 2>/dev/null | tar -x -C "$2"`, "sh", tag, dir)
	archive.Dir = ".."
	if err := archive.Run(); err != nil {
		t.Logf("%s has no chart yet", tag)
		return
	}
	old, err := loader.LoadDir(filepath.Join(dir, "ovation"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"demo", "production", "external-nats", "minimal"} {
		body, err := os.ReadFile(filepath.Join("testdata", name+".values.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		before, err := render(t, old, values(t, string(body)))
		if err != nil {
			t.Errorf("%s: values of today are refused by %s: %v", name, tag, err)
			continue
		}
		for _, broken := range changed(fixed(before), fixed(shape(t, name))) {
			t.Errorf("%s: %s: an upgrade from %s would be refused; keep it, or give the object another name and tell how to move", name, broken, tag)
		}
	}
}

func TestAChangedImmutableFieldIsSeen(t *testing.T) {
	before := fixed(shape(t, "production"))
	if len(before) < 6 {
		t.Fatalf("only %d immutable fields were found: %v", len(before), before)
	}
	for name, spoil := range map[string]func(document){
		"selector":     func(d document) { d.at("spec", "selector", "matchLabels").(map[string]any)["new"] = "label" },
		"serviceName":  func(d document) { d.at("spec").(map[string]any)["serviceName"] = "other" },
		"volumeClaims": func(d document) { d.at("spec").(map[string]any)["volumeClaimTemplates"] = nil },
	} {
		docs := shape(t, "production")
		spoil(find(t, docs, "StatefulSet", "live-ovation-broker"))
		if len(changed(before, fixed(docs))) == 0 {
			t.Errorf("a changed %s was not seen", name)
		}
	}
}
