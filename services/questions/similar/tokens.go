package similar

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// words is a text as it is compared.
type words struct {
	list    []string        // what is paired, in the order of the text
	numbers map[string]bool // runs of digits
	turned  bool            // it holds a negation, "no" aside
	no      bool            // it holds a "no"
	asks    kind            // what it asks for
	partly  bool            // the last word may go on: it is being typed
	// portuguese is true where a word says so: there "no" is "in the".
	portuguese bool
}

// arabic brings variants of letters together, as is usual in search (Larkey, Ballesteros and Connell, 2002).
var arabic = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ٱ", "ا", "ى", "ي", "ئ", "ي", "ؤ", "و", "ة", "ه", "ـ", "")

// fold brings spellings of one word together: width, case, accents, letter variants.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(arabic.Replace(norm.NFKC.String(s))) {
		switch {
		case unicode.Is(unicode.Mn, r) && (r < 0x0900 || r >= 0x1AB0 && r < 0x3099): // accents, not the vowels of Indic scripts
		case r == 'ß':
			b.WriteString("ss")
		case strings.ContainsRune("ıøØłŁđĐς", r):
			b.WriteString(strings.Map(plainLetter, string(r)))
		case r == '\u2019' || r == '`':
			b.WriteByte('\'')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(b.String())
}

// plainLetter is a letter without what Unicode does not take apart.
func plainLetter(r rune) rune {
	switch r {
	case 'ı':
		return 'i'
	case 'ø', 'Ø':
		return 'o'
	case 'ł', 'Ł':
		return 'l'
	case 'đ', 'Đ':
		return 'd'
	}
	return 'σ'
}

// spell is a word as it is compared: Hangul by its letters, so that endings are endings; katakana without a long vowel at
// the end, which loan words are written with and without.
func spell(word string) string {
	switch r, _ := utf8.DecodeRuneInString(word); {
	case unicode.Is(unicode.Hangul, r):
		return norm.NFD.String(word)
	case classOf(r) == katakana:
		if short := strings.TrimRight(word, "ー"); short != "" {
			return short
		}
	}
	return word
}

// roots are question words that Korean writes together with their endings.
var roots = []string{"언제", "어디", "누구", "누가", "왜", "얼마", "무엇", "무슨", "뭐", "뭔", "어떤", "어떻"}

// root is a Korean question word without its ending, spelled; any other word is as it was.
func root(run string) string {
	for _, r := range roots {
		if strings.HasPrefix(run, r) {
			return spell(r)
		}
	}
	return spell(run)
}

// class of a rune: words are runs of one class.
type class uint8

const (
	other class = iota
	letter
	digit
	han
	hiragana
	katakana
	spaceless // Thai, Lao, Khmer, Burmese
)

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'a' && r <= 'z' {
			return letter
		}
		if r >= '0' && r <= '9' {
			return digit
		}
		return other
	case unicode.Is(unicode.Han, r):
		return han
	case unicode.Is(unicode.Hiragana, r):
		return hiragana
	case unicode.Is(unicode.Katakana, r) || r == 'ー':
		return katakana
	case unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return spaceless
	case unicode.IsLetter(r) || unicode.Is(unicode.M, r):
		return letter
	case unicode.IsDigit(r):
		return digit
	}
	return other
}

// cut takes a text apart.
func cut(text string) words {
	folded := " " + plainly(fold(text)) + " " // so that a phrase begins and ends where its words do
	w := words{numbers: make(map[string]bool)}
	for _, a := range asksWithin { // they leave a gap, so that no pair of characters is half a question word
		if strings.Contains(folded, a.word) {
			w.asks |= a.kind
			folded = strings.ReplaceAll(folded, a.word, " ")
			w.list = append(w.list, fmt.Sprint(asked, a.kind))
		}
	}
	runes := []rune(strings.TrimSuffix(folded, " "))
	kana := strings.ContainsFunc(folded, func(r rune) bool { return classOf(r) == hiragana || classOf(r) == katakana })
	for i := 0; i < len(runes); {
		c := classOf(runes[i])
		j := i + 1
		for j < len(runes) && classOf(runes[j]) == c {
			j++
		}
		run := string(runes[i:j])
		switch c {
		case letter:
			w.list = append(w.list, bare(root(run)))
		case digit:
			w.numbers[run] = true
			w.list = append(w.list, run)
		case han, spaceless:
			count(runes[i:j], w.numbers)
			for _, part := range parts(runes[i:j], c == han && !kana) {
				w.list = append(w.list, pairs(part)...)
			}
		case hiragana, katakana:
			w.list = append(w.list, spell(run))
		}
		w.partly = c != other
		i = j
	}
	w.list = once(w.list)
	for _, word := range w.list {
		// Many languages say no twice and mean it once: "ne ... pas", "no ... nunca", "никогда не".
		w.no = w.no || word == "no"
		w.turned = w.turned || turns[word] && word != "no"
		w.portuguese = w.portuguese || portuguese[word]
		w.asks |= asks[word]
	}
	spelled := norm.NFD.String(folded)
	for _, part := range turnsWithin {
		w.turned = w.turned || strings.Contains(spelled, part)
	}
	return w
}

// plainly takes the way to ask apart that Chinese makes of a word and its opposite: 能不能 is no negation.
func plainly(s string) string {
	runes := []rune(s)
	for i := 1; i+1 < len(runes); i++ {
		if strings.ContainsRune("不没沒", runes[i]) && runes[i-1] == runes[i+1] {
			runes = slices.Delete(runes, i, i+2)
		}
	}
	return string(runes)
}

// portuguese are words of Portuguese that English, Spanish and Italian have not.
var portuguese = set("o os um uma em ao aos dos das voce voces nao isso tem vai")

// articles are what Arabic writes in front of a word, with the prepositions that go with it.
var articles = []string{"وال", "بال", "كال", "فال", "لل", "ال"}

// bare is a word without its article.
func bare(word string) string {
	for _, a := range articles {
		if rest, ok := strings.CutPrefix(word, a); ok && utf8.RuneCountInString(rest) >= 3 {
			return bare(rest) // a word that begins like an article may have been written without one
		}
	}
	return word
}

// once leaves out what was there before: a word that is said twice says no more, and several languages make plurals so.
func once(list []string) []string {
	kept := list[:0]
	for _, word := range list {
		if !slices.Contains(kept, word) {
			kept = append(kept, word)
		}
	}
	return kept
}

// Han numerals, and what is counted with them: 三月 and 五月 differ as 3 and 5 do, while 一番 holds no number.
const (
	numerals = "一二两兩三四五六七八九十百千万萬"
	counters = "月日時时点點円元块塊人歳岁歲年回話话番階级名個个分枚本次集"
)

// count takes the numbers out of a run of Han characters.
func count(run []rune, numbers map[string]bool) {
	for i := 0; i < len(run); i++ {
		j := i
		for j < len(run) && strings.ContainsRune(numerals, run[j]) {
			j++
		}
		if j > i && j < len(run) && strings.ContainsRune(counters, run[j]) && string(run[i:j+1]) != "一番" && string(run[i:j+1]) != "一次" {
			numbers[string(run[i:j])] = true
		}
		i = max(i, j-1)
	}
}

// asked begins what stands for a question word that was cut out, with its kind.
const asked = "?"

// parts cuts a run of Chinese where it has a character of grammar, which is left out: a character that stands alone between
// two of them is a word.
func parts(run []rune, chinese bool) (all [][]rune) {
	if !chinese {
		return [][]rune{run}
	}
	from := 0
	for i, r := range run {
		if helpers[r] {
			if i > from {
				all = append(all, run[from:i])
			}
			from = i + 1
		}
	}
	if from < len(run) {
		all = append(all, run[from:])
	}
	return all
}

// pairs are the pairs of neighbours; a single character is its own.
func pairs(run []rune) []string {
	if len(run) == 1 {
		return []string{string(run)}
	}
	all := make([]string, 0, len(run)-1)
	for i := range len(run) - 1 {
		all = append(all, string(run[i:i+2]))
	}
	return all
}

// helpers are characters that Chinese builds its sentences with.
var helpers = func() map[rune]bool {
	all := make(map[rune]bool)
	for _, r := range "的了吗嗎呢吧啊你您我他她它们們会會有没沒是在要能可以怎么麼什这這那个個用把被和跟就也都还還再请請问問为為来來去到给給让讓想" {
		all[r] = true
	}
	return all
}()

// tells is how much a word says by itself, 0 to 1.
func tells(word string) float64 {
	first, _ := utf8.DecodeRuneInString(word)
	n := utf8.RuneCountInString(word)
	switch c := classOf(first); {
	case strings.HasPrefix(word, asked):
		return 0.5
	case turns[word]: // judged apart
		return 0.15
	case asks[word] != 0:
		return 0.5
	case light[word]:
		return 0.12
	case c == digit:
		return 1
	case c == han:
		return 0.4 + 0.3*float64(n)
	case c == katakana:
		return min(1, 0.4*float64(n))
	case c == hiragana: // endings and particles
		return 0.12
	case c == spaceless:
		return 0.5
	case n <= 2:
		return 0.3
	case n == 3:
		return 0.7
	}
	return min(1, 0.2*float64(n))
}
