package filter

import (
	"strings"
	"sync"

	"github.com/ovation-live/ovation/internal/lookalike"
)

// Hit is a blocked term in a text.
type Hit struct {
	// Term as it stands in the list.
	Term string
	// From and To are where the text holds it, in bytes.
	From, To int
}

// Bounds of the walk. The evasions of the tests take 73 steps at most, all their starts together, and chat some 30; only a
// text that is made for it takes as many as these. Each start has steps of its own, so that nothing before a word hides it.
const (
	mostSteps     = 20_000 // through one text, before each start is left with few
	mostFromStart = 1_000
	fewFromStart  = 100
)

// Find gives the first blocked term of a text. The text should be cleaned before (package text), so that its length is
// bounded; its hygiene does not matter.
func (l *List) Find(text string) (Hit, bool) {
	if l == nil || len(l.terms) == 0 {
		return Hit{}, false
	}
	w := walks.Get().(*walk)
	defer walks.Put(w)
	w.list, w.text = l, text
	all := 0
	w.in = symbols(text, w.in[:0])
	for i := range w.in {
		if w.in[i].n == 0 || w.in[i].kind == star {
			continue
		}
		most := mostFromStart
		if all > mostSteps {
			most = fewFromStart
		}
		w.start, w.steps = i, most
		if w.wordStarts(i) && w.step(&l.words, 0, i, path{}) {
			return w.hit, true
		}
		all += most - w.steps
		w.steps = most
		if len(l.parts.first) > 0 && w.step(&l.parts, 0, i, path{}) {
			return w.hit, true
		}
		all += most - w.steps
	}
	return Hit{}, false
}

var walks = sync.Pool{New: func() any { return new(walk) }}

// walk is one search.
type walk struct {
	list  *List
	text  string
	in    []symbol
	start int
	steps int // that are left from this start
	hit   Hit
}

// path is what was taken on the way to a node.
type path struct {
	exact, digits, signs, wild uint8 // what the letters of the term were matched by
	last                       rune  // letter of the term that was matched last
	run                        uint8 // how many in a row were that letter, in the text
	extra                      bool  // more of them than the term has
	doubled                    bool  // a letter stood twice where the term has it once
	joined                     bool  // something between the letters was passed over
	marked                     bool  // a letter had an accent
	skips                      uint8 // in a row
}

// wordStarts tells whether a word begins at a symbol. A digit alone belongs to the word it stands before; more are a
// number of their own.
func (w *walk) wordStarts(i int) bool {
	if i == 0 {
		return true
	}
	switch before := w.in[i-1].kind; before {
	case letter:
		return false
	case digit:
		return i > 1 && w.in[i-2].kind == digit
	}
	return true
}

func (w *walk) wordEnds(i int) bool {
	if i >= len(w.in) {
		return true
	}
	switch w.in[i].kind {
	case letter:
		return false
	case digit:
		return i+1 < len(w.in) && w.in[i+1].kind == digit
	}
	return true
}

// step goes on from a node at a symbol, by every way that a reader might.
func (w *walk) step(t *tree, at int32, i int, p path) bool {
	if w.steps--; w.steps < 0 {
		return false
	}
	if n := &t.nodes[at]; n.open >= 0 && w.accept(n.open, i, p) || n.closed >= 0 && w.wordEnds(i) && w.accept(n.closed, i, p) {
		return true
	}
	if i >= len(w.in) {
		return false
	}
	s := &w.in[i]
	for k := range s.n {
		r := s.may[k]
		if next, ok := t.next(at, r); ok && w.step(t, next, i+1, p.take(r, s, k)) {
			return true
		}
		if r == p.last && w.step(t, at, i+1, p.again()) {
			return true
		}
	}
	if at == 0 {
		return false
	}
	if s.kind == star {
		for _, e := range t.nodes[at].edges {
			q := p.take(e.letter, s, 0)
			if w.step(t, e.to, i+1, q) {
				return true
			}
		}
	}
	if w.passes(t, s, p) {
		p.joined, p.skips = true, p.skips+1
		return w.step(t, at, i+1, p)
	}
	return false
}

// passes tells whether a symbol between two letters may be passed over. A term that may begin anywhere stays within its
// word, but for scripts without spaces.
func (w *walk) passes(t *tree, s *symbol, p path) bool {
	if p.skips >= longestGap {
		return false
	}
	switch s.kind {
	case gap, sign, star:
		return true
	case space:
		return t == &w.list.words || crowded(p.last)
	case digit:
		return p.last >= 0x1100 // between syllables of Korean and its neighbours a digit hides, it stands for nothing
	}
	return false
}

func (p path) take(r rune, s *symbol, option uint8) path {
	by := s.kind
	p.marked = p.marked || s.marked
	switch {
	case by == letter && option == 0, by == digit && option == 0:
		p.exact++
	case by == letter, by == digit:
		p.digits++
	case by == sign:
		p.signs++
	default:
		p.wild++
	}
	p.close()
	if r == p.last {
		p.run++
	} else {
		p.last, p.run = r, 1
	}
	p.skips = 0
	return p
}

// again is the same letter once more than the term has it.
func (p path) again() path {
	p.run++
	p.extra, p.skips = true, 0
	return p
}

// close judges the run of a letter that ends: three in a row are a stretched one, two are a doubled one.
func (p *path) close() {
	if p.extra && p.run < longestRun {
		p.doubled = true
	}
	p.extra = false
}

// accept judges a way to the end of a term.
func (w *walk) accept(index int32, end int, p path) bool {
	p.close()
	t := &w.list.terms[index]
	n := uint8(t.length)
	switch {
	case p.doubled && n < 4, p.marked && !t.marked && n < 4: // "good" is not "god", and "ngủ" is not "ngu"
		return false
	case p.wild > 0 && (p.exact < 2 || 2*p.wild > n):
		return false
	case p.digits > 0 && (p.exact == 0 || n <= 4 && 2*p.digits > n || n > 4 && p.exact+p.signs < 2): // numbers are numbers
		return false
	case p.joined && !t.spaced && !w.joins(end, n > 3 || crowded(p.last)):
		return false
	}
	w.hit = Hit{Term: t.text, From: int(w.in[w.start].from), To: int(w.in[end-1].to)}
	return true
}

// joins tells whether what was passed over was put there to hide. Of "the pen is here" nobody means one word: where every
// piece is a word by itself, none is hidden. Short terms are hidden letter by letter only, unless loose.
func (w *walk) joins(end int, loose bool) bool {
	var piece strings.Builder
	strange, single, quoted := false, true, false
	judge := func() {
		if word := piece.String(); word != "" {
			strange = strange || !(common[word] || quoted && endings[word])
			single = single && len([]rune(word)) == 1
		}
		piece.Reset()
	}
	for _, s := range w.in[w.start:end] {
		if s.kind <= digit {
			piece.WriteRune(s.may[0])
			continue
		}
		judge()
		quoted = s.quote
	}
	judge()
	return strange && (loose || single)
}

// endings are what follows an apostrophe in words of innocent people.
var endings = set("s t d m ll re ve n")

// common are short words that stand beside each other in any text: pieces that are all among them hide nothing.
var common = set(`
	a i o an as at am ad al ah ai be by da de di do dr ed eh el em en er es et ex fa fe go ha he hi hm ho id if in io is it je ja jo ko la le li
	lo ma me mi mr ms mu my na ne ni no nu of oh ok on op or os ou ow oy pa pe pi po pro qu ra re ro sa se sh si so st su ta te ti to tu tv uh um
	un up us va ve vi vs we wo ya ye yo you your he she him her his its our out off one two ten new old any all and are but can did for get got had
	has hit how ill let lot man may men mom dad not now own pen per put ran rap run sat saw say see set sex sit six sky son sun tap tea the tie tip
	too top try use van via war was way who why win yes yet ass age air arm art bad bag bar bat bed bet big bit box boy bus buy car cat cup cut day
	dog dry ear eat egg end eye far fan few fly fun gas god gun guy hat hot ice job key kid law leg lie low map mix nor nut oil pay pet pop raw red
	row sea tax tin toy wet with that this from have they what when your said each them then than were more some time into like make just know take
	good very over back even most only come here look well also much such long down been call who's its der die das den dem des ein ich du er sie es
	wir ihr und oder nur mit von zu im am um ist bin hat war les des une est sur que qui pas par mon ton son nos vos ils los las del con por sin más
	muy gli uno una che per non sul и в на не я ты он мы вы но да за по из от до же бы ли то как так что это все он она они`)

// set folds words, as they are compared folded.
func set(words string) map[string]bool {
	m := make(map[string]bool)
	for _, word := range strings.Fields(words) {
		var b strings.Builder
		for _, r := range word {
			b.WriteString(lookalike.Fold(r))
		}
		m[b.String()] = true
	}
	return m
}
