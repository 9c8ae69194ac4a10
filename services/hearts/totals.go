package hearts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/bus"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// Names of a room's counters: each is followed by a kind.
const (
	heartCounter    = "heart"
	excludedCounter = "excluded"
)

// GetHeartTotals reads the counters from the leader, since a replica that lags would make a total go down. Kinds that the
// room had once are among them.
func (s *Service) GetHeartTotals(ctx context.Context, r *heartsv1.GetHeartTotalsRequest) (*heartsv1.GetHeartTotalsResponse, error) {
	room, _, err := s.reader(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	totals, excluded, err := s.totals(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	for _, kind := range room.GetSettings().GetKinds() {
		if _, ok := totals[kind]; !ok {
			totals[kind] = 0
		}
	}
	return &heartsv1.GetHeartTotalsResponse{Totals: totals, Excluded: excluded, ReadTime: timestamppb.New(s.clock())}, nil
}

// totals reads a room's counters.
func (s *Service) totals(ctx context.Context, room string) (totals, excluded map[string]uint64, err error) {
	keys, err := s.bus.Keys(ctx, bus.AllInRoom(bus.Counters, room))
	if err != nil {
		return nil, nil, fmt.Errorf("list counters: %w", err)
	}
	totals, excluded = make(map[string]uint64, len(keys)), make(map[string]uint64)
	for _, subject := range keys {
		record, err := s.bus.Last(ctx, bus.Key{Stream: bus.Counters, Subject: subject})
		if errors.Is(err, bus.ErrNotFound) {
			continue // purged since, with its room
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read counter: %w", err)
		}
		total, err := record.Total()
		if err != nil {
			return nil, nil, err
		}
		_, rest, _ := bus.InRoomOf(bus.Counters, subject)
		switch name, kind, _ := strings.Cut(rest, "."); name {
		case heartCounter:
			totals[kind] = total
		case excludedCounter:
			excluded[kind] = total
		}
	}
	for kind, n := range excluded { // two replicas may exclude at once; what viewers are told stays sensible
		excluded[kind] = min(n, totals[kind])
	}
	return totals, excluded, nil
}
