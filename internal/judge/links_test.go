package judge

import "testing"

func TestLinks(t *testing.T) {
	for s, want := range map[string]bool{
		"see https://example.com/x": true, "www.example.org": true, "example.com": true, "go to example.com.": true, "EXAMPLE.COM": true,
		"ｅｘａｍｐｌｅ．ｃｏｍ": true, "t.me/joinnow": true, "bit.ly/3x": true, "shop.example.co.uk/sale": true, "пример.рф": true, "javascript://x": true,
		"example.com:8080": true, "ехаmple.com": true, "me@example.com": true,
		"Hello. How are you": false, "that was good.so was this": false, "3.5 stars": false, "e.g. this": false, "wait...what": false,
		"10:30": false, "v1.2.3": false, "a.b": false, "ok": false, "node.js": false, "St. Pauli": false, "file.txt": false,
	} {
		if got := hasLink(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
