package protocol_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// The numbers in names are those of a list of faults that live systems meet; what they do not say the name does.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	ports(t, handshakes, "--origins", "https://app.example.com,https://*.shows.example.com,https://xn--bcher-kva.example,https://ports.example.com:8443")
}

func handshakes(t *testing.T, s *server.Server) {
	numbered := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "\r\nX-%d: y", i)
		}
		return b.String()
	}
	origin := func(o string) []string {
		return []string{"\r\n\r\n", "\r\nOrigin: " + o + "\r\n\r\n"}
	}
	for name, c := range map[string]struct {
		replace []string
		want    int
		words   string // of the body, which says what is wrong
	}{
		"a good one":                            {nil, 101, ""},
		"without a subprotocol":                 {[]string{"Sec-WebSocket-Protocol: ovation.v1.json\r\n", ""}, 101, ""},
		"another subprotocol only":              {[]string{"ovation.v1.json", "mqtt"}, 400, "ovation.v1.json"},
		"11 strange compression offers":         {[]string{"\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99, x; y, permessage-deflate\r\n\r\n"}, 101, ""},
		"12 a short key":                        {[]string{"dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="}, 400, "Sec-WebSocket-Key \"c2hvcnQ=\""},
		"12 no key":                             {[]string{key, ""}, 400, "missing Sec-WebSocket-Key"},
		"12 two keys":                           {[]string{key, key + key}, 400, "multiple Sec-WebSocket-Key"},
		"12 version 12":                         {[]string{"Version: 13", "Version: 12"}, 400, "version (only 13"},
		"12 POST":                               {[]string{"GET ", "POST "}, 405, "GET"},
		"12 HTTP/1.0":                           {[]string{"HTTP/1.1", "HTTP/1.0"}, 426, "HTTP/1.0"},
		"12 no Upgrade":                         {[]string{"Upgrade: websocket\r\n", ""}, 426, "UPGRADE_REQUIRED"},
		"12 no Connection":                      {[]string{"Connection: Upgrade\r\n", ""}, 426, "Connection header"},
		"13 two Hosts":                          {[]string{"\r\nUpgrade", "\r\nHost: b\r\nUpgrade"}, 400, "Bad Request"},
		"13 a header of 64 KB":                  {[]string{"\r\n\r\n", "\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n"}, 431, "Header Fields Too Large"},
		"13 2,000 headers":                      {[]string{"\r\n\r\n", numbered(2000) + "\r\n\r\n"}, 431, "Header Fields Too Large"},
		"13 2,000 headers of one name":          {[]string{"\r\n\r\n", strings.Repeat("\r\nX:", 2000) + "\r\n\r\n"}, 431, "200 header fields"},
		"13 a NUL in a header":                  {[]string{"\r\n\r\n", "\r\nX: a\x00b\r\n\r\n"}, 400, "Bad Request"},
		"13 a NUL in a header's name":           {[]string{"\r\n\r\n", "\r\nX\x00Y: a\r\n\r\n"}, 400, "Bad Request"},
		"13 a space before a colon":             {[]string{"\r\n\r\n", "\r\nX : a\r\n\r\n"}, 400, "invalid header name"},
		"13 a first header that is folded":      {[]string{"HTTP/1.1\r\n", "HTTP/1.1\r\n folded: x\r\n"}, 400, "Bad Request"},
		"13 a folded header":                    {[]string{"\r\n\r\n", "\r\nX: a\r\n b\r\n\r\n"}, 101, ""},
		"13 no Host":                            {[]string{"Host: " + s.Listen + "\r\n", ""}, 400, "missing required Host"},
		"15 the same origin":                    {origin("http://" + s.Listen), 101, ""},
		"15 an allowed origin":                  {origin("https://app.example.com"), 101, ""},
		"15 an allowed subdomain":               {origin("https://one.shows.example.com"), 101, ""},
		"15 the allowed one over http":          {origin("http://app.example.com"), 403, "Origin"},
		"15 evil":                               {origin("https://evil.example"), 403, "Origin"},
		"15 null":                               {origin("null"), 403, "Origin"},
		"15 one that ends alike":                {origin("https://evilshows.example.com"), 403, "Origin"},
		"15 one that begins alike":              {origin("https://app.example.com.evil.example"), 403, "Origin"},
		"15 another port":                       {origin("https://app.example.com:8443"), 403, "Origin"},
		"15 a port that is allowed":             {origin("https://ports.example.com:8443"), 101, ""},
		"15 without the port that is allowed":   {origin("https://ports.example.com"), 403, "Origin"},
		"15 a subdomain of a subdomain":         {origin("https://a.b.shows.example.com"), 101, ""},
		"15 the domain of the subdomains":       {origin("https://shows.example.com"), 403, "Origin"},
		"15 in capitals it is the same":         {origin("HTTPS://APP.Example.COM"), 101, ""},
		"15 evil in capitals":                   {origin("HTTPS://EVIL.EXAMPLE"), 403, "Origin"},
		"15 a Cyrillic look-alike":              {origin("https://\u0430pp.example.com"), 403, "Origin"},
		"15 the look-alike as browsers send it": {origin("https://xn--pp-6kc.example.com"), 403, "Origin"},
		"15 an allowed name of other letters":   {origin("https://xn--bcher-kva.example"), 101, ""},
		"15 as no browser sends it":             {origin("https://b\u00fccher.example"), 403, "Origin"},
		"15 letters that fold to it":            {origin("https://\uff41pp.example.com"), 403, "Origin"},
		"15 a full stop that is none":           {origin("https://evil\u3002shows.example.com"), 403, "Origin"},
		"15 two origins":                        {origin("https://app.example.com https://evil.example"), 403, "Origin"},
		"15 two headers":                        {origin("https://evil.example\r\nOrigin: https://app.example.com"), 403, "Origin"},
		"15 with a person in it":                {origin("https://app.example.com@evil.example"), 403, "Origin"},
		"15 ours, with a person in it":          {origin("https://a@app.example.com"), 403, "Origin"},
		"15 ours, with a path":                  {origin("https://app.example.com/"), 403, "Origin"},
		"15 ours, with a query":                 {origin("https://app.example.com?"), 403, "Origin"},
		"15 ours, with a fragment":              {origin("https://app.example.com#"), 403, "Origin"},
		"15 with a path":                        {origin("https://evil.example/https://app.example.com"), 403, "Origin"},
		"15 a file":                             {origin("file://"), 403, "Origin"},
		"16 a cookie and a foreign origin":      {[]string{"\r\n\r\n", "\r\nCookie: session=1\r\nOrigin: https://evil.example\r\n\r\n"}, 403, "Origin"},
		"a Host that is not this machine":       {[]string{"Host: " + s.Listen, "Host: evil.example"}, 421, "its own address"},
		"a Host that begins like this machine":  {[]string{"Host: " + s.Listen, "Host: 127.0.0.1.evil.example"}, 421, "its own address"},
	} {
		t.Run(name, func(t *testing.T) {
			a, body := connect(t, s.Listen).shake(request(s.Listen, c.replace...))
			if a.StatusCode != c.want {
				t.Errorf("%s %q, want %d", a.Status, body, c.want)
			}
			if a.StatusCode == 101 && a.Header.Get("Sec-WebSocket-Extensions") != "" {
				t.Errorf("agreed on %s", a.Header.Get("Sec-WebSocket-Extensions"))
			}
			if a.StatusCode == 426 && a.Header.Get("Sec-WebSocket-Version") != "13" {
				t.Error("426 without Sec-WebSocket-Version: 13")
			}
			if !strings.Contains(body, c.words) {
				t.Errorf("%s says %q, want %q in it", a.Status, body, c.words)
			}
		})
	}
}

func TestAskingWithoutUpgradeTellsWhy(t *testing.T) {
	t.Parallel()
	s := start(t, "--origins", "https://friend.example")
	for name, c := range map[string]struct{ origin, want string }{
		"no page":               {"", "UPGRADE_REQUIRED"},
		"the server's own":      {s.URL(), "UPGRADE_REQUIRED"},
		"a site that is let in": {"https://friend.example", "UPGRADE_REQUIRED"},
		"another site":          {"https://other.example", "ORIGIN_REFUSED"},
		"a frame without one":   {"null", "ORIGIN_REFUSED"},
	} {
		t.Run(name, func(t *testing.T) {
			q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/v1/ws", nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.origin != "" {
				q.Header.Set("Origin", c.origin)
			}
			a, err := http.DefaultClient.Do(q)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = a.Body.Close() }()
			var said struct {
				Reason, Message string
				RetryAfterMs    *int64
			}
			if err := json.NewDecoder(a.Body).Decode(&said); err != nil {
				t.Fatal(err)
			}
			if a.StatusCode != http.StatusUpgradeRequired || a.Header.Get("Access-Control-Allow-Origin") != "*" || said.Reason != c.want || said.Message == "" || said.RetryAfterMs == nil {
				t.Errorf("%s %v %+v, want %s", a.Status, a.Header, said, c.want)
			}
		})
	}
}

func TestFramesThatEndASocket(t *testing.T) {
	t.Parallel()
	ports(t, framesThatEndASocket)
}

func framesThatEndASocket(t *testing.T, s *server.Server) {
	type ending struct {
		bytes []byte
		want  uint16
	}
	cases := map[string]ending{}
	for name, c := range map[string]ending{
		"01 invalid UTF-8":                   {masked(0x81, []byte{0xff, 0xfe}), 1007},
		"01 a surrogate":                     {masked(0x81, []byte{0xed, 0xa0, 0x80}), 1007},
		"01 an overlong slash":               {masked(0x81, []byte{0xc0, 0xaf}), 1007},
		"01 in a comment":                    {masked(0x81, []byte("{\"id\":\"1\",\"post\":{\"requestId\":\"request-01\",\"text\":\"NOT-UTF8 \xff\xfe\"}}")), 1007},
		"01 split over fragments":            {append(masked(0x01, []byte{0xe2, 0x82}), masked(0x80, []byte{0x28})...), 1007},
		"02 a close reason that is no UTF-8": {masked(0x88, []byte{0x03, 0xe8, 0xff}), 1007},
		"03 unmasked":                        {[]byte{0x81, 2, '{', '}'}, 1002},
		"04 a reserved bit":                  {masked(0xc1, []byte(`{}`)), 1002},
		"04 the second reserved bit":         {masked(0xa1, []byte(`{}`)), 1002},
		"04 the third reserved bit":          {masked(0x91, []byte(`{}`)), 1002},
		"05 a ping of 126 bytes":             {masked(0x89, make([]byte, 126)), 1002},
		"05 a fragmented ping":               {masked(0x09, nil), 1002},
		"05 a close of 126 bytes":            {masked(0x88, append([]byte{0x03, 0xe8}, bytes.Repeat([]byte("x"), 124)...)), 1002},
		"05 a fragmented close":              {masked(0x08, []byte{0x03, 0xe8}), 1002},
		"06 continuation first":              {masked(0x80, []byte(`{}`)), 1002},
		"06 text in a fragment":              {append(masked(0x01, []byte(`{`)), masked(0x81, []byte(`}`))...), 1002},
		"06 a close inside a message":        {append(masked(0x01, []byte(`{`)), masked(0x88, []byte{0x03, 0xe8})...), 1000},
		"06 a ping and a close inside one":   {slices.Concat(masked(0x01, []byte{0xe2}), masked(0x89, []byte("x")), masked(0x88, nil)), 1000},
		"07 a close of one byte":             {masked(0x88, []byte{3}), 1002},
		"07 close 1005":                      {masked(0x88, []byte{0x03, 0xed}), 1002},
		"07 close 1006":                      {masked(0x88, []byte{0x03, 0xee}), 1002},
		"07 close 1015":                      {masked(0x88, []byte{0x03, 0xf7}), 1002},
		"07 close 999":                       {masked(0x88, []byte{0x03, 0xe7}), 1002},
		"07 close 5000":                      {masked(0x88, []byte{0x13, 0x88}), 1002},
		"08 a header of 2^62":                {[]byte{0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1009},
		"09 one byte too many":               {masked(0x81, bytes.Repeat([]byte(" "), 16<<10+1)), 1009},
		"09 50 MB announced":                 {masked(0x81, make([]byte, 50<<20))[:14], 1009},
		"09 100,000 fragments":               {append(masked(0x01, []byte(` `)), bytes.Repeat(masked(0x00, nil), 100_000)...), 4029},
		"09 a byte a fragment":               {append(masked(0x01, []byte(` `)), bytes.Repeat(masked(0x00, []byte(` `)), 100_000)...), 1009},
		"26 a kind of 1 MB":                  {masked(0x81, []byte(`{"tap":{"kind":"`+strings.Repeat("k", 1<<20)+`","count":1}}`)), 1009},
		"30 20,000 deep":                     {masked(0x81, []byte(`{"id":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)+`}`)), 1009},
		"30 a number of 10 MB":               {masked(0x81, []byte(`{"tap":{"kind":"heart","count":`+strings.Repeat("9", 10<<20)+`}}`)), 1009},
		"36 a flood of pongs":                {bytes.Repeat(masked(0x8a, nil), 100_000), 4029},
		"36 a flood of pings":                {bytes.Repeat(masked(0x89, nil), 100_000), 4029},
		"36 a flood of empty frames":         {bytes.Repeat(masked(0x81, nil), 100_000), 4501},
		"a binary frame":                     {masked(0x82, []byte(`{}`)), 1003},
		"a good close":                       {masked(0x88, []byte{0x03, 0xe8}), 1000},
		"a close without a code":             {masked(0x88, nil), 1000},
	} {
		cases[name] = c
	}
	for _, opcode := range []byte{3, 4, 5, 6, 7, 11, 12, 13, 14, 15} {
		cases[fmt.Sprintf("04 opcode %d", opcode)] = ending{masked(0x80|opcode, nil), 1002}
	}
	t.Run("each", func(t *testing.T) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := join(t, s, "show", "")
				go func() { _, _ = w.Write(c.bytes) }() // it may be cut off in the middle
				if got := w.closed(); got != c.want {
					t.Errorf("closed with %d, want %d", got, c.want)
				}
			})
		}
	})
	t.Run("01 it is counted, and nothing was published", func(t *testing.T) {
		counted := func() bool {
			m := regexp.MustCompile(`(?m)^ovation_gateway_disconnects_total{[^}]*reason="INVALID_UTF8"[^}]*} (\d+)`).FindStringSubmatch(text(t, "http://"+s.Admin+"/metrics"))
			return m != nil && m[1] == "6"
		}
		for deadline := time.Now().Add(10 * time.Second); !counted(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("six sockets ended for what was no UTF-8, and the metric does not say so")
			}
		}
		all, err := commentsv1.NewCommentsServiceClient(grpc(t, s)).ListComments(t.Context(), &commentsv1.ListCommentsRequest{Room: "show"})
		if err != nil || len(all.GetComments()) > 0 {
			t.Errorf("published: %v %v", all.GetComments(), err)
		}
	})
	for name, c := range map[string]ending{
		"text on a binary socket":           {masked(0x81, []byte(`{"hello":{"room":"show"}}`)), 1003},
		"01 broken text on a binary socket": {masked(0x81, []byte{0xff, 0xfe}), 1007},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, s, "ovation.v1.json", "ovation.v1.proto")
			w.sendBytes(c.bytes)
			if got := w.closed(); got != c.want {
				t.Errorf("closed with %d, want %d", got, c.want)
			}
		})
	}
	t.Run("09 a frame of the limit", func(t *testing.T) {
		w := join(t, s, "show", "")
		frame := `{"id":"1","post":{"requestId":"request-1","text":"` + strings.Repeat("x", 16<<10-52) + `"}}`
		if reason := w.fault(frame[:16<<10-3] + `"}}`); reason != "TEXT_TOO_LONG" {
			t.Errorf("refused with %s", reason)
		}
		w.lives()
	})
}

func TestHellosThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	secret := "a secret that this server does not know"
	foreign := func(method jwt.SigningMethod, key any) string {
		token, err := jwt.NewWithClaims(method, jwt.MapClaims{"sub": "eve", "role": "host", "room": "*", "exp": time.Now().Add(time.Hour).Unix()}).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	for name, c := range map[string]struct {
		frame  string
		want   uint16
		reason string
	}{
		"an unknown room":        {`{"hello":{"room":"nowhere"}}`, 4504, "ROOM_NOT_FOUND"},
		"29 a subject's letters": {`{"hello":{"room":"a.>"}}`, 4500, "BAD_HELLO"},
		"no room":                {`{"hello":{}}`, 4500, "BAD_HELLO"},
		"something else first":   {`{"tap":{"kind":"heart","count":1}}`, 4500, "BAD_HELLO"},
		"no JSON":                {`hello`, 4500, "BAD_HELLO"},
		"18 alg none":            {`{"hello":{"room":"show","token":"` + foreign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType) + `"}}`, 4502, "TOKEN_INVALID"},
		"18 a foreign secret":    {`{"hello":{"room":"show","token":"` + foreign(jwt.SigningMethodHS256, []byte(secret)) + `"}}`, 4502, "TOKEN_INVALID"},
		"20 a long token":        {`{"hello":{"room":"show","token":"` + strings.Repeat("a.", 4500) + `"}}`, 4502, "TOKEN_INVALID"},
		"a service's token":      {`{"hello":{"room":"show","token":"` + s.Tokens.Service + `"}}`, 4505, "PERMISSION_DENIED"},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, s)
			w.send(c.frame)
			if g := w.until("goodbye"); g["reason"] != c.reason || g["message"] == "" {
				t.Errorf("goodbye is %v, want %s", g, c.reason)
			}
			if got := w.closed(); got != c.want {
				t.Errorf("closed with %d, want %d", got, c.want)
			}
		})
	}
}

func Test14NoHelloIn10Seconds(t *testing.T) {
	t.Parallel()
	s := start(t)
	w, began := open(t, s), time.Now()
	w.sendBytes(masked(0x89, []byte("I am here"))) // a ping is no hello
	if got := w.closed(); got != 4002 {
		t.Errorf("closed with %d, want 4002", got)
	}
	if took := time.Since(began); took < 9*time.Second || took > 15*time.Second {
		t.Errorf("closed after %s, want 10 s", took)
	}
}

func TestVerbsThatAreRefusedAndTheSocketLives(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := join(t, s, "show", "")
	for _, c := range []struct{ name, frame, reason string }{
		{"an unknown verb", `{"id":"1","dance":{}}`, "UNKNOWN_VERB"},
		{"no verb", `{"id":"1"}`, "UNKNOWN_VERB"},
		{"a second hello", `{"hello":{"room":"show"}}`, "FRAME_INVALID"},
		{"30 trailing bytes", `{"id":"1","mine":{}} {}`, "FRAME_INVALID"},
		{"30 a repeated key", `{"id":"1","post":{"requestId":"request-1","text":"a","text":"b"}}`, "FRAME_INVALID"},
		{"30 7,000 deep", `{"id":` + strings.Repeat("[", 7000) + strings.Repeat("]", 7000) + `}`, "FRAME_INVALID"},
		{"30 two verbs", `{"mine":{},"pace":{"slow":true}}`, "FRAME_INVALID"},
		{"30 a key in other letters", `{"id":"1","post":{"requestId":"request-1","Text":"b"}}`, "TEXT_EMPTY"}, // is an unknown one,
		{"30 a verb in other letters", `{"id":"1","Mine":{}}`, "UNKNOWN_VERB"},
		{"30 a comment", `{"id":"1","mine":{} /* all of it */}`, "FRAME_INVALID"},
		{"30 UTF-16", "{\x00\"\x00m\x00i\x00n\x00e\x00\"\x00:\x00{\x00}\x00}\x00", "FRAME_INVALID"},
		{"30 a long number", `{"tap":{"kind":"heart","count":` + strings.Repeat("9", 10_000) + `}}`, "FRAME_INVALID"},
		{"30 a byte order mark", "\ufeff" + `{"mine":{}}`, "FRAME_INVALID"},
		{"26 a kind there is not", `{"tap":{"kind":"dislike","count":1}}`, "UNKNOWN_KIND"},
		{"26 a prototype", `{"tap":{"kind":"__proto__","count":1}}`, "UNKNOWN_KIND"},
		{"26 a long kind", `{"tap":{"kind":"` + strings.Repeat("k", 8000) + `","count":1}}`, "UNKNOWN_KIND"},
		{"27 none", `{"tap":{"kind":"heart","count":0}}`, "BAD_COUNT"},
		{"27 too many", `{"tap":{"kind":"heart","count":1001}}`, "BAD_COUNT"},
		{"27 less than none", `{"tap":{"kind":"heart","count":-1}}`, "FRAME_INVALID"},
		{"27 a great number", `{"tap":{"kind":"heart","count":9223372036854775807}}`, "FRAME_INVALID"},
		{"27 beyond all numbers", `{"tap":{"kind":"heart","count":1e308}}`, "FRAME_INVALID"},
		{"27 a part of one", `{"tap":{"kind":"heart","count":0.5}}`, "FRAME_INVALID"},
		{"27 a number in quotes", `{"tap":{"kind":"heart","count":"5"}}`, "FRAME_INVALID"},
		{"27 not a number", `{"tap":{"kind":"heart","count":"NaN"}}`, "FRAME_INVALID"},
		{"28 nothing", `{"id":"1","post":{"requestId":"request-1","text":" "}}`, "TEXT_EMPTY"},
		{"28 too long", `{"id":"1","post":{"requestId":"request-1","text":"` + strings.Repeat("x", 301) + `"}}`, "TEXT_TOO_LONG"},
		{"28 a lone surrogate", `{"id":"1","post":{"requestId":"request-1","text":"\ud800"}}`, "FRAME_INVALID"},
		{"no request id", `{"id":"1","post":{"text":"hello"}}`, "FIELD_REQUIRED"},
		{"29 a wildcard as an id", `{"id":"1","vote":{"question":"*","up":true}}`, "FIELD_INVALID"},
		{"a question there is not", `{"id":"1","vote":{"question":"` + strings.Repeat("a", 26) + `","up":true}}`, "QUESTION_NOT_FOUND"},
		{"24 a moderator's verb", `{"id":"1","moderate":{"requestId":"request-1","approve":{"question":"` + strings.Repeat("a", 26) + `","revision":"1"}}}`, "PERMISSION_DENIED"},
		{"24 a host's verb", `{"id":"1","moderate":{"requestId":"request-1","end":{}}}`, "PERMISSION_DENIED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.T = t
			if reason := w.fault(c.frame); reason != c.reason {
				t.Errorf("%.100s is refused with %s, want %s", c.frame, reason, c.reason)
			}
		})
	}
	w.T = t
	w.lives()
	room, err := roomsv1.NewRoomsServiceClient(grpc(t, s)).GetRoom(t.Context(), &roomsv1.GetRoomRequest{Room: "show"})
	if err != nil || room.GetRoom().GetState() != roomsv1.Room_STATE_LIVE {
		t.Errorf("after all that the room is %v %v", room, err)
	}
}

// What makes no sense is borne for a while.
func TestTooMuchNonsenseEndsASocket(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := join(t, s, "show", "")
	for range 60 {
		w.send(`{"dance":{}}`)
	}
	if got := w.closed(); got != 4501 {
		t.Errorf("closed with %d, want 4501", got)
	}
}

// 36: a flood is answered, then read ever more slowly, and then ends.
func Test36TooManyFrames(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := join(t, s, "show", "")
	for i := range 230 {
		w.send(fmt.Sprintf(`{"id":"%d","pace":{"slow":false}}`, i))
	}
	if f := w.until("fault"); f["reason"] != "TOO_MANY_REQUESTS" || f["retryAfterMs"] == nil {
		t.Errorf("the fault is %v", f)
	}
	began := time.Now()
	go func() {
		flood := bytes.Repeat(masked(0x81, []byte(`{"pace":{"slow":false}}`)), 1000)
		for {
			if _, err := w.Write(flood); err != nil {
				return
			}
		}
	}()
	if got := w.closed(); got != 4029 {
		t.Errorf("closed with %d, want 4029", got)
	}
	if took := time.Since(began); took < 2*time.Second { // 170 frames more than it may, a dozen each quarter of a second
		t.Errorf("it was read as fast as it could send, for %s", took)
	}
}

// 9: large frames are bound by their bytes, are answered while they are few, and end the socket.
func Test09AFloodOfLargeFrames(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := join(t, s, "show", "")
	deep := `"post":{"requestId":"12345678","text":` + strings.Repeat("[", 8000) + strings.Repeat("]", 8000) + `}`
	for i := range 18 { // eight at once, and one more a second on a slow machine
		w.send(fmt.Sprintf(`{"id":"large-%d",%s}`, i, deep))
	}
	for {
		f := w.until("fault")
		if f["reason"] == "TOO_MANY_REQUESTS" {
			if id, _ := f["id"].(string); !strings.HasPrefix(id, "large-") || f["retryAfterMs"] == nil {
				t.Errorf("the fault is %v, want one that names its frame", f)
			}
			break
		}
		if f["reason"] != "FRAME_INVALID" {
			t.Fatalf("the fault is %v", f)
		}
	}
	flood := bytes.Repeat(masked(0x81, []byte(`{`+deep+`}`)), 50)
	go func() {
		for {
			if _, err := w.Write(flood); err != nil {
				return
			}
		}
	}()
	if got := w.closed(); got != 4029 {
		t.Errorf("closed with %d, want 4029", got)
	}
}

// 25: taps beyond a person's budget are not counted, and the socket lives.
func Test25TapsBeyondTheCapAreNotCounted(t *testing.T) {
	t.Parallel()
	s := start(t)
	hearts, rate := uint32(10), uint32(1000)
	_, err := roomsv1.NewRoomsServiceClient(grpc(t, s)).CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{
		Room: "capped", Actor: &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"},
		Settings: &roomsv1.Settings{HeartCap: &hearts, TapsPerSecond: &rate, TapBurst: &rate},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := join(t, s, "capped", "")
	for range 8 {
		w.send(`{"tap":{"kind":"heart","count":3}}`)
	}
	other := join(t, s, "capped", "")
	other.send(`{"tap":{"kind":"clap","count":1}}`) // what came before it is in by then
	for total := ""; total != "10"; {
		hearts, _ := w.until("tick")["hearts"].(object)
		if n, ok := hearts["heart"].(string); ok {
			total = n
		}
		if len(total) > 1 && total > "10" {
			t.Fatalf("%s hearts of one person with a cap of 10", total)
		}
	}
	w.lives()
}

// 32: the same request id is the same comment, with another body a conflict.
func Test32ARequestIDIsOneComment(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := join(t, s, "show", "")
	post := func(id, text string) string {
		return fmt.Sprintf(`{"id":"%s","post":{"requestId":"request-32","text":%q}}`, id, text)
	}
	w.send(post("1", "once"))
	first := w.until("ack")["comment"].(object)["comment"]
	w.send(post("2", "once"))
	if again := w.until("ack")["comment"].(object)["comment"]; again != first {
		t.Errorf("a second comment %v beside %v", again, first)
	}
	if reason := w.fault(post("3", "twice")); reason != "REQUEST_ID_REUSED" {
		t.Errorf("another text under the same id: %s", reason)
	}
}

// Nothing that waits for a moderator reaches a viewer, however it asks.
func TestAWaitingQuestionReachesNoViewer(t *testing.T) {
	t.Parallel()
	s := start(t)
	const secret = "Who wrote the unreleased anthem?"
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var seen bytes.Buffer
	asker, err := viewer.Dial(ctx, viewer.Options{URL: s.URL(), Room: "show"})
	if err != nil {
		t.Fatal(err)
	}
	defer asker.Close()
	q, err := asker.Ask(ctx, secret)
	if err != nil {
		t.Fatal(err)
	}
	watcher := join(t, s, "show", "")
	watcher.send(`{"id":"m","mine":{}}`)
	watcher.send(fmt.Sprintf(`{"id":"v","vote":{"question":"%s","up":true}}`, q.GetQuestion()))
	watcher.send(fmt.Sprintf(`{"id":"s","moderate":{"requestId":"request-1","approve":{"question":"%s","revision":"1"}}}`, q.GetQuestion()))
	watcher.send(fmt.Sprintf(`{"id":"w","withdraw":{"requestId":"request-2","question":"%s"}}`, q.GetQuestion()))
	for answers := 0; answers < 4; {
		op, payload := watcher.frame()
		if op == 0 || op == 8 {
			t.Fatalf("the socket ended: %q", payload)
		}
		seen.Write(payload)
		if bytes.Contains(payload, []byte(`{"ack"`)) || bytes.Contains(payload, []byte(`{"fault"`)) {
			answers++
		}
	}
	if bytes.Contains(seen.Bytes(), []byte("anthem")) {
		t.Errorf("a stranger was sent %s", &seen)
	}
	got, err := questionsv1.NewQuestionsServiceClient(grpc(t, s)).GetQuestion(ctx, &questionsv1.GetQuestionRequest{Room: "show", Question: q.GetQuestion()})
	if err != nil || got.GetQuestion().GetState() != questionsv1.Question_STATE_PENDING {
		t.Errorf("after a stranger's verbs the question is %v %v", got, err)
	}
}

func TestTheAPIAsksForARole(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct {
		method, path, token, body string
		want                      int
	}{
		"a host lists":            {"GET", "/v1/rooms", s.Tokens.Host, "", 200},
		"nobody lists":            {"GET", "/v1/rooms", "", "", 401},
		"a stolen token":          {"GET", "/v1/rooms", s.Tokens.Host + "x", "", 401},
		"a viewer lists":          {"GET", "/v1/rooms", s.Tokens.Viewer, "", 403},
		"a moderator ends":        {"POST", "/v1/rooms/show/end", s.Tokens.Moderator, "{}", 403},
		"a viewer makes a room":   {"POST", "/v1/rooms", s.Tokens.Viewer, `{"room":"mine"}`, 403},
		"a room of no letters":    {"POST", "/v1/rooms", s.Tokens.Host, `{"room":"A.B"}`, 400},
		"a body that is none":     {"POST", "/v1/rooms", s.Tokens.Host, `{"rooom":"x"}`, 400},
		"a body of a megabyte":    {"POST", "/v1/rooms", s.Tokens.Host, strings.Repeat(" ", 1<<20), 400},
		"a room there is not":     {"GET", "/v1/rooms/nowhere", s.Tokens.Host, "", 404},
		"a token in the address":  {"GET", "/v1/rooms?access_token=" + s.Tokens.Host, "", "", 401},
		"a page token of nowhere": {"GET", "/v1/rooms?pageToken=xyz", s.Tokens.Host, "", 400},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, s.URL()+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(a.Body)
		_ = a.Body.Close()
		if err != nil || a.StatusCode != c.want {
			t.Errorf("%s: %s %s, want %d", name, a.Status, body, c.want)
		}
		if a.StatusCode >= 400 && !bytes.Contains(body, []byte(`"reason"`)) {
			t.Errorf("%s: %s without a reason", name, body)
		}
	}
}
