package hearts

import (
	"context"
	"errors"
	"fmt"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// ExcludeHearts adds to the figure beside a total. It is a counter like the total, with a window of the request's own, so
// that a retry counts once.
func (s *Service) ExcludeHearts(ctx context.Context, r *heartsv1.ExcludeHeartsRequest) (*heartsv1.ExcludeHeartsResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	if err := text.RoomID(r.GetRoom()); err != nil {
		return nil, err
	}
	who, err := auth.Hosting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	why, err := text.CleanOptional("reason", r.GetReason(), text.Reason)
	if err := errors.Join(err, text.RequestID(r.GetRequestId())); err != nil {
		return nil, err
	}
	if !plainKind(r.GetKind()) {
		return nil, fault.New(fault.FieldInvalid, "a kind is [a-z][a-z0-9_]{0,31}").On("kind")
	}
	if r.GetCount() == 0 {
		return nil, fault.New(fault.BadCount, "say how many hearts, 1 or more").On("count")
	}
	_, room, err := s.judge.Room(ctx, r.GetRoom(), nil)
	if err != nil {
		return nil, err
	}
	by, err := judge.Author(room, who)
	if err != nil {
		return nil, err
	}
	act := once.Of("exclude_hearts", r.GetRoom(), by.GetPerson(), r.GetRequestId())
	s.excluding.Lock()
	defer s.excluding.Unlock()
	if err := s.exclude(ctx, r, act); err != nil {
		return nil, err
	}
	entry := &eventv1.AuditEntry{
		Actor: by, Action: "exclude_hearts", Target: fmt.Sprintf("%d %s", r.GetCount(), r.GetKind()), Reason: why, AtMs: s.clock().UnixMilli(),
	}
	if err := audit.Write(ctx, s.bus, r.GetRoom(), once.Of("audit", act.Message()), entry); err != nil {
		return nil, err
	}
	totals, excluded, err := s.totals(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	return &heartsv1.ExcludeHeartsResponse{Total: totals[r.GetKind()], Excluded: excluded[r.GetKind()]}, nil
}

// exclude counts, or finds that it was counted.
func (s *Service) exclude(ctx context.Context, r *heartsv1.ExcludeHeartsRequest, act once.ID) error {
	mark := []bus.Window{{Writer: act.Message(), Number: 1}}
	known, err := s.bus.Applied(ctx, mark[0])
	if err != nil || known {
		return err // a retry must not be refused for what its first try has taken
	}
	totals, excluded, err := s.totals(ctx, r.GetRoom())
	if err != nil {
		return err
	}
	if total, ok := totals[r.GetKind()]; !ok {
		return fault.New(fault.UnknownKind, "no hearts of the kind %q were counted", r.GetKind()).On("kind")
	} else if left := total - excluded[r.GetKind()]; r.GetCount() > left {
		return fault.New(fault.BadCount, "%d hearts of this kind are left to exclude, not %d", left, r.GetCount()).On("count")
	}
	sum := bus.Sum{Key: bus.InRoom(bus.Counters, r.GetRoom(), excludedCounter, r.GetKind()), Count: r.GetCount()}
	if err := applied(s.bus.Increment(ctx, mark, []bus.Sum{sum})); err != nil {
		return err
	}
	s.meter.excluded.Add(ctx, int64(r.GetCount())) //nolint:gosec // not more than a total
	return nil
}
