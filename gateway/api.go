package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// maxBody bounds what a page may send.
const maxBody = 64 << 10

// api serves RoomsService, and what HeartsService reads, to pages as JSON, since a browser speaks no gRPC. The caller's own token goes on with the call,
// so that the services' policy decides as it would over gRPC; the gateway lends nobody its own.
func (g *Gateway) api(mux *http.ServeMux) {
	mux.HandleFunc("GET /v1/info", g.info)
	g.apiHearts(mux)
	g.apiStaff(mux)
	c := roomsv1.NewRoomsServiceClient(g.o.Bare)
	handle(g, mux, "GET /v1/rooms", func(ctx context.Context, r *http.Request, in *roomsv1.ListRoomsRequest) (proto.Message, error) {
		in.PageToken = r.URL.Query().Get("pageToken")
		return reply(c.ListRooms(ctx, in))
	})
	handle(g, mux, "POST /v1/rooms", func(ctx context.Context, _ *http.Request, in *roomsv1.CreateRoomRequest) (proto.Message, error) {
		return reply(c.CreateRoom(ctx, in))
	})
	handle(g, mux, "GET /v1/rooms/{room}", func(ctx context.Context, r *http.Request, in *roomsv1.GetRoomRequest) (proto.Message, error) {
		in.Room = r.PathValue("room")
		return reply(c.GetRoom(ctx, in))
	})
	handle(g, mux, "PATCH /v1/rooms/{room}", func(ctx context.Context, r *http.Request, in *roomsv1.Room) (proto.Message, error) {
		in.Room = r.PathValue("room")
		mask := &fieldmaskpb.FieldMask{Paths: strings.Split(r.URL.Query().Get("updateMask"), ",")}
		return reply(c.UpdateRoom(ctx, &roomsv1.UpdateRoomRequest{Room: in, UpdateMask: mask}))
	})
	handle(g, mux, "POST /v1/rooms/{room}/start", func(ctx context.Context, r *http.Request, in *roomsv1.StartRoomRequest) (proto.Message, error) {
		in.Room = r.PathValue("room")
		return reply(c.StartRoom(ctx, in))
	})
	handle(g, mux, "POST /v1/rooms/{room}/end", func(ctx context.Context, r *http.Request, in *roomsv1.EndRoomRequest) (proto.Message, error) {
		in.Room = r.PathValue("room")
		return reply(c.EndRoom(ctx, in))
	})
	handle(g, mux, "POST /v1/rooms/{room}/reopen", func(ctx context.Context, r *http.Request, in *roomsv1.ReopenRoomRequest) (proto.Message, error) {
		in.Room = r.PathValue("room")
		return reply(c.ReopenRoom(ctx, in))
	})
	handle(g, mux, "DELETE /v1/rooms/{room}", func(ctx context.Context, r *http.Request, in *roomsv1.DeleteRoomRequest) (proto.Message, error) {
		in.Room = r.PathValue("room")
		return reply(c.DeleteRoom(ctx, in))
	})
	handle(g, mux, "GET /v1/rooms/{room}/links", func(ctx context.Context, r *http.Request, in *roomsv1.ListLinksRequest) (proto.Message, error) {
		in.Room, in.PageToken = r.PathValue("room"), r.URL.Query().Get("pageToken")
		return reply(c.ListLinks(ctx, in))
	})
	handle(g, mux, "DELETE /v1/rooms/{room}/links/{link}", func(ctx context.Context, r *http.Request, in *roomsv1.RevokeLinkRequest) (proto.Message, error) {
		in.Room, in.Link = r.PathValue("room"), r.PathValue("link")
		return reply(c.RevokeLink(ctx, in))
	})
	handle(g, mux, "GET /v1/rooms/{room}/people", func(ctx context.Context, r *http.Request, in *roomsv1.ListPeopleRequest) (proto.Message, error) {
		in.Room, in.PageToken = r.PathValue("room"), r.URL.Query().Get("pageToken")
		return reply(c.ListPeople(ctx, in))
	})
	handle(g, mux, "GET /v1/rooms/{room}/people/{person}", func(ctx context.Context, r *http.Request, in *roomsv1.GetPersonRequest) (proto.Message, error) {
		in.Room, in.Person = r.PathValue("room"), r.PathValue("person")
		return reply(c.GetPerson(ctx, in))
	})
	handle(g, mux, "POST /v1/rooms/{room}/links", func(ctx context.Context, r *http.Request, in *roomsv1.CreateLinksRequest) (proto.Message, error) {
		in.Room = r.PathValue("room")
		return reply(c.CreateLinks(ctx, in))
	})
}

// reply turns a typed answer into a message, and an error into a fault.
func reply[T proto.Message](answer T, err error) (proto.Message, error) {
	if err != nil {
		return nil, fault.Err(err)
	}
	return answer, nil
}

// handle binds a call: bearer token, JSON body where there is one, JSON answer.
func handle[T any, P interface {
	*T
	proto.Message
}](g *Gateway, mux *http.ServeMux, pattern string, do func(context.Context, *http.Request, P) (proto.Message, error)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		in := P(new(T))
		answer, err := func() (proto.Message, error) {
			bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if !ok {
				return nil, fault.New(fault.Unauthenticated, "send your token as Authorization: Bearer")
			}
			if _, err := g.o.Keys.Verify(bearer); err != nil {
				return nil, err
			}
			if r.Method != http.MethodGet {
				body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
				if err != nil {
					return nil, fault.New(fault.FrameTooLarge, "the body may have %d bytes", maxBody)
				}
				if len(body) > 0 {
					if err := protojson.Unmarshal(body, in); err != nil {
						return nil, fault.New(fault.FieldInvalid, "the body cannot be read as %s", in.ProtoReflect().Descriptor().Name()).Because(err)
					}
				}
			}
			ctx := rpc.WithKey(r.Context(), r.PathValue("room"))
			return do(metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+bearer), r, in)
		}()
		if err != nil {
			g.refuse(w, err)
			return
		}
		body, kind, err := render(answer)
		if err != nil {
			g.refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(body)
	})
}

// file is an answer that is to be sent as it is.
type file interface {
	GetContentType() string
	GetBody() string
}

// render gives an answer's bytes and media type.
func render(answer proto.Message) (body []byte, kind string, err error) {
	if f, ok := answer.(file); ok {
		return []byte(f.GetBody()), f.GetContentType() + "; charset=utf-8", nil
	}
	body, err = protojson.Marshal(answer)
	return body, "application/json", err
}

func (g *Gateway) refuse(w http.ResponseWriter, err error) {
	f, ok := fault.Of(err)
	if !ok {
		if !errors.Is(err, context.Canceled) {
			g.o.Logger.Error("a call of a page failed", "error", err)
		}
		f = fault.New(fault.Internal, "something went wrong inside; the log has it")
	}
	writeJSON(w, httpStatus(f.Reason.Code()), map[string]any{
		"reason": f.Reason, "message": f.Message, "field": f.Field, "retryAfterMs": f.RetryAfter.Milliseconds(),
	})
}

// httpStatus is the usual mapping of gRPC codes.
func httpStatus(c codes.Code) int {
	switch c {
	case codes.InvalidArgument:
		return http.StatusBadRequest
	case codes.Unauthenticated:
		return http.StatusUnauthorized
	case codes.PermissionDenied:
		return http.StatusForbidden
	case codes.NotFound:
		return http.StatusNotFound
	case codes.AlreadyExists, codes.Aborted, codes.FailedPrecondition:
		return http.StatusConflict
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests
	case codes.Unavailable:
		return http.StatusServiceUnavailable
	case codes.DeadlineExceeded:
		return http.StatusGatewayTimeout
	case codes.Unimplemented:
		return http.StatusNotImplemented
	}
	return http.StatusInternalServerError
}

// info tells a page where it is. Rooms are listed to this machine only: with --lan the network reaches this port, too.
func (g *Gateway) info(w http.ResponseWriter, r *http.Request) {
	answer := map[string]any{"version": g.o.Version, "loopback": g.o.Loopback, "lan": g.o.LAN}
	if from := g.o.Sources.Of(r); from.Key.IsValid() {
		answer["address"] = from.Key.String() // what limits go by: whoever is behind a proxy sees here whether it is believed
	}
	if g.o.Loopback && fromLoopback(r) {
		list, err := g.uplink.Rooms.ListRooms(r.Context(), &roomsv1.ListRoomsRequest{PageSize: 500})
		if err != nil {
			g.refuse(w, fault.FromGRPC(err))
			return
		}
		rooms := []map[string]string{}
		for _, room := range list.GetRooms() {
			rooms = append(rooms, map[string]string{
				"room": room.GetRoom(), "title": room.GetTitle(),
				"state": strings.ToLower(strings.TrimPrefix(room.GetState().String(), "STATE_")),
			})
		}
		answer["rooms"] = rooms
	}
	writeJSON(w, http.StatusOK, answer)
}

func fromLoopback(r *http.Request) bool {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && at.Addr().Unmap().IsLoopback()
}
