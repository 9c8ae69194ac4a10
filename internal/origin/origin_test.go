package origin

import (
	"net/url"
	"strings"
	"testing"
)

func TestWhatPatternsMatch(t *testing.T) {
	patterns := []string{"https://a.example", "https://*.b.example", "http://127.0.0.1:9000"}
	for address, want := range map[string]bool{
		"https://a.example/v/1.mp4":     true,
		"https://a.example:443/":        true,
		"HTTPS://A.example/":            true,
		"http://a.example/":             false,
		"https://a.example:8443/":       false,
		"https://a.example.evil.test/":  false,
		"https://x.b.example/":          true,
		"https://x.y.b.example/":        true,
		"https://b.example/":            false,
		"https://evilb.example/":        false,
		"http://127.0.0.1:9000/x.m3u8":  true,
		"http://127.0.0.1:9000@evil/":   false,
		"https://a.example@evil.test/x": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := Matches(Of(u), patterns); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	for _, pattern := range patterns {
		if err := Check(pattern); err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
	}
	for _, pattern := range []string{"a.example", "https://*", "https://*.com", "https://a.example/x", "https://a.example:x", "https://*a.example", "data:", ""} {
		if Check(pattern) == nil {
			t.Errorf("%q passed", pattern)
		}
	}
}

func TestWhatIsAnOrigin(t *testing.T) {
	for text, want := range map[string]bool{
		"https://a.example": true, "HTTPS://A.Example:8443": true, "http://[::1]:80": true, "chrome-extension://abc": true,
		"null": false, "": false, "https://": false, "file://": false, "https://a.example/": false, "https://b@a.example": false,
		"https://a.example?": false, "https://a.example#": false, "https:a.example": false, "//a.example": false, "https://a.example https://b.example": false,
	} {
		if Is(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// A star below which strangers have names of their own is no pattern, and the refusal says what would be one.
func TestStarsBeforePublicSuffixes(t *testing.T) {
	for pattern, better := range map[string]string{
		"https://*.co.uk": "https://*.example.co.uk", "https://*.github.io": "https://example.github.io", "https://*.co.uk:8443": "https://*.example.co.uk",
		"http://*.s3.amazonaws.com": "http://example.s3.amazonaws.com", "https://*.pages.dev.": "https://example.pages.dev", "https://*.kawasaki.jp": "https://*.example.kawasaki.jp",
	} {
		if err := Check(pattern); err == nil || !strings.Contains(err.Error(), better) {
			t.Errorf("%s: %v, want a word of %s", pattern, err, better)
		}
	}
	for _, pattern := range []string{
		"https://*.example.co.uk", "https://*.example.github.io", "https://*.app.example.com", "https://co.uk", "https://somebody.github.io",
		"https://*.corp.internal", "https://*.b.example", "https://*.city.kawasaki.jp",
	} {
		if err := Check(pattern); err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}
