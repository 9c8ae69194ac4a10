package gateway

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/archive"
	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Beat is what this gateway's canary saw last: a heart's way through the public port, the services and the store, and back.
type Beat struct {
	// At is when; the zero time before the first.
	At time.Time
	// Took is how long the heart was on its way; 0 when it did not come back.
	Took time.Duration
}

// health is how a room fares, as its moderators are told: what the metrics say of all rooms, for one.
type health struct {
	// Gateways that hold viewers of the room, the fullest first; Here marks the one that answers.
	Gateways []gatewayShare `json:"gateways"`
	// Viewers over all of them.
	Viewers uint64 `json:"viewers"`
	// Open is whether the room is open on this gateway; the figures below are its own, and 0 where it is not.
	Open bool `json:"open"`
	// Connected is whether this gateway reaches the store.
	Connected bool `json:"connected"`
	// LagMs is how long the newest comment had taken from the store to here.
	LagMs int64 `json:"lagMs"`
	// TickMs is how often viewers are told of what is new.
	TickMs int64 `json:"tickMs"`
	// Shown counts comments shown to viewers since the room was opened here.
	Shown uint64 `json:"shown"`
	// NotShown counts comments that the display budget held back since then.
	NotShown uint64 `json:"notShown"`
	// CanaryMs is how long the canary's last heart took; -1 when it did not come back. Unset without a canary.
	CanaryMs *int64 `json:"canaryMs,omitempty"`
	// CanaryAtMs is when that was.
	CanaryAtMs int64 `json:"canaryAtMs,omitempty"`
}

type gatewayShare struct {
	Gateway string `json:"gateway"`
	Viewers uint64 `json:"viewers"`
	Here    bool   `json:"here,omitempty"`
}

// files are what moderators can take away of a room; those about questions alone hold ballots and are for hosts.
var files = map[string]struct {
	kind  string
	write func(context.Context, grpc.ClientConnInterface, string, io.Writer) error
}{
	"room.jsonl":      {"application/jsonl", archive.Lines},
	"questions.jsonl": {"application/jsonl", archive.Questions},
	"questions.csv":   {"text/csv", archive.QuestionRows},
	"comments.csv":    {"text/csv", archive.CommentRows},
	"audit.csv":       {"text/csv", archive.AuditRows},
}

// apiStaff serves what only moderators and hosts of a room may have: its audit trail, its health, and its files.
func (g *Gateway) apiStaff(mux *http.ServeMux) {
	c := roomsv1.NewRoomsServiceClient(g.o.Bare)
	handle(g, mux, "GET /v1/rooms/{room}/audit", func(ctx context.Context, r *http.Request, in *roomsv1.ListAuditEntriesRequest) (proto.Message, error) {
		q := query{values: r.URL.Query().Get}
		in.Room, in.PageSize, in.PageToken = r.PathValue("room"), q.number("pageSize"), r.URL.Query().Get("pageToken")
		if q.err != nil {
			return nil, q.err
		}
		return reply(c.ListAuditEntries(ctx, in))
	})
	mux.HandleFunc("GET /v1/rooms/{room}/health", func(w http.ResponseWriter, r *http.Request) {
		if _, err := g.staff(r); err != nil {
			g.refuse(w, err)
			return
		}
		writeJSON(w, http.StatusOK, g.health(r.PathValue("room")))
	})
	mux.HandleFunc("GET /v1/rooms/{room}/export/{file}", g.export)
}

// staff lets moderators and hosts of the room in the address pass. Not this gateway decides who they are but the service that
// owns the trail, which is asked for a line of it with the caller's own token: so a link that was taken back opens nothing,
// and who is denied stands in the trail. The context carries that token on.
func (g *Gateway) staff(r *http.Request) (context.Context, error) {
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return nil, fault.New(fault.Unauthenticated, "send your token as Authorization: Bearer")
	}
	if _, err := g.o.Keys.Verify(bearer); err != nil {
		return nil, err
	}
	ctx := metadata.AppendToOutgoingContext(rpc.WithKey(r.Context(), r.PathValue("room")), "authorization", "Bearer "+bearer)
	_, err := roomsv1.NewRoomsServiceClient(g.o.Bare).ListAuditEntries(ctx, &roomsv1.ListAuditEntriesRequest{Room: r.PathValue("room"), PageSize: 1})
	if err != nil {
		return nil, fault.Err(err)
	}
	return ctx, nil
}

func (g *Gateway) health(id string) health {
	h := health{Gateways: []gatewayShare{}, Connected: g.o.Bus.Connected()}
	for _, s := range g.hub.Shares(id) {
		h.Gateways = append(h.Gateways, gatewayShare{Gateway: s.Gateway, Viewers: s.Viewers, Here: s.Gateway == g.id})
		h.Viewers += s.Viewers
	}
	var s room.Stat
	if s, h.Open = g.hub.Stat(id); h.Open {
		h.LagMs, h.TickMs, h.Shown, h.NotShown = s.LagMs, s.IntervalMs, s.Shown, s.NotShown
	}
	if g.o.Canary == nil {
		return h
	}
	if beat := g.o.Canary(); !beat.At.IsZero() {
		h.CanaryMs, h.CanaryAtMs = new(beat.Took.Milliseconds()), beat.At.UnixMilli()
		if beat.Took == 0 {
			h.CanaryMs = new(int64(-1))
		}
	}
	return h
}

// export writes a file as it is read from the services. One that breaks off ends the connection, so that no browser takes
// half of it for the whole.
func (g *Gateway) export(w http.ResponseWriter, r *http.Request) {
	id, name := r.PathValue("room"), r.PathValue("file")
	file, ok := files[name]
	if !ok {
		g.refuse(w, fault.New(fault.FieldInvalid, "there is room.jsonl, questions.jsonl, questions.csv, comments.csv and audit.csv, no %q", name).On("file"))
		return
	}
	ctx, err := g.staff(r)
	if err != nil {
		g.refuse(w, err)
		return
	}
	h := w.Header()
	out := &slowly{to: w, control: http.NewResponseController(w), begin: func() {
		h.Set("Content-Type", file.kind+"; charset=utf-8")
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s"`, id, name))
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
	}}
	if err := file.write(ctx, g.o.Bare, id, out); err != nil {
		if !out.begun {
			g.refuse(w, fault.FromGRPC(err))
			return
		}
		g.o.Logger.Warn("an export broke off", "room", id, "file", name, "error", err)
		panic(http.ErrAbortHandler)
	}
}

// exportPause is how long whoever takes a file may stand still.
const exportPause = 30 * time.Second

// slowly writes a file of any length to whoever takes it at any pace, but no pause: each write has its own time.
type slowly struct {
	to      io.Writer
	control *http.ResponseController
	begin   func()
	begun   bool
}

func (s *slowly) Write(b []byte) (int, error) {
	if !s.begun {
		s.begun = true
		s.begin()
	}
	if err := s.control.SetWriteDeadline(time.Now().Add(exportPause)); err != nil {
		return 0, fmt.Errorf("give an export time: %w", err)
	}
	return s.to.Write(b)
}
