package similar

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Least is the score from which on a question is suggested.
const Least = 0.5

// What the score is made of; drawn with testdata/pairs.tsv. Between 0.34 and 0.42 the line gives the same answers on
// them, so nothing hangs on its last digit.
const (
	leastTyped   = 4    // characters before anything is looked for
	leastTelling = 0.75 // weight of a text that can be like anything
	synonym      = 0.85 // how sure two words of one meaning are the same
	grace        = 0.15 // weight that may be left over on both sides
	leftOver     = 0.7  // weight above that which costs all that it can
	leftOverCost = 0.75
	otherCost    = 0.3  // factor for another negation, number or kind of thing that is asked for
	oftenFrom    = 0.08 // share of the questions from which on a word tells less
	oftenLeast   = 0.35
	oftenAt      = 20   // questions before frequencies say anything
	line         = 0.36 // what is drawn out to Least
)

// Match is a question that was found.
type Match struct {
	// ID as it was added.
	ID string
	// Score is 1 for the same words, and at least Least.
	Score float64
}

// Index holds the questions of one room. It is not safe for use by several goroutines at once.
type Index struct {
	docs  map[string]*entry
	vocab map[string]map[string]int // by word: the questions that hold it, with how often
	first map[rune][]string         // the vocabulary by first letter, in no order
	said  map[int][]string          // the vocabulary by what it means, in no order
}

type entry struct {
	text string
	words
}

// New makes an empty index.
func New() *Index {
	return &Index{docs: make(map[string]*entry), vocab: make(map[string]map[string]int), first: make(map[rune][]string), said: make(map[int][]string)}
}

// Len is how many questions there are.
func (x *Index) Len() int { return len(x.docs) }

// Each calls do for every question's id.
func (x *Index) Each(do func(id string)) {
	for id := range x.docs {
		do(id)
	}
}

// Put adds a question or replaces its text.
func (x *Index) Put(id, text string) {
	if e := x.docs[id]; e != nil {
		if e.text == text {
			return
		}
		x.Remove(id)
	}
	e := &entry{text, cut(text)}
	x.docs[id] = e
	for _, w := range e.list {
		holders := x.vocab[w]
		if holders == nil {
			holders = make(map[string]int)
			x.vocab[w] = holders
			r, _ := utf8.DecodeRuneInString(w)
			x.first[r] = append(x.first[r], w)
			for _, m := range meanings(w) {
				x.said[m] = append(x.said[m], w)
			}
		}
		holders[id]++
	}
}

// Remove takes a question out.
func (x *Index) Remove(id string) {
	e := x.docs[id]
	if e == nil {
		return
	}
	delete(x.docs, id)
	for _, w := range e.list {
		holders := x.vocab[w]
		delete(holders, id)
		if len(holders) == 0 && holders != nil {
			delete(x.vocab, w)
			r, _ := utf8.DecodeRuneInString(w)
			x.first[r] = slices.DeleteFunc(x.first[r], func(other string) bool { return other == w })
			for _, m := range meanings(w) {
				x.said[m] = slices.DeleteFunc(x.said[m], func(other string) bool { return other == w })
			}
		}
	}
}

// Find gives the questions most like a text, at most n, the most similar first and ties by id. A last word without
// anything behind it may still be going on. What wanted refuses is passed over.
func (x *Index) Find(text string, n int, wanted func(id string) bool) []Match {
	if utf8.RuneCountInString(strings.TrimSpace(text)) < leastTyped {
		return nil
	}
	q := cut(text)
	own := x.weights(q.list)
	if sum(own) < leastTelling {
		return nil
	}
	near := make([]map[string]float64, len(q.list)) // for each word of the text: words of the room that are alike
	share := make(map[string]float64)               // by question: the most that can be paired
	for i, w := range q.list {
		near[i] = x.near(w, q.partly && i == len(q.list)-1)
		best := make(map[string]float64)
		for v, sure := range near[i] {
			for id := range x.vocab[v] {
				best[id] = max(best[id], sure*own[i])
			}
		}
		for id, b := range best {
			share[id] += b
		}
	}
	var found []Match
	for id, most := range share {
		if most < 0.4*sum(own) || wanted != nil && !wanted(id) {
			continue
		}
		if score := x.score(q, own, near, x.docs[id]); score >= Least {
			found = append(found, Match{id, score})
		}
	}
	slices.SortFunc(found, func(a, b Match) int { return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.ID, b.ID)) })
	return found[:min(len(found), n)]
}

// weights is how much each word tells in this room.
func (x *Index) weights(list []string) []float64 {
	all := make([]float64, len(list))
	for i, w := range list {
		all[i] = tells(w)
		if len(x.docs) >= oftenAt {
			if often := float64(len(x.vocab[w])) / float64(len(x.docs)); often > oftenFrom {
				all[i] *= max(oftenLeast, oftenFrom/often)
			}
		}
	}
	return all
}

// near finds the words of the room that are alike.
func (x *Index) near(w string, typing bool) map[string]float64 {
	found := make(map[string]float64)
	if x.vocab[w] != nil {
		found[w] = 1
	}
	if kind := asks[w]; kind != 0 { // when is what time, in whatever words
		for other, k := range asks {
			if k == kind && x.vocab[other] != nil {
				found[other] = 1
			}
		}
	}
	for _, m := range meanings(w) {
		for _, other := range x.said[m] {
			if sameScript(w, other) { // who asks reads no suggestion in other letters
				found[other] = max(found[other], synonym)
			}
		}
	}
	r, _ := utf8.DecodeRuneInString(w)
	buckets := [][]string{x.first[r]}
	if classOf(r) == han { // half of a pair may be its second character
		buckets = buckets[:0]
		for first, list := range x.first {
			if classOf(first) == han {
				buckets = append(buckets, list)
			}
		}
	}
	if classOf(r) == letter && r >= 0x0590 && r < 0x0780 { // Hebrew and Arabic: an article in front is another first letter
		buckets = buckets[:0]
		for first, list := range x.first {
			if first >= 0x0590 && first < 0x0780 {
				buckets = append(buckets, list)
			}
		}
	}
	for _, list := range buckets {
		for _, v := range list {
			sure := alike(w, v)
			if typing {
				sure = max(sure, begins(w, v))
			}
			if sure > found[v] {
				found[v] = sure
			}
		}
	}
	return found
}

// score compares a text with a question.
func (x *Index) score(q words, own []float64, near []map[string]float64, e *entry) float64 {
	theirs := x.weights(e.list)
	type pair struct {
		i, j int
		sure float64
	}
	var pairs []pair
	for i := range q.list {
		for j, w := range e.list {
			if sure := near[i][w]; sure > 0 {
				pairs = append(pairs, pair{i, j, sure})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.sure, a.sure), cmp.Compare(own[b.i]+theirs[b.j], own[a.i]+theirs[a.j]))
	})
	usedI, usedJ := make([]bool, len(own)), make([]bool, len(theirs))
	var paired float64
	for _, p := range pairs {
		if !usedI[p.i] && !usedJ[p.j] {
			usedI[p.i], usedJ[p.j] = true, true
			paired += p.sure * (own[p.i] + theirs[p.j])
		}
	}
	cover(q.list, e.list, usedI, usedJ, func(i int) { paired += covered * own[i] }, func(j int) { paired += covered * theirs[j] })
	score := paired / (sum(own) + sum(theirs))
	rest := min(left(own, usedI), left(theirs, usedJ))
	score *= 1 - leftOverCost*min(1, max(0, rest-grace)/leftOver)
	no := !q.portuguese && !e.portuguese // "no" says no
	if (q.turned || q.no && no) != (e.turned || e.no && no) {
		score *= otherCost
	}
	if q.asks != 0 && e.asks != 0 && q.asks&e.asks == 0 {
		score *= otherCost
	}
	if opposite(q.list, e.list) {
		score *= otherCost
	}
	if !sameNumbers(q, e.words) {
		score *= otherCost
	}
	return math.Pow(score, math.Log(Least)/math.Log(line))
}

// opposite tells whether one says on where the other says off.
func opposite(a, b []string) bool {
	for _, p := range poles {
		one := [2]bool{slices.Contains(a, p[0]), slices.Contains(a, p[1])}
		two := [2]bool{slices.Contains(b, p[0]), slices.Contains(b, p[1])}
		if one[0] && !one[1] && two[1] && !two[0] || one[1] && !one[0] && two[0] && !two[1] {
			return true
		}
	}
	return false
}

// sameNumbers is false when each has a number that the other lacks, or only one has any. A number at the end of what is
// being typed may be going on.
func sameNumbers(a, b words) bool {
	if len(a.numbers) != len(b.numbers) {
		return len(a.numbers) == 0 && a.partly // perhaps it is still to come
	}
	for n := range a.numbers {
		if !b.numbers[n] {
			return false
		}
	}
	return true
}

func sum(weights []float64) (total float64) {
	for _, w := range weights {
		total += w
	}
	return total
}

// left is the weight of what found no partner, function words aside: they change with every way to say a thing.
func left(weights []float64, used []bool) (total float64) {
	for i, w := range weights {
		if !used[i] && w > 0.2 {
			total += w
		}
	}
	return total
}
