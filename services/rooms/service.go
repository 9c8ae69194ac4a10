package rooms

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

var (
	hosts      = []auth.Role{auth.Host, auth.Service}
	moderators = []auth.Role{auth.Moderator, auth.Host, auth.Service}
)

// Policy says who may call what.
var Policy = auth.Policy{
	roomsv1.RoomsService_CreateRoom_FullMethodName:       hosts,
	roomsv1.RoomsService_GetRoom_FullMethodName:          {auth.Viewer, auth.Moderator, auth.Host, auth.Service},
	roomsv1.RoomsService_ListRooms_FullMethodName:        hosts,
	roomsv1.RoomsService_UpdateRoom_FullMethodName:       {auth.Moderator, auth.Host, auth.Service},
	roomsv1.RoomsService_CalmRoom_FullMethodName:         {auth.Moderator, auth.Host, auth.Service},
	roomsv1.RoomsService_UndoRoomChange_FullMethodName:   moderators,
	roomsv1.RoomsService_SetOnAir_FullMethodName:         moderators,
	roomsv1.RoomsService_UndoOnAir_FullMethodName:        moderators,
	roomsv1.RoomsService_StartRoom_FullMethodName:        hosts,
	roomsv1.RoomsService_EndRoom_FullMethodName:          hosts,
	roomsv1.RoomsService_ReopenRoom_FullMethodName:       hosts,
	roomsv1.RoomsService_DeleteRoom_FullMethodName:       hosts,
	roomsv1.RoomsService_ListAuditEntries_FullMethodName: {auth.Moderator, auth.Host, auth.Service},
	roomsv1.RoomsService_CreateLinks_FullMethodName:      hosts,
	roomsv1.RoomsService_BanPerson_FullMethodName:        moderators,
	roomsv1.RoomsService_TimeOutPerson_FullMethodName:    moderators,
	roomsv1.RoomsService_UnbanPerson_FullMethodName:      moderators,
	roomsv1.RoomsService_UndoPersonAct_FullMethodName:    moderators,
	roomsv1.RoomsService_ListPeople_FullMethodName:       moderators,
	roomsv1.RoomsService_GetPerson_FullMethodName:        moderators,
	roomsv1.RoomsService_NoteTrace_FullMethodName:        {auth.Service},
	roomsv1.RoomsService_NoteName_FullMethodName:         {auth.Service},
	roomsv1.RoomsService_ListLinks_FullMethodName:        hosts,
	roomsv1.RoomsService_RevokeLink_FullMethodName:       hosts,
}

// Options of the service.
type Options struct {
	// Bus and Views are needed.
	Bus   *bus.Bus
	Views *follow.Views
	// Keys sign links; nil refuses them with NO_SIGNING_KEY.
	Keys *auth.Keys
	// Media are the origins from which a room may bring a picture onto its stage, as internal/origin has them.
	Media []string
	// Logger for what goes wrong, and for deletions. Default slog.Default().
	Logger *slog.Logger
	// Clock tells the time. Default time.Now.
	Clock func() time.Time
}

// Service implements ovation.rooms.v1.RoomsService.
type Service struct {
	roomsv1.UnimplementedRoomsServiceServer

	// static
	bus      *bus.Bus
	judge    *judge.Judge // of who may read; else the leader's word counts
	keys     *auth.Keys
	media    []string // patterns of origins
	log      *slog.Logger
	clock    func() time.Time
	meter    meters
	settle   time.Duration // between marking a room deleted and erasing it
	grace    time.Duration // after which another's deletion counts as cut short
	patience time.Duration // that a caller is kept for an erasing
	wake     chan struct{} // tells the janitor that a deletion was cut short

	incarnation atomic.Pointer[string]

	mu      sync.Mutex
	erasing map[string]chan struct{} // guarded by mu; a token is in the channel while a room is being erased
}

// New makes the service.
func New(o Options) *Service {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Service{
		bus: o.Bus, judge: judge.New(o.Bus, o.Views), keys: o.Keys, media: o.Media, log: o.Logger, clock: o.Clock, meter: newMeters(),
		settle: settle, grace: grace, patience: patience, wake: make(chan struct{}, 1), erasing: make(map[string]chan struct{}),
	}
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { roomsv1.RegisterRoomsServiceServer(r, s) }

// StartRoom takes a scheduled room live.
func (s *Service) StartRoom(ctx context.Context, r *roomsv1.StartRoomRequest) (*roomsv1.StartRoomResponse, error) {
	room, _, err := s.step(ctx, r.GetRoom(), r.GetActor(), "start_room", start)
	if err != nil {
		return nil, err
	}
	return &roomsv1.StartRoomResponse{Room: room}, nil
}

// EndRoom ends a live room.
func (s *Service) EndRoom(ctx context.Context, r *roomsv1.EndRoomRequest) (*roomsv1.EndRoomResponse, error) {
	room, change, err := s.step(ctx, r.GetRoom(), r.GetActor(), "end_room", end)
	if err != nil {
		return nil, err
	}
	return &roomsv1.EndRoomResponse{Room: room, Change: change}, nil
}

// ReopenRoom undoes an end.
func (s *Service) ReopenRoom(ctx context.Context, r *roomsv1.ReopenRoomRequest) (*roomsv1.ReopenRoomResponse, error) {
	act := change{room: r.GetRoom(), actor: r.GetActor(), need: auth.Host, action: "reopen_room"}
	act.do = func(doc *eventv1.Room, by *eventv1.Author) (bool, error) {
		if r.GetOwn() && !endedBy(doc, by, r.GetChange()) {
			return false, fault.New(fault.UndoExpired, "there is no end of this room by you in the last 60 s that is still the last change")
		}
		return reopen(doc, s.clock())
	}
	if r.GetOwn() {
		act.content, act.again = "own\x00"+takingBack(ctx, r.GetActor(), r.GetChange()), judge.UndoAgain
	}
	room, _, err := s.change(ctx, act)
	if err != nil {
		return nil, err
	}
	return &roomsv1.ReopenRoomResponse{Room: room}, nil
}

// outside is a room as callers see it: never with its person key.
func (s *Service) outside(ctx context.Context, r *eventv1.Room) (*roomsv1.Room, error) {
	epoch, err := s.epoch(ctx, r)
	if err != nil {
		return nil, err
	}
	at := func(ms int64) *timestamppb.Timestamp {
		if ms == 0 {
			return nil
		}
		return timestamppb.New(time.UnixMilli(ms))
	}
	in := r.GetSettings()
	mode, links := roomsv1.Settings_CommentMode(in.GetCommentMode()), roomsv1.Settings_LinkPolicy(in.GetLinks())
	out := &roomsv1.Room{
		Room: r.GetId(), Title: r.GetTitle(), State: states[r.GetState()], Revision: r.GetRevision(), Epoch: epoch,
		CreateTime: at(r.GetCreatedMs()), StartTime: at(r.GetStartedMs()), EndTime: at(r.GetEndedMs()), CalmTime: at(r.GetCalm().GetSinceMs()),
		Settings: &roomsv1.Settings{
			Kinds: in.GetKinds(), Labels: in.GetLabels(), Guests: new(in.GetGuests()), DisplayBudget: new(in.GetDisplayBudget()),
			ModeratorDisplayBudget: new(in.GetModeratorDisplayBudget()), MaxPostsPerSecond: new(in.GetMaxPostsPerSecond()),
			Source: new(in.GetSource()), HeartsPaused: new(in.GetHeartsPaused()), QuestionsPaused: new(in.GetQuestionsPaused()), MinTickMs: new(in.GetMinTickMs()),
			SlowModeSeconds: new(in.GetSlowModeSeconds()), CommentMode: &mode, OpenQuestions: new(in.GetOpenQuestions()),
			AnonymousQuestions: new(in.GetAnonymousQuestions()), HeartCap: new(in.GetHeartCap()),
			TapsPerSecond: new(in.GetTapsPerSecond()), TapBurst: new(in.GetTapBurst()),
			AnsweringSlots:   new(max(1, in.GetAnsweringSlots())), // rooms from before the setting hold 0
			QuestionRanking:  roomsv1.Settings_QuestionRanking(in.GetQuestionRanking()).Enum(),
			IgnoreGuestVotes: new(in.GetIgnoreGuestVotes()),
			ViewerCount:      roomsv1.Settings_ViewerCount(in.GetViewerCount()).Enum(),
			UniqueComments:   new(in.GetUniqueComments()), EmojiOnly: new(in.GetEmojiOnly()), Links: &links,
			EditWindowSeconds: new(in.GetEditWindowSeconds()), KeepOriginals: new(in.GetKeepOriginals()),
		},
	}
	peopleOutside(in, out.Settings)
	return out, nil
}

var states = map[eventv1.RoomState]roomsv1.Room_State{
	eventv1.RoomState_ROOM_STATE_SCHEDULED: roomsv1.Room_STATE_SCHEDULED,
	eventv1.RoomState_ROOM_STATE_LIVE:      roomsv1.Room_STATE_LIVE,
	eventv1.RoomState_ROOM_STATE_ENDED:     roomsv1.Room_STATE_ENDED,
}

func (s *Service) epoch(ctx context.Context, r *eventv1.Room) (string, error) {
	known := s.incarnation.Load()
	if known == nil {
		fresh, err := s.bus.Incarnation(ctx)
		if err != nil {
			return "", fmt.Errorf("read the epoch: %w", err)
		}
		known = &fresh
		s.incarnation.Store(known)
	}
	return bus.Epoch(r.GetNonce(), *known), nil
}
