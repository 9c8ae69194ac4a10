package limit_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/limit"
)

func TestABucketGivesItsBurstAndThenItsRate(t *testing.T) {
	r, now := limit.NewRate[string](), time.Now()
	b := limit.Bucket{Burst: 10, Per: 5 * time.Second}
	take := func(key string) (n int) {
		for r.Allow(key, b, now) == 0 {
			n++
		}
		return n
	}
	if n := take("a"); n != 10 {
		t.Errorf("%d at once, want 10", n)
	}
	if wait := r.Allow("a", b, now); wait != 500*time.Millisecond {
		t.Errorf("the next in %s, want 500ms", wait)
	}
	if got := r.Missing("a", b, now); got != 5*time.Second {
		t.Errorf("full again in %s, want 5s", got)
	}
	if got := r.Missing("nobody", b, now); got != 0 {
		t.Errorf("who took nothing lacks %s", got)
	}
	if n := take("b"); n != 10 {
		t.Errorf("another key has %d", n)
	}
	now = now.Add(2 * time.Second)
	if n := take("a"); n != 4 {
		t.Errorf("%d more after 2 s, want 4", n)
	}
	now = now.Add(time.Hour)
	if n := take("a"); n != 10 {
		t.Errorf("%d after an hour, want no more than the burst", n)
	}
}

func TestALineGivesEverybodyATurn(t *testing.T) {
	r, now := limit.NewRate[string](), time.Now()
	b := limit.Bucket{Burst: 3, Per: 3 * time.Second}
	for n := 1; n <= 3; n++ {
		if turn, ok := r.Queue("a", b, now); !ok || turn != time.Duration(n)*time.Second {
			t.Errorf("the turn of number %d is in %s, %v", n, turn, ok)
		}
	}
	if _, ok := r.Queue("a", b, now); ok {
		t.Error("the line has no end")
	}
	if turn, ok := r.Queue("a", b, now.Add(2*time.Second)); !ok || turn != 2*time.Second {
		t.Errorf("two seconds later the next turn is in %s, %v", turn, ok)
	}
}

// A stranger can send as many keys as it likes.
func Test53AFloodOfKeysTakesNoMemory(t *testing.T) {
	r, now := limit.NewRate[netip.Addr](), time.Now()
	b := limit.Bucket{Burst: 2, Per: time.Minute}
	a := netip.MustParseAddr("2001:db8::")
	for range 500_000 {
		a = a.Next()
		if wait := r.Allow(a, b, now); wait != 0 {
			t.Fatalf("the first of a key waits %s", wait)
		}
	}
	if n := r.Len(); n > 200_000 {
		t.Errorf("%d keys are held", n)
	}
	now = now.Add(2 * time.Minute)
	r.Allow(a.Next(), b, now)
	if n := r.Len(); n > 10 {
		t.Errorf("%d keys are held after all buckets are full again", n)
	}
}

// 53: what visitors leave in a limit goes with the time for which it counts, though far fewer came than it would hold.
func Test53KeysOfThoseWhoWentAreLetGo(t *testing.T) {
	r, now := limit.NewRate[int](), time.Now()
	b := limit.Bucket{Burst: 10, Per: 10 * time.Second}
	for r.Allow(-1, b, now) == 0 { // one who is held up all the while
	}
	most := 0
	for key := range 100_000 { // a thousand a second
		now = now.Add(time.Millisecond)
		r.Allow(key, b, now)
		if key%1000 == 0 {
			r.Allow(-1, b, now)
			if wait := r.Allow(-1, b, now); wait == 0 {
				t.Fatalf("after %d keys of others an empty bucket was forgotten", key)
			}
		}
		most = max(most, r.Len())
	}
	if most > 25_000 {
		t.Errorf("%d keys were held, of 1,000 a second that count for a second each, beside one that counts for 10 s", most)
	}
	r.Allow(-2, b, now.Add(11*time.Second))
	if n := r.Len(); n > 1 {
		t.Errorf("%d keys are held once all their buckets are full", n)
	}
}

func TestCount(t *testing.T) {
	c := limit.NewCount[string]()
	var got []bool
	for _, key := range []string{"a", "a", "a", "b"} {
		got = append(got, c.Take(key, 2))
	}
	if !slices.Equal(got, []bool{true, true, false, true}) {
		t.Errorf("took %v, want two of a and one of b", got)
	}
	c.Release("a")
	if !c.Take("a", 2) {
		t.Error("what was released can be taken again")
	}
	c.Release("a")
	c.Release("a")
	c.Release("b")
	if n := c.Len(); n != 0 {
		t.Errorf("%d keys are held with nothing open", n)
	}
}

func TestALineHasItsOldestAndLetsAnybodyLeave(t *testing.T) {
	l := limit.NewLine[string]()
	came := time.Unix(1000, 0)
	if _, ok := l.Oldest(came); ok {
		t.Error("somebody is in an empty line")
	}
	for _, who := range []string{"a", "b", "c", "d"} {
		l.Join(who, came)
		came = came.Add(time.Second)
	}
	if !l.Leave("c") || l.Leave("c") || l.Leave("x") {
		t.Error("who is in it leaves once, and nobody else")
	}
	if who, ok := l.Oldest(time.Unix(999, 0)); ok {
		t.Errorf("%q is the oldest of those who came before any did", who)
	}
	for _, want := range []string{"a", "b", "d"} {
		if who, ok := l.Oldest(came); !ok || who != want {
			t.Errorf("the oldest is %q (%v), want %q", who, ok, want)
		}
	}
	if l.Len() != 0 {
		t.Errorf("%d are left", l.Len())
	}
}

func TestVerbsInTheConfiguration(t *testing.T) {
	verb, b, err := limit.ParseVerb("post=30/1m")
	if err != nil || verb != "post" || b != (limit.Bucket{Burst: 30, Per: time.Minute}) {
		t.Errorf("%s %+v %v", verb, b, err)
	}
	for _, bad := range []string{"", "post", "post=", "post=3", "post=0/1s", "post=-1/1s", "post=3/0s", "post=3/x", "=3/1s", "post=3/25h", "post=1e9/1s"} {
		if _, _, err := limit.ParseVerb(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func BenchmarkAllow(b *testing.B) {
	r, now := limit.NewRate[netip.Addr](), time.Now()
	bucket := limit.Bucket{Burst: 1 << 30, Per: time.Second}
	a := netip.MustParseAddr("192.0.2.1")
	for b.Loop() {
		r.Allow(a, bucket, now)
	}
}

// A rule that was changed holds at once: who emptied a bucket under a strict one does not wait by it.
func TestAnotherRuleHoldsAtOnce(t *testing.T) {
	r, now := limit.NewRate[string](), time.Now()
	strict, mild := limit.Bucket{Burst: 2, Per: time.Hour}, limit.Bucket{Burst: 10, Per: time.Second}
	for range 2 {
		if wait := r.Allow("a", strict, now); wait > 0 {
			t.Fatalf("wait %v with two allowed", wait)
		}
	}
	if wait := r.Allow("a", strict, now); wait < 29*time.Minute {
		t.Fatalf("a third one waits %v", wait)
	}
	if wait := r.Allow("a", mild, now); wait <= 0 || wait > 100*time.Millisecond {
		t.Errorf("under the mild rule it waits %v: want the tenth of a second in which one comes back", wait)
	}
	now = now.Add(time.Second)
	for i := range 10 {
		if wait := r.Allow("a", mild, now); wait > 0 {
			t.Errorf("number %d of 10 waits %v", i, wait)
		}
	}
	if !r.Empty("a", mild, now) {
		t.Error("an eleventh would be let through")
	}
}
