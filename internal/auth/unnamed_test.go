package auth_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/MicahParks/jwkset"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
)

// Of a set with many keys a token that names none is tried with the first four; one that names its key is its key's.
func Test21ATokenThatNamesNoKeyIsTriedWithFew(t *testing.T) {
	const all = 12
	i := newIssuer(t)
	var set struct {
		Keys []any `json:"keys"`
	}
	var signers []ed25519.PrivateKey
	for n := range all {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		one, err := jwkset.NewJWKFromKey(key.Public(), jwkset.JWKOptions{Metadata: jwkset.JWKMetadataOptions{KID: fmt.Sprint("key-", n)}})
		if err != nil {
			t.Fatal(err)
		}
		signers, set.Keys = append(signers, key), append(set.Keys, one.Marshal())
	}
	i.Answers(func(w http.ResponseWriter) { _ = json.NewEncoder(w).Encode(set) })
	k, _ := i.keys(auth.JWKSOptions{})
	for n, key := range signers {
		if _, err := k.Verify(by(t, fmt.Sprint("key-", n), key)); err != nil {
			t.Errorf("key %d, named: %v", n, err)
		}
		_, err := k.Verify(by(t, "", key))
		if n < 4 {
			if err != nil {
				t.Errorf("key %d, not named: %v", n, err)
			}
			continue
		}
		wants(t, err, fault.TokenInvalid, "which key it is (kid)")
	}
}

// Keys of our own are never named, so that one that would not be tried is refused at the start.
func TestKeyFilesAreAtMostFourOfAKind(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for n := range 5 {
		path := filepath.Join(dir, fmt.Sprint("key-", n))
		if err := os.WriteFile(path, []byte(strings.Repeat(string(rune('a'+n)), 40)), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	if _, err := auth.LoadKeys(files[:4]); err != nil {
		t.Errorf("four: %v", err)
	}
	if _, err := auth.LoadKeys(files); err == nil || !strings.Contains(err.Error(), "more than 4 keys for HS256") {
		t.Errorf("five: %v", err)
	}
}
