package similar

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// alike is how sure two words are the same one, 0 to 1.
func alike(a, b string) float64 {
	if a == b {
		return 1
	}
	x, y := []rune(a), []rune(b)
	if classOf(x[0]) == han && classOf(y[0]) == han { // a character alone is half of a pair with it
		if len(x)+len(y) == 3 && (strings.Contains(a, b) || strings.Contains(b, a)) {
			return 0.8
		}
		return 0
	}
	if len(x) > len(y) {
		x, y = y, x
	}
	if classOf(x[0]) == katakana && classOf(y[0]) == katakana { // compounds, and spellings of loan words
		if len(x) >= 3 && (strings.HasPrefix(string(y), string(x)) || strings.HasSuffix(string(y), string(x))) || len(x) >= 4 && distance(x, y, 1) == 1 {
			return 0.8
		}
		return 0
	}
	if classOf(x[0]) != letter || classOf(y[0]) != letter || len(y)-len(x) > 5 || len(x) < 3 {
		return 0
	}
	common := 0
	for common < len(x) && x[common] == y[common] {
		common++
	}
	// Forms of one word: what follows the beginning is an ending on both sides.
	switch endX, endY := len(x)-common, len(y)-common; {
	case common >= 4 && endX == 0 && endY <= 4, common >= 4 && endX <= 2 && endY <= 3, common >= 6 && endX <= 4 && endY <= 5:
		return 0.9
	case common >= 4 && endX <= 2 && endY <= 5, common >= 6 && endX <= 5 && endY <= 6:
		return 0.8
	}
	if common >= 3 && unicode.Is(unicode.Cyrillic, x[0]) && endings[string(x[common:])] && endings[string(y[common:])] {
		return 0.85
	}
	if common == len(x) && common == 3 && len(y)-common <= 1 {
		return 0.85
	}
	// An ending that takes the place of a vowel: code, coding.
	if common >= 3 && common == len(x)-1 && vowel(x[common]) && vowel(y[common]) && len(y)-common >= 2 && len(y)-common <= 4 {
		return 0.8
	}
	if unicode.In(x[0], unicode.Arabic, unicode.Hebrew) { // articles and prepositions in front, pronouns behind
		if piece := shared(x, y); piece >= 4 && 20*piece >= 11*len(y) || piece == len(x) && piece >= 3 {
			return 0.9
		}
	}
	if len(x) >= 4 && len(y)-len(x) <= 3 && common < len(x) && strings.HasSuffix(string(y), string(x)) && !negates[string(y[:len(y)-len(x)])] {
		return 0.85
	}
	if x[0] != y[0] || len(x) < 4 {
		return 0
	}
	switch d := distance(x, y, 3); {
	case d == 1 && len(x) >= 4:
		return 0.85
	case d == 2 && len(x) >= 7, d == 3 && len(x) >= 9:
		return 0.8
	}
	return 0
}

// endings are those by which one Russian adjective or noun differs from form to form; behind three letters they are
// all that tells a short one from itself.
var endings = set(`ый ий ой ая яя ое ее ые ие ого его ому ему ом ем ым им ую юю ых их ыми ими ей ов ев ам ям ами ями ах ях а у е ы и о я ю`)

func vowel(r rune) bool { return strings.ContainsRune("aeiouyаеиоуыэюя", r) }

// negates are beginnings that make a word its opposite.
var negates = set("un in im il ir dis non mis de des dé ent ver anti ab an on in s sin без не бес анти")

// distance is the number of letters that are wrong, missing, too many or swapped with their neighbour (optimal string
// alignment), as far as most; beyond that it is most+1.
func distance(a, b []rune, most int) int {
	if len(b)-len(a) > most || len(a)-len(b) > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// shared is the length of the longest piece that two words have in common.
func shared(x, y []rune) (longest int) {
	for i := range x {
		for j := range y {
			n := 0
			for i+n < len(x) && j+n < len(y) && x[i+n] == y[j+n] {
				n++
			}
			longest = max(longest, n)
		}
	}
	return longest
}

// begins is alike for a word that is still being typed.
func begins(typed, word string) float64 {
	if n := utf8.RuneCountInString(typed); n >= 3 && strings.HasPrefix(word, typed) && typed != word {
		return 0.9
	}
	return alike(typed, word)
}
