package main

import (
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway"
)

// What a gateway may take to end, when nothing answers it any more, is within what the chart gives it beside its window, and
// what operators are told to give.
func TestTheGraceIsLongerThanTheEnd(t *testing.T) {
	const end = gateway.Ending + 2*shutdownTime + telemetryTime // the public port's requests, and then the operator's
	for path, at := range map[string]string{
		"../../charts/ovation/templates/gateway.yaml": `terminationGracePeriodSeconds: .*drainSeconds\) (\d+) \}\}`,
		"../../docs/operations.md":                    `grace period of the window plus (\d+) s`,
	} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(at).FindSubmatch(text)
		if found == nil {
			t.Fatalf("%s does not say what it is", path)
		}
		seconds, err := strconv.Atoi(string(found[1]))
		if err != nil || time.Duration(seconds)*time.Second <= end {
			t.Errorf("%s gives %ss beside the window (%v), and the end may take %s", path, found[1], err, end)
		}
	}
	text, err := os.ReadFile("../../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?s)OVATION_DRAIN_WINDOW: (\S+)\n.*?stop_grace_period: (\S+)\n`).FindSubmatch(text)
	if found == nil {
		t.Fatal("compose.yaml does not say what it is")
	}
	window, err1 := time.ParseDuration(string(found[1]))
	grace, err2 := time.ParseDuration(string(found[2]))
	if err1 != nil || err2 != nil || grace <= window+end {
		t.Errorf("compose.yaml gives %s with a window of %s, and the end may take %s beside it (%v, %v)", grace, window, end, err1, err2)
	}
}
