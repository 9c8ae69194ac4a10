package auth_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
)

func contextFor(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

// raw makes a token of bytes as they stand, signed with the shared secret.
func raw(t *testing.T, header, claims string) string {
	t.Helper()
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	sum, err := jwt.SigningMethodHS256.Sign(text, secret)
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sum)
}

const hs256 = `{"alg":"HS256","typ":"JWT"}`

func Test18SignaturesThatAreNone(t *testing.T) {
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
	k := load(t, file, write(t, secret))
	good := strings.Split(signed(t, jwt.SigningMethodRS256, r, body()), ".")
	if _, err := k.Verify(strings.Join(good, ".")); err != nil {
		t.Fatal(err)
	}
	none := func(alg string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"`+alg+`"}`)) + "." + good[1] + "."
	}
	for name, token := range map[string]string{
		"none": none("none"), "None": none("None"), "NONE with a signature": none("NONE") + good[2], "no alg": none(""),
		"HS256 with the public key's text": signed(t, jwt.SigningMethodHS256, text, body()),
		"HS256 with the public key's DER":  signed(t, jwt.SigningMethodHS256, der, body()),
		"RS512":                            signed(t, jwt.SigningMethodRS512, r, body()),
		"PS256":                            signed(t, jwt.SigningMethodPS256, r, body()),
		"an empty signature":               good[0] + "." + good[1] + ".",
		"two signatures":                   strings.Join(good, ".") + "." + good[2],
		"another's claims":                 good[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"eve","role":"host","room":"*","exp":99999999999}`)) + "." + good[2],
		"half a signature":                 strings.Join(good, ".")[:len(strings.Join(good, "."))-40],
	} {
		_, err := k.Verify(token)
		wants(t, err, fault.TokenInvalid, "")
		if err == nil {
			t.Errorf("%s is let in", name)
		}
	}
}

func Test19TheLeewayIsKeptToTheSecond(t *testing.T) {
	for name, c := range map[string]struct {
		rules  auth.Rules
		claim  string
		offset time.Duration
		want   fault.Reason
	}{
		"expired 29 s ago":             {auth.Rules{}, "exp", -29 * time.Second, ""},
		"expired 30 s ago":             {auth.Rules{}, "exp", -30 * time.Second, fault.TokenExpired},
		"expired 31 s ago":             {auth.Rules{}, "exp", -31 * time.Second, fault.TokenExpired},
		"valid in 30 s":                {auth.Rules{}, "nbf", 30 * time.Second, ""},
		"valid in 31 s":                {auth.Rules{}, "nbf", 31 * time.Second, fault.TokenInvalid},
		"a leeway of 5 s, 4 s ago":     {auth.Rules{Leeway: 5 * time.Second}, "exp", -4 * time.Second, ""},
		"a leeway of 5 s, 5 s ago":     {auth.Rules{Leeway: 5 * time.Second}, "exp", -5 * time.Second, fault.TokenExpired},
		"no leeway, a second left":     {auth.Rules{Leeway: -1}, "exp", time.Second, ""},
		"no leeway, now":               {auth.Rules{Leeway: -1}, "exp", 0, fault.TokenExpired},
		"issued tomorrow says nothing": {auth.Rules{}, "iat", 24 * time.Hour, ""},
	} {
		t.Run(name, func(t *testing.T) {
			k := load(t, write(t, secret)).WithRules(c.rules)
			synctest.Test(t, func(t *testing.T) { // whose time begins at a whole second and stands still
				b := body()
				b["exp"] = time.Now().Add(time.Hour).Unix()
				b[c.claim] = time.Now().Add(c.offset).Unix()
				_, err := k.Verify(signed(t, jwt.SigningMethodHS256, secret, b))
				if f, _ := fault.Of(err); (f == nil) != (c.want == "") || f != nil && f.Reason != c.want {
					t.Errorf("%v, want %q", err, c.want)
				}
			})
		})
	}
}

func Test19WhoItIsForAndWhoItIsFrom(t *testing.T) {
	k := load(t, write(t, secret)).WithRules(auth.Rules{Audience: []string{"ovation", "live"}, Issuers: []string{"https://id.example.com/"}})
	for name, c := range map[string]struct {
		aud, iss any
		words    string
	}{
		"both":                    {"ovation", "https://id.example.com/", ""},
		"aud as a list":           {[]string{"other", "live"}, "https://id.example.com/", ""},
		"another aud":             {"other", "https://id.example.com/", "aud"},
		"an empty list":           {[]string{}, "https://id.example.com/", "aud"},
		"no aud":                  {nil, "https://id.example.com/", "aud"},
		"another iss":             {"ovation", "https://id.example.com", "iss"},
		"no iss":                  {"ovation", nil, "iss"},
		"aud as a number":         {7, "https://id.example.com/", "cannot be read"},
		"aud that matches a part": {"ovatio", "https://id.example.com/", "aud"},
	} {
		b := body()
		if c.aud != nil {
			b["aud"] = c.aud
		}
		if c.iss != nil {
			b["iss"] = c.iss
		}
		_, err := k.Verify(signed(t, jwt.SigningMethodHS256, secret, b))
		if c.words == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		wants(t, err, fault.TokenInvalid, c.words)
	}
	// What we sign ourselves is for us and from us.
	token, err := k.Mint(ada, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Verify(token); err != nil {
		t.Errorf("our own: %v", err)
	}
}

func Test19TimesThatAreNone(t *testing.T) {
	k := load(t, write(t, secret))
	for exp, words := range map[string]string{
		`"1900000000"`: "no time", `1e400`: "numbers of seconds", `-1`: "no time", `1e300`: "no time", `253402300800`: "no time",
		`null`: "", `[]`: "numbers of seconds", `true`: "numbers of seconds",
	} {
		_, err := k.Verify(raw(t, hs256, `{"sub":"ada","role":"viewer","room":"launch","exp":`+exp+`}`))
		wants(t, err, fault.TokenInvalid, words)
	}
	if _, err := k.Verify(raw(t, hs256, `{"sub":"ada","role":"viewer","room":"launch","exp":4000000000.75}`)); err != nil {
		t.Errorf("a fraction of a second: %v", err)
	}
}

func Test20TokensThatCostMuch(t *testing.T) {
	k := load(t, write(t, secret))
	long := strings.Repeat("A", 1<<20)
	for name, token := range map[string]string{
		"1 MB":           "a." + long + ".c",
		"a million dots": strings.Repeat(".", 1_000_000),
		"9 KB":           raw(t, hs256, `{"sub":"ada","role":"viewer","room":"launch","exp":4000000000,"x":"`+strings.Repeat("x", 9<<10)+`"}`),
	} {
		allocated := testing.AllocsPerRun(10, func() {
			if _, err := k.Verify(token); !fault.Is(err, fault.TokenInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		})
		if allocated > 20 {
			t.Errorf("%s: %v allocations to refuse it", name, allocated)
		}
		if size, took := costs(k, token); size > 8<<10 || took > time.Millisecond {
			t.Errorf("%s: %d bytes and %s to refuse it, want no more than 8 KB and 1 ms", name, size, took)
		}
	}
	deep := strings.Repeat("[", 2900) + strings.Repeat("]", 2900)
	for name, claims := range map[string]string{
		"deep":                     `{"sub":"ada","role":"viewer","room":"launch","exp":4000000000,"rooms":` + deep + `}`,
		"a claim twice":            `{"sub":"ada","role":"viewer","role":"host","room":"launch","exp":4000000000}`,
		"a claim in other letters": `{"sub":"ada","role":"viewer","ROLE":"host","room":"launch","exp":4000000000}`,
		"only in other letters":    `{"sub":"ada","ROLE":"host","room":"launch","exp":4000000000}`,
		"exp twice":                `{"sub":"ada","role":"viewer","room":"launch","exp":1,"exp":4000000000}`,
		"no object":                `["sub","ada"]`,
		"two objects":              `{"sub":"ada","role":"viewer","room":"launch","exp":4000000000}{}`,
	} {
		token := raw(t, hs256, claims)
		if _, err := k.Verify(token); !fault.Is(err, fault.TokenInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		if size, _ := costs(k, token); size > 1<<20 {
			t.Errorf("%s: %d bytes to refuse a token of %d", name, size, len(token))
		}
	}
	if _, err := k.Verify(raw(t, `{"alg":"HS256","crit":["`+strings.Repeat(`a","`, 1000)+`"]}`, `{"sub":"ada","role":"viewer","room":"launch","exp":4000000000}`)); !fault.Is(err, fault.TokenInvalid) {
		t.Errorf("a huge crit: %v", err)
	}
}

// costs is what one look at a token allocates, in bytes, and the shortest of many: what else the machine does is in the others.
func costs(k *auth.Keys, token string) (size uint64, took time.Duration) {
	const looks = 50
	var before, after runtime.MemStats
	took = time.Hour
	runtime.ReadMemStats(&before)
	for range looks {
		began := time.Now()
		_, _ = k.Verify(token)
		took = min(took, time.Since(began))
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / looks, took
}

// What is no text reads as U+FFFD, so that different people would be one.
func Test20SubjectsThatWouldBecomeOne(t *testing.T) {
	k := load(t, write(t, secret))
	for name, c := range map[string]struct{ sub, want string }{
		"half a surrogate pair":    {`a\ud800`, "U+FFFD"},
		"the other half":           {`a\udfff`, "U+FFFD"},
		"the sign itself":          {"a\uFFFD", "U+FFFD"},
		"the sign itself, escaped": {`a\ufffd`, "U+FFFD"},
		"bytes that are no UTF-8":  {"a\xff", "UTF-8"},
		"a surrogate's bytes":      {"a\xed\xa0\x80", "UTF-8"},
		"a whole pair":             {`a\ud83d\ude00`, ""},
		"letters beyond ASCII":     {"Zoë", ""},
		"neither":                  {`\ud800` + "\xff", "UTF-8"},
	} {
		token := raw(t, hs256, `{"sub":"`+c.sub+`","role":"viewer","room":"launch","exp":4000000000}`)
		_, err := k.Verify(token)
		if c.want == "" && err == nil {
			continue
		}
		if !fault.Is(err, fault.TokenInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if wrong := k.Problems(token); len(wrong) != 1 || wrong[0].Error() != err.Error() {
			t.Errorf("%s: inspect says %v", name, wrong)
		}
	}
}

func TestProblemsNamesAllThatIsWrong(t *testing.T) {
	k := load(t, write(t, secret)).WithRules(auth.Rules{Audience: []string{"ovation"}, Issuers: []string{"us"}})
	b := body("role=boss")
	b["exp"] = time.Now().Add(-time.Hour).Unix()
	var said []string
	for _, err := range k.Problems(signed(t, jwt.SigningMethodHS256, secret, b)) {
		said = append(said, err.Error())
	}
	all := strings.Join(said, "\n")
	for _, word := range []string{"iss", "aud", "role", "expired"} {
		if !strings.Contains(all, word) {
			t.Errorf("nothing of %s in:\n%s", word, all)
		}
	}
	if wrong := k.Problems("x.y.z"); len(wrong) != 1 {
		t.Errorf("no token at all: %v", wrong)
	}
	if body, err := json.Marshal(said); err != nil || strings.Contains(string(body), string(secret)) {
		t.Errorf("%s %v", body, err)
	}
}
