package journey_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// The life of comments over broker, services and two gateways: a reply, an edit, a pin, a removal whose text goes from the
// disk, an undo, modes, everything of one person, pages both ways, and a bot whose stream goes on through a restart.
func TestTheLifeOfComments(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys, data := filepath.Join(dir, "key"), filepath.Join(dir, "data")
	if err := os.WriteFile(keys, []byte(strings.Repeat("k", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	broker := part(t, "broker", "--data", data, "--nats-listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	serve := func(grpc string) interface{ Kill() } {
		s := part(t, "services", "--nats-url", broker.NATS, "--grpc", grpc, "--admin", "127.0.0.1:0", "--keys-files", keys)
		broker.GRPC = s.GRPC
		return s
	}
	services := serve("127.0.0.1:0")
	backend := broker.Ready
	backend.Tokens.Service = mint(t, keys)
	gateway := func() string {
		return part(t, "gateway", "--nats-url", broker.NATS, "--gateway-services", backend.GRPC, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
			"--keys-files", keys).URL()
	}
	east, west := gateway(), gateway()
	conn := open(t, &backend, "talk")
	rooms, comments := roomsv1.NewRoomsServiceClient(conn), commentsv1.NewCommentsServiceClient(conn)
	set := func(path string, settings *roomsv1.Settings) {
		t.Helper()
		_, err := rooms.UpdateRoom(t.Context(), &roomsv1.UpdateRoomRequest{
			Room: &roomsv1.Room{Room: "talk", Settings: settings}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings." + path}}, Actor: producer,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ada := join(t, nil, viewer.Options{URL: east, Room: "talk", Name: "Ada"})
	bo := join(t, nil, viewer.Options{URL: west, Room: "talk", Name: "Bo"})
	mod := join(t, nil, viewer.Options{URL: west, Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	edit := func(v *viewer.Viewer, id, text string) error {
		_, err := v.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Edit{Edit: &gatewayv1.Edit{Comment: id, Text: text}}})
		return err
	}

	t.Log("a reply, an edit within its window, a pin")
	first := post(t, ada, "when does it start?")
	a, err := bo.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{
		Post: &gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: "at eight", ReplyTo: first.GetComment()},
	}})
	if err != nil || a.GetComment().GetReply().GetComment() != first.GetComment() || a.GetComment().GetReply().GetName() != "Ada" {
		t.Fatalf("a reply is %v, %v", a, err)
	}
	if err := edit(ada, first.GetComment(), "when does it begin?"); err != nil {
		t.Fatal(err)
	}
	refused(t, string(fault.PermissionDenied), edit(bo, first.GetComment(), "mine now"))
	until(t, bo, "the edit", func(w *viewer.View) bool {
		return slices.Contains(texts(w), "when does it begin?") && !slices.Contains(texts(w), "when does it start?")
	})
	set("edit_window_seconds", &roomsv1.Settings{EditWindowSeconds: new(uint32)})
	until(t, ada, "no more edits", func(w *viewer.View) bool { return w.Room.GetEditWindowSeconds() == 0 })
	refused(t, string(fault.EditExpired), edit(ada, first.GetComment(), "once more"))

	t.Log("a removal: gone at both gateways, then from the disk, and the trail says so")
	const secret = "the-address-of-somebody-else"
	bad := post(t, bo, secret)
	until(t, ada, "what is to be removed", has(secret))
	removed := time.Now()
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_DeleteComment{DeleteComment: &gatewayv1.RemoveComment{Comment: bad.GetComment(), Reason: "private"}}})
	for _, v := range []*viewer.Viewer{ada, bo, mod} {
		until(t, v, "the removal", func(w *viewer.View) bool { return w.Removed[bad.GetComment()] && !has(secret)(w) })
	}
	erased := func(id string) bool {
		trail, err := rooms.ListAuditEntries(t.Context(), &roomsv1.ListAuditEntriesRequest{Room: "talk", PageSize: 500})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(trail.GetEntries(), func(e *roomsv1.AuditEntry) bool { return e.GetAction() == "erase_comment" && e.GetTarget() == id })
	}
	for !erased(bad.GetComment()) {
		if time.Since(removed) > time.Minute {
			t.Fatal("not erased in 60 s")
		}
		time.Sleep(50 * time.Millisecond) // for the processes' own time
	}
	t.Logf("erased after %v", time.Since(removed).Round(time.Millisecond))
	logs, err := filepath.Glob(filepath.Join(data, "nats", "jetstream", "*", "streams", "OV_LOG"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("the log's files: %v %v", logs, err)
	}
	if len(onDisk(t, logs[0], "at eight")) == 0 || len(onDisk(t, logs[0], secret))+len(onDisk(t, logs[0], "when does it start?")) > 0 {
		t.Error("what was removed or edited stands on the disk, or what was not does not")
	}

	t.Log("an undo: the same comment, at its time, behind the others")
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Undelete{Undelete: &gatewayv1.Undelete{Comment: bad.GetComment()}}})
	until(t, ada, "what came back", func(w *viewer.View) bool {
		return slices.ContainsFunc(w.Comments, func(c *gatewayv1.Comment) bool {
			return c.GetComment() == bad.GetComment() && c.GetAtMs() == bad.GetAtMs()
		})
	})

	t.Log("modes, told and obeyed")
	set("comment_mode", &roomsv1.Settings{CommentMode: roomsv1.Settings_COMMENT_MODE_FROZEN.Enum()})
	until(t, ada, "frozen", func(w *viewer.View) bool { return w.Room.GetCommentMode() == "frozen" })
	_, err = ada.Post(t.Context(), "may I?")
	refused(t, string(fault.CommentsFrozen), err)
	set("comment_mode", &roomsv1.Settings{CommentMode: roomsv1.Settings_COMMENT_MODE_UNSPECIFIED.Enum()})
	until(t, ada, "open", func(w *viewer.View) bool { return w.Room.GetCommentMode() != "frozen" })
	seconds := uint32(600)
	set("slow_mode_seconds", &roomsv1.Settings{SlowModeSeconds: &seconds})
	until(t, bo, "slow mode", func(w *viewer.View) bool { return w.Room.GetSlowModeSeconds() == 600 })
	var f viewer.Fault
	if _, err = bo.Post(t.Context(), "so soon?"); !errors.As(err, &f) || f.GetReason() != string(fault.SlowMode) || f.GetRetryAfterMs() < 500_000 {
		t.Errorf("slow mode says %v", err)
	}
	set("slow_mode_seconds", &roomsv1.Settings{SlowModeSeconds: new(uint32)})

	t.Log("everything of one person, on two gateways")
	troll := join(t, nil, viewer.Options{URL: east, Room: "talk", Name: "Troll"})
	until(t, troll, "no slow mode", func(w *viewer.View) bool { return w.Room.GetSlowModeSeconds() == 0 })
	for i := range 20 {
		post(t, troll, fmt.Sprint("buy my coins, offer ", i))
	}
	until(t, bo, "the offers", has("buy my coins, offer 19"))
	at := time.Now()
	if a := moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_RemoveAll{RemoveAll: &gatewayv1.PersonStep{Person: you(troll).GetPerson()}}}); a.GetCount() != 20 {
		t.Errorf("%d were removed", a.GetCount())
	}
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Ban{Ban: &gatewayv1.PersonStep{Person: you(troll).GetPerson(), Seconds: 60}}})
	for _, v := range []*viewer.Viewer{ada, bo} {
		until(t, v, "no more offers", func(w *viewer.View) bool {
			return !slices.ContainsFunc(texts(w), func(s string) bool { return strings.HasPrefix(s, "buy my coins") })
		})
	}
	gone(t, troll)
	if took := time.Since(at); took > 5*time.Second {
		t.Errorf("that took %v", took)
	} else {
		t.Logf("removed and banned everywhere after %v", took.Round(time.Millisecond))
	}

	t.Log("pages, both ways")
	for i := range 7 {
		post(t, bo, fmt.Sprint("page me ", i))
	}
	pages := func(order string) (ids []string) {
		for token := ""; ; {
			page, err := comments.ListComments(t.Context(), &commentsv1.ListCommentsRequest{Room: "talk", PageSize: 3, PageToken: token, OrderBy: order})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.GetComments() {
				ids = append(ids, c.GetComment())
			}
			if token = page.GetNextPageToken(); token == "" {
				return ids
			}
		}
	}
	up, down := pages("create_time"), pages("create_time desc")
	slices.Reverse(down)
	if len(up) != 10 || !slices.Equal(up, down) {
		t.Errorf("upwards %q, downwards %q", up, down)
	}

	t.Log("a bot whose services are killed goes on from its cursor")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var told []string
	var cursor *commentsv1.WatchCursor
	watch := func(client commentsv1.CommentsServiceClient, ask *commentsv1.WatchCommentsRequest, want int) {
		t.Helper()
		stream, err := client.WatchComments(ctx, ask)
		if err != nil {
			t.Fatal(err)
		}
		for len(told) < want {
			event, err := stream.Recv()
			if err != nil {
				t.Fatalf("after %d: %v", len(told), err)
			}
			cursor = event.GetCursor()
			if c := event.GetPosted(); c != nil && strings.HasPrefix(c.GetText(), "page me") {
				told = append(told, c.GetText())
			}
		}
	}
	watch(comments, &commentsv1.WatchCommentsRequest{Room: "talk", FromStart: true}, 7)
	services.Kill()
	serve(backend.GRPC)
	post(t, bo, "page me 7")
	post(t, ada, "page me 8")
	watch(commentsv1.NewCommentsServiceClient(dial(t, &backend)), &commentsv1.WatchCommentsRequest{Room: "talk", Cursor: cursor}, 9)
	for i, text := range told {
		if text != fmt.Sprint("page me ", i) {
			t.Errorf("the bot was told %q", told)
			break
		}
	}
}
