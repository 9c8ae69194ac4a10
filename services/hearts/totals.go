package hearts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/judge"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// GetHeartTotals reads the counters from the leader, since a replica that lags would make a total go down. Kinds that the
// room had once are among them.
func (s *Service) GetHeartTotals(ctx context.Context, r *heartsv1.GetHeartTotalsRequest) (*heartsv1.GetHeartTotalsResponse, error) {
	if _, err := judge.Reader(ctx, r.GetRoom()); err != nil {
		return nil, err
	}
	_, room, err := s.judge.Room(ctx, r.GetRoom(), nil)
	if err != nil {
		return nil, err
	}
	keys, err := s.bus.Keys(ctx, bus.AllInRoom(bus.Counters, r.GetRoom(), "heart"))
	if err != nil {
		return nil, fmt.Errorf("list counters: %w", err)
	}
	totals := make(map[string]uint64, len(keys))
	for _, kind := range room.GetSettings().GetKinds() {
		totals[kind] = 0
	}
	for _, subject := range keys {
		record, err := s.bus.Last(ctx, bus.Key{Stream: bus.Counters, Subject: subject})
		if errors.Is(err, bus.ErrNotFound) {
			continue // purged since, with its room
		}
		if err != nil {
			return nil, fmt.Errorf("read counter: %w", err)
		}
		_, rest, _ := bus.InRoomOf(bus.Counters, subject)
		total, err := record.Total()
		if err != nil {
			return nil, err
		}
		totals[strings.TrimPrefix(rest, "heart.")] = total
	}
	return &heartsv1.GetHeartTotalsResponse{Totals: totals, ReadTime: timestamppb.New(s.clock())}, nil
}
