package hearts_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	"github.com/ovation-live/ovation/services/hearts"
)

// logged is the milestones in a room's log.
func logged(t *testing.T, b *testbed.Bed, room string) (all []uint64) {
	t.Helper()
	records, _, err := b.Bus.Range(t.Context(), bus.InRoom(bus.Log, room), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		entry := new(eventv1.LogEntry)
		if err := proto.Unmarshal(r.Body, entry); err != nil {
			t.Fatal(err)
		}
		if m := entry.GetMilestone(); m != nil {
			all = append(all, m.GetHearts())
		}
	}
	return all
}

func TestMilestonesAreLoggedOnceEach(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", func(r *eventv1.Room) { r.Settings.Kinds = []string{"heart", "clap"} })
	one, stopOne := replica(t, b)
	two, stopTwo := replica(t, b) // a rival that counts for the same room
	other := "01JD3ZK9Q0000000000000000B"
	record(t, one, batch(gateway, 1, "main", 60))
	record(t, two, batch(other, 1, "main", 39))
	testbed.Until(t, "both have looked", func() bool { return len(logged(t, b, "main")) == 0 && hearted(t, one, "main") == 99 })
	record(t, two, batch(other, 2, "main", 2)) // 101
	testbed.Until(t, "100 is logged", func() bool { return len(logged(t, b, "main")) == 1 })
	record(t, one, batch(gateway, 2, "main", 1_000))
	record(t, two, batch(other, 3, "main", 1_500)) // 2,601
	want := []uint64{100, 250, 500, 1000, 2500}
	testbed.Until(t, "all are logged", func() bool { return len(logged(t, b, "main")) >= len(want) })
	record(t, one, batch(gateway, 3, "main", 1_200)) // 5,001: both look again
	record(t, two, batch(other, 4, "main", 1_200))
	want = append(want, 5000)
	testbed.Until(t, "5,000 is logged", func() bool { return len(logged(t, b, "main")) >= len(want) })
	stopOne()
	stopTwo()
	if got := logged(t, b, "main"); !slices.Equal(got, want) {
		t.Errorf("logged %v, want %v", got, want)
	}
	b.Restart(nil)
	three, _ := replica(t, b)
	record(t, three, batch(gateway, 4, "main", 5_000)) // 10,001
	testbed.Until(t, "10,000 is logged after a restart", func() bool { return len(logged(t, b, "main")) == len(want)+1 })
}

// A replica that dies between taking a milestone up and logging it leaves it to the next one; one that dies after logging
// it, too, and then it is not logged again.
func TestMilestonesSurviveTheDeathOfTheirReplica(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	w := &watch{now: time.Now()}
	s := hearts.New(hearts.Options{Bus: b.Bus, Views: b.Views, Logger: b.Log, Clock: w.read})
	var dying sync.Once
	dead := make(chan struct{})
	s.DieClaiming(func() { dying.Do(func() { close(dead); runtime.Goexit() }) })
	run(t, s)
	record(t, s, batch(gateway, 1, "main", 120))
	<-dead
	if got := logged(t, b, "main"); len(got) != 0 {
		t.Fatalf("logged %v before it was", got)
	}
	w.add(time.Minute)
	next := at(t, b, w) // finds it at its start, without a heart
	testbed.Until(t, "the next replica logs it", func() bool { return fmt.Sprint(logged(t, b, "main")) == "[100]" })

	// The entry is there and the document says it is not: nobody logs it again, however much later.
	key := bus.InRoom(bus.State, "main", "milestones")
	var last bus.Record
	doc := new(eventv1.Milestones)
	testbed.Until(t, "the document says so", func() bool {
		var err error
		if last, err = b.Bus.Last(t.Context(), key); err == nil {
			err = proto.Unmarshal(last.Body, doc)
		}
		if err != nil {
			t.Fatal(err)
		}
		return doc.GetLogged()
	})
	doc.Logged, doc.By = false, "01JD3ZK9Q0000000000000000D"
	body, err := proto.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Bus.Put(t.Context(), key, body, last.Sequence); err != nil {
		t.Fatal(err)
	}
	w.add(time.Minute)
	record(t, next, batch(gateway, 2, "main", 200))
	third := at(t, b, w)
	record(t, third, batch("01JD3ZK9Q0000000000000000C", 1, "main", 1))
	testbed.Until(t, "250 follows", func() bool { return len(logged(t, b, "main")) >= 2 })
	if got := fmt.Sprint(logged(t, b, "main")); got != "[100 250]" {
		t.Errorf("logged %s", got)
	}
}
