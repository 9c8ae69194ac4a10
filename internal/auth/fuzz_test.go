package auth_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
)

// signers are keys of every kind: the first a secret in a file, the others published, each under its name.
type signers struct {
	keys *auth.Keys
	all  []signer
}

type signer struct {
	method jwt.SigningMethod
	key    any
	kid    string // under which it is published; empty for the secret
}

func newSigners(f *testing.F) *signers {
	f.Helper()
	i := newIssuer(f)
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.Fatal(err)
	}
	i.Publish("es", e)
	i.Publish("rs", r)
	_, set := i.keys(auth.JWKSOptions{})
	s := &signers{all: []signer{
		{jwt.SigningMethodHS256, secret, ""}, {jwt.SigningMethodEdDSA, i.List("ed"), "ed"}, {jwt.SigningMethodES256, e, "es"}, {jwt.SigningMethodRS256, r, "rs"},
	}}
	if s.keys, err = auth.Open(auth.Settings{Files: []string{write(f, secret)}, Published: set}); err != nil {
		f.Fatal(err)
	}
	return s
}

// sign makes a token of claims as they are, past all our rules.
func (s signer) sign(t testing.TB, kid string, claims []byte) string {
	t.Helper()
	head := map[string]string{"alg": s.method.Alg()}
	if kid != "" {
		head["kid"] = kid
	}
	first, err := json.Marshal(head)
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString(first) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum, err := s.method.Sign(text, s.key)
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sum)
}

// FuzzVerify tries whole tokens, with way 0, and claims under a good signature: there the judging of claims begins.
func FuzzVerify(f *testing.F) {
	s := newSigners(f)
	good, err := json.Marshal(jwt.MapClaims{"sub": ada.Subject, "name": ada.Name, "room": "launch", "role": ada.Role, "exp": time.Now().Add(24 * time.Hour).Unix()})
	if err != nil {
		f.Fatal(err)
	}
	token := s.all[0].sign(f, "", good)
	for _, seed := range []string{token, "", "a.b.c", "..", token + ".", strings.ToUpper(token)} {
		f.Add(seed, "", []byte(nil), byte(0))
	}
	for way, one := range s.all {
		if _, err := s.keys.Verify(one.sign(f, one.kid, good)); err != nil {
			f.Fatalf("good claims by %s: %v", one.method.Alg(), err)
		}
		f.Add("", one.kid, good, byte(way+1))
	}
	const ahead = "99999999999"
	for _, claims := range []string{
		`{"sub":"a","role":"viewer","rooms":["a","b-*"],"exp":` + ahead + `,"nbf":1,"guest":true,"invited":true,"jti":"x"}`,
		`{"sub":"a","role":"service","exp":` + ahead + `}`, `{"sub":"a","role":"viewer","room":"a","exp":1}`, `{"sub":"a","sub":"b","role":"host","room":"*","exp":` + ahead + `}`,
		`{"SUB":"a","Role":"host","room":"*","exp":1e400}`, `{"sub":"a","role":"viewer","room":"a","exp":"` + ahead + `"}`, `{"sub":"a","role":"viewer","room":"a","exp":` + ahead + `,"aud":["x"],"iss":"y","nbf":` + ahead + `}`,
	} {
		f.Add("", "", []byte(claims), byte(1))
	}
	f.Fuzz(func(t *testing.T, token, kid string, claims []byte, way byte) {
		if way %= byte(len(s.all) + 1); way > 0 {
			token = s.all[way-1].sign(t, kid, claims)
		}
		c, err := s.keys.Verify(token)
		if _, ok := fault.Of(err); err != nil && !ok {
			t.Fatalf("no fault but %v", err)
		}
		switch {
		case err != nil:
		case way == 0:
			if c.Subject != ada.Subject || c.Role != ada.Role {
				t.Fatalf("%q became %+v", token, c)
			}
		default:
			if named := s.all[way-1].kid; named != "" && kid != "" && kid != named {
				t.Errorf("signed by %q and said to be by %q, and taken", named, kid)
			}
			says(t, claims, c)
		}
	})
}

// says holds what was believed against what stands in the claims, read in another way.
func says(t *testing.T, claims []byte, c auth.Claims) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(claims))
	d.UseNumber()
	var body map[string]any
	if err := d.Decode(&body); err != nil {
		t.Fatalf("%q is no object, and became %+v", claims, c)
	}
	moment := func(name string) (at time.Time, ok bool) {
		n, is := body[name].(json.Number)
		if !is {
			return at, false
		}
		seconds, err := n.Float64()
		if err != nil {
			t.Fatalf("%s is %s, and is taken", name, n)
		}
		return time.Unix(int64(min(seconds, 1<<50)), 0), true
	}
	const slack = 32 * time.Second // the leeway of 30 s, and what a test takes
	if exp, ok := moment("exp"); !ok || time.Since(exp) > slack {
		t.Errorf("taken with exp %v: %q", body["exp"], claims)
	}
	if nbf, ok := moment("nbf"); ok && time.Until(nbf) > slack {
		t.Errorf("taken before it is valid: %q", claims)
	}
	role, _ := body["role"].(string)
	sub, _ := body["sub"].(string)
	if sub == "" || len(sub) > 255 || c.Subject != sub || role != string(c.Role) || !c.Role.Valid() {
		t.Errorf("%q became %+v", claims, c)
	}
	if len(c.Rooms) == 0 || c.Role != auth.Viewer && (c.Guest || c.Invite || c.Invited || c.ReadOnly) {
		t.Errorf("%q became %+v", claims, c)
	}
	rooms, _ := body["rooms"].([]any)
	for _, room := range c.Rooms {
		listed := body["room"] == room
		for _, one := range rooms {
			listed = listed || one == room
		}
		if !listed {
			t.Errorf("%q admits to %q", claims, room)
		}
	}
}
