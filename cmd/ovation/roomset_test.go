package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Whoever pauses everything at night has hundreds of rooms and a slow store: each room has a time of its own, and one that
// does not answer keeps none of the others.
func TestEveryRoomHasItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rooms []string
		for i := range 200 {
			rooms = append(rooms, fmt.Sprintf("room-%d", i))
		}
		var out strings.Builder
		start := time.Now()
		err := setEach(t.Context(), &out, rooms, func(ctx context.Context, room string) (*roomsv1.Room, error) {
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			wait := time.Second
			if room == "room-7" {
				wait = time.Hour
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(wait):
				return &roomsv1.Room{Revision: 2}, nil
			}
		})
		if err == nil || !strings.Contains(err.Error(), "room-7: ") || strings.Count(err.Error(), "room-") != 1 {
			t.Errorf("want what became of room-7 alone, got %v", err)
		}
		if n := strings.Count(out.String(), "  revision 2\n"); n != 199 {
			t.Errorf("%d rooms were changed, want 199", n)
		}
		if took := time.Since(start); took <= callTimeout || took > 40*time.Second {
			t.Errorf("it took %v, want some 27 s: a few at a time, and all beyond the time of one call", took)
		}
	})
}
