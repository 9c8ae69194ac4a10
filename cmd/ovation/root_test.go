package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// result is what a command left behind.
type result struct {
	code        int
	out, errout string
}

// ovation runs a command line as a person would type it.
func ovation(t *testing.T, args ...string) result {
	t.Helper()
	var out, errout bytes.Buffer
	code := run(t.Context(), args, &out, &errout)
	return result{code, out.String(), errout.String()}
}

func TestMistakesNameTheNearest(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(file, []byte("log: {levle: debug}"), 0o600); err != nil { //nolint:misspell // the mistake is what is tested
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"serv":                              `there is no command "ovation serv"; did you mean "serve"?`,
		"serv --data x":                     `did you mean "serve"?`,
		"gatway --nats-url x":               `did you mean "gateway"?`,
		"room craete launch":                `there is no command "ovation room craete"; did you mean "create"?`,
		"room craete launch --title x":      `did you mean "create"?`,
		"token mnit":                        `did you mean "mint"?`,
		"zzzzzzzzzz":                        `there is no command "ovation zzzzzzzzzz"` + "\n",
		"":                                  `say what to do: `,
		"room":                              `say what to do: answer, create, `,
		"room list --jsno":                  `ovation room list has no flag --jsno; did you mean "--json"?`,
		"serve --lisen x":                   `ovation serve has no flag --lisen; did you mean "--listen"?`,
		"room create launch --kind heart":   `did you mean "--kinds"?`,
		"room create":                       `ovation room create needs ROOM`,
		"room create a b":                   `does not know what to do with "b"`,
		"version now":                       `does not know what to do with "now"`,
		"hearts exclude launch --count 5":   `say which hearts and how many with --kind and --count`,
		"hearts exclude launch --count -1":  `invalid argument "-1"`,
		"room set launch":                   `say what to change`,
		"room set launch --comment-mode no": `none of everyone, frozen, members, moderators`,
		"room create a --heart-cap many":    `invalid argument "many"`,
		"config check " + file:              `there is no key "log.levle"; did you mean "log.level"?`,
		"config print --config " + file:     `did you mean "log.level"?`,
		"config print --durability maybe":   `durability: "maybe" is none of balanced, strict`,
		"config check /nowhere/x.yaml":      `no such file`,
		"token mint --role king --room a":   `"king" is none of viewer, moderator, host, overlay, guest, service`,
		"token mint":                        `give at least one --room`,
		"services romos --nats-url x":       `there is no service "romos"; did you mean "rooms"?`,
		"services":                          `say where the store is with --nats-url`,
		"gateway --nats-url nats://x:1":     `give the keys with --keys-files`,
		"serve --listen :8080":              `give keys of yours with --keys-files, or stay on 127.0.0.1 (with --lan`,
		"serve --grpc 0.0.0.0:8081":         `give keys of yours with --keys-files`,
		"serve --lan --admin :8082":         `keep it on 127.0.0.1`,
		"serve --room Launch!":              `--room: `,
	} {
		t.Run(line, func(t *testing.T) {
			r := ovation(t, strings.Fields(line)...)
			if r.code != exitUsage || !strings.Contains(r.errout, want) || r.out != "" {
				t.Fatalf("exit %d, want 2 with %q; stderr:\n%s\nstdout:\n%s", r.code, want, r.errout, r.out)
			}
			if !strings.Contains(r.errout, "--help'.\n") {
				t.Errorf("no way to the help in:\n%s", r.errout)
			}
		})
	}
}

func TestUnknownVariableIsNamed(t *testing.T) {
	t.Setenv("OVATION_LISTN", "x")
	r := ovation(t, "config", "print")
	if r.code != exitUsage || !strings.Contains(r.errout, `OVATION_LISTN; did you mean "OVATION_LISTEN"?`) {
		t.Fatalf("exit %d: %s", r.code, r.errout)
	}
}

func TestHelpOfEveryCommand(t *testing.T) {
	for _, line := range []string{"", "room", "room create", "room set", "token mint", "config", "config doc", "serve", "gateway",
		"services", "broker", "check", "export", "top", "version"} {
		r := ovation(t, append(strings.Fields(line), "--help")...)
		if r.code != exitDone || !strings.Contains(r.out, "Usage:") || r.errout != "" {
			t.Errorf("%q: exit %d\n%s%s", line, r.code, r.out, r.errout)
		}
	}
}

func TestConfigCommands(t *testing.T) {
	doc := ovation(t, "config", "doc")
	if doc.code != exitDone || !strings.Contains(doc.out, "#listen: ") {
		t.Fatalf("doc: %+v", doc)
	}
	file := filepath.Join(t.TempDir(), "ovation.yaml")
	if err := os.WriteFile(file, []byte(doc.out), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := ovation(t, "config", "check", file); r.code != exitDone || !strings.Contains(r.out, "good") {
		t.Fatalf("check of its own doc: %+v", r)
	}
	t.Setenv("OVATION_DATA", "/from/the/environment")
	if r := ovation(t, "config", "print", "--config", file, "--grpc", "127.0.0.1:9"); r.code != exitDone ||
		!strings.Contains(r.out, "data: /from/the/environment # environment") || !strings.Contains(r.out, `grpc: "127.0.0.1:9" # flag`) {
		t.Fatalf("print: %+v", r)
	}
}

func TestVersion(t *testing.T) {
	if r := ovation(t, "version"); r.code != exitDone || !strings.HasPrefix(r.out, "ovation ") || strings.Count(r.out, "\n") != 1 {
		t.Fatalf("%+v", r)
	}
}

func TestToolsWithoutAServer(t *testing.T) {
	data := t.TempDir()
	r := ovation(t, "room", "list", "--data", data)
	if r.code != exitFailed || !strings.Contains(r.errout, "no keys in "+data) {
		t.Fatalf("without keys: %+v", r)
	}
	if entries, err := os.ReadDir(data); err != nil || len(entries) > 0 {
		t.Fatalf("asking made something: %v %v", entries, err)
	}
	r = ovation(t, "room", "list", "--token", "x.y.z", "--grpc", "127.0.0.1:1")
	if r.code != exitFailed || !strings.Contains(r.errout, "nobody answers at 127.0.0.1:1: start 'ovation serve'") {
		t.Fatalf("without a server: %+v", r)
	}
}
