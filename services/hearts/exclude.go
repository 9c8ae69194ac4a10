package hearts

import (
	"context"
	"errors"
	"fmt"
	"strconv"

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

// exclude counts, or finds that it was counted. One marker is the request id's, so that it counts once whatever it says, and
// one is the id's with what it said, so that another kind or count under it is told apart from a retry.
func (s *Service) exclude(ctx context.Context, r *heartsv1.ExcludeHeartsRequest, act once.ID) error {
	said := once.Of(act.Message(), r.GetKind(), strconv.FormatUint(r.GetCount(), 10))
	marks := []bus.Window{{Writer: act.Message(), Number: 1}, {Writer: said.Message(), Number: 1}}
	known, err := s.bus.Applied(ctx, marks[0])
	if err != nil {
		return err
	}
	if known {
		return s.sameAgain(ctx, marks[1]) // before any rule: a retry must not be refused for what its first try has taken
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
	switch err := s.bus.Increment(ctx, marks, []bus.Sum{sum}); {
	case errors.Is(err, bus.ErrApplied): // by another replica, in this moment
		return s.sameAgain(ctx, marks[1])
	case err != nil:
		return err
	}
	s.meter.excluded.Add(ctx, int64(r.GetCount())) //nolint:gosec // not more than a total
	return nil
}

// sameAgain refuses a request id that was used for another kind or count.
func (s *Service) sameAgain(ctx context.Context, said bus.Window) error {
	same, err := s.bus.Applied(ctx, said)
	if err != nil || same {
		return err
	}
	return fault.New(fault.RequestIDReused, "this request id was used for another kind or count; take a new one").On("request_id")
}
