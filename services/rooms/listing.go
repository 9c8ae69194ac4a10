package rooms

import (
	"context"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/rpc"
)

// listing is a page of one of a room's lists as somebody who may read the room asked for it. Its tokens hold for this list
// of this room, as long as the room is the same one.
type listing struct {
	size      int
	after     string // the place of the last one given; empty for the first page
	arguments []string
}

// list begins a page of a list with a name, which more of what was asked belongs to.
func (s *Service) list(ctx context.Context, name string, r interface {
	GetRoom() string
	GetPageSize() int32
	GetPageToken() string
}, more ...string,
) (listing, error) {
	if err := s.reads(ctx, r.GetRoom()); err != nil {
		return listing{}, err
	}
	size, err := rpc.PageSize(r.GetPageSize())
	if err != nil {
		return listing{}, err
	}
	room, err := judge.Settings(ctx, s.bus, r.GetRoom())
	if err != nil {
		return listing{}, err
	}
	arguments := append([]string{name, r.GetRoom(), room.GetNonce()}, more...)
	after, err := rpc.DecodePage(r.GetPageToken(), arguments...)
	return listing{size, after, arguments}, err
}

// next is the token of the page after a place.
func (l listing) next(place string) string { return rpc.EncodePage(place, l.arguments...) }

// errPlace refuses a token whose place cannot be read.
func errPlace() error {
	return fault.New(fault.PageTokenInvalid, "the page token is not of this list; begin again without it").On("page_token")
}
