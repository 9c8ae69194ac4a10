package protocol_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// issuer publishes keys, and signs with them.
type issuer struct {
	*testing.T
	mu     sync.Mutex
	keys   map[string]ed25519.PrivateKey // guarded by mu
	status int                           // guarded by mu
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.status != 0 {
		w.WriteHeader(i.status)
		return
	}
	var all []object
	for _, kid := range slices.Sorted(maps.Keys(i.keys)) {
		public, _ := i.keys[kid].Public().(ed25519.PublicKey)
		all = append(all, object{"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": kid, "x": base64.RawURLEncoding.EncodeToString(public)})
	}
	_ = json.NewEncoder(w).Encode(object{"keys": all})
}

// rotate lists a new key in the place of all others, and gives a token of it.
func (i *issuer) rotate(kid string) (token string) {
	i.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		i.Fatal(err)
	}
	i.mu.Lock()
	i.keys = map[string]ed25519.PrivateKey{kid: private}
	i.mu.Unlock()
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{"sub": "person of " + kid, "name": kid, "role": "viewer", "room": "show", "exp": time.Now().Add(time.Hour).Unix()})
	t.Header["kid"] = kid
	if token, err = t.SignedString(private); err != nil {
		i.Fatal(err)
	}
	return token
}

func (i *issuer) answers(status int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.status = status
}

// 22: keys are rotated, the old one ends, the issuer fails: whoever is in stays in, and whoever has a good token comes in.
func Test22KeysAreRotatedWhileSocketsAreOpen(t *testing.T) {
	t.Parallel()
	i := &issuer{T: t}
	first := i.rotate("first")
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
	second := i.rotate("second")
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
		i.answers(status)
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
