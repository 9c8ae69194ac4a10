package similar

import (
	"strings"
	"unicode/utf8"
)

// covered is how sure a word is that was found in pieces.
const covered = 0.7

// cover finds words without a partner that the other text has in pieces: pairs of Han characters that stand across two
// words, which another order of the same words makes, and compounds that are written apart ("zurücksetzen", "setze
// zurück"). They count as used.
func cover(a, b []string, usedA, usedB []bool, inA, inB func(int)) {
	across(a, b, usedA, inA)
	across(b, a, usedB, inB)
	between(a, usedA, inA)
	between(b, usedB, inB)
	apart(a, b, usedA, usedB, inA, inB)
	apart(b, a, usedB, usedA, inB, inA)
}

// between takes pairs of Han characters that stand where one word ends and the next begins, when both of these have
// partners: 生割 in 学生割引.
func between(list []string, used []bool, found func(int)) {
	for i := 1; i+1 < len(list); i++ {
		first, size := utf8.DecodeRuneInString(list[i])
		if used[i] || !used[i-1] || !used[i+1] || classOf(first) != han || size == len(list[i]) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(list[i-1])
		after, _ := utf8.DecodeRuneInString(list[i+1])
		last, _ := utf8.DecodeLastRuneInString(list[i])
		if before == first && after == last {
			used[i] = true
			found(i)
		}
	}
}

// across takes pairs of Han characters both of which the other text has.
func across(list, other []string, used []bool, found func(int)) {
	for i, w := range list {
		first, size := utf8.DecodeRuneInString(w)
		if used[i] || classOf(first) != han || size == len(w) {
			continue
		}
		second, _ := utf8.DecodeRuneInString(w[size:])
		if ends(other, first, second) {
			used[i] = true
			found(i)
		}
	}
}

// ends tells whether one pair ends with the first and another begins with the second. One pair that does both is the two
// turned round, which is another word.
func ends(list []string, first, second rune) bool {
	tail, head := false, false
	for _, w := range list {
		r, size := utf8.DecodeRuneInString(w)
		if size == len(w) {
			continue
		}
		last, _ := utf8.DecodeRuneInString(w[size:])
		if r == second && last == first {
			return false
		}
		tail, head = tail || last == first, head || r == second
	}
	return tail && head
}

// leastCompound is the length of what may be made of two words, leastPiece that of its pieces.
const (
	leastCompound = 7
	leastPiece    = 3
)

// apart takes compounds of one text whose pieces are words of the other, and those words.
func apart(whole, pieces []string, usedWhole, usedPieces []bool, inWhole, inPieces func(int)) {
	for i, w := range whole {
		if usedWhole[i] || len(w) < leastCompound {
			continue
		}
		for j, head := range pieces {
			rest, ok := strings.CutPrefix(w, head)
			if !ok || utf8.RuneCountInString(head) < leastPiece || utf8.RuneCountInString(rest) < leastPiece {
				continue
			}
			for k, tail := range pieces {
				if k == j || alike(tail, rest) < 0.8 {
					continue
				}
				usedWhole[i] = true
				inWhole(i)
				for _, p := range []int{j, k} {
					if !usedPieces[p] {
						usedPieces[p] = true
						inPieces(p)
					}
				}
				break
			}
			if usedWhole[i] {
				break
			}
		}
	}
}
