package comments

import (
	"context"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	watchPage  = 200                   // entries that a watcher reads at once
	watchRest  = 50 * time.Millisecond // between two reads, so that a busy room is read in pieces
	watchPoll  = 3 * time.Second       // when nothing woke it: a live copy may be lost, or who watches banned
	watchQuiet = 30 * time.Second      // of silence, after which the cursor is told
	watchDepth = 4096                  // live copies in hand; they only wake, so that more may be dropped
	mostPeople = 100
)

// watch wakes those who watch rooms. It hands nothing on: each watcher reads the log itself, from where it stands and at
// its own pace, so that nothing can be lost on the way and a slow one holds up nobody.
type watch struct {
	// static
	live    *bus.Live
	stopped chan struct{} // closed when run has ended

	mu    sync.Mutex
	rooms map[string]*watchedRoom // guarded by mu
}

type watchedRoom struct {
	leave func()
	wake  map[chan struct{}]struct{} // one a watcher, each with a place
}

func newWatch(b *bus.Bus) *watch {
	return &watch{live: b.NewLive(watchDepth), stopped: make(chan struct{}), rooms: make(map[string]*watchedRoom)}
}

func (w *watch) run(ctx context.Context) error {
	defer close(w.stopped)
	for {
		r, err := w.live.Next(ctx)
		if err != nil {
			return err
		}
		room, _, ok := bus.InRoomOf(bus.Log, r.Subject)
		if !ok {
			continue
		}
		w.mu.Lock()
		if in := w.rooms[room]; in != nil {
			for wake := range in.wake {
				select {
				case wake <- struct{}{}:
				default:
				}
			}
		}
		w.mu.Unlock()
	}
}

// join has the channel filled whenever something is stored in the room from now on.
func (w *watch) join(room string) (wake chan struct{}, leave func(), err error) {
	wake = make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	in := w.rooms[room]
	if in == nil {
		in = &watchedRoom{wake: make(map[chan struct{}]struct{})}
		if in.leave, err = w.live.Join(bus.InRoom(bus.Log, room)); err != nil {
			return nil, nil, err
		}
		w.rooms[room] = in
	}
	in.wake[wake] = struct{}{}
	return wake, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if delete(in.wake, wake); len(in.wake) == 0 {
			in.leave()
			delete(w.rooms, room)
		}
	}, nil
}

// watcher is one stream.
type watcher struct {
	s      *Service
	room   string
	epoch  string
	upto   uint64 // everything up to it was told, or did not pass
	roles  []string
	people []string
	send   func(*commentsv1.WatchCommentsResponse) error
}

// WatchComments tells of comments as they come.
func (s *Service) WatchComments(r *commentsv1.WatchCommentsRequest, stream grpc.ServerStreamingServer[commentsv1.WatchCommentsResponse]) error {
	ctx := stream.Context()
	w, err := s.watcher(ctx, r, stream.Send)
	if err != nil {
		return err
	}
	wake, leave, err := s.watch.join(r.GetRoom()) // first, then read: what is stored in between wakes
	if err != nil {
		return err
	}
	defer leave()
	claims, _ := auth.CallerFrom(ctx)
	s.meter.watchers.Add(ctx, 1)
	defer s.meter.watchers.Add(context.WithoutCancel(ctx), -1)
	if err := w.tell(nil, time.Time{}); err != nil {
		return err
	}
	said := time.Now()
	for {
		before := w.upto
		more, err := w.read(ctx)
		if err != nil {
			return err
		}
		if w.upto != before {
			said = time.Now()
		} else if time.Since(said) > watchQuiet {
			if err := w.tell(nil, time.Time{}); err != nil {
				return err
			}
			said = time.Now()
		}
		if more {
			continue
		}
		select {
		case <-wake:
			pause.For(ctx, watchRest)
		case <-time.After(watchPoll):
		case <-s.watch.stopped:
			return goneAway()
		case <-ctx.Done():
			return goneAway()
		}
		if ctx.Err() != nil {
			return goneAway()
		}
		if !claims.Expires.IsZero() && time.Now().After(claims.Expires) {
			return fault.New(fault.TokenExpired, "the token ended; go on with another one and the last cursor")
		}
		caller, err := s.judge.Reader(ctx, r.GetRoom(), s.clock()) // again: a ban may have come
		if err != nil {
			return err
		}
		if caller.View.Epoch() != w.epoch {
			return cursorLost("the room was made anew")
		}
	}
}

func goneAway() error {
	return fault.New(fault.Unavailable, "this stream ends; call again with the last cursor").After(time.Second)
}

func cursorLost(why string) error {
	return fault.New(fault.CursorLost, "%s: list the room's comments, and then watch without a cursor", why).On("cursor")
}

// watcher checks the request and finds out where to begin.
func (s *Service) watcher(ctx context.Context, r *commentsv1.WatchCommentsRequest, send func(*commentsv1.WatchCommentsResponse) error) (*watcher, error) {
	caller, err := s.judge.Reader(ctx, r.GetRoom(), s.clock())
	if err != nil {
		return nil, err
	}
	for _, role := range r.GetRoles() {
		if !auth.Role(role).Valid() || auth.Role(role) == auth.Service {
			return nil, fault.New(fault.FieldInvalid, "roles are viewer, moderator and host").On("roles")
		}
	}
	if len(r.GetPeople()) > mostPeople {
		return nil, fault.New(fault.FieldInvalid, "at most %d people", mostPeople).On("people")
	}
	for _, person := range r.GetPeople() {
		if err := text.ItemID("people", person); err != nil {
			return nil, err
		}
	}
	if r.GetCursor() != nil && r.GetFromStart() {
		return nil, fault.New(fault.FieldInvalid, "a cursor says where to go on; leave from_start out").On("from_start")
	}
	w := &watcher{s: s, room: r.GetRoom(), epoch: caller.View.Epoch(), roles: r.GetRoles(), people: r.GetPeople(), send: send}
	first, last, err := s.bus.Bounds(ctx, bus.Log)
	switch c := r.GetCursor(); {
	case err != nil:
		return nil, err
	case r.GetFromStart():
	case c == nil:
		w.upto = last
	case c.GetEpoch() != w.epoch:
		return nil, cursorLost("the cursor is of another life of the room")
	case c.GetSequence() > last:
		return nil, cursorLost("the cursor is ahead of the log")
	case c.GetSequence()+1 < first:
		return nil, cursorLost(notThatFar)
	default:
		w.upto = c.GetSequence()
		if err := w.reached(ctx); err != nil {
			return nil, err
		}
	}
	return w, nil
}

const notThatFar = "the log no longer reaches back to the cursor"

// reached is CURSOR_LOST when a bound has dropped something of the room behind the cursor: what is left would look whole.
func (w *watcher) reached(ctx context.Context) error {
	begins, dropped, err := w.s.reach.begins(ctx, w.room)
	if err == nil && dropped && w.upto+1 < begins {
		err = cursorLost(notThatFar)
	}
	return err
}

// read tells of a page of what is new.
func (w *watcher) read(ctx context.Context) (more bool, err error) {
	records, more, err := w.s.bus.Range(ctx, bus.InRoom(bus.Log, w.room), w.upto+1, watchPage)
	if err != nil || len(records) == 0 {
		return false, err
	}
	if more && w.upto > 0 { // it is behind: bounds may have been faster
		if err := w.reached(ctx); err != nil {
			return false, err
		}
	}
	now, err := w.s.removed.in(ctx, w.room, w.s.clock())
	if err != nil {
		return false, err
	}
	for _, r := range records {
		if r.Sequence <= w.upto {
			continue
		}
		entry := new(eventv1.LogEntry)
		if err := proto.Unmarshal(r.Body, entry); err != nil {
			return false, err
		}
		w.upto = r.Sequence
		event := w.event(entry, r.Sequence, now)
		if event == nil {
			continue
		}
		if err := w.tell(event, r.Time); err != nil {
			return false, err
		}
	}
	return more, nil
}

// event is what an entry tells; nil where it passes no filter. What was removed or edited since, and is not erased yet, is
// told by what overruled it.
func (w *watcher) event(entry *eventv1.LogEntry, sequence uint64, now present) *commentsv1.WatchCommentsResponse {
	if removal := entry.GetRemoval(); removal != nil {
		return &commentsv1.WatchCommentsResponse{Event: &commentsv1.WatchCommentsResponse_Removed{Removed: removal.GetComment()}}
	}
	c := commentOf(entry, sequence)
	if c == nil || !now.stands(sequence) || c.GetShadow() { // a bot would show what is out of sight to everybody
		return nil
	}
	told := outside(w.room, c, sequence)
	if len(w.roles) > 0 && !slices.Contains(w.roles, told.GetRole()) || len(w.people) > 0 && !slices.Contains(w.people, told.GetPerson()) {
		return nil
	}
	switch entry.GetBody().(type) {
	case *eventv1.LogEntry_Edit:
		return &commentsv1.WatchCommentsResponse{Event: &commentsv1.WatchCommentsResponse_Edited{Edited: told}}
	case *eventv1.LogEntry_Restoration:
		return &commentsv1.WatchCommentsResponse{Event: &commentsv1.WatchCommentsResponse_Restored{Restored: told}}
	}
	return &commentsv1.WatchCommentsResponse{Event: &commentsv1.WatchCommentsResponse_Posted{Posted: told}}
}

func (w *watcher) tell(event *commentsv1.WatchCommentsResponse, stored time.Time) error {
	if event == nil {
		event = new(commentsv1.WatchCommentsResponse)
	} else {
		event.Time = timestamppb.New(stored)
	}
	event.Cursor = &commentsv1.WatchCursor{Epoch: w.epoch, Sequence: w.upto}
	return w.send(event)
}
