package filter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// List is a compiled list of terms. It is never changed, and safe for use by many.
type List struct {
	terms []term
	words tree // of terms that begin where a word does
	parts tree // of terms that may begin inside one
}

// term is one compiled term.
type term struct {
	text    string
	length  int  // letters
	spaced  bool // it has several words itself
	marked  bool // it has accents itself
	pattern []rune
}

// tree is a trie; nodes[0] is its root.
type tree struct {
	nodes []node
	first map[rune]int32 // the root's edges: it has too many to search
}

type node struct {
	edges  []edge // in the order of their letters
	closed int32  // term that ends here and wants the word to end, too; -1 for none
	open   int32  // term that ends here whatever follows
}

type edge struct {
	letter rune
	to     int32
}

// TermError says what is wrong with one term of a list.
type TermError struct {
	// Index of the term, from 0.
	Index int
	// Term as it was given.
	Term string
	// Why it cannot be.
	Why string
}

func (e *TermError) Error() string { return fmt.Sprintf("term %d, %q: %s", e.Index+1, e.Term, e.Why) }

// Longest is how many letters a term may have.
const Longest = 60

// Compile builds a list. Each term that cannot be is a TermError; the errors are joined, and there is no list then.
func Compile(terms []string) (*List, error) {
	l := &List{words: newTree(), parts: newTree()}
	var errs []error
	for i, t := range terms {
		if why := l.add(t); why != "" {
			errs = append(errs, &TermError{Index: i, Term: t, Why: why})
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return l, nil
}

func newTree() tree {
	return tree{nodes: []node{{closed: -1, open: -1}}, first: make(map[rune]int32)}
}

// Len is how many terms there are.
func (l *List) Len() int { return len(l.terms) }

// add is empty, or says why the term cannot be.
func (l *List) add(text string) (why string) {
	body := strings.TrimSpace(text)
	before, after := strings.HasPrefix(body, "*"), strings.HasSuffix(body, "*")
	body = strings.Trim(body, "* ")
	if strings.Contains(body, "*") {
		return "a star stands at an end of a term, not inside it"
	}
	t := term{text: text}
	for _, s := range symbols(body, nil) {
		t.marked = t.marked || s.marked
		switch s.kind {
		case letter:
			t.pattern = append(t.pattern, s.may[0])
			before, after = before || crowded(s.may[0]), after || crowded(s.may[0])
		case digit:
			t.pattern = append(t.pattern, s.may[0])
		case space:
			t.spaced = true
		}
	}
	switch t.length = len(t.pattern); {
	case t.length == 0:
		return "there is no letter or digit in it"
	case t.length == 1 && !crowded(t.pattern[0]):
		return "a term has at least 2 letters"
	case t.length > Longest:
		return fmt.Sprintf("a term has at most %d letters", Longest)
	}
	index := int32(len(l.terms))
	l.terms = append(l.terms, t)
	in := &l.words
	if before {
		in = &l.parts
	}
	at := int32(0)
	for _, r := range t.pattern {
		at = in.grow(at, r)
	}
	if n := &in.nodes[at]; after {
		n.open = index
	} else {
		n.closed = index
	}
	return ""
}

func (t *tree) grow(at int32, r rune) int32 {
	if next, ok := t.next(at, r); ok {
		return next
	}
	next := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{closed: -1, open: -1})
	if at == 0 {
		t.first[r] = next
		return next
	}
	n := &t.nodes[at]
	i, _ := slices.BinarySearchFunc(n.edges, r, func(e edge, r rune) int { return int(e.letter - r) })
	n.edges = slices.Insert(n.edges, i, edge{r, next})
	return next
}

func (t *tree) next(at int32, r rune) (int32, bool) {
	if at == 0 {
		next, ok := t.first[r]
		return next, ok
	}
	for _, e := range t.nodes[at].edges {
		if e.letter >= r {
			return e.to, e.letter == r
		}
	}
	return 0, false
}
