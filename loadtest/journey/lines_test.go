package journey_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// faults.md 31: bytes that are no message are refused one by one and the socket lives; what this version does not know is
// dropped before anything is stored.
func TestFault31BytesThatAreNoMessage(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := start(t, data)
	open(t, &s.Ready, "talk")
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	field := func(n protowire.Number, kind protowire.Type, more ...byte) []byte {
		return append(protowire.AppendTag(nil, n, kind), more...)
	}
	text := func(n protowire.Number, body string) []byte {
		return protowire.AppendString(field(n, protowire.BytesType), body)
	}
	deep := []byte(nil)
	for range 20_000 / 2 { // deeper than anybody reads, within the size of a frame
		deep = protowire.AppendTag(deep, 9, protowire.StartGroupType)
	}
	for name, c := range map[string]struct {
		frame  []byte
		reason fault.Reason
	}{
		"nothing":                       {nil, fault.UnknownVerb},
		"a verb of the wrong wire type": {field(4, protowire.VarintType, 5), fault.UnknownVerb}, // is an unknown field
		"longer than what comes":        {append(protowire.AppendVarint(field(4, protowire.BytesType), 1<<40), 'x'), fault.FrameInvalid},
		"cut short":                     {append(text(1, "id"), 0x22, 0x7f), fault.FrameInvalid},
		"a group without an end":        {field(9, protowire.StartGroupType), fault.FrameInvalid},
		"the end of no group":           {field(9, protowire.EndGroupType), fault.FrameInvalid},
		"10,000 groups deep":            {deep, fault.FrameInvalid},
		"a wire type that is none":      {[]byte{0x0f}, fault.FrameInvalid},
		"the field 0":                   {[]byte{0x02, 0x00}, fault.FrameInvalid},
		"no UTF-8":                      {text(4, string(text(2, "a\xffb"))), fault.FrameInvalid},
		"a surrogate":                   {text(4, string(text(2, "a\xed\xa0\x80"))), fault.FrameInvalid},
	} {
		var before int
		ada.Look(func(w *viewer.View) { before = len(w.Faults) })
		if err := ada.SendBytes(t.Context(), websocket.MessageBinary, c.frame); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		until(t, ada, "an answer to "+name, func(w *viewer.View) bool {
			if len(w.Faults) == before {
				return false
			}
			if reason := w.Faults[before].GetReason(); reason != string(c.reason) {
				t.Errorf("%s is %s, want %s", name, reason, c.reason)
			}
			return true
		})
	}
	// What this version does not know stands in a frame, in its verb, and 100 groups deep.
	post, err := proto.Marshal(&gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: "known words"})
	if err != nil {
		t.Fatal(err)
	}
	post = append(post, text(900, "smuggled-in-the-verb")...)
	for range 100 {
		post = protowire.AppendTag(post, 901, protowire.StartGroupType)
	}
	post = append(post, text(902, "smuggled-in-groups")...)
	for range 100 {
		post = protowire.AppendTag(post, 901, protowire.EndGroupType)
	}
	fresh := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Bo"})
	if err := fresh.SendBytes(t.Context(), websocket.MessageBinary, slices.Concat(text(1, "7"), text(4, string(post)), text(903, "smuggled-in-the-frame"))); err != nil {
		t.Fatal(err)
	}
	until(t, ada, "the words", has("known words"))
	if len(onDisk(t, data, "known words")) == 0 || len(onDisk(t, data, "smuggled")) > 0 {
		t.Error("what nobody knows was stored, or this test does not see what is")
	}
}

// faults.md 32: a request that is sent again is the same comment or question, whatever happened between: at once from two
// sockets, a second later, after the process was killed. With another body it is refused.
func TestFault32TheSameRequestAgain(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := start(t, data)
	open(t, &s.Ready, "talk")
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	token := you(ada).GetGuestToken()
	same := [2]*viewer.Viewer{ada, join(t, &s.Ready, viewer.Options{Room: "talk", Token: token})}
	post, ask := viewer.NewRequestID(), viewer.NewRequestID()
	verbs := map[string]func(v *viewer.Viewer, text string) (string, error){
		"post": func(v *viewer.Viewer, text string) (string, error) {
			a, err := v.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{RequestId: post, Text: text}}})
			return a.GetComment().GetComment(), err
		},
		"ask": func(v *viewer.Viewer, text string) (string, error) {
			a, err := v.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Ask{Ask: &gatewayv1.Ask{RequestId: ask, Text: text}}})
			return a.GetQuestion().GetQuestion(), err
		},
	}
	first := map[string]string{}
	for name, verb := range verbs {
		var ids [2]string
		var errs [2]error
		var both sync.WaitGroup
		for i, v := range same {
			both.Go(func() { ids[i], errs[i] = verb(v, "once?") })
		}
		both.Wait()
		if errs[0] != nil || errs[1] != nil || ids[0] != ids[1] || ids[0] == "" {
			t.Fatalf("%s at once: %q, %v", name, ids, errs)
		}
		first[name] = ids[0]
	}
	again := func(when string, v *viewer.Viewer) {
		t.Helper()
		for name, verb := range verbs {
			if id, err := verb(v, "once?"); err != nil || id != first[name] {
				t.Errorf("%s %s: %q, %v; it was %q", name, when, id, err, first[name])
			}
			_, err := verb(v, "twice?")
			refused(t, string(fault.RequestIDReused), err)
		}
	}
	time.Sleep(time.Second) // the case itself: the same request a second later
	again("after a second", ada)
	s.Kill()
	s = start(t, data)
	conn := dial(t, &s.Ready)
	again("after a kill", join(t, &s.Ready, viewer.Options{Room: "talk", Token: token}))
	comments, err := commentsv1.NewCommentsServiceClient(conn).ListComments(t.Context(), &commentsv1.ListCommentsRequest{Room: "talk"})
	if err != nil || len(comments.GetComments()) != 1 {
		t.Errorf("comments: %v, %v", comments, err)
	}
	questions, err := questionsv1.NewQuestionsServiceClient(conn).ListQuestions(t.Context(), &questionsv1.ListQuestionsRequest{Room: "talk"})
	if err != nil || len(questions.GetQuestions()) != 1 {
		t.Errorf("questions: %v, %v", questions, err)
	}
}

// faults.md 50: sizes of pages and their tokens, over the port: negative, none, huge; noise, another room's, another
// filter's, another person's, another life's.
func TestFault50PagesAndTheirTokens(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	ctx, conn := t.Context(), open(t, &s.Ready, "talk")
	open(t, &s.Ready, "other")
	rooms, comments, questions := roomsv1.NewRoomsServiceClient(conn), commentsv1.NewCommentsServiceClient(conn), questionsv1.NewQuestionsServiceClient(conn)
	d := &desk{T: t, room: "talk", questions: questions}
	for _, text := range []string{"one", "two", "three"} {
		for _, room := range []string{"talk", "other"} {
			if _, err := comments.PostComment(ctx, &commentsv1.PostCommentRequest{Room: room, RequestId: d.request(), Text: text, Actor: producer}); err != nil {
				t.Fatal(err)
			}
		}
		d.opened(text + "?")
		d.ask("asker", text+", and it waits?")
		for _, room := range []string{"talk", "other"} {
			if _, err := rooms.BanPerson(ctx, &roomsv1.BanPersonRequest{Room: room, Subject: "troll " + text, Actor: producer}); err != nil {
				t.Fatal(err)
			}
			if _, err := rooms.CreateLinks(ctx, &roomsv1.CreateLinksRequest{Room: room, Roles: []string{"viewer"}, Actor: producer}); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Each list, as a call with a room, a filter, a size and a token; it gives how many came.
	type list func(room string, other bool, size int32, token string) (int, string, error)
	lists := map[string]list{
		"comments": func(room string, other bool, size int32, token string) (int, string, error) {
			r := &commentsv1.ListCommentsRequest{Room: room, PageSize: size, PageToken: token}
			if other {
				r.OrderBy = "create_time desc"
			}
			p, err := comments.ListComments(ctx, r)
			return len(p.GetComments()), p.GetNextPageToken(), err
		},
		"questions": func(room string, other bool, size int32, token string) (int, string, error) {
			r := &questionsv1.ListQuestionsRequest{Room: room, PageSize: size, PageToken: token}
			if other {
				r.States = []questionsv1.Question_State{questionsv1.Question_STATE_OPEN}
			}
			p, err := questions.ListQuestions(ctx, r)
			return len(p.GetQuestions()), p.GetNextPageToken(), err
		},
		"unanswered": func(room string, _ bool, size int32, token string) (int, string, error) {
			p, err := questions.ListUnansweredQuestions(ctx, &questionsv1.ListUnansweredQuestionsRequest{Room: room, PageSize: size, PageToken: token})
			return len(p.GetQuestions()), p.GetNextPageToken(), err
		},
		"audit": func(room string, _ bool, size int32, token string) (int, string, error) {
			p, err := rooms.ListAuditEntries(ctx, &roomsv1.ListAuditEntriesRequest{Room: room, PageSize: size, PageToken: token})
			return len(p.GetEntries()), p.GetNextPageToken(), err
		},
		"people": func(room string, _ bool, size int32, token string) (int, string, error) {
			p, err := rooms.ListPeople(ctx, &roomsv1.ListPeopleRequest{Room: room, PageSize: size, PageToken: token})
			return len(p.GetPeople()), p.GetNextPageToken(), err
		},
		"links": func(room string, _ bool, size int32, token string) (int, string, error) {
			p, err := rooms.ListLinks(ctx, &roomsv1.ListLinksRequest{Room: room, PageSize: size, PageToken: token})
			return len(p.GetLinks()), p.GetNextPageToken(), err
		},
	}
	for name, page := range lists {
		is := func(what, reason string, err error) {
			t.Helper()
			if f := told(err); status.Code(err) != codes.InvalidArgument || f.GetReason() != reason {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
		_, _, err := page("talk", false, -1, "")
		is("a negative size", "FIELD_INVALID", err)
		all, next, err := page("talk", false, 0, "")
		if err != nil || all < 3 || next != "" {
			t.Errorf("%s: no size: %d, %q, %v", name, all, next, err)
		}
		if n, _, err := page("talk", false, 1_000_000_000, ""); err != nil || n != all {
			t.Errorf("%s: a huge size: %d of %d, %v", name, n, all, err)
		}
		one, token, err := page("talk", false, 1, "")
		if err != nil || one != 1 || token == "" {
			t.Fatalf("%s: a page of one: %d, %q, %v", name, one, token, err)
		}
		if n, _, err := page("talk", false, 1_000_000_000, token); err != nil || n != all-1 {
			t.Errorf("%s: another size on the next page: %d of %d, %v", name, n, all-1, err)
		}
		for _, noise := range []string{"x", "AAAA", token + "!", token[1:], strings.Repeat("A", 5_000), "../../etc/passwd", "\u202e"} {
			_, _, err := page("talk", false, 1, noise)
			is("noise", "PAGE_TOKEN_INVALID", err)
		}
		_, _, err = page("other", false, 1, token)
		is("another room's", "PAGE_TOKEN_INVALID", err)
		if name == "comments" || name == "questions" {
			_, _, err = page("talk", true, 1, token)
			is("another filter's", "PAGE_TOKEN_INVALID", err)
		}
		for other := range lists {
			if other != name {
				_, _, err = lists[other]("talk", false, 1, token)
				is("given to "+other, "PAGE_TOKEN_INVALID", err)
			}
		}
	}

	t.Log("a host's token in a viewer's hand opens nothing")
	viewers := s.Ready
	viewers.Tokens.Service = staffToken(t, rooms, "talk", "viewer")
	theirs := questionsv1.NewQuestionsServiceClient(dial(t, &viewers))
	whole, err := theirs.ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: "talk"})
	if err != nil || len(whole.GetQuestions()) != 3 {
		t.Fatalf("a viewer's list: %v, %v", whole, err)
	}
	for _, list := range []string{"questions", "unanswered", "audit"} {
		_, token, err := lists[list]("talk", false, 1, "")
		if err != nil {
			t.Fatal(err)
		}
		p, err := theirs.ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: "talk", PageToken: token})
		for _, q := range p.GetQuestions() {
			if q.GetState() == questionsv1.Question_STATE_PENDING {
				t.Errorf("with a host's token of %s a viewer sees %v", list, q)
			}
		}
		if list != "questions" && err == nil {
			t.Errorf("a token of %s is taken for questions", list)
		}
		if _, err := roomsv1.NewRoomsServiceClient(dial(t, &viewers)).ListAuditEntries(ctx, &roomsv1.ListAuditEntriesRequest{Room: "talk", PageToken: token}); status.Code(err) != codes.PermissionDenied {
			t.Errorf("a viewer's look at the trail: %v", err)
		}
	}
}

// faults.md 52: a room with nobody in it, with one, one that has not begun, is over, was deleted, and was made anew under
// its name: its epoch is another one, and cursors, pages and ids of its earlier life are none of it.
func TestFault52TheLivesOfARoom(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	ctx, conn := t.Context(), dial(t, &s.Ready)
	rooms, comments := roomsv1.NewRoomsServiceClient(conn), commentsv1.NewCommentsServiceClient(conn)
	if _, err := rooms.CreateRoom(ctx, &roomsv1.CreateRoomRequest{Room: "talk", Scheduled: true, Actor: producer}); err != nil {
		t.Fatal(err)
	}
	say := func(text string) error {
		_, err := comments.PostComment(ctx, &commentsv1.PostCommentRequest{Room: "talk", RequestId: viewer.NewRequestID(), Text: text, Actor: &roomsv1.Actor{Subject: "ada", Role: "viewer"}})
		return err
	}
	is := func(reason fault.Reason, err error) {
		t.Helper()
		if told(err).GetReason() != string(reason) {
			t.Errorf("got %v, want %s", err, reason)
		}
	}
	is(fault.RoomNotStarted, say("too early"))
	if _, err := rooms.StartRoom(ctx, &roomsv1.StartRoomRequest{Room: "talk", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"to nobody", "to nobody else"} {
		if err := say(text); err != nil {
			t.Fatal(err)
		}
	}
	one := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Bo"})
	until(t, one, "what was said to nobody", has("to nobody"))
	if err := say("to one"); err != nil {
		t.Fatal(err)
	}
	until(t, one, "what is said to one", has("to one"))
	page, err := comments.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: "talk", PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	stream, err := comments.WatchComments(ctx, &commentsv1.WatchCommentsRequest{Room: "talk", FromStart: true})
	if err != nil {
		t.Fatal(err)
	}
	var watched *commentsv1.WatchCursor
	for watched.GetSequence() == 0 {
		e, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		watched = e.GetCursor()
	}
	cursor, token := one.Cursor(), you(one).GetGuestToken()

	if _, err := rooms.EndRoom(ctx, &roomsv1.EndRoomRequest{Room: "talk", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	until(t, one, "the end", roomIs("ended"))
	is(fault.RoomEnded, say("too late"))
	_, err = one.Ask(ctx, "Too late?")
	refused(t, string(fault.RoomEnded), err)
	if l, err := comments.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: "talk"}); err != nil || len(l.GetComments()) != 3 {
		t.Errorf("a room that is over is read: %v, %v", l, err)
	}
	if _, err := rooms.DeleteRoom(ctx, &roomsv1.DeleteRoomRequest{Room: "talk", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	until(t, one, "goodbye", func(w *viewer.View) bool { return w.Goodbye.GetReason() == "ROOM_DELETED" })
	is(fault.RoomNotFound, say("to none"))
	for err = nil; err == nil; { // what it was told before comes first
		_, err = stream.Recv()
	}
	is(fault.RoomNotFound, err)

	open(t, &s.Ready, "talk")
	if err := say("in another life"); err != nil {
		t.Fatal(err)
	}
	back := join(t, &s.Ready, viewer.Options{Room: "talk", Cursor: cursor, Token: token})
	until(t, back, "what is said now", has("in another life"))
	back.Look(func(w *viewer.View) {
		if w.Welcome.GetRecovered() || w.Cursor.GetEpoch() == cursor.GetEpoch() || len(w.Comments) != 1 {
			t.Errorf("recovered %v, epoch %q was %q, comments %q", w.Welcome.GetRecovered(), w.Cursor.GetEpoch(), cursor.GetEpoch(), texts(w))
		}
	})
	_, err = comments.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: "talk", PageSize: 1, PageToken: page.GetNextPageToken()})
	is(fault.PageTokenInvalid, err)
	_, err = comments.GetLogReach(ctx, &commentsv1.GetLogReachRequest{Room: "talk"})
	if err != nil {
		t.Error(err)
	}
	stream, err = comments.WatchComments(ctx, &commentsv1.WatchCommentsRequest{Room: "talk", Cursor: watched})
	if err == nil {
		_, err = stream.Recv()
	}
	is(fault.CursorLost, err)
	_, err = back.Call(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Delete{Delete: &gatewayv1.Delete{Comment: page.GetComments()[0].GetComment()}}})
	refused(t, string(fault.CommentNotFound), err)
}
