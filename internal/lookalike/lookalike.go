// Package lookalike tells what characters look like: it folds everything that people take for the same letter into one.
// Case, accents, widths and fancy alphabets go; letters of other scripts that pass for Latin ones become those (Unicode
// TR 39's table and a few that it leaves out); what cannot be seen becomes nothing. Folded text is for comparing, never
// for showing. Package filter finds blocked terms in it, and names are told apart by it.
package lookalike

import (
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/mtibben/confusables"
	"golang.org/x/text/unicode/norm"
)

// pages remember what was folded, 256 characters at a time: a look-up is then two steps into arrays.
var pages [(unicode.MaxRune + 1) >> 8]atomic.Pointer[[256]string]

// Fold gives the letters that a character passes for, mostly one, in lower case; "" for what cannot be seen.
func Fold(r rune) string {
	if r < 0 || r > unicode.MaxRune {
		return ""
	}
	page := pages[r>>8].Load()
	if page == nil {
		page = new([256]string)
		for i := range page {
			page[i] = fold(r&^0xFF | rune(i))
		}
		pages[r>>8].Store(page)
	}
	return page[r&0xFF]
}

// Skeleton is a whole text folded, without anything but letters and digits, digits for the letters they pass for: two
// names with the same skeleton can be taken for one another.
func Skeleton(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteString(latin[r])
			continue
		}
		b.WriteString(skeleton(r))
	}
	folded := b.String()
	if strings.Contains(folded, "rn") || strings.Contains(folded, "vv") { // looking is cheap, replacing is not
		return pairs.Replace(folded)
	}
	return folded
}

// skeleton is one character's part of a skeleton.
func skeleton(r rune) string {
	var b strings.Builder
	for _, f := range Fold(r) {
		if l, ok := passes[f]; ok {
			f = l
		}
		if spoken(f) {
			b.WriteRune(f)
		}
	}
	return b.String()
}

// latin are the skeletons of what most names are made of.
var latin = func() (all [utf8.RuneSelf]string) {
	for r := range rune(utf8.RuneSelf) {
		all[r] = skeleton(r)
	}
	return all
}()

// pairs are letters that pass for another one together.
var pairs = strings.NewReplacer("rn", "m", "vv", "w")

// Letters is a text folded, with its letters and digits only: what is said, however it is spaced and dotted.
func Letters(s string) string {
	var b strings.Builder
	for _, r := range s {
		for _, f := range Fold(r) {
			if spoken(f) {
				b.WriteRune(f)
			}
		}
	}
	return b.String()
}

func spoken(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// passes are signs and digits in names that pass for letters; i and l pass for each other.
var passes = map[rune]rune{'0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '@': 'a', '$': 's', '!': 'l', '|': 'l', 'i': 'l'}

// own are characters that the table leaves out or takes for something else than people do.
var own = func() map[rune]string {
	m := map[rune]string{
		// Cyrillic and Greek letters that are Latin ones in capitals, and are used so.
		'к': "k", 'ĸ': "k", 'κ': "k", 'м': "m", 'т': "t", 'τ': "t", 'н': "h", 'в': "b", 'β': "b", 'η': "n", 'µ': "m", 'μ': "m",
		'ς': "σ", 'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ł': "l", 'ħ': "h", 'ŧ': "t", 'ı': "i",
		// Small capitals and other letters of phonetic alphabets.
		'ᴀ': "a", 'ʙ': "b", 'ᴄ': "c", 'ᴅ': "d", 'ᴇ': "e", 'ꜰ': "f", 'ɢ': "g", 'ʜ': "h", 'ɪ': "i", 'ᴊ': "j", 'ᴋ': "k", 'ʟ': "l",
		'ᴍ': "m", 'ɴ': "n", 'ᴏ': "o", 'ᴘ': "p", 'ǫ': "q", 'ʀ': "r", 'ꜱ': "s", 'ᴛ': "t", 'ᴜ': "u", 'ᴠ': "v", 'ᴡ': "w", 'ʏ': "y", 'ᴢ': "z",
		'ɐ': "a", 'ǝ': "e", 'ɔ': "o", 'ʇ': "t", 'ʞ': "k", 'ʌ': "v", 'ʍ': "w", 'ɯ': "m", 'ᴉ': "i", 'ɹ': "r",
		// Arabic letters that are written one for the other; the stretch between letters is nothing.
		'ى': "ي", 'ی': "ي", 'ې': "ي", 'ک': "ك", 'ڪ': "ك", 'ة': "ه", 'ہ': "ه", 'ھ': "ه", 'ٱ': "ا", 'ـ': "",
		// Letters of nothing.
		'\u115F': "", '\u1160': "", '\u3164': "", '\uFFA0': "", '\u2800': " ", '\u034F': "",
	}
	for i := range rune(26) {
		letter := string('a' + i)
		m[0x1F1E6+i], m[0x1F150+i], m[0x1F170+i] = letter, letter, letter // flags' letters, negative circled and squared
	}
	return m
}()

// keptScripts have no part in the table: their letters that look like Latin ones are too many, and the words they make
// are read in their own script.
var keptScripts = []*unicode.RangeTable{
	unicode.Arabic, unicode.Hebrew, unicode.Devanagari, unicode.Bengali, unicode.Tamil, unicode.Telugu, unicode.Gujarati, unicode.Gurmukhi,
	unicode.Kannada, unicode.Malayalam, unicode.Oriya, unicode.Sinhala, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Georgian, unicode.Ethiopic, unicode.Tibetan,
}

func fold(r rune) string {
	switch {
	case r < 0x80:
		return strings.ToLower(string(r))
	case r >= 0xD800 && r <= 0xDFFF:
		return ""
	}
	if s, ok := own[r]; ok {
		return s
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		b.WriteString(letter(unicode.ToLower(d)))
	}
	return b.String()
}

// letter folds what is decomposed already.
func letter(r rune) string {
	if s, ok := own[r]; ok {
		return s
	}
	switch {
	case r < 0x80:
		return strings.ToLower(string(r))
	case unseen(r):
		return ""
	case r >= 0x30A1 && r <= 0x30F6: // katakana as hiragana
		return string(r - 0x60)
	case r >= 0x11A8 && r <= 0x11C2: // a final consonant as the first one, so that a syllable taken apart is the same
		return finals[r-0x11A8]
	case unicode.In(r, keptScripts...):
		return string(r)
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(confusables.Skeleton(string(r))) {
		d = unicode.ToLower(d)
		switch s, ok := own[d]; {
		case ok:
			b.WriteString(s)
		case !unseen(d):
			b.WriteRune(d)
		}
	}
	return strings.ReplaceAll(b.String(), "rn", "m")
}

// unseen are characters that change or hide nothing but the look of others: format characters, and marks of no script of
// their own. Vowel signs of Indic scripts and the voicing of kana are letters to their readers, and stay.
func unseen(r rune) bool {
	if r == 0x3099 || r == 0x309A {
		return false
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Me, r) ||
		unicode.Is(unicode.Mn, r) && (unicode.In(r, unicode.Inherited, unicode.Arabic, unicode.Hebrew, unicode.Cyrillic, unicode.Common) || r < 0x0400)
}

// finals are the Hangul consonants at the end of a syllable, as those at its beginning.
var finals = [...]string{
	"ᄀ", "ᄁ", "ᄀᄉ", "ᄂ", "ᄂᄌ", "ᄂᄒ", "ᄃ", "ᄅ", "ᄅᄀ", "ᄅᄆ", "ᄅᄇ", "ᄅᄉ", "ᄅᄐ", "ᄅᄑ", "ᄅᄒ", "ᄆ", "ᄇ", "ᄇᄉ", "ᄉ", "ᄊ", "ᄋ",
	"ᄌ", "ᄎ", "ᄏ", "ᄐ", "ᄑ", "ᄒ",
}
