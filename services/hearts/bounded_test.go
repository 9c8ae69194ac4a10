package hearts

import (
	"testing"
	"time"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

func TestOneCallReadsTwoDaysAtMost(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := &Service{clock: func() time.Time { return now }}
	hour := func(h int64) int64 { return now.Unix() - h*3600 }
	young, old := &eventv1.Room{CreatedMs: 1000 * hour(5)}, &eventv1.Room{CreatedMs: 1000 * hour(700)}
	for name, c := range map[string]struct {
		room    *eventv1.Room
		asked   span
		want    span
		refused bool
	}{
		"a young room, open":          {young, span{}, span{}, false},
		"an old room, open":           {old, span{}, span{hour(48), 0}, false},
		"open at its start":           {old, span{0, hour(600)}, span{hour(648), hour(600)}, false},
		"a day of long ago":           {old, span{hour(624), hour(600)}, span{hour(624), hour(600)}, false},
		"open at its end, and long":   {old, span{hour(600), 0}, span{}, true},
		"closed, and long":            {old, span{hour(600), hour(500)}, span{}, true},
		"open at its end, and recent": {old, span{hour(2), 0}, span{hour(2), 0}, false},
	} {
		got, err := s.bounded(c.room, c.asked)
		if (err != nil) != c.refused || err == nil && got != c.want {
			t.Errorf("%s: %v %v, want %v, refused: %v", name, got, err, c.want, c.refused)
		}
	}
}
