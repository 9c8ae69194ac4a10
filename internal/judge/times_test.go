package judge_test

import (
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/judge"
)

func TestWhoMayUndo(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	for name, c := range map[string]struct {
		mine, undone bool
		ago          time.Duration
		may, again   bool
	}{
		"one's own at once":                  {true, false, 0, true, false},
		"one's own at the end of its time":   {true, false, judge.UndoFor, true, false},
		"one's own too late":                 {true, false, judge.UndoFor + 1, false, false},
		"somebody else's":                    {false, false, 0, false, false},
		"again":                              {true, true, judge.UndoFor + 1, false, true},
		"again at the end of its time":       {true, true, judge.UndoAgain, false, true},
		"again too late":                     {true, true, judge.UndoAgain + 1, false, false},
		"again what somebody else took back": {false, true, 0, false, false},
	} {
		if may, again := judge.MayUndo(c.mine, c.undone, now.Add(-c.ago), now); may != c.may || again != c.again {
			t.Errorf("%s: %t, %t; want %t, %t", name, may, again, c.may, c.again)
		}
	}
}
