package protocol_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ovation-live/ovation/internal/testbed/issuer"
)

// rotated is an issuer with one key at a time.
type rotated struct {
	*issuer.Issuer
	listed string
}

// rotate lists a new key in the place of the one before, and gives a token of it.
func (i *rotated) rotate(t *testing.T, kid string) (token string) {
	t.Helper()
	private := i.List(kid)
	i.Unlist(i.listed)
	i.listed = kid
	signed := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{"sub": "person of " + kid, "name": kid, "role": "viewer", "room": "show", "exp": time.Now().Add(time.Hour).Unix()})
	signed.Header["kid"] = kid
	token, err := signed.SignedString(private)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// 22: keys are rotated, the old one ends, the issuer fails: whoever is in stays in, and whoever has a good token comes in.
func Test22KeysAreRotatedWhileSocketsAreOpen(t *testing.T) {
	t.Parallel()
	i := &rotated{Issuer: issuer.New(t)}
	first := i.rotate(t, "first")
	published := httptest.NewServer(i)
	t.Cleanup(published.Close)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(strings.Repeat("s", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, "--keys-files", secret, "--keys-jwks", published.URL, "--keys-retain", "1s")
	ask := func(token string) (reason string, w *wire) {
		w = open(t, s)
		w.send(`{"hello":{"room":"show","token":"` + token + `"}}`)
		_, payload := w.frame()
		var f struct{ Goodbye struct{ Reason string } }
		if err := json.Unmarshal(payload, &f); err != nil {
			t.Fatalf("%q: %v", payload, err)
		}
		return f.Goodbye.Reason, w
	}
	enters := func(token string) *wire {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Millisecond) {
			reason, w := ask(token)
			if reason == "" {
				return w
			}
			if time.Now().After(deadline) {
				t.Fatalf("a good token is refused with %s", reason)
			}
		}
	}
	old := enters(first)
	second := i.rotate(t, "second")
	fresh := enters(second) // within one refresh, which comes at most 10 s later
	old.lives()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(200 * time.Millisecond) { // its key has left the set, and ends after a second
		if reason, _ := ask(first); reason != "" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a key that is no longer published lets in still")
		}
	}
	old.lives() // who is in was judged when it came
	for _, status := range []int{http.StatusInternalServerError, http.StatusNotFound} {
		i.Answers(func(w http.ResponseWriter) { w.WriteHeader(status) })
		if reason, _ := ask(unknown(t, first)); reason == "" {
			t.Error("a token of a key that nobody knows is let in")
		}
		enters(second).lives()
		old.lives()
		fresh.lives()
	}
}

// unknown is a token with a header that names a key which nobody has.
func unknown(t *testing.T, token string) string {
	t.Helper()
	head, rest, ok := strings.Cut(token, ".")
	if !ok {
		t.Fatal("no token")
	}
	text, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(text), "first", "third", 1))) + "." + rest
}
