package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

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
