package follow

import (
	"fmt"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
)

// A room can be open for weeks, in which every claim and time-out leaves a document that is gone.
func TestDocumentsThatWentLongAgoAreForgotten(t *testing.T) {
	d := NewDocuments(nil, bus.State, nil)
	o := &openRoom{docs: make(map[string]Document), sweep: sweepGone, loaded: make(chan struct{})}
	close(o.loaded)
	now, sequence := time.Unix(1_800_000_000, 0), uint64(0)
	put := func(key string, body []byte) {
		now, sequence = now.Add(time.Second), sequence+1
		d.apply(o, Document{Key: key, Sequence: sequence, Time: now, Body: body})
	}
	put("room", []byte("stays"))
	for i := range 50_000 {
		put(fmt.Sprint("claim.", i), []byte("ann"))
		put(fmt.Sprint("claim.", i), nil)
	}
	if n := len(o.docs); n > 2*sweepGone {
		t.Errorf("%d documents are held", n)
	}
	if o.docs["room"].Body == nil {
		t.Error("the one that stands was forgotten")
	}
	put("claim.x", nil)
	d.apply(o, Document{Key: "claim.x", Sequence: sequence - 1, Time: now, Body: []byte("ann")})
	if o.docs["claim.x"].Body != nil {
		t.Error("an older copy brought back what went a moment ago")
	}
}
