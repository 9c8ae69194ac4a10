package people

import (
	"fmt"
	"testing"
	"time"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

func TestWhatReportsWeigh(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	member := func(n int) Report {
		return Report{Item: "i", Kind: AComment, By: &eventv1.Author{Person: fmt.Sprint("m", n)}, Reason: "spam"}
	}
	guest := func(n int, trace string) Report {
		return Report{Item: "i", Kind: AComment, By: &eventv1.Author{Person: fmt.Sprint("g", n), Guest: true}, Trace: trace, Reason: "hate"}
	}
	for name, c := range map[string]struct {
		reports []Report
		people  int
		weight  uint32
	}{
		"members":                        {[]Report{member(1), member(2), member(3)}, 3, 3},
		"one person, twice":              {[]Report{member(1), member(1)}, 1, 1},
		"one browser, five guests":       {[]Report{guest(1, "t"), guest(2, "t"), guest(3, "t"), guest(4, "t"), guest(5, "t")}, 5, 1},
		"guests of three networks":       {[]Report{guest(1, "a"), guest(2, "b"), guest(3, "c")}, 3, 3},
		"guests of whom nothing is said": {[]Report{guest(1, ""), guest(2, "")}, 2, 2},
		"a member behind a guest's":      {[]Report{guest(1, "t"), {By: &eventv1.Author{Person: "m"}, Trace: "t", Reason: "spam"}}, 2, 2},
	} {
		all := new(eventv1.Reports)
		for _, r := range c.reports {
			count(all, r, now)
		}
		if len(all.GetPeople()) != c.people || all.GetWeight() != c.weight {
			t.Errorf("%s: %d people who weigh %d, want %d and %d", name, len(all.GetPeople()), all.GetWeight(), c.people, c.weight)
		}
	}
}

func TestReportsAreBoundedAndSettled(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	all := new(eventv1.Reports)
	report := func(n int, edited int64) bool {
		return count(all, Report{Item: "i", Kind: AComment, By: &eventv1.Author{Person: fmt.Sprint(n)}, Reason: "spam", EditedMs: edited}, now)
	}
	for n := range MostReporters + 50 {
		report(n, 0)
	}
	if len(all.GetPeople()) != MostReporters || all.GetReasons()["spam"] != MostReporters {
		t.Errorf("%d people are remembered", len(all.GetPeople()))
	}
	if !Due(all, 5) || Due(all, 0) || Due(all, MostReporters+1) {
		t.Error("they take it away at another threshold")
	}
	all.SettledMs = now.UnixMilli()
	if Due(all, 5) {
		t.Error("they take away what a moderator let stay")
	}
	if report(1000, now.UnixMilli()-1) || all.GetSettledMs() == 0 {
		t.Error("an edit of before the moderator's look began anew")
	}
	if !report(1000, now.UnixMilli()+1) || len(all.GetPeople()) != 1 || all.GetSettledMs() != 0 || all.GetWeight() != 1 {
		t.Errorf("a text that was changed since is still settled: %v", all)
	}
	if got := Said(&eventv1.Reports{People: make([]string, 5), Reasons: map[string]uint32{"hate": 2, "spam": 3}}); got != "5 reports: spam 3, hate 2" {
		t.Errorf("said is %q", got)
	}
}
