package judge

import "time"

// Times that services keep and gateways tell.
const (
	// UndoFor is how long an act of a moderator can be taken back.
	UndoFor = time.Minute
	// UndoAgain is how long a moderator who has not heard of an undo may ask for it again: clients give up after 90 s.
	UndoAgain = 100 * time.Second
	// ClaimFor is how long a claim on a question lasts from the last key.
	ClaimFor = 45 * time.Second
	// ClaimAfterSocket is how long it lasts once its holder's socket has gone: long enough for a reload.
	ClaimAfterSocket = 10 * time.Second
)

// MayUndo is the rule of taking back what somebody did last: whose act it is, and nobody else, may within UndoFor of it. Where it is
// undone already, at a time, that person may ask again within UndoAgain and is told the same, and nothing moves.
func MayUndo(mine, undone bool, at, now time.Time) (may, again bool) {
	ago := now.Sub(at)
	if undone {
		return false, mine && ago <= UndoAgain
	}
	return mine && ago <= UndoFor, false
}

// Named tells whether an undo is meant for a change: it names that one, or none.
func Named[N int64 | uint64](wanted uint64, change N) bool {
	return wanted == 0 || wanted == uint64(change)
}
