// Package text makes what people type fit to be stored and shown: valid UTF-8 in NFC, bounded in grapheme clusters and
// bytes, without control characters, with bidirectional overrides and runs of combining marks taken out. Every cleaning
// is idempotent and never makes a text longer than its limit. Limits stand here once: services enforce them and the
// gateway tells them to clients.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"github.com/ovation-live/ovation/internal/fault"
)

// Limits bound a text after cleaning.
type Limits struct {
	// Graphemes is the most grapheme clusters: what people count as characters.
	Graphemes int
	// Bytes is the most bytes of UTF-8.
	Bytes int
}

// Limits of what people write.
var (
	Comment  = Limits{300, 1200}
	Question = Limits{280, 1120}
	Answer   = Limits{4000, 16000}
	Reason   = Limits{200, 800}
	Name     = Limits{40, 160}
	Title    = Limits{100, 400}
	Label    = Limits{40, 160}
	Term     = Limits{60, 240}
)

// maxMarks is how many combining marks may pile up on one character, with selectors of emoji counted among them and
// characters that cannot be seen passed over; more is only ever used to deface.
const maxMarks = 4

// Clean cleans a text that must not be empty. Faults: TEXT_EMPTY, TEXT_TOO_LONG, TEXT_INVALID, on the field.
func Clean(field, s string, l Limits) (string, error) {
	s, err := CleanOptional(field, s, l)
	if err == nil && s == "" {
		return "", fault.New(fault.TextEmpty, "write something first").On(field)
	}
	return s, err
}

// CleanOptional cleans a text that may be empty.
func CleanOptional(field, s string, l Limits) (string, error) {
	// A limit on the raw bytes first, so that nobody buys work with a megabyte.
	if len(s) > 4*l.Bytes+64 {
		return "", tooLong(field, l)
	}
	if plain(s) && len(s) <= min(l.Graphemes, l.Bytes) {
		return s, nil
	}
	if !utf8.ValidString(s) {
		return "", fault.New(fault.TextInvalid, "the text is not valid UTF-8").On(field)
	}
	cleaned, err := clean(field, s)
	if err != nil {
		return "", err
	}
	if len(cleaned) > l.Bytes || longer(cleaned, l.Graphemes) {
		return "", tooLong(field, l)
	}
	return cleaned, nil
}

// longer tells whether a text has more than so many grapheme clusters: it has at most one a byte.
func longer(s string, n int) bool { return len(s) > n && uniseg.GraphemeClusterCount(s) > n }

// CleanLines cleans a text of several lines, which may be empty: each line as CleanOptional does, with at most one empty
// line between two, and none around them.
func CleanLines(field, s string, l Limits) (string, error) {
	if len(s) > 4*l.Bytes+64 {
		return "", tooLong(field, l)
	}
	var lines []string
	for line := range strings.SplitSeq(separators.Replace(s), "\n") {
		cleaned, err := CleanOptional(field, line, l)
		if err != nil {
			return "", err
		}
		if cleaned != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, cleaned)
		}
	}
	cleaned := strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if len(cleaned) > l.Bytes || longer(cleaned, l.Graphemes) {
		return "", tooLong(field, l)
	}
	return cleaned, nil
}

// separators are the other ways to end a line.
var separators = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// plain tells a text that is clean as it stands: printable ASCII with single spaces inside, where a byte is a character.
func plain(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && before == ' ' {
			return false
		}
		before = s[i]
	}
	return before != ' '
}

func tooLong(field string, l Limits) error {
	return fault.New(fault.TextTooLong, "at most %d characters (%d bytes)", l.Graphemes, l.Bytes).On(field)
}

// clean goes on until nothing changes: taking something out can join what NFC then composes.
func clean(field, s string) (string, error) {
	for range 8 {
		next, err := cleanOnce(field, s)
		if err != nil || next == s {
			return next, err
		}
		s = next
	}
	return "", fault.New(fault.TextInvalid, "the text cannot be read").On(field)
}

func cleanOnce(field, s string) (string, error) {
	var b strings.Builder
	b.Grow(len(s))
	marks, visible := 0, false
	var last rune
	composed := norm.NFC.String(s)
	for _, r := range composed {
		if r > ' ' && r <= '~' { // most of what people write, and nothing below has to do with it
			marks, visible, last = 0, true, r
			b.WriteByte(byte(r))
			continue
		}
		if unicode.IsLetter(r) && !filler(r) { // and of what most others write
			marks, visible, last = 0, true, r
			b.WriteRune(r)
			continue
		}
		switch {
		case r == '\n' || r == '\t' || r == '\r' || r == '\u2028' || r == '\u2029':
			r = ' '
		case r == 0xFFFD || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Cs, r):
			return "", fault.New(fault.TextInvalid, "the text holds a control character").On(field)
		case bidi(r) || tag(r) || r == '\uFEFF':
			continue
		}
		switch {
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				continue
			}
		case !unicode.Is(unicode.Cf, r): // what cannot be seen stands between marks, and they still pile up
			marks = 0
		}
		if r == ' ' && (last == ' ' || last == 0) {
			continue
		}
		visible = visible || !invisible(r)
		last = r
		b.WriteRune(r)
	}
	if !visible {
		return "", nil
	}
	kept := b.String()
	if kept != composed { // what was taken out may have stood between what composes
		kept = norm.NFC.String(kept)
	}
	return strings.TrimRight(kept, " "), nil
}

// bidi are the explicit directional overrides, embeddings and isolates; marks that only hint (LRM, RLM, ALM) may stay.
func bidi(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

// tag are the invisible tag characters, but for emoji flags of regions nobody needs them; they hide text.
func tag(r rune) bool { return r >= 0xE0000 && r <= 0xE007F }

func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.M, r) || filler(r) || r == 0x2800
}

// filler are the letters that show nothing.
func filler(r rune) bool { return r == 0x115F || r == 0x1160 || r == 0x3164 || r == 0xFFA0 }
