package docs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// command is a line that calls us, in a block of shell or in a table's or a sentence's code.
var command = regexp.MustCompile(`(?:^|[\s(])(?:bin/)?ovation((?: [^\s|)]+)*)`)

func TestCommandsCanBeTyped(t *testing.T) {
	ovation := build(t)
	help := map[string]string{}
	found := 0
	for _, page := range files(t, ".md") {
		for _, line := range typed(t, page) {
			for _, m := range command.FindAllStringSubmatch(line, -1) {
				words, flags := apart(m[1])
				if len(words) == 0 {
					continue
				}
				found++
				text, ok := help[words[0]]
				if !ok {
					text = ask(ovation, words[0])
					help[words[0]] = text
				}
				if text == "" {
					t.Errorf("%s: there is no command 'ovation %s' (in %q): correct the example", page, words[0], line)
					continue
				}
				if strings.Contains(text, "Available Commands:") {
					if len(words) == 1 {
						continue // a group, spoken of
					}
					both := words[0] + " " + words[1]
					if text, ok = help[both]; !ok {
						text = ask(ovation, words[0], words[1])
						help[both] = text
					}
					if text == "" {
						t.Errorf("%s: there is no command 'ovation %s' (in %q): correct the example", page, both, line)
						continue
					}
				}
				for _, f := range flags {
					if !strings.Contains(text, f+" ") && !strings.Contains(text, f+"\n") {
						t.Errorf("%s: 'ovation %s' has no flag %s (in %q): correct the example", page, strings.Join(words, " "), f, line)
					}
				}
			}
		}
	}
	if found < 20 {
		t.Fatalf("found only %d commands in the documents: this test has lost sight of them", found)
	}
}

// typed are the lines of a page that show what to type: its blocks of shell, and code within sentences.
func typed(t *testing.T, page string) (lines []string) {
	t.Helper()
	for _, f := range fences(t, page) {
		if f.language == "sh" || f.language == "bash" || f.language == "console" {
			for line := range strings.Lines(f.body) {
				line, _, _ = strings.Cut(line, " #")
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	for _, c := range inline.FindAllString(read(t, page), -1) {
		if c = strings.Trim(c, "`"); strings.HasPrefix(c, "ovation ") || strings.HasPrefix(c, "bin/ovation ") {
			lines = append(lines, c)
		}
	}
	return lines
}

// apart tells a line's commands from its flags; values of flags and what stands in capitals or brackets is neither.
func apart(line string) (words, flags []string) {
	for _, w := range strings.Fields(line) {
		switch {
		case strings.HasPrefix(w, "--"):
			name, _, _ := strings.Cut(w, "=")
			flags = append(flags, name)
		case w == "|" || w == ">" || w == "&&" || w == "&":
			return words, flags
		case len(flags) == 0 && regexp.MustCompile(`^[a-z]+$`).MatchString(w):
			words = append(words, w)
		}
	}
	return words, flags
}

// ask is a command's help; empty when there is no such command.
func ask(ovation string, words ...string) string {
	out, err := exec.Command(ovation, append(words, "--help")...).CombinedOutput()
	if err != nil {
		return ""
	}
	return string(out)
}

func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ovation")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/ovation")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build ./cmd/ovation: %v\n%s", err, out)
	}
	return path
}

func TestGoExamplesCompile(t *testing.T) {
	found := 0
	for _, page := range files(t, ".md") {
		for _, f := range fences(t, page) {
			if f.language != "go" || !strings.HasPrefix(f.body, "package main") {
				continue
			}
			found++
			source := filepath.Join(t.TempDir(), "main.go")
			if err := os.WriteFile(source, []byte(f.body), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("go", "vet", source)
			cmd.Dir = root // where its imports are found
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: the program does not compile: correct it\n%s", page, out)
			}
		}
	}
	if found == 0 {
		t.Error("README.md shows no Go program any more: give it back, or take this test away")
	}
}

// Frames in the protocol's examples must be frames: a field that was renamed is found here.
func TestFramesAreFrames(t *testing.T) {
	found := 0
	for _, f := range fences(t, protocol) {
		if f.language != "json" {
			continue
		}
		for line := range strings.Lines(f.body) {
			line = strings.TrimSpace(line)
			var top map[string]json.RawMessage
			if err := json.Unmarshal([]byte(line), &top); err != nil {
				t.Errorf("%s: %.60s… is no JSON: %v", protocol, line, err)
				continue
			}
			found++
			fromClient := protojson.Unmarshal([]byte(line), new(gatewayv1.ClientFrame))
			fromServer := protojson.Unmarshal([]byte(line), new(gatewayv1.ServerFrame))
			if fromClient != nil && fromServer != nil {
				t.Errorf("%s: %.60s… is no frame of gateway.proto: correct it\nas a client's: %v\nas the server's: %v", protocol, line, fromClient, fromServer)
			}
		}
	}
	for _, body := range bodies() {
		if !regexp.MustCompile(`"` + body + `":\{`).MatchString(read(t, protocol)) {
			t.Errorf("%s shows no %s: add an example of it", protocol, body)
		}
	}
	if found < 10 {
		t.Fatalf("found only %d frames: this test has lost sight of them", found)
	}
}

// bodies are all that a frame can carry, in either direction.
func bodies() (names []string) {
	client := (*gatewayv1.ClientFrame)(nil).ProtoReflect().Descriptor().Oneofs().ByName("body").Fields()
	for i := range client.Len() {
		names = append(names, client.Get(i).JSONName())
	}
	server := (*gatewayv1.ServerFrame)(nil).ProtoReflect().Descriptor().Oneofs().ByName("body").Fields()
	for i := range server.Len() {
		names = append(names, server.Get(i).JSONName())
	}
	return names
}
