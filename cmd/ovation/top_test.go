package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ovation-live/ovation/gateway/room"
)

// Printed once, for a ticket or a script, it must say what comes a second: that is what one looks for at night.
func TestTopOnceTellsWhatComesASecond(t *testing.T) {
	var looks atomic.Uint64
	admin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hearts := map[string]uint64{"heart": 100 + 1_000*looks.Add(1)}
		_ = json.NewEncoder(w).Encode(roomList{Rooms: []room.Stat{{Room: "launch", State: "live", Hearts: hearts}}}) // who asked sees what is missing
	}))
	defer admin.Close()
	r := ovation(t, "top", "--once", "--admin", strings.TrimPrefix(admin.URL, "http://"))
	if r.code != exitDone || strings.Count(r.out, "launch") != 1 || looks.Load() != 2 {
		t.Fatalf("want one picture of two looks, got %d looks: %+v", looks.Load(), r)
	}
	if !regexp.MustCompile(`launch +live +0 +0 +2100 +[0-9]{3,4} `).MatchString(r.out) {
		t.Errorf("a thousand hearts a second are not told:\n%s", r.out)
	}
}
