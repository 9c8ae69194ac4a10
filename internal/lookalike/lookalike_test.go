package lookalike_test

import (
	"testing"
	"unicode/utf8"

	"github.com/ovation-live/ovation/internal/lookalike"
)

func TestSkeletonsOfWhatLooksAlike(t *testing.T) {
	for _, pair := range [][2]string{
		{"Hanna", "Наnnа"}, {"Hanna", "h a n n a"}, {"Hanna", "ＨＡＮＮＡ"}, {"Hanna", "Hаnnа"}, {"Hanna", "𝓗𝓪𝓷𝓷𝓪"}, {"Hanna", "Hánñä"},
		{"moderator", "rnoderator"}, {"moderator", "m0derat0r"}, {"moderator", "ｍｏｄｅｒａｔｏｒ."},
		{"Willi", "WiIIi"}, {"Paul", "Pau1"}, {"Sergej", "5ergej"}, {"Ana", "A\u200Bna"}, {"Анна", "Aнна"}, {"시발", "ㅅㅣㅂㅏㄹ"}, {"カナ", "かな"}, {"ｶﾅ", "かな"},
		{"أحمد", "احمد"},
	} {
		if a, b := lookalike.Skeleton(pair[0]), lookalike.Skeleton(pair[1]); a != b {
			t.Errorf("%q is %q, %q is %q", pair[0], a, pair[1], b)
		}
	}
	for _, pair := range [][2]string{{"Hanna", "Hannah"}, {"Hanna", "Johanna"}, {"Anna", "Ana"}, {"Max", "Mac"}, {"कुत्ता", "कत्ता"}, {"か", "が"}, {"李", "王"}} {
		if a, b := lookalike.Skeleton(pair[0]), lookalike.Skeleton(pair[1]); a == b {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], a)
		}
	}
}

func FuzzSkeleton(f *testing.F) {
	for _, s := range []string{"Hanna", "\u202e\u200b", "👩‍👩‍👧", "시발", "\xff\xfe", "ﷺ", "𝓗", "ǆ", "\u0345"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := lookalike.Skeleton(s); !utf8.ValidString(once) {
			t.Fatalf("%q became %q", s, once)
		}
	})
}
