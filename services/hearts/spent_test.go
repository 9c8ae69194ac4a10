package hearts

import (
	"fmt"
	"testing"
	"time"

	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

func said(person string, counted uint64) []*heartsv1.Spender {
	return []*heartsv1.Spender{{Room: "main", Person: person, Counted: counted}}
}

func TestWhoWasSilentLongestIsForgotten(t *testing.T) {
	now := time.Date(2026, 11, 1, 20, 0, 0, 0, time.UTC)
	s := newSpent(3)
	for i, person := range []string{"ann", "bob", "cem", "ann", "dan"} { // when dan comes, bob was silent longest
		s.tell("one", said(person, 100), now.Add(time.Duration(i)*time.Second))
	}
	for person, want := range map[string]uint64{"ann": 100, "cem": 100, "dan": 100} {
		e := s.tell("two", said(person, 1), now.Add(time.Minute))
		if len(e) != 1 || e[0].GetCounted() != want {
			t.Errorf("of %s %v is known, want %d", person, e, want)
		}
	}
	if e := s.tell("two", said("bob", 1), now.Add(time.Minute)); len(e) != 0 || len(s.people) != 3 {
		t.Errorf("of bob %v is known, and %d people; want nothing and 3", e, len(s.people))
	}
}

func TestWhoIsSilentLongerThanAShowIsForgotten(t *testing.T) {
	now := time.Date(2026, 11, 1, 20, 0, 0, 0, time.UTC)
	s := newSpent(maxSpent)
	for i := range 1000 {
		s.tell("one", said(fmt.Sprint("early", i), 100), now)
	}
	s.tell("one", said("late", 100), now.Add(spentLife))
	if len(s.people) != 1001 {
		t.Fatalf("%d people are known within a show; want 1,001", len(s.people))
	}
	for i := range 600 {
		s.tell("one", said(fmt.Sprint("next", i), 100), now.Add(spentLife+time.Minute))
	}
	if len(s.people) != 601 || s.silent.after.person != "late" {
		t.Errorf("%d people are known, the first is %q; want 601, and late", len(s.people), s.silent.after.person)
	}
}

// A memory that is full of people, all within their life, and a window that names a thousand others: what a window costs
// must not grow with those who are known.
func BenchmarkSpendersOfAFullMemory(b *testing.B) {
	for _, most := range []int{5_000, maxSpent} {
		b.Run(fmt.Sprint(most), func(b *testing.B) {
			now := time.Now()
			s := newSpent(most)
			for i := range most {
				s.tell("one", said(fmt.Sprint("known", i), 100), now)
			}
			n := 0
			window := make([]*heartsv1.Spender, maxSpenders)
			b.ReportAllocs()
			for b.Loop() {
				for i := range window {
					n++
					window[i] = &heartsv1.Spender{Room: "main", Person: fmt.Sprint("new", n), Counted: 100}
				}
				s.tell("one", window, now)
			}
		})
	}
}
