package journey_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/telemetry"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// tape keeps every byte that a viewer was sent.
type tape struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (t *tape) keep(frame []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all.Write(frame)
}

func (t *tape) size() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.Len()
}

func (t *tape) holds(text string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Contains(t.all.Bytes(), []byte(text))
}

// A backend makes a room; Ada and Bo watch, the first with the JSON subprotocol, the second with the binary one; Mo
// moderates.
func TestAShowFromCreateToEnd(t *testing.T) {
	t.Parallel()
	collector, err := telemetry.NewCollector()
	if err != nil {
		t.Fatal(err)
	}
	defer collector.Close()
	data := t.TempDir()
	s := start(t, data, "--otlp-endpoint", collector.URL, "--trace-sample", "1")
	ctx, conn := t.Context(), dial(t, &s.Ready)
	rooms := roomsv1.NewRoomsServiceClient(conn)

	t.Log("before the show")
	if _, err := rooms.CreateRoom(ctx, &roomsv1.CreateRoomRequest{Room: "launch", Title: "The launch", Scheduled: true, Actor: producer}); err != nil {
		t.Fatal(err)
	}
	var seenByBo tape
	ada := join(t, &s.Ready, viewer.Options{Room: "launch", Name: "Ada", JSON: true})
	bo := join(t, &s.Ready, viewer.Options{Room: "launch", Name: "Bo", OnFrame: seenByBo.keep})
	mo := join(t, &s.Ready, viewer.Options{Room: "launch", Token: s.Tokens.Moderator, Client: "console"})
	until(t, bo, "the scheduled room", roomIs("scheduled"))
	_, err = ada.Post(ctx, "too early")
	refused(t, "ROOM_NOT_STARTED", err)
	if _, err := rooms.StartRoom(ctx, &roomsv1.StartRoomRequest{Room: "launch", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	for _, v := range []*viewer.Viewer{ada, bo, mo} {
		until(t, v, "the room goes live", roomIs("live"))
	}
	until(t, bo, "two viewers; a console is none", func(w *viewer.View) bool { return w.Viewers == 2 })

	t.Log("hearts")
	tap(t, ada, 3)
	tap(t, bo, 2)
	for _, v := range []*viewer.Viewer{ada, bo} {
		until(t, v, "five hearts", func(w *viewer.View) bool { return w.Hearts["heart"] == 5 })
	}
	totals, err := heartsv1.NewHeartsServiceClient(conn).GetHeartTotals(ctx, &heartsv1.GetHeartTotalsRequest{Room: "launch"})
	if err != nil || totals.GetTotals()["heart"] != 5 {
		t.Errorf("the backend reads %v %v, want 5 hearts", totals, err)
	}

	t.Log("a pause, in the middle of it")
	pause := func(on bool) {
		if _, err := rooms.UpdateRoom(ctx, &roomsv1.UpdateRoomRequest{
			Room: &roomsv1.Room{Room: "launch", Settings: &roomsv1.Settings{HeartsPaused: &on}}, Actor: producer,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.hearts_paused"}},
		}); err != nil {
			t.Fatal(err)
		}
		until(t, ada, "she is told", func(w *viewer.View) bool { return w.Room.GetHeartsPaused() == on })
	}
	pause(true)
	if err := ada.Send(ctx, &gatewayv1.ClientFrame{Id: "while paused", Body: &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: "heart", Count: 3}}}); err != nil {
		t.Fatal(err)
	}
	until(t, ada, "the tap is refused", func(w *viewer.View) bool {
		return slices.ContainsFunc(w.Faults, func(f *gatewayv1.Fault) bool { return f.GetReason() == "HEARTS_PAUSED" })
	})
	pause(false)

	t.Log("comments")
	first := post(t, ada, "hello from Ada")
	second := post(t, bo, "hello from Bo")
	for _, v := range []*viewer.Viewer{ada, bo, mo} {
		until(t, v, "both comments, in order", func(w *viewer.View) bool {
			return slices.Equal(texts(w), []string{"hello from Ada", "hello from Bo"})
		})
	}
	comments := commentsv1.NewCommentsServiceClient(conn)
	listed, err := comments.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: "launch"})
	if err != nil || len(listed.GetComments()) != 2 {
		t.Fatalf("the backend lists %v %v", listed, err)
	}

	t.Log("a question")
	const wanted = "Which clock does the studio follow?"
	asked, err := ada.Ask(ctx, wanted)
	if err != nil {
		t.Fatal(err)
	}
	id := asked.GetQuestion()
	until(t, mo, "the waiting question", func(w *viewer.View) bool { return w.Pending[id].GetQuestion().GetText() == wanted })
	post(t, ada, "a tick after the question") // whatever was to come with the question came with it
	until(t, bo, "that tick", has("a tick after the question"))
	if seenByBo.holds(wanted) {
		t.Error("a viewer was sent a question that waits")
	}
	if err := bo.Vote(ctx, id, true); err == nil {
		t.Error("a vote on a waiting question was taken")
	}
	_, err = bo.Moderate(ctx, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: &gatewayv1.QuestionStep{Question: id, Revision: 1}}})
	refused(t, "PERMISSION_DENIED", err)
	q := step(t, mo, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: &gatewayv1.QuestionStep{Question: id, Revision: asked.GetRevision()}}})
	until(t, bo, "the open question", questionIs(id, "open"))
	for range 2 { // once a person, however often
		for _, v := range []*viewer.Viewer{ada, bo} {
			if err := v.Vote(ctx, id, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, v := range []*viewer.Viewer{ada, bo} {
		until(t, v, "two votes", func(w *viewer.View) bool {
			return w.Questions[id].GetVotes()+w.Questions[id].GetGuestVotes() == 2 || w.Questions[id].GetVotes() == 2
		})
	}
	q = step(t, mo, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Highlight{Highlight: &gatewayv1.QuestionStep{Question: id, Revision: q.GetRevision()}}})
	until(t, ada, "the question is Now", questionIs(id, "answering"))
	step(t, mo, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Answer{Answer: &gatewayv1.QuestionStep{Question: id, Revision: q.GetRevision(), Text: "Its own."}}})
	until(t, bo, "the answer", func(w *viewer.View) bool {
		return w.Questions[id].GetState() == "answered" && w.Questions[id].GetAnswer() == "Its own."
	})

	t.Log("a removal")
	if _, err := mo.Moderate(ctx, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_DeleteComment{DeleteComment: &gatewayv1.RemoveComment{Comment: second.GetComment(), Reason: "a test"}}}); err != nil {
		t.Fatal(err)
	}
	for _, v := range []*viewer.Viewer{ada, bo} {
		until(t, v, "the comment goes", func(w *viewer.View) bool { return w.Removed[second.GetComment()] && !has("hello from Bo")(w) })
	}
	cy := join(t, &s.Ready, viewer.Options{Room: "launch"})
	cy.Look(func(w *viewer.View) {
		if has("hello from Bo")(w) || !has("hello from Ada")(w) {
			t.Errorf("a newcomer is given %q", texts(w))
		}
	})
	wait(t, "the audit trail tells that the text was erased", func() bool {
		trail, err := rooms.ListAuditEntries(ctx, &roomsv1.ListAuditEntriesRequest{Room: "launch"})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(trail.GetEntries(), func(e *roomsv1.AuditEntry) bool {
			return e.GetTarget() == second.GetComment() && strings.Contains(e.GetAction(), "erase")
		})
	})
	// The moderators' copy, which an undo needs for a minute, is the held stream's; the tests of comments see it go.
	wait(t, "the text leaves the log", func() bool {
		return !slices.ContainsFunc(onDisk(t, data, "hello from Bo"), func(file string) bool { return !strings.Contains(file, "OV_HELD") })
	})
	if len(onDisk(t, data, "hello from Ada")) == 0 {
		t.Error("the disk holds no comment at all: this test would not notice one that stays")
	}

	t.Log("the end")
	if _, err := rooms.EndRoom(ctx, &roomsv1.EndRoomRequest{Room: "launch", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	until(t, ada, "the room ends", roomIs("ended"))
	_, err = ada.Post(ctx, "one more")
	refused(t, "ROOM_ENDED", err)
	if _, err := rooms.ReopenRoom(ctx, &roomsv1.ReopenRoomRequest{Room: "launch", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	until(t, ada, "the end is undone", roomIs("live"))
	post(t, ada, "and on")
	if _, err := rooms.EndRoom(ctx, &roomsv1.EndRoomRequest{Room: "launch", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	until(t, bo, "the room ends again", roomIs("ended"))
	late := join(t, &s.Ready, viewer.Options{Room: "launch"})
	late.Look(func(w *viewer.View) {
		if w.Hearts["heart"] != 5 || !has("and on")(w) || w.Questions[id].GetState() != "answered" {
			t.Errorf("who comes after the end is given %v %q %v", w.Hearts, texts(w), w.Questions)
		}
	})
	if _, err := rooms.DeleteRoom(ctx, &roomsv1.DeleteRoomRequest{Room: "launch", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	until(t, late, "goodbye", func(w *viewer.View) bool { return w.Goodbye.GetReason() == "ROOM_DELETED" })
	if _, err := viewer.Dial(ctx, viewer.Options{URL: s.URL(), Room: "launch"}); err == nil || !strings.Contains(err.Error(), "ROOM_NOT_FOUND") {
		t.Errorf("joining what was deleted: %v", err)
	}
	for _, text := range []string{"hello from Ada", wanted} {
		wait(t, "a deleted room leaves the disk", func() bool { return len(onDisk(t, data, text)) == 0 })
	}
	_, err = questionsv1.NewQuestionsServiceClient(conn).ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: "launch"}, grpc.WaitForReady(true))
	if err == nil || !strings.Contains(err.Error(), "launch") && !strings.Contains(err.Error(), "room") {
		t.Errorf("questions of what was deleted: %v", err)
	}

	t.Log("the trace")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := traced(collector.Spans(), first.GetComment()); err != nil {
		t.Error(err)
	}
}

// traced finds the way of a comment: the gateway's verb, the RPC within it, the publish within that, and a tick that links
// back.
func traced(spans []telemetry.Span, comment string) error {
	for _, verb := range spans {
		if verb.Name != "post" || verb.ParentID != "" {
			continue
		}
		rpc := child(spans, verb, func(s telemetry.Span) bool {
			return s.Kind == "server" && strings.HasSuffix(s.Name, "CommentsService/PostComment")
		})
		publish := child(spans, verb, func(s telemetry.Span) bool { return s.Kind == "producer" && strings.HasPrefix(s.Name, "publish") })
		if rpc == nil || publish == nil {
			continue
		}
		if !within(spans, *publish, rpc.SpanID) || !within(spans, *rpc, verb.SpanID) {
			return fmt.Errorf("comment %s: the publish does not stand below the RPC, or that below the post", comment)
		}
		for _, tick := range spans {
			if tick.Name == "tick" && slices.ContainsFunc(tick.Links, func(l string) bool { return strings.HasPrefix(l, verb.TraceID+"/") }) {
				return nil
			}
		}
	}
	return fmt.Errorf("no post among %d spans was followed by its RPC, its publish and, by link, its tick", len(spans))
}

// child is a span of the same trace.
func child(spans []telemetry.Span, of telemetry.Span, is func(telemetry.Span) bool) *telemetry.Span {
	i := slices.IndexFunc(spans, func(s telemetry.Span) bool { return s.TraceID == of.TraceID && is(s) })
	if i < 0 {
		return nil
	}
	return &spans[i]
}

// within follows parents up.
func within(spans []telemetry.Span, s telemetry.Span, ancestor string) bool {
	for s.ParentID != "" && s.ParentID != ancestor {
		i := slices.IndexFunc(spans, func(p telemetry.Span) bool { return p.SpanID == s.ParentID && p.TraceID == s.TraceID })
		if i < 0 {
			return false
		}
		s = spans[i]
	}
	return s.ParentID == ancestor
}

// wait polls what has no event to wait for.
func wait(t *testing.T, what string, look func() bool) {
	t.Helper()
	deadline := time.NewTimer(60 * time.Second)
	defer deadline.Stop()
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for !look() {
		select {
		case <-deadline.C:
			t.Fatalf("never came: %s", what)
		case <-every.C:
		}
	}
}
