package web

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var built = fstest.MapFS{
	"pages/viewer.html":     {Data: []byte("<!doctype html>" + strings.Repeat("<p>viewer</p>", 100))},
	"pages/embed.html":      {Data: []byte("<!doctype html>" + strings.Repeat("<p>embed</p>", 100))},
	"pages/client.html":     {Data: []byte("<!doctype html>playground")},
	"pages/404.html":        {Data: []byte("<!doctype html>nothing")},
	"assets/tiny-abc.js":    {Data: []byte("1")},
	"client/v1/ovation.js":  {Data: []byte(strings.Repeat("library();", 100))},
	"client/v1/ovation.mjs": {Data: []byte(strings.Repeat("library();", 100))},
	// What is in it is the build's affair (web/client/test/package.test.ts); here it only has to be passed on.
	"client/v1/ovation.mjs.br": {Data: []byte("folded by brotli")},
	"client/v1/ovation.d.ts":   {Data: []byte(strings.Repeat("type A = 1;", 100))},
}

func get(t *testing.T, address string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	handlerOf(built, Origins{Framers: []string{"https://site.example"}, Media: []string{"https://media.example", "https://*.cdn.example"}}).ServeHTTP(w, r)
	return w.Result()
}

func TestCompressed(t *testing.T) {
	plain := get(t, "/r/main")
	zipped := get(t, "/r/main", "Accept-Encoding", "br, gzip;q=0.8")
	if plain.Header.Get("Content-Encoding") != "" || zipped.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("encodings %q and %q: compress only for who takes it", plain.Header.Get("Content-Encoding"), zipped.Header.Get("Content-Encoding"))
	}
	if plain.Header.Get("Vary") != "Accept-Encoding" || zipped.Header.Get("Vary") != "Accept-Encoding" {
		t.Error("without Vary a cache would hand one form to everybody")
	}
	if plain.Header.Get("ETag") == zipped.Header.Get("ETag") {
		t.Error("two forms of a file need two ETags")
	}
	unzipped, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(unzipped)
	want, _ := io.ReadAll(plain.Body)
	if string(got) != string(want) || len(want) == 0 {
		t.Error("the compressed form is not the same page")
	}
	for _, etag := range []string{plain.Header.Get("ETag"), `"x", ` + plain.Header.Get("ETag")} {
		if again := get(t, "/r/main", "If-None-Match", etag); again.StatusCode != http.StatusNotModified {
			t.Errorf("status %d for a page that is known, want 304", again.StatusCode)
		}
	}
	if again := get(t, "/r/main", "If-None-Match", zipped.Header.Get("ETag"), "Accept-Encoding", "gzip"); again.StatusCode != http.StatusNotModified {
		t.Errorf("status %d for a compressed page that is known, want 304", again.StatusCode)
	}
}

func TestBrotli(t *testing.T) {
	const address = "/client/v1/ovation.mjs"
	folded := get(t, address, "Accept-Encoding", "gzip, deflate, br, zstd")
	body, _ := io.ReadAll(folded.Body)
	if folded.Header.Get("Content-Encoding") != "br" || string(body) != "folded by brotli" {
		t.Errorf("%q, %q: who takes Brotli gets the form that the build made", folded.Header.Get("Content-Encoding"), body)
	}
	if folded.Header.Get("Vary") != "Accept-Encoding" || folded.Header.Get("Content-Type") != mediaOf(address) {
		t.Errorf("Vary %q, Content-Type %q", folded.Header.Get("Vary"), folded.Header.Get("Content-Type"))
	}
	for _, accepted := range []string{"gzip", "gzip, br;q=0", "*"} {
		zipped := get(t, address, "Accept-Encoding", accepted)
		if zipped.Header.Get("Content-Encoding") != "gzip" || zipped.Header.Get("ETag") == folded.Header.Get("ETag") {
			t.Errorf("%s: encoding %q, ETag %s; want gzip with an ETag of its own", accepted, zipped.Header.Get("Content-Encoding"), zipped.Header.Get("ETag"))
		}
	}
	if again := get(t, address, "Accept-Encoding", "br", "If-None-Match", folded.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("status %d for a form that is known, want 304", again.StatusCode)
	}
	if raw := get(t, address+".br"); raw.StatusCode != http.StatusNotFound {
		t.Errorf("status %d: a form has no address of its own", raw.StatusCode)
	}
}

func TestTakes(t *testing.T) {
	for header, want := range map[string][2]bool{
		"": {}, "gzip": {true}, "GZIP": {true}, "br, gzip": {true, true}, "*": {true}, "gzip;q=0": {}, "gzip; q=0.000": {},
		"gzip;q=0.5": {true}, "br": {false, true}, "br;q=0, *": {true}, "*, gzip;q=0": {}, "identity": {}, "xgzip": {},
	} {
		if got := [2]bool{takes(header, "gzip"), takes(header, "br")}; got != want {
			t.Errorf("Accept-Encoding %q: gzip and br %v, want %v", header, got, want)
		}
	}
}

func TestPackage(t *testing.T) {
	answer := get(t, "/client/v1/ovation-client.tgz")
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/gzip" {
		t.Fatalf("%d, %q", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	whole, _ := io.ReadAll(answer.Body)
	again, _ := io.ReadAll(get(t, "/client/v1/ovation-client.tgz").Body)
	if !bytes.Equal(whole, again) {
		t.Error("lock files hold the package's hash: the same files must give the same bytes")
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
		body, _ := io.ReadAll(archive)
		if want := built["client/v1/"+strings.TrimPrefix(header.Name, "package/")].Data; !bytes.Equal(body, want) {
			t.Errorf("%s is not the file that was built", header.Name)
		}
	}
	if want := []string{"package/ovation.d.ts", "package/ovation.js", "package/ovation.mjs"}; !slices.Equal(names, want) {
		t.Errorf("the package holds %q, want %q", names, want)
	}
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string]struct {
		status         int
		caching, embed string
	}{
		"/r/main":               {200, revalidate, "frame-ancestors 'none'"},
		"/r/main/embed":         {200, revalidate, "https://site.example"},
		"/client/":              {200, revalidate, "frame-ancestors 'none'"},
		"/assets/tiny-abc.js":   {200, immutable, workerSecurity},
		"/client/v1/ovation.js": {200, library, ""},
		"/client/v1/other.js":   {404, "no-store", "frame-ancestors 'none'"},
		"/r/Main":               {404, "no-store", "frame-ancestors 'none'"},
		"/pages/viewer.html":    {404, "no-store", "frame-ancestors 'none'"},
		"/r/main/../main":       {404, "no-store", "frame-ancestors 'none'"},
	} {
		answer := get(t, address)
		if answer.StatusCode != want.status || answer.Header.Get("Cache-Control") != want.caching {
			t.Errorf("%s: %d, %q; want %d, %q", address, answer.StatusCode, answer.Header.Get("Cache-Control"), want.status, want.caching)
		}
		if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, want.embed) || (want.embed == "") != (policy == "") {
			t.Errorf("%s: policy %q should hold %q", address, policy, want.embed)
		}
	}
	if tiny := get(t, "/assets/tiny-abc.js", "Accept-Encoding", "gzip"); tiny.Header.Get("Content-Encoding") != "" {
		t.Error("what gets larger by gzip should go as it is")
	}
	if lib := get(t, "/client/v1/ovation.js"); lib.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Error("other sites load the library: Access-Control-Allow-Origin should be *")
	}
}

// Only the viewer page has a stage; where no origin is named nothing of others is let in anywhere.
func TestMediaOrigins(t *testing.T) {
	const media = "; media-src https://media.example https://*.cdn.example; frame-src https://media.example https://*.cdn.example"
	for _, address := range []string{"/r/main", "/r/main/embed", "/client/", "/nothing"} {
		policy := get(t, address).Header.Get("Content-Security-Policy")
		if got := strings.Contains(policy, media); got != (address == "/r/main") {
			t.Errorf("%s: media in its policy is %v: %s", address, got, policy)
		}
	}
	w := httptest.NewRecorder()
	handlerOf(built, Origins{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/r/main", nil))
	if policy := w.Header().Get("Content-Security-Policy"); policy != heartsSecurity {
		t.Errorf("without media origins the policy is %s", policy)
	}
}

// A worker draws the hearts of two pages; it is one of this server's files, its address goes through one policy, and it may
// do nothing but run.
func TestWorkers(t *testing.T) {
	for address, want := range map[string]string{
		"/r/main":         "worker-src 'self'; trusted-types hearts",
		"/r/main/embed":   "worker-src 'self'; trusted-types hearts",
		"/r/main/overlay": "worker-src 'none'; trusted-types 'none'",
		"/r/main/host":    "worker-src 'none'; trusted-types 'none'",
		"/host":           "worker-src 'none'; trusted-types 'none'",
		"/client/":        "worker-src 'none'; trusted-types 'none'",
		"/":               "worker-src 'none'; trusted-types 'none'",
		"/nothing":        "worker-src 'none'; trusted-types 'none'",
	} {
		policy := get(t, address).Header.Get("Content-Security-Policy")
		parts := strings.Split(policy, "; ")
		for part := range strings.SplitSeq(want, "; ") {
			if !slices.Contains(parts, part) {
				t.Errorf("%s: policy %q should say %q", address, policy, part)
			}
		}
		if !slices.Contains(parts, "require-trusted-types-for 'script'") {
			t.Errorf("%s: policy %q lets any string become a script", address, policy)
		}
	}
	if policy := get(t, "/assets/tiny-abc.js").Header.Get("Content-Security-Policy"); policy != "default-src 'none'" {
		t.Errorf("a script that is a worker may do %q", policy)
	}
}
