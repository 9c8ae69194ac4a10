package lobby

import (
	"bytes"
)

// headEnd tells where the head of a request ends, behind its empty line; 0 when it has yet to. What was looked at before and
// had no end need not be again: from is how much that was.
func headEnd(b []byte, from int) int {
	// An empty line is at most three bytes behind the line's end before it.
	for at := max(0, from-3); at < len(b); at++ {
		if at > 0 {
			next := bytes.IndexByte(b[at-1:], '\n')
			if next < 0 {
				return 0
			}
			at += next
		}
		switch rest := b[at:]; { // at is where a line begins
		case bytes.HasPrefix(rest, []byte("\n")):
			return at + 1
		case bytes.HasPrefix(rest, []byte("\r\n")):
			return at + 2
		}
	}
	return 0
}

// isRefused tells whether the HTTP server refuses a head for its first line, whatever follows: no method begins like this, and
// the line is whole, such as a TLS client's on a plain port. Without its end the server would wait for it, at its own cost.
func isRefused(b []byte) bool {
	return (len(b) > 0 && (b[0] <= ' ' || b[0] >= 0x7f)) && bytes.IndexByte(b, '\n') >= 0
}

// isHandshake tells whether a whole head is a GET of the path that asks for an upgrade, and plain in every other way: one
// host, no body, nothing that servers read differently. It need not be right about heads that it refuses.
func isHandshake(head []byte, path string) bool {
	line, rest, ok := bytes.Cut(head, []byte("\r\n"))
	target, isGet := bytes.CutPrefix(line, []byte("GET "))
	target, isHTTP := bytes.CutSuffix(target, []byte(" HTTP/1.1"))
	behind, isPath := bytes.CutPrefix(target, []byte(path))
	if !ok || !isGet || !isHTTP || !isPath || len(behind) > 0 && behind[0] != '?' || !each(behind, func(c byte) bool { return c > ' ' && c < 0x7f }) {
		return false
	}
	hosts, upgrades := 0, 0
	for {
		line, rest, ok = bytes.Cut(rest, []byte("\r\n"))
		if len(line) == 0 {
			return ok && len(rest) == 0 && hosts == 1 && upgrades > 0
		}
		name, value, colon := bytes.Cut(line, []byte(":"))
		if !ok || !colon || len(name) == 0 || !each(name, isToken) || !each(value, isText) {
			return false
		}
		switch value = bytes.Trim(value, " \t"); {
		case is(name, "Host"):
			if hosts++; len(value) == 0 || !each(value, isHost) {
				return false
			}
		case is(name, "Upgrade"):
			upgrades++
		case is(name, "Content-Length"), is(name, "Transfer-Encoding"), is(name, "Expect"), is(name, "Trailer"):
			return false
		}
	}
}

func each(b []byte, may func(byte) bool) bool {
	for _, c := range b {
		if !may(c) {
			return false
		}
	}
	return true
}

func is(name []byte, wanted string) bool {
	return len(name) == len(wanted) && bytes.EqualFold(name, []byte(wanted))
}

func isLetterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// isToken is of the characters of a field's name (RFC 9110), but for the rare ones.
func isToken(c byte) bool { return isLetterOrDigit(c) || c == '-' || c == '_' }

// isText is of the characters of a field's value: visible ones, those beyond ASCII, blanks and tabs.
func isText(c byte) bool { return c >= ' ' && c != 0x7f || c == '\t' }

// isHost is of the characters of a name or an address with its port.
func isHost(c byte) bool {
	return isLetterOrDigit(c) || c == '-' || c == '.' || c == ':' || c == '[' || c == ']' || c == '_'
}
