package questions

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// digits of a place in the hosts' own order, in the order of their bytes.
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// between gives a place after a and before b, byte by byte; an empty b is the end, an empty a the beginning. Places are
// fractions written with digits that are never ended by a zero, so that there is always another one between two, and
// moving one question changes one document. Beside an end it steps by one digit rather than half of what is left, which
// keeps places short where questions are put first or last again and again.
func between(a, b string) string {
	var place []byte
	bounded := b != ""
	for i := 0; ; i++ {
		low, high := 0, len(digits)
		if i < len(a) {
			low = strings.IndexByte(digits, a[i])
		}
		if bounded && i < len(b) {
			high = strings.IndexByte(digits, b[i])
		}
		next := (low + high) / 2
		switch {
		case !bounded && a != "":
			next = low + 1
		case bounded && a == "":
			next = high - 1
		}
		if next > low && next < high {
			return string(append(place, digits[next]))
		}
		place = append(place, digits[low])
		if low < high { // already before b, whatever follows
			bounded = false
		}
	}
}

// placeBefore is a question's place before another in the hosts' own order; after all that have one when the other is
// empty or has none itself.
func placeBefore(all []*eventv1.Question, moved, other string) (string, error) {
	var placed []*eventv1.Question
	found := other == ""
	for _, q := range all {
		if q.GetState() != open && q.GetState() != answering || q.GetId() == moved {
			continue
		}
		found = found || q.GetId() == other
		if q.GetPlace() != "" {
			placed = append(placed, q)
		}
	}
	if !found {
		return "", fault.New(fault.QuestionNotFound, "the question to stand before is not open").On("before")
	}
	slices.SortFunc(placed, func(a, b *eventv1.Question) int {
		return cmp.Or(strings.Compare(a.GetPlace(), b.GetPlace()), strings.Compare(a.GetId(), b.GetId()))
	})
	at := slices.IndexFunc(placed, func(q *eventv1.Question) bool { return q.GetId() == other })
	if at < 0 {
		at = len(placed)
	}
	low, high := "", ""
	if at < len(placed) {
		high = placed[at].GetPlace()
	}
	for at--; at >= 0; at-- { // two that were put to the same place at once are one to us
		if low = placed[at].GetPlace(); low < high || high == "" {
			break
		}
		low = ""
	}
	return between(low, high), nil
}
