package protocol_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/loadtest/server"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// hearty makes a room in which one person may count so many hearts at once.
func hearty(t *testing.T, s *server.Server, room string, hearts uint32) {
	t.Helper()
	rate := uint32(1000)
	rooms := roomsv1.NewRoomsServiceClient(grpc(t, s))
	if _, err := rooms.CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{
		Room: room, Actor: &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"},
		Settings: &roomsv1.Settings{HeartCap: &hearts, TapsPerSecond: &rate, TapBurst: &rate},
	}); err != nil {
		t.Fatal(err)
	}
}

func totals(t *testing.T, s *server.Server, room string) map[string]uint64 {
	t.Helper()
	a, err := heartsv1.NewHeartsServiceClient(grpc(t, s)).GetHeartTotals(t.Context(), &heartsv1.GetHeartTotalsRequest{Room: room})
	if err != nil {
		t.Fatal(err)
	}
	return a.GetTotals()
}

// counted waits until a room has a total.
func counted(t *testing.T, s *server.Server, room, kind string, want uint64) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); totals(t, s, room)[kind] != want; {
		if time.Now().After(deadline) {
			t.Fatalf("%v in %s, want %d of %s", totals(t, s, room), room, want, kind)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// get asks the HTTP API.
func get(t *testing.T, s *server.Server, path, token string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(body), a.Header
}

// 25: one person on many sockets has one budget; others of the same address have their own.
func TestFault25OnePersonOnManySockets(t *testing.T) {
	t.Parallel()
	s := start(t)
	hearty(t, s, "crowded", 120)
	first := open(t, s)
	first.send(`{"hello":{"room":"crowded"}}`)
	you, _ := first.until("welcome")["you"].(object)
	token, _ := you["guestToken"].(string)
	if token == "" {
		t.Fatalf("no guest token in %v", you)
	}
	for range 7 { // more at once is told to slow down
		join(t, s, "crowded", token).send(`{"tap":{"kind":"heart","count":25}}`)
	}
	for range 3 {
		join(t, s, "crowded", "").send(`{"tap":{"kind":"clap","count":7}}`)
	}
	counted(t, s, "crowded", "clap", 21)
	counted(t, s, "crowded", "heart", 120)
	again := open(t, s)
	again.send(`{"hello":{"room":"crowded","token":"` + token + `"}}`)
	you, _ = again.until("welcome")["you"].(object)
	if left, ok := you["heartsLeft"]; ok {
		t.Errorf("%v hearts are left to who has spent them", left)
	}
}

// 26: kinds that are none make no series of a metric, and reach no total.
func TestFault26StrangeKindsMakeNoLabels(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := join(t, s, "show", "")
	for _, kind := range []string{"__proto__", "constructor", "../../etc", "👩‍❤️‍💋‍👨", strings.Repeat("👩‍❤️‍💋‍👨", 25), "Heart", "heart.clap", "*", ">"} {
		body, err := json.Marshal(object{"tap": object{"kind": kind, "count": 1}})
		if err != nil {
			t.Fatal(err)
		}
		if reason := w.fault(string(body)); reason != "UNKNOWN_KIND" {
			t.Errorf("%q is refused with %s", kind, reason)
		}
	}
	w.lives()
	if got := fmt.Sprint(totals(t, s, "show")); strings.Contains(got, "proto") || strings.Contains(got, "Heart") {
		t.Errorf("totals %s", got)
	}
	a, err := http.Get("http://" + s.Admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	metrics, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, strange := range []string{"proto__", "constructor", "etc", "Heart\"", "clap"} {
		if strings.Contains(string(metrics), strange) {
			t.Errorf("a metric holds %q", strange)
		}
	}
}

// 47: a tap for a moment that cannot be is told so, and counts nothing; one for a moment that was stands there.
func TestFault47TapsForMomentsOfTheStream(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := join(t, s, "show", "")
	now := time.Now()
	for name, at := range map[string]time.Time{
		"an hour ahead": now.Add(time.Hour), "hours ago": now.Add(-3 * time.Hour), "1970": time.Unix(5, 0),
	} {
		w.send(fmt.Sprintf(`{"tap":{"kind":"heart","count":3,"streamTimeMs":"%d"}}`, at.UnixMilli()))
		if f := w.until("fault"); f["reason"] != "CLOCK_OFF" || f["field"] != "streamTimeMs" {
			t.Errorf("%s: %v", name, f)
		}
	}
	moment := now.Add(-20 * time.Second)
	w.send(fmt.Sprintf(`{"tap":{"kind":"heart","count":5,"streamTimeMs":"%d"}}`, moment.UnixMilli()))
	w.send(`{"tap":{"kind":"clap","count":2}}`)
	counted(t, s, "show", "clap", 2)
	counted(t, s, "show", "heart", 5)
	status, body, _ := get(t, s, "/v1/rooms/show/hearts/series", s.Tokens.Viewer)
	var series struct {
		StartTime time.Time
		Kinds     []struct {
			Kind   string
			Counts []string
		}
	}
	if err := json.Unmarshal([]byte(body), &series); status != 200 || err != nil {
		t.Fatalf("%d %s %v", status, body, err)
	}
	if series.StartTime.Unix() != moment.Unix() || len(series.Kinds) != 2 || series.Kinds[1].Counts[0] != "5" || series.Kinds[0].Counts[0] != "0" {
		t.Errorf("the series %s does not begin with five hearts at %v", body, moment)
	}
}

// 52: a room that was deleted and made anew has neither totals, nor milestones, nor a series of its earlier life.
func TestFault52HeartsOfARoomMadeAnew(t *testing.T) {
	t.Parallel()
	s := start(t)
	hearty(t, s, "again", 1000)
	w := join(t, s, "again", "")
	w.send(`{"tap":{"kind":"heart","count":300}}`)
	for reached := 0; reached < 2; { // 100 and 250
		all, _ := w.until("tick")["milestones"].([]any)
		reached += len(all)
	}
	rooms := roomsv1.NewRoomsServiceClient(grpc(t, s))
	if _, err := rooms.DeleteRoom(t.Context(), &roomsv1.DeleteRoomRequest{Room: "again", Actor: &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"}}); err != nil {
		t.Fatal(err)
	}
	if got := w.closed(); got != 4506 {
		t.Errorf("closed with %d", got)
	}
	hearty(t, s, "again", 1000)
	w = open(t, s)
	w.send(`{"hello":{"room":"again"}}`)
	snapshot := w.until("snapshot")
	if snapshot["milestone"] != nil || snapshot["hearts"] != nil {
		t.Errorf("the new room has hearts %v and milestone %v", snapshot["hearts"], snapshot["milestone"])
	}
	if _, body, _ := get(t, s, "/v1/rooms/again/hearts/series", s.Tokens.Host); strings.Contains(body, "kinds") {
		t.Errorf("the new room has a series: %s", body)
	}
	w.send(`{"tap":{"kind":"heart","count":120}}`)
	for told := false; !told; { // its own first milestone
		for _, m := range tickMilestones(w) {
			told = true
			if m != "100" {
				t.Errorf("told %s", m)
			}
		}
	}
}

func tickMilestones(w *wire) (hearts []string) {
	all, _ := w.until("tick")["milestones"].([]any)
	for _, m := range all {
		body, _ := m.(object)
		n, _ := body["hearts"].(string)
		hearts = append(hearts, n)
	}
	return hearts
}

// What a console shows live, and what players and editors fetch.
func TestThePulseAndItsFiles(t *testing.T) {
	t.Parallel()
	s := start(t)
	mod := join(t, s, "show", s.Tokens.Moderator)
	viewer := join(t, s, "show", "")
	viewer.send(`{"tap":{"kind":"heart","count":9}}`)
	for {
		moderation, _ := mod.until("tick")["moderation"].(object)
		if pulse, _ := moderation["pulse"].([]any); len(pulse) > 0 {
			point, _ := pulse[0].(object)
			if hearts, _ := point["hearts"].(object); hearts["heart"] != "9" || point["second"] == nil {
				t.Errorf("the pulse is %v", point)
			}
			break
		}
	}
	for {
		tick := viewer.until("tick")
		if tick["moderation"] != nil {
			t.Errorf("a viewer is sent %v", tick["moderation"])
		}
		if tick["hearts"] != nil {
			break
		}
	}
	counted(t, s, "show", "heart", 9)
	for path, want := range map[string]struct {
		status int
		kind   string
		body   string
	}{
		"hearts":                         {200, "application/json", `"totals":{`},
		"hearts/series?resolution=1m":    {200, "application/json", `"60s"`},
		"hearts/series?resolution=2s":    {400, "application/json", `"resolution"`},
		"hearts/series?resolution=often": {400, "application/json", `"resolution"`},
		"hearts/series?start=noon":       {400, "application/json", `"start"`},
		"hearts/highlights?limit=5":      {200, "application/json", `"readTime"`},
		"hearts/highlights?limit=many":   {400, "application/json", `"limit"`},
		"hearts/series.vtt":              {200, "text/vtt; charset=utf-8", `{"hearts":{"heart":9}`},
		"hearts/chapters.vtt":            {200, "text/vtt; charset=utf-8", "WEBVTT\n"},
		"hearts/series.json":             {200, "application/json; charset=utf-8", `"highlights":[]`},
	} {
		status, body, header := get(t, s, "/v1/rooms/show/"+path, s.Tokens.Viewer)
		if status != want.status || header.Get("Content-Type") != want.kind || !strings.Contains(strings.ReplaceAll(body, " ", ""), want.body) {
			t.Errorf("%s: %d %s %s", path, status, header.Get("Content-Type"), body)
		}
	}
	if status, _, _ := get(t, s, "/v1/rooms/show/hearts/series.vtt", "nonsense"); status != 401 {
		t.Errorf("a file without a good token: %d", status)
	}
}
