package fanout

import (
	"testing"
	"time"
)

// The times that documents promise, as they are where nobody sets others: what is just within one stays, what is past it ends.
func TestTimesByDefault(t *testing.T) {
	for name, c := range map[string]struct {
		first []byte
		after time.Duration
	}{
		"08 half a message":          {[]byte{0x81, 0x82, 0, 0, 0, 0, '{'}, 5 * time.Second},
		"08 half a header":           {[]byte{0x81}, 5 * time.Second},
		"08 a fragment without more": {[]byte{0x01, 0x81, 0, 0, 0, 0, '{'}, 5 * time.Second},
		"35 silence":                 {nil, 60 * time.Second},
		"35 silence after a pong":    {[]byte{0x8a, 0x80, 0, 0, 0, 0}, 60 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			before := time.Now()
			e, _, _ := still(t, Options{Shards: 1}, 1, c.first...)
			if open := round(e, time.Now()); open != 1 {
				t.Fatal("it does not begin")
			}
			if open := round(e, before.Add(c.after-100*time.Millisecond)); open != 1 {
				t.Errorf("it has ended before %s are over", c.after)
			}
			if open := round(e, time.Now().Add(c.after+100*time.Millisecond)); open != 0 {
				t.Errorf("it is open when %s are over", c.after)
			}
		})
	}
}

// 34: what waits for a member that takes none of it waits for a minute by default, however much the member says meanwhile.
func Test34ProgressIsWaitedForForAMinute(t *testing.T) {
	e, members, _ := still(t, Options{Shards: 1}, 1)
	m, now := members[0], time.Now()
	round(e, now)
	m.rest, m.stalled, m.progress = []byte("what the socket did not take"), true, moment(now)
	quiet := func(after time.Duration) bool { return m.conn.Quiet(now.Add(after)) > e.o.DeadAfter }
	if round(e, now.Add(59*time.Second)); m.closing || quiet(59*time.Second) {
		t.Fatal("it ends before the minute is over")
	}
	m.progress = moment(now.Add(-2 * time.Second)) // as if it were two seconds older than the last word
	if round(e, now.Add(59*time.Second)); !m.closing || quiet(59*time.Second) {
		t.Error("it takes nothing for more than a minute, and is kept")
	}
}
