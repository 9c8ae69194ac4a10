package session

import (
	"testing"

	"github.com/ovation-live/ovation/internal/auth"
)

// A token renews the socket of the person whom it is for: as much as before or more, never less.
func TestTokensThatRenew(t *testing.T) {
	viewer := auth.Person{Subject: "ada", Name: "Ada", Role: auth.Viewer}
	guest, invited, host, other, renamed := viewer, viewer, viewer, viewer, viewer
	guest.Guest, guest.Uninvited = true, true
	invited.Guest = true
	host.Role, other.Subject, renamed.Name = auth.Host, "bo", "Countess"
	for name, c := range map[string]struct {
		is, was auth.Person
		want    bool
	}{
		"the same":                 {viewer, viewer, true},
		"by another name":          {renamed, viewer, true},
		"a guest as before":        {guest, guest, true},
		"a guest who signed in":    {viewer, guest, true},
		"an invited one signed in": {viewer, invited, true},
		"a guest with an invite":   {invited, guest, true},
		"without the invite":       {guest, invited, false},
		"a viewer turned guest":    {guest, viewer, false},
		"a viewer turned invited":  {invited, viewer, false},
		"another role":             {host, viewer, false},
		"a lower role":             {viewer, host, false},
		"somebody else":            {other, viewer, false},
	} {
		if got := same(c.is, c.was); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
