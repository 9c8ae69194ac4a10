package presence

import (
	"testing"
	"time"
)

func TestPresenceSumsAndForgets(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	a, b := New("a"), New("b")
	tell := func(p *Presence, n uint64) {
		if body := p.Report(map[string]Count{"main": {Viewers: n}}, now); body != nil {
			a.Take(body, now)
			b.Take(body, now)
		}
	}
	tell(a, 3)
	tell(b, 4)
	if a.Viewers("main") != 7 || b.Viewers("main") != 7 {
		t.Fatalf("a says %d, b says %d", a.Viewers("main"), b.Viewers("main"))
	}
	if body := a.Report(map[string]Count{"main": {Viewers: 3}}, now.Add(time.Second)); body != nil {
		t.Fatal("nothing changed and something was sent")
	}
	tell(b, 0)
	if a.Viewers("main") != 3 {
		t.Fatalf("after b emptied: %d", a.Viewers("main"))
	}
	tell(b, 5)
	a.Take(b.Goodbye(), now)
	if a.Viewers("main") != 3 {
		t.Fatalf("after b's goodbye: %d", a.Viewers("main"))
	}
	tell(b, 5) // nothing new for b to say
	now = now.Add(Full)
	tell(b, 5)
	if a.Viewers("main") != 8 {
		t.Fatalf("b's full report did not bring it back: %d", a.Viewers("main"))
	}
	now = now.Add(Life + time.Second)
	a.Expire(now)
	if a.Viewers("main") != 0 {
		t.Fatalf("dead gateways still count: %d", a.Viewers("main"))
	}
}

// What does not change is told every ten seconds; whoever has just come asks, and is told at once.
func TestWhoHasJustComeIsToldAll(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	old, fresh := New("old"), New("fresh")
	counts := map[string]Count{"main": {Viewers: 3, Overlays: 1}, "other": {Viewers: 2}}
	old.Report(counts, now)
	now = now.Add(time.Second)
	if body := old.Report(counts, now); body != nil {
		t.Fatal("nothing changed and something was sent")
	}
	if fresh.Take(fresh.Ask(), now) {
		t.Error("its own question is told as another's")
	}
	if !old.Take(fresh.Ask(), now) || !old.Take(New("").Ask(), now) {
		t.Fatal("a question is not told")
	}
	if fresh.Take(old.Report(counts, now), now) {
		t.Error("a report is told as a question")
	}
	if got := fresh.Count("main"); got != counts["main"] || fresh.Viewers("other") != 2 {
		t.Errorf("the newcomer knows %+v and %d", got, fresh.Viewers("other"))
	}
	if body := old.Report(counts, now.Add(time.Second)); body != nil {
		t.Error("everything is told again, though nobody asked")
	}
}

func TestSharesAreTheFullestFirst(t *testing.T) {
	p, now := New("here"), time.Now()
	p.Report(map[string]Count{"a": {Viewers: 2}, "b": {Viewers: 1}}, now)
	other := New("there")
	p.Take(other.Report(map[string]Count{"a": {Viewers: 5}}, now), now)
	if got := p.Shares("a"); len(got) != 2 || got[0] != (Share{"there", 5}) || got[1] != (Share{"here", 2}) {
		t.Errorf("shares of a: %v", got)
	}
	if got := p.Shares("nowhere"); len(got) != 0 {
		t.Errorf("shares of a room without viewers: %v", got)
	}
	p.Take(other.Goodbye(), now)
	if got := p.Shares("a"); len(got) != 1 {
		t.Errorf("shares after a goodbye: %v", got)
	}
}

func TestOverlaysAreCountedBesideViewers(t *testing.T) {
	a, b, now := New("a"), New("b"), time.Now()
	for _, c := range []Count{{Viewers: 2, Overlays: 1}, {Overlays: 2}, {Viewers: 1}, {}} {
		a.Take(b.Report(map[string]Count{"main": c}, now), now)
		if got := a.Count("main"); got != c {
			t.Errorf("b said %v, a has %v", c, got)
		}
	}
	a.Take(b.Report(map[string]Count{"main": {Overlays: 1}}, now), now)
	a.Take(b.Report(map[string]Count{}, now), now) // the room was closed there
	if got := a.Count("main"); got != (Count{}) {
		t.Errorf("a closed room still counts %v", got)
	}
}
