package journey_test

import (
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// faults.md 28 and 29 on the whole way, socket to store to another's socket: what strangers write is cleaned or refused as a
// whole, and code, formulas and subjects' letters come out as the text that they are.
func TestFault28And29StrangersWordsOnTheWholeWay(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	conn := open(t, &s.Ready, "talk")
	ada, watcher := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"}), join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true})
	stored := make(map[string]bool)
	for name, c := range map[string]struct{ sent, shown, reason string }{
		"nothing":                {sent: "", reason: "TEXT_EMPTY"},
		"spaces and ZWSP":        {sent: " \u200b\u3000\t ", reason: "TEXT_EMPTY"},
		"300 graphemes":          {sent: strings.Repeat("é", 300), shown: strings.Repeat("é", 300)},
		"301 graphemes":          {sent: strings.Repeat("e\u0301", 301), reason: "TEXT_TOO_LONG"},
		"decomposed":             {sent: "cafe\u0301 cre\u0300me", shown: "café crème"},
		"zalgo":                  {sent: "z" + strings.Repeat("\u0335", 300), shown: "*"},
		"an override":            {sent: "safe\u202egnp.exe", shown: "safegnp.exe"},
		"tag characters":         {sent: "hi\U000E0041\U000E0042 there", shown: "hi there"},
		"NUL":                    {sent: "a\x00b", shown: "*"},
		"right to left":          {sent: "שלום לכולם", shown: "שלום לכולם"},
		"markup":                 {sent: `<script>alert("1")</script>`, shown: `<script>alert("1")</script>`},
		"a script's link":        {sent: "javascript:alert(1)", shown: "javascript:alert(1)"},
		"a picture":              {sent: "![x](//evil/x.png)", shown: "![x](//evil/x.png)"},
		"a formula":              {sent: "=cmd|' /C calc'!A0", shown: "=cmd|' /C calc'!A0"},
		"an escape":              {sent: "red \x1b[31malert", shown: "*"},
		"a line for the log":     {sent: "hello\nlevel=ERROR msg=forged", shown: "*"},
		"a template":             {sent: "{{.Secret}} ${jndi:x}", shown: "{{.Secret}} ${jndi:x}"},
		"letters of the subject": {sent: "ov.ev.*.> talk", shown: "ov.ev.*.> talk"},
	} {
		said, err := ada.Post(t.Context(), c.sent)
		if c.reason != "" {
			if err == nil {
				t.Errorf("%s was stored as %q, want %s", name, said.GetText(), c.reason)
			} else {
				refused(t, c.reason, err)
			}
			continue
		}
		if c.shown == "*" { // cleaned to something safe, or refused: never stored as it came
			if err != nil {
				continue
			}
			if strings.ContainsAny(said.GetText(), "\x00\x1b\n") || strings.Count(said.GetText(), "\u0335") > 8 {
				t.Errorf("%s was stored as %q", name, said.GetText())
			}
		} else if err != nil || said.GetText() != c.shown {
			t.Errorf("%s was stored as %q (%v), want %q", name, said.GetText(), err, c.shown)
			continue
		}
		stored[said.GetText()] = true
		until(t, watcher, name, has(said.GetText()))
	}
	list, err := commentsv1.NewCommentsServiceClient(conn).ListComments(t.Context(), &commentsv1.ListCommentsRequest{Room: "talk", PageSize: 100})
	if err != nil || len(list.GetComments()) != len(stored) {
		t.Fatalf("%d are listed of %d: %v", len(list.GetComments()), len(stored), err)
	}
	for _, c := range list.GetComments() {
		if !stored[c.GetText()] || !norm.NFC.IsNormalString(c.GetText()) {
			t.Errorf("%q is listed", c.GetText())
		}
	}
	for _, id := range []string{"*", ">", "a.b", "../x", "__proto__", strings.Repeat("a", 10_000)} {
		_, err := ada.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Delete{Delete: &gatewayv1.Delete{Comment: id}}})
		refused(t, string(fault.FieldInvalid), err)
	}
}

// faults.md 51 with real sockets: of two moderators who decide about one thing at once, one does, and the other is told how
// it stands.
func TestFault51ModeratorsAtOnceOnSockets(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	holdAll(t, rooms, "talk")
	var mods [2]*viewer.Viewer
	for i := range mods {
		mods[i] = join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	}
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	until(t, ada, "that comments wait here", func(w *viewer.View) bool { return w.Room.GetHoldComments() == "everybody" })
	atOnce := func(acts [2]*gatewayv1.Moderate, lost ...string) {
		t.Helper()
		var errs [2]error
		var both sync.WaitGroup
		for i := range acts {
			both.Go(func() { _, errs[i] = mods[i].Moderate(t.Context(), acts[i]) })
		}
		both.Wait()
		switch {
		case (errs[0] == nil) == (errs[1] == nil):
			t.Errorf("two at once ended with %v and %v", errs[0], errs[1])
		case errs[0] != nil:
			oneOf(t, errs[0], lost)
		default:
			oneOf(t, errs[1], lost)
		}
	}
	for range 5 { // what one may ask in a minute
		held := heldBack(t, ada, "one of two "+viewer.NewRequestID()).GetComment()
		atOnce([2]*gatewayv1.Moderate{
			{Act: &gatewayv1.Moderate_Release{Release: &gatewayv1.HeldStep{Comment: held}}},
			{Act: &gatewayv1.Moderate_RejectHeld{RejectHeld: &gatewayv1.HeldStep{Comment: held, Reason: "no"}}},
		}, string(fault.WrongState))
		q, err := ada.Ask(t.Context(), "Which of the two? "+viewer.NewRequestID())
		if err != nil {
			t.Fatal(err)
		}
		step := &gatewayv1.QuestionStep{Question: q.GetQuestion(), Revision: q.GetRevision()}
		atOnce([2]*gatewayv1.Moderate{
			{Act: &gatewayv1.Moderate_Approve{Approve: step}}, {Act: &gatewayv1.Moderate_Reject{Reject: step}},
		}, string(fault.RevisionMismatch), string(fault.WrongState))
		_, err = mods[0].Moderate(t.Context(), &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: step}}) // once more
		oneOf(t, err, []string{string(fault.RevisionMismatch), string(fault.WrongState)})
	}
}

func oneOf(t *testing.T, err error, reasons []string) {
	t.Helper()
	for _, reason := range reasons {
		if err != nil && strings.HasPrefix(err.Error(), reason+":") {
			return
		}
	}
	t.Errorf("got %v, want one of %v", err, reasons)
}
