package auth_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed/issuer"
)

// published is an issuer whose keys verify.
type published struct {
	*issuer.Issuer
	t testing.TB
}

func newIssuer(t testing.TB) *published { return &published{issuer.New(t), t} }

// keysAt is where the set is; nothing is fetched from elsewhere.
const keysAt = "https://issuer.test/keys"

// RoundTrip implements http.RoundTripper.
func (i *published) RoundTrip(r *http.Request) (*http.Response, error) {
	if at := r.URL.String(); at != keysAt {
		i.t.Errorf("a fetch from %s", at)
	}
	return i.Issuer.RoundTrip(r)
}

func (i *published) keys(o auth.JWKSOptions, rules ...auth.Rules) (*auth.Keys, *auth.JWKS) {
	i.t.Helper()
	o.URL, o.Client = keysAt, &http.Client{Transport: i}
	set := auth.NewJWKS(o)
	s := auth.Settings{Published: set}
	if len(rules) > 0 {
		s.Rules = rules[0]
	}
	k, err := auth.Open(s)
	if err != nil {
		i.t.Fatal(err)
	}
	return k, set
}

// by signs with a published key, and names it.
func by(t *testing.T, kid string, key crypto.Signer, change ...string) string {
	t.Helper()
	var method jwt.SigningMethod = jwt.SigningMethodEdDSA
	switch key.(type) {
	case *rsa.PrivateKey:
		method = jwt.SigningMethodRS256
	case *ecdsa.PrivateKey:
		method = jwt.SigningMethodES256
	}
	token := jwt.NewWithClaims(method, body(change...))
	if kid != "" {
		token.Header["kid"] = kid
	}
	s, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func Test22PublishedKeysOfEachAlgorithmVerify(t *testing.T) {
	i := newIssuer(t)
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i.Publish("r", r)
	i.Publish("e", e)
	d := i.List("d")
	k, _ := i.keys(auth.JWKSOptions{})
	for kid, key := range map[string]crypto.Signer{"r": r, "e": e, "d": d, "": d} {
		if _, err := k.Verify(by(t, kid, key)); err != nil {
			t.Errorf("a token of %q: %v", kid, err)
		}
	}
	if n := i.Fetches.Load(); n != 1 {
		t.Errorf("%d fetches for 4 tokens of one set", n)
	}
	// A name that is right and a key that is another's.
	_, err = k.Verify(by(t, "d", newIssuer(t).List("d")))
	wants(t, err, fault.TokenInvalid, "not signed")
	_, err = k.Verify(by(t, "r", d))
	wants(t, err, fault.TokenInvalid, "not signed")
}

func Test22ANewKeyIsFoundByOneFetchHoweverManyAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t)
		old := i.List("old")
		k, _ := i.keys(auth.JWKSOptions{})
		if _, err := k.Verify(by(t, "old", old)); err != nil {
			t.Fatal(err)
		}
		fresh := i.List("fresh")
		_, err := k.Verify(by(t, "fresh", fresh))
		wants(t, err, fault.KeysUnavailable, "") // within 10 s of the last fetch: come again, not "stop"
		if f, _ := fault.Of(err); f != nil && (f.RetryAfter <= 0 || f.RetryAfter > 10*time.Second) {
			t.Errorf("come again in %s", f.RetryAfter)
		}
		time.Sleep(11 * time.Second)
		var all sync.WaitGroup
		token := by(t, "fresh", fresh)
		for range 1000 {
			all.Go(func() {
				if _, err := k.Verify(token); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := i.Fetches.Load(); n != 2 {
			t.Errorf("%d fetches, want one at the start and one for the new key", n)
		}
	})
}

func Test22UnknownKeysCostOneFetchAnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t)
		i.List("known")
		k, _ := i.keys(auth.JWKSOptions{})
		stranger := newIssuer(t).List("x")
		for turn := range 10 {
			for n := range 1000 { // each another one
				if _, err := k.Verify(by(t, fmt.Sprintf("stranger-%d-%d", turn, n), stranger)); err == nil {
					t.Fatal("a stranger is let in")
				}
			}
			time.Sleep(10 * time.Second)
		}
		if n := i.Fetches.Load(); n > 10 {
			t.Errorf("10,000 unknown keys in 100 s made %d fetches", n)
		}
		// After a fetch that was for its sake an unknown key is a wrong one, for good.
		_, err := k.Verify(by(t, "stranger", stranger))
		wants(t, err, fault.TokenInvalid, "not signed")
	})
}

func Test22AKeyThatLeftLivesOneTokenLifetime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t)
		old := i.List("old")
		i.List("new")
		k, set := i.keys(auth.JWKSOptions{Every: time.Minute, Retain: time.Hour})
		ctx, stop := contextFor(t)
		done := make(chan struct{})
		go func() { defer close(done); _ = set.Run(ctx) }()
		synctest.Wait()
		i.Unlist("old")
		time.Sleep(58 * time.Minute)
		if _, err := k.Verify(by(t, "old", old)); err != nil {
			t.Errorf("58 minutes after it left: %v", err)
		}
		time.Sleep(4 * time.Minute)
		if _, err := k.Verify(by(t, "old", old)); err == nil {
			t.Error("62 minutes after it left it still verifies")
		}
		stop()
		<-done
	})
}

// A key that has left ages also while the issuer does not answer: what was withdrawn must not live for as long as it is away.
func Test22AKeyThatLeftAgesWhileTheIssuerIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t)
		old, fresh := i.List("old"), i.List("new")
		k, set := i.keys(auth.JWKSOptions{Every: time.Minute, Retain: time.Hour})
		ctx, stop := contextFor(t)
		done := make(chan struct{})
		go func() { defer close(done); _ = set.Run(ctx) }()
		synctest.Wait()
		i.Unlist("old")
		time.Sleep(2 * time.Minute)
		i.Answers(func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) })
		time.Sleep(30 * time.Minute)
		if _, err := k.Verify(by(t, "old", old)); err != nil {
			t.Errorf("half an hour after it left: %v", err)
		}
		time.Sleep(40 * time.Minute)
		if _, err := k.Verify(by(t, "old", old)); err == nil {
			t.Error("72 minutes after it left it still verifies")
		}
		if _, err := k.Verify(by(t, "new", fresh)); err != nil {
			t.Errorf("a key of the last good set: %v", err)
		}
		stop()
		<-done
	})
}

// An issuer need not name its keys: then all of an algorithm are tried, and each ages by itself.
func Test22KeysWithoutANameAreAllTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t)
		i.Adds(func(string) map[string]any { return map[string]any{"kid": ""} })
		first, second := i.List("first"), i.List("second")
		k, set := i.keys(auth.JWKSOptions{Every: time.Minute, Retain: time.Hour})
		ctx, stop := contextFor(t)
		done := make(chan struct{})
		go func() { defer close(done); _ = set.Run(ctx) }()
		synctest.Wait()
		for name, key := range map[string]crypto.Signer{"first": first, "second": second} {
			if _, err := k.Verify(by(t, "", key)); err != nil {
				t.Errorf("the %s of two keys without a name: %v", name, err)
			}
		}
		i.Unlist("first")
		time.Sleep(30 * time.Minute)
		if _, err := k.Verify(by(t, "", first)); err != nil {
			t.Errorf("half an hour after it left: %v", err)
		}
		time.Sleep(40 * time.Minute)
		if _, err := k.Verify(by(t, "", first)); err == nil {
			t.Error("70 minutes after it left it still verifies")
		}
		if _, err := k.Verify(by(t, "", second)); err != nil {
			t.Errorf("the one that stays: %v", err)
		}
		stop()
		<-done
	})
}

func Test22TheLastGoodSetIsKept(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter){
		"500":          func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
		"an HTML page": func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>sign in</html>")) },
		"an empty set": func(w http.ResponseWriter) { _, _ = w.Write([]byte(`{"keys":[]}`)) },
		"another type": func(w http.ResponseWriter) { _, _ = w.Write([]byte(`{"keys":"all"}`)) },
		"a secret": func(w http.ResponseWriter) {
			_, _ = w.Write([]byte(`{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"k","alg":"HS256"}]}`))
		},
		"a redirect": func(w http.ResponseWriter) { w.Header().Set("Location", "/other"); w.WriteHeader(http.StatusFound) },
		"100 MB":     func(w http.ResponseWriter) { w.Header().Set("Content-Type", "application/json"); writeMany(w, 100<<20) },
		"ten thousand keys": func(w http.ResponseWriter) {
			_, _ = w.Write([]byte(`{"keys":[` + strings.Repeat(`{"kty":"OKP"},`, 10_000) + `{}]}`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			key := i.List("good")
			k, set := i.keys(auth.JWKSOptions{})
			if _, err := k.Verify(by(t, "good", key)); err != nil {
				t.Fatal(err)
			}
			i.Answers(answer)
			if err := set.FetchForTest(); err == nil {
				t.Error("that was taken for a set")
			}
			if _, err := k.Verify(by(t, "good", key)); err != nil {
				t.Errorf("after it: %v", err)
			}
		})
	}
}

// 22: a set with more keys than are held is none of ours; a full one is.
func Test22ASetOfTooManyKeysIsRefused(t *testing.T) {
	i := newIssuer(t)
	var last crypto.Signer
	for n := range 64 {
		last = i.List(fmt.Sprint(n))
	}
	k, set := i.keys(auth.JWKSOptions{})
	if _, err := k.Verify(by(t, "63", last)); err != nil {
		t.Fatal(err)
	}
	i.List("64")
	if err := set.FetchForTest(); err == nil || !strings.Contains(err.Error(), "65 keys") {
		t.Errorf("65 keys: %v", err)
	}
	if _, err := k.Verify(by(t, "63", last)); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func writeMany(w http.ResponseWriter, n int) {
	chunk := make([]byte, 1<<20)
	for i := range chunk {
		chunk[i] = ' '
	}
	for range n / len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// An address that takes the connection and says nothing holds a token up for 5 s, and nobody else.
func Test22AnAddressThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t)
		key := i.List("good")
		k, set := i.keys(auth.JWKSOptions{})
		if _, err := k.Verify(by(t, "good", key)); err != nil {
			t.Fatal(err)
		}
		set.HangForTest()
		time.Sleep(time.Minute)
		began := time.Now()
		_, err := k.Verify(by(t, "new", key))
		wants(t, err, fault.KeysUnavailable, "")
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("waited %s", took)
		}
		began = time.Now()
		if _, err := k.Verify(by(t, "good", key)); err != nil || time.Since(began) > 0 {
			t.Errorf("a known key: %v after %s", err, time.Since(began))
		}
	})
}

// Whoever signs with a key of ours may name one: it waits for no fetch, whatever the address does. Nor does a token that a
// shared secret would have signed, since nobody publishes one.
func Test22TokensOfOurKeysWaitForNoFetch(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "public.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t)
		stranger := newIssuer(t).List("x")
		set := auth.NewJWKS(auth.JWKSOptions{URL: "https://issuer.test/keys", Client: &http.Client{Transport: i}})
		k, err := auth.Open(auth.Settings{Files: []string{file}, Published: set})
		if err != nil {
			t.Fatal(err)
		}
		set.HangForTest()
		secret := jwt.NewWithClaims(jwt.SigningMethodHS256, body())
		secret.Header["kid"] = "ours"
		shared, err := secret.SignedString([]byte(strings.Repeat("s", 50)))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for range 3 {
			if _, err := k.Verify(by(t, "ours", private)); err != nil {
				t.Errorf("a key of ours, named: %v", err)
			}
			_, err = k.Verify(shared)
			wants(t, err, fault.TokenInvalid, "not signed with a key of this server")
			time.Sleep(time.Second) // of the bubble's time: each try is at another moment of the fetch that hangs
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("they waited %s", took-3*time.Second)
		}
		_, err = k.Verify(by(t, "unknown", stranger))
		wants(t, err, fault.KeysUnavailable, "")
	})
}

// A token's header says where to find keys; nothing is fetched from there.
func Test21AHeaderMakesUsFetchNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	trap := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) })}
	go func() { _ = trap.Serve(l) }()
	t.Cleanup(func() { _ = trap.Close() })
	address := "http://" + l.Addr().String()
	i := newIssuer(t)
	i.Adds(func(string) map[string]any { return map[string]any{"x5u": address + "/x5u"} })
	key := i.List("good")
	k, _ := i.keys(auth.JWKSOptions{})
	stranger := newIssuer(t).List("x")
	for name, header := range map[string]map[string]any{
		"jku":                {"jku": address + "/jku"},
		"x5u":                {"x5u": address + "/x5u"},
		"jwk":                {"jwk": map[string]string{"kty": "oct", "k": "c2VjcmV0"}},
		"a path as kid":      {"kid": "../../etc/passwd"},
		"SQL as kid":         {"kid": "' OR 1=1 --"},
		"a number as kid":    {"kid": 7},
		"a long kid":         {"kid": strings.Repeat("k", 4000)},
		"crit":               {"crit": []string{"exp"}},
		"a huge crit":        {"crit": strings.Split(strings.Repeat("b64,", 500), ",")},
		"a kid like a known": {"kid": "good "},
	} {
		token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, body())
		for h, v := range header {
			token.Header[h] = v
		}
		s, err := token.SignedString(stranger)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Verify(s); err == nil {
			t.Errorf("%s: a stranger is let in", name)
		}
	}
	if _, err := k.Verify(by(t, "good", key)); err != nil {
		t.Errorf("a good key in a set with x5u: %v", err)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d fetches from addresses that tokens and keys name", n)
	}
	if n := i.Fetches.Load(); n > 2 { // one, and one more where 10 s have passed
		t.Errorf("the set was fetched %d times for what strangers' tokens name", n)
	}
}

// 22: of an answer that goes on for 100 MB no more is read than a set may have.
func Test22AHugeAnswerIsNotReadToItsEnd(t *testing.T) {
	var sent atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		piece := bytes.Repeat([]byte(" "), 64<<10)
		for sent.Load() < 100<<20 {
			n, err := w.Write(piece)
			if sent.Add(int64(n)); err != nil {
				return // it has heard enough
			}
		}
	}))
	defer server.Close()
	k, err := auth.Open(auth.Settings{Published: auth.NewJWKS(auth.JWKSOptions{URL: server.URL})})
	if err != nil {
		t.Fatal(err)
	}
	private, _, _ := ed(t)
	_, err = k.Verify(by(t, "new", private))
	wants(t, err, fault.KeysUnavailable, "")
	server.Close() // when its handler has ended
	if n := sent.Load(); n > 50<<20 {
		t.Errorf("%d MB were taken; what the sockets hold of it is a few", n>>20)
	}
}

// 17: an issuer's address may hold a secret; why it cannot be fetched is logged without it.
func Test17TheAddressOfAKeySetIsNotLogged(t *testing.T) {
	var log bytes.Buffer
	set := auth.NewJWKS(auth.JWKSOptions{
		URL: "http://127.0.0.1:1/keys?code=MARKED", Every: time.Hour, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	k, err := auth.Open(auth.Settings{Published: set})
	if err != nil {
		t.Fatal(err)
	}
	private, _, _ := ed(t)
	_, err = k.Verify(by(t, "new", private))
	wants(t, err, fault.KeysUnavailable, "")
	if said := log.String(); !strings.Contains(said, "keys.jwks") || !strings.Contains(said, "refused") || strings.Contains(said+err.Error(), "MARKED") {
		t.Errorf("%v, and logged %s", err, said)
	}
}

func FuzzKeySet(f *testing.F) {
	for _, seed := range []string{
		`{"keys":[]}`, `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`,
		`{"keys":[{"kty":"EC","crv":"P-256","kid":"b","x":"AA","y":"AA"}]}`, `{"keys":[{"kty":"RSA","n":"AA","e":"AQAB"}]}`,
		`{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}`, `{"keys":"x"}`, `[]`, `{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		kids, err := auth.ParseKeySetForTest(body)
		if err == nil && len(kids) == 0 {
			t.Fatal("a set without keys is taken for one")
		}
		for _, alg := range kids {
			if alg != "RS256" && alg != "ES256" && alg != "EdDSA" {
				t.Fatalf("a published key for %s", alg)
			}
		}
	})
}
