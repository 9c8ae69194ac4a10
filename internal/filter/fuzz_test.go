package filter_test

import (
	"testing"

	"github.com/ovation-live/ovation/internal/filter"
)

// An operator's list is a file that anybody may have edited: it is read, or the lines that are wrong are named.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "# a comment\nword\n", "\ufeffword", "two words\n~inside\n", "\x00", "a\xff", "aaaa\naaaa", "*"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		l, err := filter.Parse(body)
		if err == nil && l == nil || err != nil && (l != nil || err.Error() == "") {
			t.Fatalf("%q: %v, %v", body, l, err)
		}
	})
}
