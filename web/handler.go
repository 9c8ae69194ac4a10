package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"
)

// contentSecurity allows pages nothing but what this server itself sends: no inline script, no third party, no worker, no
// frame around them. 'self' in connect-src covers the socket of the same origin.
const contentSecurity = "default-src 'none'; script-src 'self'; worker-src 'none'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// heartsSecurity is the same for pages whose hearts a worker draws: one of this server's files, whose address goes through
// the one policy of web/src/hearts/away.ts. A second policy of its name is refused.
var heartsSecurity = strings.NewReplacer("worker-src 'none'", "worker-src 'self'", "trusted-types 'none'", "trusted-types hearts").Replace(contentSecurity)

// workerSecurity is what a script may do that is a worker: nothing but run. For any other script it has no meaning.
const workerSecurity = "default-src 'none'"

// roomID is what a room's id looks like; an address with another one is no page.
var roomID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// file is one built file, ready to be sent.
type file struct {
	body  []byte
	br    []byte // Brotli; nil where the build made none
	gzip  []byte // nil where it would be no smaller
	etag  string // of the content, without the quotes
	media string
}

// Origins of others that pages have to do with, each a pattern as internal/origin has them.
type Origins struct {
	// Framers may have the embeddable page in a frame; every other page may be in none.
	Framers []string
	// Media may bring the picture on the viewer page's stage; no other page takes anything from them.
	Media []string
}

// Handler serves the pages and the client library: GET and HEAD only, a 404 page in our own style for all else.
func Handler(others Origins) http.Handler {
	return handlerOf(Files(), others)
}

// handlerOf reads and hashes all files once: a few hundred kilobytes.
func handlerOf(files fs.FS, others Origins) http.Handler {
	all, folded := map[string]*file{}, map[string][]byte{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if of, ok := strings.CutSuffix(name, ".br"); ok {
			folded[of] = body
			return nil
		}
		all[name] = newFile(name, body)
		return nil
	})
	if err != nil { // embedded files cannot fail to be read
		panic(err)
	}
	for name, br := range folded {
		if f := all[name]; f != nil {
			f.br = br
		}
	}
	all[packageFile] = newFile(packageFile, pack(all))
	return &pages{files: all, policies: map[string]string{
		embedPage:  strings.Replace(heartsSecurity, "frame-ancestors 'none'", "frame-ancestors "+strings.Join(append([]string{"'self'"}, others.Framers...), " "), 1),
		viewerPage: heartsSecurity + mediaSecurity(others.Media),
	}}
}

// mediaSecurity lets the viewer page show what the origins send, as a video or as a page in a frame.
func mediaSecurity(media []string) string {
	if len(media) == 0 {
		return ""
	}
	from := strings.Join(media, " ")
	return "; media-src " + from + "; frame-src " + from
}

func newFile(name string, body []byte) *file {
	sum := sha256.Sum256(body)
	return &file{body: body, gzip: zipped(body), etag: base64.RawURLEncoding.EncodeToString(sum[:18]), media: mediaOf(name)}
}

// zipped compresses as well as gzip can, once at the start; nil where that gains nothing.
func zipped(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil { // only a level that does not exist makes it fail
		panic(err)
	}
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	if out.Len() >= len(body) {
		return nil
	}
	return out.Bytes()
}

// takes reads an Accept-Encoding: whether the coding is named, or * where the coding is gzip, and not refused with q=0.
// Weights between codings that are taken are left aside: of those the smallest form goes.
func takes(header, coding string) bool {
	star := false
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		name = strings.ToLower(strings.TrimSpace(name))
		value, weighted := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(q, " ", "")), "q=")
		taken := !weighted || strings.Trim(value, "0.") != ""
		switch name {
		case coding:
			return taken
		case "*":
			star = taken && coding == "gzip"
		}
	}
	return star
}

// mediaOf does not ask the system's tables, which differ between machines.
func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".ts":
		return "application/typescript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json":
		return "application/json"
	case ".md":
		return "text/markdown; charset=utf-8"
	case ".tgz":
		return "application/gzip"
	}
	if media := mime.TypeByExtension(path.Ext(name)); media != "" {
		return media
	}
	return "application/octet-stream"
}

const (
	embedPage  = "pages/embed.html" // what other sites may show in a frame
	viewerPage = "pages/viewer.html"
)

// pages is read-only after construction.
type pages struct {
	files    map[string]*file
	policies map[string]string // Content-Security-Policy of the pages that have one of their own
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "These are pages: GET and HEAD only.", http.StatusMethodNotAllowed)
		return
	}
	name, caching := p.route(r.URL.Path)
	status, f := http.StatusOK, p.files[name]
	if f == nil {
		status, f, caching = http.StatusNotFound, p.files["pages/404.html"], "no-store"
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if f == nil {
		http.Error(w, "There is nothing here.", http.StatusNotFound)
		return
	}
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", caching)
	switch {
	case strings.HasPrefix(f.media, "text/html"):
		policy, own := p.policies[name]
		if !own {
			policy = contentSecurity
		}
		h.Set("Content-Security-Policy", policy)
		if name != embedPage {
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
		}
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	case strings.HasPrefix(name, "assets/") && strings.HasPrefix(f.media, "text/javascript"):
		h.Set("Content-Security-Policy", workerSecurity)
	case strings.HasPrefix(name, "client/"): // other sites load the library, pages with integrity too
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if status == http.StatusNotFound {
		w.WriteHeader(status)
		if r.Method == http.MethodGet {
			_, _ = w.Write(f.body)
		}
		return
	}
	f.serve(w, r, name)
}

// serve sends the file, compressed where the client takes that; each form has an ETag of its own.
func (f *file) serve(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	body, etag := f.body, f.etag
	if f.gzip != nil || f.br != nil {
		h.Set("Vary", "Accept-Encoding")
	}
	switch accepted := r.Header.Get("Accept-Encoding"); {
	case f.br != nil && takes(accepted, "br"):
		h.Set("Content-Encoding", "br")
		body, etag = f.br, etag+"-br"
	case f.gzip != nil && takes(accepted, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body, etag = f.gzip, etag+"-gzip"
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body)) // answers If-None-Match and ranges
}

// How long what may be kept: an asset's name changes with its content; everything else is asked for again and usually
// answered with 304. The library may be five minutes old, so that a big audience of an embedder does not ask each time.
const (
	immutable  = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
	library    = "public, max-age=300"
)

// route gives the built file behind an address; an empty name is no page.
func (p *pages) route(address string) (name, caching string) {
	switch address {
	case "/":
		return "pages/start.html", revalidate
	case "/host":
		return "pages/host.html", revalidate
	case "/client", "/client/":
		return "pages/client.html", revalidate
	}
	if rest, ok := strings.CutPrefix(address, "/assets/"); ok {
		return "assets/" + rest, immutable
	}
	if rest, ok := strings.CutPrefix(address, "/client/v1/"); ok {
		return "client/v1/" + rest, library
	}
	rest, ok := strings.CutPrefix(address, "/r/")
	if !ok {
		return "", ""
	}
	room, page, deeper := strings.Cut(rest, "/")
	if !roomID.MatchString(room) {
		return "", ""
	}
	switch {
	case !deeper:
		return viewerPage, revalidate
	case page == "host":
		return "pages/console.html", revalidate
	case page == "overlay":
		return "pages/overlay.html", revalidate
	case page == "embed":
		return embedPage, revalidate
	}
	return "", ""
}
