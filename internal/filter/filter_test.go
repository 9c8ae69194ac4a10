package filter_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/text"
)

func lines(t testing.TB, file string) (all []string) {
	t.Helper()
	body, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(bytes.NewReader(body))
	for s.Scan() {
		if line := s.Text(); line != "" && !strings.HasPrefix(line, "# ") {
			all = append(all, line)
		}
	}
	return all
}

func compile(t testing.TB, terms ...string) *filter.List {
	t.Helper()
	l, err := filter.Compile(terms)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// judged is a text as the filter sees it in the service: after hygiene.
func judged(t *testing.T, s string) string {
	t.Helper()
	clean, err := text.Clean("text", s, text.Comment)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return clean
}

func TestEvasionsAreFound(t *testing.T) {
	l, all := compile(t, lines(t, "terms.txt")...), lines(t, "evasions.txt")
	if len(all) < 300 {
		t.Fatalf("%d evasions; the promise is about at least 300", len(all))
	}
	missed := 0
	for _, s := range all {
		if _, ok := l.Find(judged(t, s)); !ok {
			missed++
			t.Logf("missed: %q", s)
		}
	}
	if 100*missed > 5*len(all) {
		t.Errorf("missed %d of %d evasions; at most 5 of 100", missed, len(all))
	}
}

func TestInnocentsAreLeftAlone(t *testing.T) {
	l, all := compile(t, lines(t, "terms.txt")...), lines(t, "innocents.txt")
	if len(all) < 300 {
		t.Fatalf("%d innocent texts; the promise is about at least 300", len(all))
	}
	hits := 0
	for _, s := range all {
		if hit, ok := l.Find(judged(t, s)); ok {
			hits++
			t.Logf("found %q in %q", hit.Term, s)
		}
	}
	if 100*hits > len(all) {
		t.Errorf("found something in %d of %d innocent texts; at most 1 of 100", hits, len(all))
	}
}

func TestHitsSayWhereTheyStand(t *testing.T) {
	l := compile(t, "scam*", "傻逼", "*fan", "14 88")
	for in, want := range map[string]string{
		"what a s.c.4.m!":   "scam*: s.c.4.m",
		"ѕсаmmers everyone": "scam*: ѕсаm",
		"你真傻-逼啊":            "傻逼: 傻-逼",
		"a superfan":        "*fan: fan",
		"fandom":            "",
		"no 14 88 here":     "14 88: 14 88",
		"1 488 people":      "14 88: 1 488",
		"the year 21488":    "",
	} {
		hit, ok := l.Find(in)
		got := ""
		if ok {
			got = hit.Term + ": " + in[hit.From:hit.To]
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestBadTermsAreNamed(t *testing.T) {
	l, err := filter.Compile([]string{"fine", "", "x", "a*b", "...", strings.Repeat("long", 20), "好"})
	if l != nil || err == nil {
		t.Fatal("a list with terms that cannot be was compiled")
	}
	for _, want := range []string{`term 2, ""`, `term 3, "x"`, `term 4, "a*b"`, `term 5, "..."`, "term 6, "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v says nothing of %s", err, want)
		}
	}
	var one *filter.TermError
	if !errors.As(err, &one) || one.Index != 1 || strings.Contains(err.Error(), "term 7") {
		t.Errorf("got %v", err)
	}
	var none *filter.List
	if _, ok := none.Find("anything"); ok {
		t.Error("no list found something")
	}
}

func TestATextThatIsMadeForItDoesNotTakeLong(t *testing.T) {
	l := compile(t, "aaaaaaab", "*aaaaaac*", "a a a a a a a d", "xxx")
	for _, s := range []string{strings.Repeat("a", 1200), strings.Repeat("a ", 600), strings.Repeat("*", 1200), strings.Repeat("a*", 600), strings.Repeat("4@", 600)} {
		start := time.Now()
		for range 10 {
			l.Find(s)
		}
		if took := time.Since(start); took > 2*time.Second { // some 5 ms each where the walk is bounded; for ever where not
			t.Errorf("%q takes %v", s[:10], took/10)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, file := range []string{"evasions.txt", "innocents.txt"} {
		for i, s := range lines(f, file) {
			if i%10 == 0 {
				f.Add(s)
			}
		}
	}
	l := compile(f, lines(f, "terms.txt")...)
	f.Fuzz(func(t *testing.T, s string) {
		hit, ok := l.Find(s)
		if ok && (hit.From < 0 || hit.To > len(s) || hit.From >= hit.To || utf8.ValidString(s) && !utf8.ValidString(s[hit.From:hit.To])) {
			t.Fatalf("%q: %+v", s, hit)
		}
	})
}

// BenchmarkHygieneAndFilter is the work of a comment: cleaning, and 5,000 blocked terms, over texts of the lengths of a
// real chat, in several scripts. The figure to keep is 10 us.
func BenchmarkHygieneAndFilter(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	terms := filled(b, r, "abcdefghijklmnopqrstuvwxyz", 4)
	l := compile(b, terms...)
	texts := chat(b, r)
	b.ReportAllocs()
	for i := range b.N {
		clean, err := text.Clean("text", texts[i%len(texts)], text.Comment)
		if err != nil {
			b.Fatal(err)
		}
		l.Find(clean)
	}
}

// filled are the terms with made-up ones, of these letters and so many at least, to 5,000.
func filled(t testing.TB, r *rand.Rand, letters string, least int) []string {
	terms := lines(t, "terms.txt")
	for len(terms) < 5000 {
		var w strings.Builder
		for range least + r.IntN(6) {
			w.WriteByte(letters[r.IntN(len(letters))])
		}
		terms = append(terms, w.String()+[]string{"", "*"}[r.IntN(2)])
	}
	return terms
}

// chat makes texts of the trace's lengths from the innocent lines.
func chat(b *testing.B, r *rand.Rand) (texts []string) {
	file, err := os.Open("../../loadtest/testdata/chat-trace.csv")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	words := lines(b, "innocents.txt")
	for _, row := range rows[1:] {
		length, err := strconv.Atoi(row[2])
		if err != nil {
			b.Fatal(fmt.Errorf("the trace: %w", err))
		}
		length = min(max(length, 1), 280)
		var s []rune
		for len(s) < length {
			s = append(append(s, []rune(words[r.IntN(len(words))])...), ' ')
		}
		for s[0] == ' ' {
			s = s[1:]
		}
		texts = append(texts, string(s[:min(length, len(s))]))
	}
	return texts
}

// What stands before a word hides nothing: neither texts that can be read in very many ways, nor many of them.
func TestDecoysHideNothing(t *testing.T) {
	terms := filled(t, rand.New(rand.NewPCG(3, 4)), "abcdefghilostuz", 3)
	alone, l := compile(t, lines(t, "terms.txt")...), compile(t, terms...)
	for _, decoy := range []string{"s***-***-***-***", "c***-***-***-*** ", "!1|!1|!1|", "1l1 ", "?!", "x-", "(!", "1"} {
		decoys := strings.Repeat(decoy, 200/len(decoy))
		for i, s := range lines(t, "evasions.txt") {
			if i%7 > 0 {
				continue
			}
			if _, ok := alone.Find(s); !ok {
				continue
			}
			if _, ok := l.Find(decoys + " , " + s); !ok {
				t.Errorf("%q is not found after %q", s, decoys)
			}
		}
	}
}
