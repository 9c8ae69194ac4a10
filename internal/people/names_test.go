package people_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

func named(t *testing.T, all ...string) people.Names {
	t.Helper()
	doc := new(eventv1.StaffNames)
	for i, name := range all {
		doc.Names = append(doc.Names, &eventv1.StaffName{Person: fmt.Sprint("staff", i), Name: name})
	}
	body, err := proto.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	n, err := people.ReadNames(body)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// 28: a name that looks like a moderator's, in whatever letters.
func TestFault28NamesThatImitate(t *testing.T) {
	n := named(t, "Hanna", "Σοφία", "Олег", "Dr. Paul Stern", "🎤")
	for _, name := range []string{
		"Hanna", "HANNA", "Наnnа", "Hαnnα", "Ｈａｎｎａ", "h a n n a", "H.anna!", "Hánñä", "𝓗𝓪𝓷𝓷𝓪", "Ha\u200bnna", "Hanna (host)", "[MOD] Hanna", "Host: Наnnа",
		"Σοφια", "Oлeг", "Dr Paul Stern", "DR. PAU1 5TERN",
		"host", "H0ST", "Ηost", "ΗΟSΤ", "ΗΑΝΝΑ", "Moderator", "rnoderator", "Мoderator", "ｍｏｄｅｒａｔｏｒ", "m o d", "Admin", "Admin 2", "admin1", "Moderator Team 1 mod", "Модератор", "主持人", "司会",
		"Launch Day", "Lаunch-Day",
	} {
		err := n.Imitates("name", "Launch day", &eventv1.Author{Person: "someone", Name: name, Role: eventv1.Role_ROLE_VIEWER})
		imitates := name != "Moderator Team 1 mod"
		if f, _ := fault.Of(err); (f != nil && f.Reason == fault.NameImitates && f.Field == "name") != imitates {
			t.Errorf("%q: %v, imitates: %v", name, err, imitates)
		}
	}
	for _, name := range []string{
		"", "Hannah", "Johanna", "Anna", "Hanna B.", "Sofie", "Paul", "Hostetler", "Modesty", "Adminah", "Ghost", "Launch", "🎤", "🎉🎉", "李明", "さくら", "محمد", "Modena 3", "Ana 2",
	} {
		if err := n.Imitates("name", "Launch day", &eventv1.Author{Person: "someone", Name: name, Role: eventv1.Role_ROLE_VIEWER}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for what, who := range map[string]*eventv1.Author{
		"a moderator with a host's name":     {Person: "other", Name: "Hanna", Role: eventv1.Role_ROLE_MODERATOR},
		"a host who is called so":            {Person: "other", Name: "Host", Role: eventv1.Role_ROLE_HOST},
		"a moderator's window of a viewer's": {Person: "staff0", Name: "Hanna", Role: eventv1.Role_ROLE_VIEWER},
	} {
		if err := n.Imitates("name", "Launch day", who); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestNamesAreNotedOncePerPerson(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	read := func() *eventv1.StaffNames {
		t.Helper()
		r, err := b.Bus.Last(t.Context(), bus.InRoom(bus.State, "main", people.NamesKey))
		if err != nil {
			t.Fatal(err)
		}
		doc := new(eventv1.StaffNames)
		if err := proto.Unmarshal(r.Body, doc); err != nil {
			t.Fatal(err)
		}
		return doc
	}
	note := func(person, name string) {
		t.Helper()
		if err := people.NoteName(t.Context(), b.Bus, "main", &eventv1.Author{Person: person, Name: name, Role: eventv1.Role_ROLE_HOST}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		note("a", "Hanna")
	}
	note("b", "Paul")
	note("a", "Hanna S.")
	if got := read(); len(got.GetNames()) != 2 || got.GetNames()[0].GetName() != "Paul" || got.GetNames()[1].GetName() != "Hanna S." {
		t.Errorf("noted are %v", got)
	}
	for i := range 200 {
		note(fmt.Sprint("p", i), fmt.Sprint("Name ", i))
	}
	if got := read(); len(got.GetNames()) != 200 || got.GetNames()[0].GetName() != "Name 0" {
		t.Errorf("%d names are noted, the first is %v; want 200, and Name 0", len(got.GetNames()), got.GetNames()[0])
	}
}
