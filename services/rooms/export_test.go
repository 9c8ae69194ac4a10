package rooms

import (
	"context"
	"time"
)

// Hurry makes deletions wait for nobody, which a test with one process can afford.
func (s *Service) Hurry() { s.settle, s.grace = 0, 50*time.Millisecond }

// Patience sets how long a caller is kept for an erasing.
func (s *Service) Patience(d time.Duration) { s.patience = d }

// Erase is the second half of a deletion.
func (s *Service) Erase(ctx context.Context, room string) error { return s.erase(ctx, room) }

// Difference is what the audit trail says of a change of a room.
var Difference = difference
