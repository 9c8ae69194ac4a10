package text_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/text"
)

func Test28Clean(t *testing.T) {
	for name, c := range map[string]struct {
		in, want string
		reason   fault.Reason
	}{
		"plain":                        {in: "hello there", want: "hello there"},
		"trimmed":                      {in: "  hello \n\n there  ", want: "hello there"},
		"composed":                     {in: "cafe\u0301", want: "caf\u00e9"},
		"empty":                        {in: "", reason: fault.TextEmpty},
		"spaces":                       {in: " \t \u3000", reason: fault.TextEmpty},
		"zero width":                   {in: "\u200b\u200d\u2060", reason: fault.TextEmpty},
		"limit":                        {in: strings.Repeat("x", 300), want: strings.Repeat("x", 300)},
		"beyond":                       {in: strings.Repeat("x", 301), reason: fault.TextTooLong},
		"bytes":                        {in: strings.Repeat("👩‍👩‍👧", 100), reason: fault.TextTooLong},
		"zalgo":                        {in: "a" + strings.Repeat("\u0336", 300), want: "a" + strings.Repeat("\u0336", 4)},
		"zalgo over joiners":           {in: "a" + strings.Repeat("\u0336\u200d", 30), want: "a" + strings.Repeat("\u0336\u200d", 4) + strings.Repeat("\u200d", 26)},
		"zalgo over emoji's":           {in: "a" + strings.Repeat("\u0336\ufe0f", 30), want: "a\u0336\ufe0f\u0336\ufe0f"},
		"zalgo over spaces of nothing": {in: "a" + strings.Repeat("\u0336\u0337\u0338\u200b", 3), want: "a\u0336\u0337\u0338\u200b\u0336\u200b\u200b"},
		"zalgo of keycaps":             {in: "1" + strings.Repeat("\ufe0f\u20e3", 30), want: "1\ufe0f\u20e3\ufe0f\u20e3"},
		"flags and families":           {in: "1\ufe0f\u20e3 👩🏽‍❤️‍💋‍👨🏿 🏳️‍🌈", want: "1\ufe0f\u20e3 👩🏽‍❤️‍💋‍👨🏿 🏳️‍🌈"},
		"scripts that stack":           {in: "हिन्दी ภาษาไทยที่ تَشْكِيلٌ བསྒྲུབས", want: "हिन्दी ภาษาไทยที่ تَشْكِيلٌ བསྒྲུབས"},
		"bidi override":                {in: "ab\u202edc", want: "abdc"},
		"tags":                         {in: "a\U000E0041\U000E0042b", want: "ab"},
		"NUL":                          {in: "a\x00b", reason: fault.TextInvalid},
		"escape":                       {in: "\x1b[31mred", reason: fault.TextInvalid},
		"broken UTF-8":                 {in: "\xff\xfe", reason: fault.TextInvalid},
		"surrogate":                    {in: "\xed\xa0\x80", reason: fault.TextInvalid},
		"right to left":                {in: "שלום עולם", want: "שלום עולם"},
		"script":                       {in: "<script>alert(1)</script>", want: "<script>alert(1)</script>"},
		"emoji with joiners":           {in: "👩‍👩‍👧 ❤️", want: "👩‍👩‍👧 ❤️"},
	} {
		got, err := text.Clean("text", c.in, text.Comment)
		f, _ := fault.Of(err)
		if c.reason == "" && (err != nil || got != c.want) || c.reason != "" && (f == nil || f.Reason != c.reason || f.Field != "text") {
			t.Errorf("%s: %q, %v; want %q %s", name, got, err, c.want, c.reason)
		}
	}
}

func Test28CleanLines(t *testing.T) {
	for name, c := range map[string]struct {
		in, want string
		reason   fault.Reason
	}{
		"one line":          {in: "  hello \t there ", want: "hello there"},
		"lines":             {in: "Bring:\n- a coat\n-  water ", want: "Bring:\n- a coat\n- water"},
		"empty lines":       {in: "\n \n\na\n\n \n\u200b\nb\n\n", want: "a\n\nb"},
		"other line ends":   {in: "a\r\nb\rc\u2028d\u2029e", want: "a\nb\nc\nd\ne"},
		"nothing":           {in: " \n\u200b\n", want: ""},
		"bidi in a line":    {in: "a\u202eb\nc", want: "ab\nc"},
		"NUL in a line":     {in: "a\nb\x00", reason: fault.TextInvalid},
		"broken UTF-8":      {in: "a\n\xff", reason: fault.TextInvalid},
		"limit over lines":  {in: strings.Repeat("x\n", 150), want: strings.TrimRight(strings.Repeat("x\n", 150), "\n")},
		"beyond over lines": {in: strings.Repeat("xx\n", 150), reason: fault.TextTooLong},
	} {
		got, err := text.CleanLines("answer", c.in, text.Comment)
		f, _ := fault.Of(err)
		if c.reason == "" && (err != nil || got != c.want) || c.reason != "" && (f == nil || f.Reason != c.reason || f.Field != "answer") {
			t.Errorf("%s: %q, %v; want %q %s", name, got, err, c.want, c.reason)
		}
	}
}

// Each class of characters from its first to its last, and its neighbours that stay.
func Test28ClassesOfCharacters(t *testing.T) {
	for name, c := range map[string]struct {
		from, upto rune
		keep       bool
		reason     fault.Reason
	}{
		"embeddings and overrides":   {from: 0x202A, upto: 0x202E},
		"isolates":                   {from: 0x2066, upto: 0x2069},
		"tags":                       {from: 0xE0000, upto: 0xE007F},
		"byte order mark":            {from: 0xFEFF, upto: 0xFEFF},
		"marks that hint":            {from: 0x200E, upto: 0x200F, keep: true},
		"an Arabic one":              {from: 0x061C, upto: 0x061C, keep: true},
		"a space that is narrow":     {from: 0x202F, upto: 0x202F, keep: true},
		"controls before the tab":    {from: 0x00, upto: 0x08, reason: fault.TextInvalid},
		"vertical tab and form feed": {from: 0x0B, upto: 0x0C, reason: fault.TextInvalid},
		"controls up to the space":   {from: 0x0E, upto: 0x1F, reason: fault.TextInvalid},
		"delete, and C1 with U+0085": {from: 0x7F, upto: 0x9F, reason: fault.TextInvalid},
		"private use":                {from: 0xE000, upto: 0xF8FF, reason: fault.TextInvalid},
		"private use, plane 15":      {from: 0xF0000, upto: 0xF0000, reason: fault.TextInvalid},
		"its last":                   {from: 0xFFFFD, upto: 0xFFFFD, reason: fault.TextInvalid},
		"private use, plane 16":      {from: 0x100000, upto: 0x100000, reason: fault.TextInvalid},
		"the last of all":            {from: 0x10FFFD, upto: 0x10FFFD, reason: fault.TextInvalid},
		"what replaces bytes":        {from: 0xFFFD, upto: 0xFFFD, reason: fault.TextInvalid},
	} {
		for r := c.from; r <= c.upto; r++ {
			in, want := "a"+string(r)+"b", "ab"
			if c.keep {
				want = in
			}
			line, err := text.Clean("text", in, text.Comment)
			lines, errOfLines := text.CleanLines("text", "first\n"+in, text.Comment)
			for kind, got := range map[string]struct {
				text, want string
				err        error
			}{"a line": {line, want, err}, "lines": {lines, "first\n" + want, errOfLines}} {
				if c.reason == "" && (got.err != nil || got.text != got.want) || c.reason != "" && !fault.Is(got.err, c.reason) {
					t.Errorf("%s: %U in %s is %q, %v; want %q %s", name, r, kind, got.text, got.err, got.want, c.reason)
				}
			}
			if name, err := text.CleanName("name", in); !c.keep && (c.reason == "" && (err != nil || name != want) || c.reason != "" && !fault.Is(err, c.reason)) {
				t.Errorf("%U in a name is %q, %v", r, name, err)
			}
		}
	}
}

// unfit is what a clean text must not hold; empty for one that is fit. It knows the rules by themselves, without the product's code.
func unfit(s string) string {
	marks := 0
	for _, r := range s {
		switch {
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.In(r, unicode.Co, unicode.Cs):
			return fmt.Sprintf("the control character %U", r)
		case unicode.Is(unicode.Bidi_Control, r) && r != 0x200E && r != 0x200F && r != 0x061C:
			return fmt.Sprintf("%U, which turns the text around", r)
		case r>>7 == 0xE0000>>7 || r == 0xFEFF:
			return fmt.Sprintf("%U, which hides", r)
		case unicode.IsMark(r):
			if marks++; marks > 4 {
				return "more than 4 marks on one character"
			}
		case !unicode.Is(unicode.Cf, r):
			marks = 0
		}
	}
	return ""
}

func Test29NamesAndIDs(t *testing.T) {
	if got, err := text.CleanName("name", "  Ana   María "); err != nil || got != "Ana María" {
		t.Errorf("name %q, %v", got, err)
	}
	if _, err := text.CleanName("name", "\u202e"); err != nil {
		t.Errorf("a name of nothing visible is empty, not %v", err)
	}
	for _, bad := range []string{"", "-a", "A", "a.b", "a>", "a*", "a b", "é", strings.Repeat("a", 64)} {
		if text.RoomID(bad) == nil {
			t.Errorf("room %q was taken", bad)
		}
	}
	for _, good := range []string{"a", "0", "launch-2026", strings.Repeat("a", 63)} {
		if err := text.RoomID(good); err != nil {
			t.Errorf("room %q: %v", good, err)
		}
	}
	if text.RequestID("short") == nil || text.RequestID("with space") == nil || text.RequestID("0123abcd_-") != nil {
		t.Error("request ids")
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"hello", "a\u0301\u0302", "\u202e\u200b", "👩‍👩‍👧", " a  b ", "가\u1161", "\u0344", "ẛ̣", "a\n\u0301\r\n\nb",
		"a\u202a\u2066b\u2069\u202c\u200e", "a\u0336\u0337\u202d\u0338\u0335\U000E0041\u0334", "a\n\u0085\u009b", "\ue000", "a\ufeff\n\u0301\u0302\u0303\u0304\u0305"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if lines, err := text.CleanLines("text", s, text.Comment); err == nil {
			again, err := text.CleanLines("text", lines, text.Comment)
			if err != nil || again != lines || !norm.NFC.IsNormalString(lines) || len(lines) > 1200 || uniseg.GraphemeClusterCount(lines) > 300 {
				t.Fatalf("%q became %q and then %q, %v", s, lines, again, err)
			}
			if bad := unfit(strings.ReplaceAll(lines, "\n", " ")); bad != "" {
				t.Fatalf("%q became %q, which holds %s", s, lines, bad)
			}
		}
		once, err := text.Clean("text", s, text.Comment)
		if err != nil {
			return
		}
		if !utf8.ValidString(once) || !norm.NFC.IsNormalString(once) || len(once) > 1200 || uniseg.GraphemeClusterCount(once) > 300 {
			t.Fatalf("%q became %q", s, once)
		}
		if bad := unfit(once); bad != "" {
			t.Fatalf("%q became %q, which holds %s", s, once, bad)
		}
		if twice, err := text.Clean("text", once, text.Comment); err != nil || twice != once {
			t.Fatalf("%q became %q and then %q, %v", s, once, twice, err)
		}
	})
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"Ada", "  Ana   María ", "Ａｄａ", "ﷺ", "ﬁne", "㎏ 1", "\u0336\u200d\u0336", "م\u200cح", "Ⅷ", "½ K", "…", "a\u00a0b", "\u1e9b\u0323", "\u00a8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := text.CleanName("name", s)
		if err != nil {
			return
		}
		if !utf8.ValidString(once) || !norm.NFC.IsNormalString(once) || len(once) > text.Name.Bytes || uniseg.GraphemeClusterCount(once) > text.Name.Graphemes {
			t.Fatalf("%q became %q", s, once)
		}
		if bad := unfit(once); bad != "" {
			t.Fatalf("%q became %q, which holds %s", s, once, bad)
		}
		if twice, err := text.CleanName("name", once); err != nil || twice != once {
			t.Fatalf("%q became %q and then %q, %v", s, once, twice, err)
		}
	})
}
