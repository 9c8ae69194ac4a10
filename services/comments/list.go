package comments

import (
	"context"
	"fmt"
	"strconv"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/rpc"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
)

// mostReads bounds the work of one page: where a stretch of the log holds nothing but removals, a page may be short, or
// empty with a token.
const mostReads = 16

// ListComments lists a page, oldest first.
func (s *Service) ListComments(ctx context.Context, r *commentsv1.ListCommentsRequest) (*commentsv1.ListCommentsResponse, error) {
	if _, err := judge.Reader(ctx, r.GetRoom()); err != nil {
		return nil, err
	}
	size, err := rpc.PageSize(r.GetPageSize())
	if err != nil {
		return nil, err
	}
	view, _, err := s.judge.Room(ctx, r.GetRoom(), nil)
	if err != nil {
		return nil, err
	}
	// The epoch is among the arguments: a sequence of another life of the room means nothing.
	arguments := []string{"comments", r.GetRoom(), view.Epoch()}
	from := uint64(1)
	if after, err := rpc.DecodePage(r.GetPageToken(), arguments...); err != nil {
		return nil, err
	} else if after != "" {
		if from, err = strconv.ParseUint(after, 10, 64); err != nil {
			return nil, fault.New(fault.PageTokenInvalid, "the page token is not of this list; begin again without it").On("page_token")
		}
	}
	response := &commentsv1.ListCommentsResponse{}
	from, more, err := s.page(ctx, r.GetRoom(), from, size, response)
	if err != nil {
		return nil, err
	}
	if more {
		response.NextPageToken = rpc.EncodePage(strconv.FormatUint(from, 10), arguments...)
	}
	return response, nil
}

// page fills a page and tells where the next one begins.
func (s *Service) page(ctx context.Context, room string, from uint64, size int, into *commentsv1.ListCommentsResponse) (next uint64, more bool, err error) {
	now, err := s.removed.in(ctx, room, s.clock())
	if err != nil {
		return 0, false, err
	}
	for range mostReads {
		records, follow, err := s.bus.Range(ctx, bus.InRoom(bus.Log, room), from, 2*size)
		if err != nil {
			return 0, false, fmt.Errorf("list comments: %w", err)
		}
		for i, record := range records {
			comment, err := commentIn(record)
			if err != nil {
				return 0, false, err
			}
			from = record.Sequence + 1
			if comment == nil || !now.stands(record.Sequence) || outOfSight(ctx, comment) {
				continue
			}
			into.Comments = append(into.Comments, outside(room, comment, record.Sequence))
			if len(into.Comments) == size {
				return from, follow || i+1 < len(records), nil
			}
		}
		if !follow || len(records) == 0 {
			return from, false, nil
		}
	}
	return from, true, nil
}
