package filter

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ovation-live/ovation/internal/lookalike"
)

// kind is what a symbol is to a reader.
type kind uint8

const (
	letter kind = iota
	digit       // may stand for letters
	sign        // may stand for a letter, or for nothing
	star        // may stand for any letter, or for nothing
	gap         // stands for nothing: dots, dashes, pictures
	space       // ends a word
	wall        // nobody writes on over it
)

// symbol is one character of a folded text.
type symbol struct {
	may      [4]rune // what it may stand for; a letter and a digit for themselves first
	n        uint8
	kind     kind
	quote    bool // an apostrophe, after which words have endings
	marked   bool // a letter that is written with an accent
	from, to int32
}

// stand is what digits and signs stand for in the place of letters.
var stand = map[rune]string{
	'0': "o", '1': "il", '2': "z", '3': "eз", '4': "aч", '5': "s", '6': "gbб", '7': "t", '8': "b", '9': "g",
	'@': "a", '$': "s", '!': "il", '|': "il", '+': "t", '(': "c", '<': "c", '€': "e", '£': "l", '¢': "c", '¥': "y", '§': "s", '#': "h",
}

// ascii are the symbols of the first 128 characters, which most texts are made of.
var ascii = func() (table [128]symbol) {
	for r := range rune(128) {
		table[r] = symbolOf([]rune(lookalike.Fold(r))[0])
	}
	return table
}()

// symbolOf is the symbol of a folded character.
func symbolOf(r rune) symbol {
	s := symbol{kind: gap}
	switch {
	case unicode.IsLetter(r) || unicode.Is(unicode.M, r):
		s.kind, s.may[0], s.n = letter, r, 1
		if r == 'v' { // as in "fvck"
			s.may[1], s.n = 'u', 2
		}
		return s
	case unicode.IsDigit(r):
		s.kind, s.may[0], s.n = digit, r, 1
	case r == '*':
		s.kind = star
	case unicode.IsSpace(r):
		s.kind = space
	case stand[r] != "":
		s.kind = sign
	case r == '\'' || r == '’' || r == '`':
		s.quote = true
	}
	for _, l := range stand[r] {
		s.may[s.n] = []rune(lookalike.Fold(l))[0]
		s.n++
	}
	return s
}

// Runs that are longer say no more.
const (
	longestRun = 3 // of one letter, or of stars
	longestGap = 4 // of what stands between two letters of a word
)

// symbols folds a text into the buffer. What cannot be seen is left out, gaps are one symbol each, and of a long run of a
// letter three are left.
func symbols(text string, into []symbol) []symbol {
	run, gaps := 0, 0
	add := func(s symbol) {
		last := len(into) - 1
		switch {
		case s.kind >= gap:
			if gaps++; gaps == 1 {
				break
			}
			if into[last].kind = max(into[last].kind, s.kind); gaps > longestGap {
				into[last].kind = wall
			}
			into[last].quote = false
			return
		case last >= 0 && into[last].kind == s.kind && into[last].may == s.may && s.kind != digit:
			gaps = 0
			if run++; run >= longestRun {
				into[last].to = s.to
				return
			}
			into = append(into, s)
			return
		}
		run = 0
		if s.kind < gap {
			gaps = 0
		}
		into = append(into, s)
	}
	for i := 0; i < len(text); {
		if b := text[i]; b < utf8.RuneSelf {
			s := ascii[b]
			s.from, s.to = int32(i), int32(i+1)
			add(s)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		for _, f := range lookalike.Fold(r) {
			s := symbolOf(f)
			s.from, s.to = int32(i), int32(i+size)
			s.marked = marked(r)
			add(s)
		}
		i += size
	}
	return into
}

// marked tells letters that are another one with an accent: in some languages that is another word.
func marked(r rune) bool {
	return r < 0x2000 && unicode.Is(unicode.Latin, r) && norm.NFD.PropertiesString(string(r)).Decomposition() != nil
}

// crowded tells scripts that put no spaces between words.
func crowded(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
