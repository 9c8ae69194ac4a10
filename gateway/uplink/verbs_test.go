package uplink

import (
	"testing"

	"github.com/ovation-live/ovation/internal/auth"
)

// Services judge a guest by what a gateway says: it must say who came by no invite, and of nobody else.
func TestServicesAreToldWhoCameByNoInvite(t *testing.T) {
	for name, c := range map[string]struct {
		claims           auth.Claims
		guest, uninvited bool
	}{
		"a guest":        {auth.Claims{Role: auth.Viewer, Guest: true}, true, true},
		"an invited one": {auth.Claims{Role: auth.Viewer, Guest: true, Invited: true}, true, false},
		"a viewer":       {auth.Claims{Role: auth.Viewer}, false, false},
	} {
		if a := (Actor{Person: c.claims.Person()}).proto(); a.GetGuest() != c.guest || a.GetUninvited() != c.uninvited {
			t.Errorf("%s is told as %v", name, a)
		}
	}
}
