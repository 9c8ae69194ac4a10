package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
)

// secretFile makes a file with a shared secret.
func secretFile(t *testing.T, secret string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestMintedTokensAreOurs(t *testing.T) {
	file := secretFile(t, strings.Repeat("s", 50))
	r := ovation(t, "token", "mint", "--keys-files", file, "--role", "moderator", "--room", "launch,after", "--subject", "anna", "--name", "Anna", "--life", "1h")
	if r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	keys, err := auth.LoadKeys([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	claims, err := keys.Verify(strings.TrimSpace(r.out))
	if err != nil {
		t.Fatal(err)
	}
	if claims.Role != auth.Moderator || claims.Subject != "anna" || claims.Name != "Anna" || !claims.Admits("after") || claims.Admits("other") {
		t.Fatalf("claims %+v", claims)
	}

	seen := ovation(t, "token", "inspect", "--keys-files", file, strings.TrimSpace(r.out))
	if seen.code != exitDone || !strings.Contains(seen.out, `"anna"`) || !strings.Contains(seen.out, "made by our keys") || !strings.Contains(seen.out, "moderator") {
		t.Fatalf("inspect: %+v", seen)
	}
	other := ovation(t, "token", "inspect", "--keys-files", secretFile(t, strings.Repeat("o", 50)), strings.TrimSpace(r.out))
	if other.code != exitFailed || !strings.Contains(other.out, `"anna"`) || !strings.Contains(other.errout, "TOKEN_INVALID") {
		t.Fatalf("with other keys it should show, and fail: %+v", other)
	}
	for _, bad := range []string{"abc", "a.b.c", "a..c", "a.e30.c.d"} {
		if r := ovation(t, "token", "inspect", "--keys-files", file, bad); r.code != exitFailed || !strings.Contains(r.errout, "no token") {
			t.Errorf("%q: %+v", bad, r)
		}
	}
}

func TestLocalKeysMakeAServiceToken(t *testing.T) {
	data := t.TempDir()
	keys, err := auth.OpenKeys(filepath.Join(data, keysName))
	if err != nil {
		t.Fatal(err)
	}
	r := ovation(t, "token", "mint", "--data", data, "--role", "service", "--room", "*")
	if r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	claims, err := keys.Verify(strings.TrimSpace(r.out))
	if err != nil || claims.Role != auth.Service || !claims.Admits("any") {
		t.Fatalf("%+v, %v", claims, err)
	}
}

func TestMintedLinksArePagesWithAToken(t *testing.T) {
	file := secretFile(t, strings.Repeat("s", 50))
	keys, err := auth.LoadKeys([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	for role, page := range map[string]string{
		"viewer": "/r/launch", "guest": "/r/launch", "moderator": "/r/launch/host", "host": "/r/launch/host", "overlay": "/r/launch/overlay",
	} {
		r := ovation(t, "token", "mint", "--keys-files", file, "--link", "--role", role, "--room", "launch", "--base", "https://live.example.com/")
		at, token, ok := strings.Cut(strings.TrimSpace(r.out), "#t=")
		if r.code != exitDone || !ok || at != "https://live.example.com"+page {
			t.Fatalf("%s: %+v", role, r)
		}
		claims, err := keys.Verify(token)
		if err != nil || claims.ID == "" || claims.ReadOnly != (role == "overlay") || claims.Invite != (role == "guest") {
			t.Errorf("%s: %+v, %v", role, claims, err)
		}
	}
	for _, args := range [][]string{
		{"--link", "--role", "service", "--room", "a"}, {"--link", "--role", "host", "--room", "*"}, {"--link", "--room", "a,b"},
		{"--link", "--role", "host", "--room", "a-*"}, {"--role", "host", "--room", "*-a"}, {"--role", "host", "--room", "a*b"}, {"--role", "host", "--room", "A"},
		{"--link", "--room", "a", "--base", "live.example.com"},
	} {
		if r := ovation(t, append([]string{"token", "mint", "--keys-files", file}, args...)...); r.code != exitUsage {
			t.Errorf("%v: %+v", args, r)
		}
	}
}

func TestInspectTellsAllThatIsWrong(t *testing.T) {
	file := secretFile(t, strings.Repeat("s", 50))
	keys, err := auth.LoadKeys([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	token, err := keys.Mint(auth.Claims{Subject: "anna", Role: auth.Host, Rooms: []string{"launch"}, ID: "the-id"}, -time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	r := ovation(t, "token", "inspect", "--keys-files", file, "--keys-audience", "ovation", "--keys-issuer", "us", token)
	for _, want := range []string{"the-id", "HS256", "-1h"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("nothing of %s in\n%s", want, r.out)
		}
	}
	for _, want := range []string{"aud", "iss", "TOKEN_EXPIRED"} {
		if !strings.Contains(r.errout, want) {
			t.Errorf("nothing of %s in\n%s", want, r.errout)
		}
	}
}
