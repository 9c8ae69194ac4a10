package protocol_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// What only moderators and hosts of a room may have: its audit trail, its health and its files. Nobody else gets a byte.
func TestTheTrailTheHealthAndTheFilesAreForModerators(t *testing.T) {
	t.Parallel()
	s := start(t)
	id, token := makeLink(t, s, "show", "moderator")
	viewer, moderator := join(t, s, "show", ""), join(t, s, "show", token)
	viewer.send(`{"id":"1","post":{"requestId":"request-1","text":"=1+1 is a formula"}}`)
	viewer.until("ack")
	moderator.send(`{"id":"2","moderate":{"requestId":"request-2","calm":{"on":true}}}`)
	moderator.until("ack")

	paths := []string{"audit", "health", "export/room.jsonl", "export/questions.jsonl", "export/questions.csv", "export/comments.csv", "export/audit.csv"}
	for _, path := range paths {
		staff := 200
		if strings.Contains(path, "questions") {
			staff = 403 // they hold the ballots: hosts only
		}
		for who, c := range map[string]struct {
			token string
			want  int
		}{
			"a moderator": {token, staff}, "a host": {s.Tokens.Host, 200}, "a viewer": {s.Tokens.Viewer, 403}, "a thief": {token + "x", 401},
		} {
			if status, body, _ := get(t, s, "/v1/rooms/show/"+path, c.token); status != c.want {
				t.Errorf("%s asks for %s: %d %s, want %d", who, path, status, body, c.want)
			} else if status != 200 && strings.Contains(body, "formula") {
				t.Errorf("%s is refused %s, and reads it all the same: %s", who, path, body)
			}
		}
		if status, body, _ := get(t, s, "/v1/rooms/other/"+path, token); status != 403 {
			t.Errorf("another room's moderator asks for %s: %d %s", path, status, body)
		}
	}

	_, body, _ := get(t, s, "/v1/rooms/show/audit?pageSize=500", token)
	var trail struct {
		Entries []struct{ Action, Role, Target string }
	}
	if err := json.Unmarshal([]byte(body), &trail); err != nil {
		t.Fatalf("the trail: %v %s", err, body)
	}
	did := make(map[string]bool)
	for _, e := range trail.Entries {
		did[e.Role+" "+e.Action] = true
	}
	if !did["moderator calm_room"] || !did["viewer denied"] {
		t.Errorf("the trail does not tell of a calm, or of who asked for what is not theirs: %s", body)
	}
	_, body, _ = get(t, s, "/v1/rooms/show/audit?pageSize=1", token)
	if err := json.Unmarshal([]byte(body), &trail); err != nil || len(trail.Entries) != 1 || !strings.Contains(body, "nextPageToken") {
		t.Errorf("a page of one: %v %s", err, body)
	}

	_, body, header := get(t, s, "/v1/rooms/show/export/comments.csv", token)
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "'=1+1 is a formula" {
		t.Errorf("comments as rows: %v %q", err, rows)
	}
	if got := header.Get("Content-Disposition"); got != `attachment; filename="show-comments.csv"` {
		t.Errorf("the file's name: %s", got)
	}
	_, body, _ = get(t, s, "/v1/rooms/show/export/room.jsonl", token)
	lines := strings.Split(strings.TrimSpace(body), "\n")
	if !strings.HasPrefix(lines[0], `{"room":`) || !strings.Contains(body, `"text":"=1+1 is a formula"`) || !strings.Contains(body, `"action":"calm_room"`) {
		t.Errorf("everything as lines: %s", body)
	}
	if status, body, _ := get(t, s, "/v1/rooms/show/export/room.xml", token); status != 400 || !strings.Contains(body, "room.jsonl") {
		t.Errorf("a file there is not: %d %s", status, body)
	}

	var seen struct {
		Open, Connected bool
		Viewers, Shown  uint64
		TickMs          int64
		Gateways        []struct{ Here bool }
		CanaryMs        *int64
	}
	for until := time.Now().Add(30 * time.Second); seen.Viewers == 0; time.Sleep(100 * time.Millisecond) { // counted each second
		_, body, _ = get(t, s, "/v1/rooms/show/health", token)
		if err := json.Unmarshal([]byte(body), &seen); err != nil || time.Now().After(until) {
			t.Fatalf("the room's health: %v %s", err, body)
		}
	}
	if !seen.Open || !seen.Connected || seen.Viewers != 2 || seen.Shown != 1 || seen.TickMs == 0 || len(seen.Gateways) != 1 || !seen.Gateways[0].Here || seen.CanaryMs != nil {
		t.Errorf("the room's health: %s", body)
	}

	if status, answer := api(t, s, "DELETE", "/v1/rooms/show/links/"+id, ""); status != 200 {
		t.Fatalf("take the link back: %d %v", status, answer)
	}
	for _, path := range paths {
		path := path
		for until := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) { // promised within 5 s
			status, body, _ := get(t, s, "/v1/rooms/show/"+path, token)
			if status == 401 || status == 403 {
				break
			}
			if time.Now().After(until) {
				t.Fatalf("a link that was taken back still opens %s: %d %s", path, status, body)
			}
		}
	}
}
