package auth_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
)

func write(t testing.TB, body []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func pemFile(t testing.TB, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return write(t, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func load(t testing.TB, files ...string) *auth.Keys {
	t.Helper()
	k, err := auth.LoadKeys(files)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func ed(t testing.TB) (private ed25519.PrivateKey, sign, verify string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	sign = pemFile(t, "PRIVATE KEY", der, err)
	der, err = x509.MarshalPKIXPublicKey(public)
	return private, sign, pemFile(t, "PUBLIC KEY", der, err)
}

var ada = auth.Claims{Subject: "auth0|ada", Name: "Ada", Rooms: []string{"launch"}, Role: auth.Moderator}

func wants(t *testing.T, err error, reason fault.Reason, words string) {
	t.Helper()
	f, ok := fault.Of(err)
	if !ok || f.Reason != reason || !strings.Contains(f.Message, words) {
		t.Errorf("got %v, want %s with %q", err, reason, words)
	}
}

func TestEachAlgorithmSignsAndVerifies(t *testing.T) {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, d, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, keys := range map[string]struct{ private, public any }{
		"RS256": {r, &r.PublicKey}, "ES256": {e, &e.PublicKey}, "EdDSA": {d, d.Public()},
	} {
		der, err := x509.MarshalPKCS8PrivateKey(keys.private)
		signer := load(t, pemFile(t, "PRIVATE KEY", der, err))
		der, err = x509.MarshalPKIXPublicKey(keys.public)
		verifier := load(t, pemFile(t, "PUBLIC KEY", der, err))
		token, err := signer.Mint(ada, time.Hour)
		if err != nil {
			t.Fatal(name, err)
		}
		head, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
		if err != nil || !strings.Contains(string(head), name) {
			t.Errorf("%s: the head is %s", name, head)
		}
		c, err := verifier.Verify(token)
		if err != nil || c.Subject != ada.Subject || c.Name != ada.Name || c.Role != ada.Role || !c.Admits("launch") || c.Admits("other") {
			t.Errorf("%s: %+v %v", name, c, err)
		}
		if verifier.CanSign() {
			t.Errorf("%s: a public key signs", name)
		}
		if _, err := verifier.Mint(ada, time.Hour); err == nil {
			t.Errorf("%s: a public key made a token", name)
		}
	}
}

// signed makes a token past all our rules.
func signed(t *testing.T, method jwt.SigningMethod, key any, body jwt.MapClaims) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, body).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func body(change ...string) jwt.MapClaims {
	b := jwt.MapClaims{"sub": "ada", "role": "viewer", "room": "launch", "exp": time.Now().Add(time.Hour).Unix()}
	for _, c := range change {
		key, value, set := strings.Cut(c, "=")
		if set {
			b[key] = value
		} else {
			delete(b, key)
		}
	}
	return b
}

var secret = []byte(strings.Repeat("s", 40))

func TestTokensThatAreNone(t *testing.T) {
	k := load(t, write(t, secret))
	good := signed(t, jwt.SigningMethodHS256, secret, body())
	if _, err := k.Verify(good); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(good, ".")
	at := func(field string, when time.Time) jwt.MapClaims {
		b := body()
		b[field] = when.Unix()
		return b
	}
	hs := func(b jwt.MapClaims) string { return signed(t, jwt.SigningMethodHS256, secret, b) }
	for name, c := range map[string]struct {
		token  string
		reason fault.Reason
		words  string
	}{
		"none at all":              {"", fault.Unauthenticated, "no token"},
		"no token":                 {"hello", fault.TokenInvalid, "three parts"},
		"one megabyte":             {parts[0] + "." + strings.Repeat("A", 1<<20) + "." + parts[2], fault.TokenInvalid, "8 KB"},
		"another secret":           {signed(t, jwt.SigningMethodHS256, []byte(strings.Repeat("x", 40)), body()), fault.TokenInvalid, "not signed with a key"},
		"alg none":                 {signed(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, body()), fault.TokenInvalid, ""},
		"alg none, empty end":      {parts[0] + "." + parts[1] + ".", fault.TokenInvalid, ""},
		"another algorithm":        {signed(t, jwt.SigningMethodHS512, secret, body()), fault.TokenInvalid, ""},
		"a changed body":           {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"eve","role":"host","room":"*","exp":99999999999}`)) + "." + parts[2], fault.TokenInvalid, ""},
		"no exp":                   {hs(body("exp")), fault.TokenInvalid, "exp"},
		"expired past the leeway":  {hs(at("exp", time.Now().Add(-32*time.Second))), fault.TokenExpired, "expired"},
		"not valid for a while":    {hs(at("nbf", time.Now().Add(time.Minute))), fault.TokenInvalid, "not valid yet"},
		"no sub":                   {hs(body("sub")), fault.TokenInvalid, "sub"},
		"a sub of 256 bytes":       {hs(body("sub=" + strings.Repeat("s", 256))), fault.TokenInvalid, "sub"},
		"no room":                  {hs(body("room")), fault.TokenInvalid, "room"},
		"a service for no room":    {hs(body("room", "role=service")), fault.TokenInvalid, "a service names its rooms; \"*\" is every room"},
		"no role":                  {hs(body("role")), fault.TokenInvalid, "role"},
		"a role there is not":      {hs(body("role=admin")), fault.TokenInvalid, "role"},
		"a role in other letters":  {hs(body("role=HOST")), fault.TokenInvalid, "role"},
		"exp that is no number":    {hs(body("exp=tomorrow")), fault.TokenInvalid, ""},
		"a guest who moderates":    {signed(t, jwt.SigningMethodHS256, secret, func() jwt.MapClaims { b := body("role=moderator"); b["guest"] = true; return b }()), fault.TokenInvalid, "guest"},
		"rooms that are no list":   {hs(body("rooms=all")), fault.TokenInvalid, ""},
		"a body that is no object": {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`[]`)) + "." + parts[2], fault.TokenInvalid, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := k.Verify(c.token)
			wants(t, err, c.reason, c.words)
			if err != nil && strings.Contains(err.Error(), string(secret)) {
				t.Error("the error tells the secret")
			}
		})
	}
	for name, b := range map[string]jwt.MapClaims{
		"expired within the leeway": at("exp", time.Now().Add(-28*time.Second)),
		"valid within the leeway":   at("nbf", time.Now().Add(28*time.Second)),
		"a sub of 255 bytes":        body("sub=" + strings.Repeat("s", 255)),
		"unknown claims":            body("picture=https://example.com/a.png"),
	} {
		if _, err := k.Verify(hs(b)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whoever knows a public key must not be able to sign with it as if it were a shared secret.
func TestAPublicKeyIsNoSecret(t *testing.T) {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&r.PublicKey)
	file := pemFile(t, "PUBLIC KEY", der, err)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []*auth.Keys{load(t, file), load(t, file, write(t, secret))} {
		for _, as := range [][]byte{text, der, []byte(strings.TrimSpace(string(text)))} {
			_, err := k.Verify(signed(t, jwt.SigningMethodHS256, as, body("role=host")))
			wants(t, err, fault.TokenInvalid, "")
		}
	}
}

// While keys are changed, tokens of the old and of the new one are good; the first that can sign signs.
func TestSeveralKeys(t *testing.T) {
	_, oldSign, oldVerify := ed(t)
	_, newSign, _ := ed(t)
	_, strangerSign, _ := ed(t)
	both := load(t, oldVerify, newSign)
	for _, file := range []string{oldSign, newSign} {
		token, err := load(t, file).Mint(ada, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := both.Verify(token); err != nil {
			t.Errorf("with the key of %s: %v", file, err)
		}
	}
	token, err := load(t, strangerSign).Mint(ada, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, err = both.Verify(token)
	wants(t, err, fault.TokenInvalid, "not signed")
	// An expired token of the second key says that it expired, not that it is strange.
	token, err = load(t, newSign).Mint(ada, -time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, err = both.Verify(token)
	wants(t, err, fault.TokenExpired, "")
}

func TestKeyFilesThatCannotBeUsed(t *testing.T) {
	open := write(t, secret)
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 65537})
	weak := pemFile(t, "PUBLIC KEY", der, err)
	for name, c := range map[string]struct{ file, words string }{
		"RSA of 1,024 bits":    {weak, "2048 at least"},
		"a short secret":       {write(t, []byte("short")), "32 bytes"},
		"readable by others":   {open, "chmod 600"},
		"not there":            {filepath.Join(t.TempDir(), "none"), "no such file"},
		"a certificate":        {write(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})), "PKCS #8"},
		"an empty PEM of ours": {write(t, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: nil})), "PKCS #8"},
	} {
		if _, err := auth.LoadKeys([]string{c.file}); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, want %q", name, err, c.words)
		}
	}
	if _, err := auth.LoadKeys(nil); err == nil {
		t.Error("no file at all is taken")
	}
}

// A secret is the text that an operator wrote, unless it says that it is encoded: what signs elsewhere must agree.
func TestASecretIsItsText(t *testing.T) {
	hex := strings.Repeat("0123456789abcdef", 4)
	for file, key := range map[string]string{
		hex + "\n": hex,
		"base64:" + base64.StdEncoding.EncodeToString(secret): string(secret),
	} {
		k := load(t, write(t, []byte(file)))
		if _, err := k.Verify(signed(t, jwt.SigningMethodHS256, []byte(key), body())); err != nil {
			t.Errorf("%q: %v", file, err)
		}
	}
	if _, err := auth.LoadKeys([]string{write(t, []byte("base64:"+strings.Repeat("!", 40)))}); err == nil || !strings.Contains(err.Error(), "base64:") {
		t.Errorf("base64 that is none: %v", err)
	}
}

// Several processes that start at once on a new directory agree on one secret, which only its owner can read.
func TestOneSecretIsMadeHoweverManyStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "keys")
	all := make([]*auth.Keys, 16)
	var starting sync.WaitGroup
	for i := range all {
		starting.Go(func() {
			k, err := auth.OpenKeys(path)
			if err != nil {
				t.Error(err)
			}
			all[i] = k
		})
	}
	starting.Wait()
	token, err := all[0].Mint(ada, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range all {
		if _, err := k.Verify(token); err != nil {
			t.Errorf("process %d has another secret: %v", i, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v %v", info, err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestRolesInOrder(t *testing.T) {
	order := []auth.Role{auth.Viewer, auth.Moderator, auth.Host, auth.Service}
	for i, r := range order {
		for j, least := range order {
			if r.AtLeast(least) != (i >= j) {
				t.Errorf("%s at least %s: %v", r, least, r.AtLeast(least))
			}
		}
	}
	if auth.Role("").AtLeast(auth.Viewer) || auth.Role("root").AtLeast(auth.Viewer) || auth.Role("").AtLeast("") {
		t.Error("a role that is none may do something")
	}
}

func TestRoomsOfAToken(t *testing.T) {
	for name, c := range map[string]struct {
		rooms           []string
		admits, refuses []string
		spans, patterns bool
	}{
		"two rooms":            {[]string{"a", "b"}, []string{"b"}, []string{"c", "", "ab"}, false, false},
		"every room":           {[]string{"*"}, []string{"a", "anything"}, nil, true, true},
		"a pattern":            {[]string{"acme-*"}, []string{"acme-1", "acme-"}, []string{"acme", "acmeX", "xacme-1", "", "ACME-1"}, true, true},
		"a room and another's": {[]string{"solo", "acme-*"}, []string{"solo", "acme-2"}, []string{"solo2", "acm"}, false, true},
		"a * elsewhere":        {[]string{"*-show", "a*b", "**", "a?*", "[a-z]*", "a.*"}, nil, []string{"x-show", "axb", "ab", "a", "z", "a1"}, false, true},
		"an empty room":        {[]string{""}, nil, []string{"a"}, false, false},
		"none":                 {nil, nil, []string{"a", ""}, false, false},
	} {
		claims := auth.Claims{Role: auth.Host, Rooms: c.rooms}
		for _, room := range c.admits {
			if !claims.Admits(room) {
				t.Errorf("%s: %q is refused", name, room)
			}
		}
		for _, room := range c.refuses {
			if claims.Admits(room) {
				t.Errorf("%s: %q is admitted", name, room)
			}
		}
		if len(c.admits) > 0 && claims.Spans(c.admits[0]) != c.spans || claims.Patterned() != c.patterns {
			t.Errorf("%s: spans %v, has a pattern %v", name, !c.spans, claims.Patterned())
		}
	}
	for rooms, want := range map[string]bool{"*": true, "a *": true, "a": false, "a*": false, "": false} {
		if got := (auth.Claims{Role: auth.Service, Rooms: strings.Fields(rooms)}).Everywhere(); got != want {
			t.Errorf("rooms %q are every room: %v", rooms, got)
		}
	}
	if none := (auth.Claims{Role: auth.Service}); none.Admits("a") || none.Spans("a") || none.Patterned() {
		t.Error("a service whose token names no rooms is for some")
	}
	one := auth.Claims{Role: auth.Service, Rooms: []string{"a"}}
	if !one.Admits("a") || one.Spans("a") || one.Patterned() || one.Admits("b") {
		t.Error("a service's token that names a room is not for that room alone")
	}
}

func TestAPersonIsAnotherOneInEachRoom(t *testing.T) {
	one, two := []byte("key of room one"), []byte("key of room two")
	a := auth.PersonKey(one, "ada@example.com")
	if a != auth.PersonKey(one, "ada@example.com") || a == auth.PersonKey(two, "ada@example.com") || a == auth.PersonKey(one, "Ada@example.com") {
		t.Error("keys are not one for each person and room")
	}
	if len(a) != 26 || strings.Trim(a, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		t.Errorf("%q is no part of a subject", a)
	}
	for _, subject := range []string{"a.b", "*", ">", " ", "ü|x", strings.Repeat("s", 255)} {
		if k := auth.PersonKey(one, subject); strings.ContainsAny(k, ".*> ") || len(k) != 26 {
			t.Errorf("%q became %q", subject, k)
		}
	}
}

// BenchmarkVerify is what a hello costs, beside what no way of checking its signature can do without.
func BenchmarkVerify(b *testing.B) {
	b.Run("EdDSA signature alone", func(b *testing.B) {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			b.Fatal(err)
		}
		text := bytes.Repeat([]byte("x"), 250) // as long as what a token signs
		sum := ed25519.Sign(private, text)
		for b.Loop() {
			if !ed25519.Verify(public, text, sum) {
				b.Fatal("a good signature is refused")
			}
		}
	})
	for _, alg := range []string{"HS256", "EdDSA"} {
		b.Run(alg, func(b *testing.B) {
			file := write(b, secret)
			if alg == "EdDSA" {
				_, file, _ = ed(b)
			}
			k := load(b, file)
			token, err := k.Mint(ada, time.Hour)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := k.Verify(token); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
