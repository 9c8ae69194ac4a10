package process_test

import (
	"testing"

	"github.com/ovation-live/ovation/internal/process"
)

func TestNearest(t *testing.T) {
	commands := []string{"serve", "gateway", "services", "broker", "room", "token", "config", "check", "export", "top", "version"}
	for name, tc := range map[string]struct{ got, want string }{
		"a letter too few":               {"serv", "serve"},
		"a letter too many":              {"servve", "serve"},
		"two swapped":                    {"brokre", "broker"},
		"a wrong letter":                 {"tokan", "token"},
		"longer words bear more":         {"gatewey", "gateway"},
		"nothing near":                   {"zzzzzz", ""},
		"no replacement of a whole word": {"xyz", ""},
		"empty":                          {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := process.Nearest(tc.got, commands); got != tc.want {
				t.Fatalf("Nearest(%q) = %q, want %q", tc.got, got, tc.want)
			}
		})
	}
	if got := process.Nearest("stat", []string{"start", "state"}); got != "start" {
		t.Errorf("of equally near words the first should win, got %q", got)
	}
	if got := process.DidYouMean("nats.ulr", []string{"nats.url"}); got != `; did you mean "nats.url"?` {
		t.Errorf("DidYouMean = %q", got)
	}
}
