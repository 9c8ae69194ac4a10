package comments

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/lookback"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
)

// The work of one page, stated in the proto: where a stretch of the log holds little that is asked for, a page may be short,
// or empty with a token.
const (
	mostReads    = 16
	mostRead     = 1_000
	mostLookedAt = mostReads * mostRead // backwards
)

// listing is what one call asks for.
type listing struct {
	room       string
	caller     judge.Reader
	backwards  bool
	start, end time.Time // zero for none
	person     string    // empty for all
	size       int
	due        time.Time // what was stored after it is not for this caller yet; zero for none
	now        present
	ctx        context.Context
}

// ListComments lists a page of a room's comments.
func (s *Service) ListComments(ctx context.Context, r *commentsv1.ListCommentsRequest) (*commentsv1.ListCommentsResponse, error) {
	caller, err := s.judge.Reader(ctx, r.GetRoom(), s.clock())
	if err != nil {
		return nil, err
	}
	l, err := listed(ctx, caller, r)
	if err != nil {
		return nil, err
	}
	if delay := caller.Room.GetSettings().GetPreviewDelayMs(); delay > 0 && !caller.Role.AtLeast(auth.Moderator) {
		l.due = s.clock().Add(-time.Duration(delay) * time.Millisecond)
	}
	// The epoch is among the arguments: a sequence of another life of the room means nothing.
	arguments := []string{"comments", r.GetRoom(), caller.View.Epoch(), r.GetOrderBy(), stamp(r.GetStartTime()), stamp(r.GetEndTime()), r.GetPerson()}
	var at uint64
	if after, err := rpc.DecodePage(r.GetPageToken(), arguments...); err != nil {
		return nil, err
	} else if after != "" {
		if at, err = strconv.ParseUint(after, 10, 64); err != nil {
			return nil, fault.New(fault.PageTokenInvalid, "the page token is not of this list; begin again without it").On("page_token")
		}
	}
	if l.now, err = s.removed.in(ctx, r.GetRoom(), s.clock()); err != nil {
		return nil, err
	}
	page := s.forwards
	if l.backwards {
		page = s.backwards
	}
	response := &commentsv1.ListCommentsResponse{}
	next, err := page(l, at, response)
	if err != nil {
		return nil, fmt.Errorf("list comments: %w", err)
	}
	if next > 0 {
		response.NextPageToken = rpc.EncodePage(strconv.FormatUint(next, 10), arguments...)
	}
	return response, nil
}

// listed reads what a call asks for.
func listed(ctx context.Context, caller judge.Reader, r *commentsv1.ListCommentsRequest) (l listing, err error) {
	l = listing{room: r.GetRoom(), person: r.GetPerson(), caller: caller, ctx: ctx}
	if l.size, err = rpc.PageSize(r.GetPageSize()); err != nil {
		return l, err
	}
	switch r.GetOrderBy() {
	case "", "create_time":
	case "create_time desc":
		l.backwards = true
	default:
		return l, fault.New(fault.FieldInvalid, `order_by is "create_time" or "create_time desc"`).On("order_by")
	}
	if l.start, err = moment("start_time", r.GetStartTime()); err != nil {
		return l, err
	}
	if l.end, err = moment("end_time", r.GetEndTime()); err != nil {
		return l, err
	}
	if !l.start.IsZero() && !l.end.IsZero() && !l.start.Before(l.end) {
		return l, fault.New(fault.FieldInvalid, "end_time must be after start_time").On("end_time")
	}
	if l.person == "" {
		return l, nil
	}
	if !caller.Role.AtLeast(auth.Moderator) {
		return l, fault.New(fault.PermissionDenied, "only a moderator may list what one person wrote").On("person")
	}
	return l, text.ItemID("person", l.person)
}

// moment is an optional time; zero when it is unset.
func moment(field string, t *timestamppb.Timestamp) (time.Time, error) {
	if t == nil {
		return time.Time{}, nil
	}
	if err := t.CheckValid(); err != nil {
		return time.Time{}, fault.New(fault.FieldInvalid, "%s is no time of the years 1 to 9999", field).On(field)
	}
	return t.AsTime(), nil
}

func stamp(t *timestamppb.Timestamp) string {
	if t == nil {
		return ""
	}
	return strconv.FormatInt(t.GetSeconds(), 10) + "." + strconv.FormatInt(int64(t.GetNanos()), 10)
}

// take adds a record's comment, if it is asked for.
func (l *listing) take(record bus.Record, into *commentsv1.ListCommentsResponse) error {
	comment, err := commentIn(record)
	if err != nil {
		return err
	}
	if comment == nil || !l.now.stands(record.Sequence) || outOfSight(l.caller, comment) || l.person != "" && comment.GetAuthor().GetPerson() != l.person {
		return nil
	}
	into.Comments = append(into.Comments, outside(l.room, comment, record.Sequence))
	return nil
}

// forwards fills a page from a sequence on (0: the beginning), and tells where the next one begins; 0 when there is none.
func (s *Service) forwards(l listing, from uint64, into *commentsv1.ListCommentsResponse) (next uint64, err error) {
	piece := min(2*l.size, mostRead)
	if l.person != "" {
		piece = mostRead
	}
	key := bus.InRoom(bus.Log, l.room)
	for range mostReads {
		var records []bus.Record
		var follow bool
		if from == 0 && !l.start.IsZero() {
			records, follow, err = s.bus.RangeSince(l.ctx, key, l.start, piece)
		} else {
			records, follow, err = s.bus.Range(l.ctx, key, from, piece)
		}
		if err != nil {
			return 0, err
		}
		for i, record := range records {
			if !l.end.IsZero() && !record.Time.Before(l.end) || !l.due.IsZero() && record.Time.After(l.due) {
				return 0, nil
			}
			from = record.Sequence + 1
			if err := l.take(record, into); err != nil {
				return 0, err
			}
			if len(into.Comments) == l.size {
				if follow || i+1 < len(records) {
					return from, nil
				}
				return 0, nil
			}
		}
		if !follow || len(records) == 0 {
			return 0, nil
		}
	}
	return from, nil
}

// backwards fills a page with what stands before a sequence (0: the end), newest first, and tells before which the next one
// goes on; 0 when there is none.
func (s *Service) backwards(l listing, before uint64, into *commentsv1.ListCommentsResponse) (next uint64, err error) {
	key := bus.InRoom(bus.Log, l.room)
	until := l.end
	if !l.due.IsZero() && (until.IsZero() || l.due.Before(until)) {
		until = l.due.Add(time.Nanosecond) // what was stored at that moment is due
	}
	if before == 0 && !until.IsZero() {
		later, _, err := s.bus.RangeSince(l.ctx, key, until, 1)
		if err != nil {
			return 0, err
		}
		if len(later) > 0 {
			before = later[0].Sequence
			if before == 1 {
				return 0, nil
			}
		}
	}
	read := 0
	var failed error
	err = lookback.Walk(l.ctx, s.bus, key, before, func(record bus.Record) bool {
		if !l.start.IsZero() && record.Time.Before(l.start) {
			return false
		}
		if len(into.Comments) == l.size || read == mostLookedAt {
			next = record.Sequence + 1
			return false
		}
		read++
		failed = l.take(record, into)
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	return next, err
}
