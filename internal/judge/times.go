package judge

import "time"

// Times that services keep and gateways tell.
const (
	// UndoFor is how long a moderator's step on a question, or a comment's removal, can be taken back.
	UndoFor = time.Minute
	// ClaimFor is how long a claim on a question lasts from the last key.
	ClaimFor = 45 * time.Second
	// ClaimAfterSocket is how long it lasts once its holder's socket has gone: long enough for a reload.
	ClaimAfterSocket = 10 * time.Second
)
