package process

import "fmt"

// Nearest gives the word that somebody who typed got most likely meant, or "" when none is near: at most a third of the
// letters may differ, and two always may. Of equally near words the first wins.
func Nearest(got string, words []string) string {
	best, least := "", max(2, len(got)/3)+1
	for _, w := range words {
		if d := distance(got, w); d < least && d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// DidYouMean is Nearest as the end of an error's sentence: `; did you mean "serve"?`, or nothing.
func DidYouMean(got string, words []string) string {
	if w := Nearest(got, words); w != "" {
		return fmt.Sprintf("; did you mean %q?", w)
	}
	return ""
}

// distance counts the letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
