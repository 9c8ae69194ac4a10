package takeback

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/fault"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// services answer every undo with a success, or with an error, and note it. The trail has two entries a page.
type services struct {
	roomsv1.RoomsServiceClient
	trail []*roomsv1.AuditEntry
	asked []*roomsv1.ListAuditEntriesRequest
	err   error
	done  []string
	// change is what the last undo of an act on the whole room named.
	change uint64
	old    bool // of a version that does not know one's own acts
}

func (s *services) ListAuditEntries(_ context.Context, r *roomsv1.ListAuditEntriesRequest, _ ...grpc.CallOption) (*roomsv1.ListAuditEntriesResponse, error) {
	s.asked = append(s.asked, r)
	from := 0
	if r.GetPageToken() != "" {
		from, _ = strconv.Atoi(r.GetPageToken())
	}
	page := &roomsv1.ListAuditEntriesResponse{Own: r.GetOwn() && !s.old, Entries: s.trail[from:min(from+2, len(s.trail))]}
	if from+2 < len(s.trail) {
		page.NextPageToken = strconv.Itoa(from + 2)
	}
	return page, nil
}

func (s *services) note(what string) error {
	s.done = append(s.done, what)
	return s.err
}

func (s *services) UndoPersonAct(_ context.Context, r *roomsv1.UndoPersonActRequest, _ ...grpc.CallOption) (*roomsv1.UndoPersonActResponse, error) {
	return nil, s.note("person " + r.GetPerson())
}

func (s *services) UndoRoomChange(_ context.Context, r *roomsv1.UndoRoomChangeRequest, _ ...grpc.CallOption) (*roomsv1.UndoRoomChangeResponse, error) {
	s.change = r.GetChange()
	return nil, s.note("room change")
}

func (s *services) UndoOnAir(_ context.Context, r *roomsv1.UndoOnAirRequest, _ ...grpc.CallOption) (*roomsv1.UndoOnAirResponse, error) {
	s.change = r.GetChange()
	return nil, s.note("on air")
}

func (s *services) ReopenRoom(_ context.Context, r *roomsv1.ReopenRoomRequest, _ ...grpc.CallOption) (*roomsv1.ReopenRoomResponse, error) {
	if !r.GetOwn() {
		return nil, fmt.Errorf("anybody's end is asked for")
	}
	s.change = r.GetChange()
	return nil, s.note("end")
}

type theirComments struct {
	commentsv1.CommentsServiceClient
	*services
}

func (s theirComments) UndeleteComment(_ context.Context, r *commentsv1.UndeleteCommentRequest, _ ...grpc.CallOption) (*commentsv1.UndeleteCommentResponse, error) {
	if !r.GetOwn() {
		return nil, fmt.Errorf("anybody's removal is asked for")
	}
	return nil, s.note("removal " + r.GetComment())
}

func (s theirComments) UndoHeldAct(_ context.Context, r *commentsv1.UndoHeldActRequest, _ ...grpc.CallOption) (*commentsv1.UndoHeldActResponse, error) {
	return nil, s.note("decision " + r.GetComment())
}

func (s theirComments) UndoPin(_ context.Context, r *commentsv1.UndoPinRequest, _ ...grpc.CallOption) (*commentsv1.UndoPinResponse, error) {
	s.change = r.GetChange()
	return nil, s.note("pin")
}

func (s theirComments) UndoBlockedTerms(_ context.Context, r *commentsv1.UndoBlockedTermsRequest, _ ...grpc.CallOption) (*commentsv1.UndoBlockedTermsResponse, error) {
	s.change = r.GetChange()
	return nil, s.note("terms")
}

func (s theirComments) UndoRemovePersonComments(_ context.Context, r *commentsv1.UndoRemovePersonCommentsRequest, _ ...grpc.CallOption) (*commentsv1.UndoRemovePersonCommentsResponse, error) {
	return nil, s.note("comments of " + r.GetPerson())
}

type theirQuestions struct {
	questionsv1.QuestionsServiceClient
	*services
}

func (s theirQuestions) StepQuestion(_ context.Context, r *questionsv1.StepQuestionRequest, _ ...grpc.CallOption) (*questionsv1.StepQuestionResponse, error) {
	if r.GetStep() != questionsv1.StepQuestionRequest_STEP_UNDO || !r.GetOwn() || r.GetRequestId() == "" {
		return nil, fmt.Errorf("the step is %v", r)
	}
	return nil, s.note("step " + r.GetQuestion())
}

func (s theirQuestions) UndoRemovePersonQuestions(context.Context, *questionsv1.UndoRemovePersonQuestionsRequest, ...grpc.CallOption) (*questionsv1.UndoRemovePersonQuestionsResponse, error) {
	return nil, fault.Status(fault.New(fault.UndoExpired, "there were none")).Err()
}

func stage(actions ...string) (*services, *Services) {
	s := new(services)
	for _, action := range actions {
		s.trail = append(s.trail, &roomsv1.AuditEntry{Action: action, Target: "x", Time: timestamppb.Now()})
	}
	return s, &Services{s, theirComments{services: s}, theirQuestions{services: s}}
}

// Every act of the trail is taken back by one call, or says why it stays; one that comes to be needs its line.
func TestEveryActIsTakenBackOrSaysWhyItStays(t *testing.T) {
	for action, act := range audit.Acts {
		s, services := stage(action)
		last, err := services.Last(t.Context(), Who{Room: "main"})
		switch {
		case act.Undo == audit.Aside:
			if !fault.Is(err, fault.UndoExpired) || len(s.done) != 0 {
				t.Errorf("%s is no act of a moderator: %v, done %q", action, err, s.done)
			}
		case act.Undo == audit.Stays:
			if !fault.Is(err, fault.UndoExpired) || len(s.done) != 0 || act.Why == "" {
				t.Errorf("%s stays (%q): %v, done %q", action, act.Why, err, s.done)
			}
		case err != nil || last.GetAction() != action || len(s.done) != 1:
			t.Errorf("%s: %v, done %q", action, err, s.done)
		}
	}
}

func TestWhatIsBesideTheTrailIsPassedOver(t *testing.T) {
	s, services := stage("denied", "report_comment", "report_question", "denied", "calm_room", "ban_person")
	if last, err := services.Last(t.Context(), Who{Room: "main"}); err != nil || last.GetAction() != "calm_room" || len(s.done) != 1 || s.done[0] != "room change" {
		t.Errorf("%v, %v, done %q", last, err, s.done)
	}
	if r := s.asked[0]; !r.GetOwn() || time.Since(r.GetStartTime().AsTime()) > 2*time.Minute {
		t.Errorf("of the trail it asks for %v", r)
	}
	if last, err := stageOf(t, "undo_pin", "pin_comment").Last(t.Context(), Who{}); !fault.Is(err, fault.UndoExpired) {
		t.Errorf("after an undo the act before is not meant: %v, %v", last, err)
	}
}

// A service of the version before lists everybody's acts: none of them is taken for one's own.
func TestOthersActsAreNotTakenBack(t *testing.T) {
	s, services := stage("delete_comment")
	s.old = true
	if last, err := services.Last(t.Context(), Who{Room: "main"}); err == nil || len(s.done) != 0 {
		t.Errorf("%v, done %q", last, s.done)
	}
}

func stageOf(t *testing.T, actions ...string) *Services {
	t.Helper()
	_, services := stage(actions...)
	return services
}

// The trail names what an act on the whole room was about; whoever takes it back need not.
func TestAnActOnTheWholeRoomNeedsNoTarget(t *testing.T) {
	for kind, trail := range map[audit.Undo][]string{
		audit.Pinning: {"undo_pin", "pin_comment"}, audit.Airing: {"undo_on_air", "set_on_air"}, audit.Wording: {"undo_terms", "block_terms"},
		audit.Setting: {"undo_room_change", "calm_room"}, audit.Ending: {"reopen_room", "end_room"},
	} {
		s, services := stage(trail...)
		s.err = fault.Status(fault.New(fault.UndoExpired, "too late")).Err()
		if err := services.Act(t.Context(), Who{Room: "main"}, kind, "", 0); err != nil {
			t.Errorf("%s a second time: %v", trail[0], err)
		}
		s, services = stage(trail[1], trail[0])
		s.err = fault.Status(fault.New(fault.UndoExpired, "too late")).Err()
		if err := services.Act(t.Context(), Who{Room: "main"}, kind, "", 0); !fault.Is(err, fault.UndoExpired) {
			t.Errorf("%s after %s is not taken back, and that was said to be: %v", trail[1], trail[0], err)
		}
		s, services = stage(trail...)
		s.err = fault.Status(fault.New(fault.UndoExpired, "another one")).Err()
		if err := services.Act(t.Context(), Who{Room: "main"}, kind, "", 7); !fault.Is(err, fault.UndoExpired) {
			t.Errorf("%s took back another change than the one that was named, and that was said to be: %v", trail[0], err)
		}
		if s.change != 7 {
			t.Errorf("%s: the service is asked for the change %d", trail[0], s.change)
		}
	}
}

func TestASecondTimeIsASuccess(t *testing.T) {
	for name, c := range map[string]struct {
		trail []string
		ok    bool
	}{
		"undone":                    {[]string{"undo_held", "release_comment"}, true},
		"undone, far down":          {[]string{"ban_person", "ban_person", "pin_comment", "undo_held"}, true},
		"a later act":               {[]string{"release_comment", "undo_held"}, false},
		"undone of something else":  {[]string{"undo_pin", "undo_ban_person"}, false},
		"nothing":                   {nil, false},
		"dismissed reports, undone": {[]string{"undo_dismiss_reports", "dismiss_reports"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, services := stage(c.trail...)
			s.err = fault.Status(fault.New(fault.UndoExpired, "too late")).Err()
			err := services.Act(t.Context(), Who{Room: "main"}, audit.Decision, "x", 0)
			if c.ok != (err == nil) || err != nil && !fault.Is(err, fault.UndoExpired) {
				t.Error(err)
			}
		})
	}
}
