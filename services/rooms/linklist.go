package rooms

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// ListLinks lists a room's links, newest first. There are at most 3,000 that were made here, and 1,000 revoked ones that
// were not; all are read, because they are sorted by time and stored by a hash.
func (s *Service) ListLinks(ctx context.Context, r *roomsv1.ListLinksRequest) (*roomsv1.ListLinksResponse, error) {
	page, err := s.list(ctx, "links", r)
	if err != nil {
		return nil, err
	}
	var after *eventv1.Link
	if page.after != "" {
		made, id, _ := strings.Cut(page.after, " ")
		ms, err := strconv.ParseInt(made, 10, 64)
		if err != nil {
			return nil, errPlace()
		}
		after = &eventv1.Link{Id: id, CreatedMs: ms}
	}
	links, err := s.allLinks(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	response := new(roomsv1.ListLinksResponse)
	for _, l := range links {
		if after != nil && newest(l, after) <= 0 {
			continue
		}
		if len(response.Links) == page.size {
			last := response.Links[page.size-1]
			response.NextPageToken = page.next(strconv.FormatInt(millis(last), 10) + " " + last.GetLink())
			break
		}
		response.Links = append(response.Links, linkOutside(l))
	}
	return response, nil
}

func millis(l *roomsv1.Link) int64 {
	if l.GetCreateTime() == nil {
		return 0
	}
	return l.GetCreateTime().AsTime().UnixMilli()
}

// newest orders links from the newest; those that were signed elsewhere come last.
func newest(a, b *eventv1.Link) int {
	return cmp.Or(cmp.Compare(b.GetCreatedMs(), a.GetCreatedMs()), cmp.Compare(a.GetId(), b.GetId()))
}

// allLinks reads the links of a room that have yet to end.
func (s *Service) allLinks(ctx context.Context, room string) ([]*eventv1.Link, error) {
	links, err := s.storedLinks(ctx, room)
	if err != nil {
		return nil, err
	}
	now := time.Now().UnixMilli()
	links = slices.DeleteFunc(links, func(l *eventv1.Link) bool { return l.GetExpiresMs() != 0 && l.GetExpiresMs() <= now })
	slices.SortFunc(links, newest)
	return links, nil
}

// storedLinks reads the links of a room, also those whose token is over and whose document is yet to go.
func (s *Service) storedLinks(ctx context.Context, room string) ([]*eventv1.Link, error) {
	records, err := s.bus.ReadAll(ctx, bus.AllInRoom(bus.State, room, follow.LinkKey))
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	links := make([]*eventv1.Link, 0, len(records))
	for _, record := range records {
		l := new(eventv1.Link)
		if record.Deleted {
			continue
		}
		if err := proto.Unmarshal(record.Body, l); err != nil {
			return nil, fmt.Errorf("list links: %s: %w", record.Subject, err)
		}
		links = append(links, l)
	}
	return links, nil
}
