package similar

import (
	_ "embed" // for the list
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed concepts.txt
var conceptList string

// concepts are the lines of concepts.txt: by whole word, and by beginning where any ending may follow.
var concepts = func() (c struct{ words, beginnings map[string][]int }) {
	c.words, c.beginnings = make(map[string][]int), make(map[string][]int)
	for n, line := range strings.Split(conceptList, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Fields(line) {
			into := c.words
			if rest, any := strings.CutSuffix(w, "*"); any {
				w, into = rest, c.beginnings
			}
			w = spell(fold(w))
			into[w] = append(into[w], n)
		}
	}
	return c
}()

// meanings are the concepts of a word: its own, or those of its longest beginning.
func meanings(word string) []int {
	if own, ok := concepts.words[word]; ok {
		return own
	}
	for end := len(word); end > 0; end-- {
		if all, ok := concepts.beginnings[word[:end]]; ok {
			return all
		}
	}
	return nil
}

// sameScript tells whether whoever reads one word reads the other. Han stands in Japanese and in Chinese.
func sameScript(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	return scriptOf(x) == scriptOf(y)
}

var scripts = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Hangul}

// scriptOf is a number for each script; 0 for Han and kana, which are written together, and for all others.
func scriptOf(r rune) int {
	for i, s := range scripts {
		if unicode.Is(s, r) {
			return i + 1
		}
	}
	return 0
}
