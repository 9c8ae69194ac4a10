package people

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"unicode"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/lookalike"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// NamesKey is the key below the room of the document with the names of its hosts and moderators.
const NamesKey = "names"

// mostNames bounds that document; beyond it the name that was noted first is free again.
const mostNames = 200

// Names are the names of a room's hosts and moderators. The zero value has none.
type Names struct {
	people map[string][]string // keys by skeleton of the name
}

// ReadNames reads the document; a nil body is one without names.
func ReadNames(body []byte) (Names, error) {
	doc := new(eventv1.StaffNames)
	if err := proto.Unmarshal(body, doc); err != nil {
		return Names{}, fmt.Errorf("names of a room's hosts and moderators: %w", err)
	}
	n := Names{people: make(map[string][]string, len(doc.GetNames()))}
	for _, s := range doc.GetNames() {
		for _, look := range looks(s.GetName()) {
			n.people[look] = append(n.people[look], s.GetPerson())
		}
	}
	return n, nil
}

// Imitates is the fault NAME_IMITATES for somebody below a moderator whose name can be taken for that of a host or moderator
// of the room, or for an office: also with such a word beside it ("Hanna (host)"), and for the room itself by its title.
// Nobody imitates themselves: a host's second window may be a viewer. The field is where the name stands.
func (n Names) Imitates(field, title string, who *eventv1.Author) error {
	return n.imitates(field, looks(title), who)
}

func (n Names) imitates(field string, titles []string, who *eventv1.Author) error {
	if who.GetName() == "" || who.GetRole() >= eventv1.Role_ROLE_MODERATOR {
		return nil
	}
	rest, office := withoutOffices(who.GetName())
	if office && rest != "" && n.others(rest, who) {
		return ofStaff(field)
	}
	for _, look := range looks(who.GetName()) {
		if n.others(look, who) {
			return ofStaff(field)
		}
		office = office && rest == "" || offices[look] || slices.Contains(titles, look)
	}
	if office {
		return fault.New(fault.NameImitates, "the name looks like that of an office or of the room; take another").On(field)
	}
	return nil
}

func ofStaff(field string) error {
	return fault.New(fault.NameImitates, "the name looks like that of a host or moderator here; take another").On(field)
}

// looks are the skeletons that a name can be taken for, none for one of pictures: as it stands, without what stands around
// its letters, and with Greek capitals for the Latin ones that they look like, while their small letters do not.
func looks(name string) (all []string) {
	forms := [...]string{name, strings.TrimFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), name}
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Greek, r) }) {
		forms[2] = capitals.Replace(name)
	}
	for i, form := range forms {
		if i > 0 && form == name {
			continue
		}
		if look := lookalike.Skeleton(form); look != "" && !slices.Contains(all, look) {
			all = append(all, look)
		}
	}
	return all
}

var capitals = strings.NewReplacer("Η", "H", "Ν", "N", "Υ", "Y", "Ζ", "Z", "Μ", "M", "Χ", "X", "Ρ", "P", "Β", "B", "Τ", "T", "Κ", "K")

// others tells whether a name is that of hosts or moderators, and of nobody else.
func (n Names) others(skeleton string, who *eventv1.Author) bool {
	people := n.people[skeleton]
	return len(people) > 0 && !slices.Contains(people, who.GetPerson())
}

// withoutOffices is the skeleton of a name without the words that name an office, and the numbers beside them.
func withoutOffices(name string) (rest string, office bool) {
	var left strings.Builder
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) }) {
		bare := strings.TrimRightFunc(word, unicode.IsDigit)
		if bare == "" { // a number
			continue
		}
		look := lookalike.Skeleton(bare)
		if len(bare) < len(word) && !offices[look] {
			look = lookalike.Skeleton(word)
		}
		if offices[look] {
			office = true
		} else {
			left.WriteString(look)
		}
	}
	return left.String(), office
}

// offices are the skeletons of what hosts, moderators and operators are called in the languages of many shows.
var offices = func() map[string]bool {
	m := make(map[string]bool)
	for _, word := range strings.Fields(`
		host cohost hostess moderator moderators mod mods admin admins administrator organizer organiser organizers organisers presenter staff
		official support system anfitrión anfitriona moderador moderadora administrador administradora organizador organizadora
		animateur animatrice modérateur modératrice administrateur administratrice organisateur organisatrice gastgeber gastgeberin
		moderatorin administratorin veranstalter conduttore conduttrice moderatore moderatrice amministratore apresentador apresentadora
		prowadzący moderatorka ведущий ведущая модератор админ администратор организатор ведучий адміністратор yönetici moderatör sunucu
		主持人 管理员 管理員 版主 司会 司会者 モデレーター 管理者 運営 관리자 운영자 진행자 مشرف مدير مضيف मॉडरेटर व्यवस्थापक
	`) {
		m[lookalike.Skeleton(word)] = true
	}
	return m
}()

// Called remembers the names of rooms as they were followed. It is safe for concurrent use; the zero value is ready.
type Called struct {
	mu    sync.Mutex
	rooms map[string]*called // guarded by mu
	// free are names that look like nobody's where they were looked at: to look costs as much as the rest of a comment's
	// rules. They are hashes with the room as it was then (called.seed), which nobody can foresee; guarded by mu.
	free map[uint64]struct{}
}

type called struct {
	sequence uint64
	title    string
	titles   []string // what the title looks like
	names    Names
	seed     maphash.Seed
}

// Bounds of the memory; beyond them it is made anew.
const (
	mostCalled = 2_000   // rooms
	mostFree   = 200_000 // names
)

// Imitates is Names.Imitates by the room's followed document.
func (c *Called) Imitates(view *follow.View, room *eventv1.Room, who *eventv1.Author) error {
	if who.GetName() == "" || who.GetRole() >= eventv1.Role_ROLE_MODERATOR {
		return nil
	}
	c.mu.Lock()
	in, err := c.of(view, room.GetId(), room.GetTitle())
	if err != nil {
		c.mu.Unlock()
		return err
	}
	name := maphash.String(in.seed, who.GetName())
	_, free := c.free[name]
	c.mu.Unlock()
	if free {
		return nil
	}
	if in.names.imitates("", in.titles, &eventv1.Author{Name: who.GetName(), Role: who.GetRole()}) != nil {
		return in.names.imitates("actor.name", in.titles, who) // it may be their own
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.free == nil || len(c.free) >= mostFree {
		c.free = make(map[uint64]struct{})
	}
	c.free[name] = struct{}{}
	return nil
}

// of is what is known of a room; mu is held.
func (c *Called) of(view *follow.View, room, title string) (*called, error) {
	doc, _ := view.Doc(NamesKey) // without one, of sequence 0 and without names
	if known, ok := c.rooms[room]; ok && known.sequence == doc.Sequence && known.title == title {
		return known, nil
	}
	names, err := ReadNames(doc.Body)
	if err != nil {
		return nil, err
	}
	if c.rooms == nil || len(c.rooms) >= mostCalled {
		c.rooms = make(map[string]*called)
	}
	in := &called{sequence: doc.Sequence, title: title, titles: looks(title), names: names, seed: maphash.MakeSeed()}
	c.rooms[room] = in
	return in, nil
}

// Has tells whether a host's or moderator's name is noted.
func (n Names) Has(who *eventv1.Author) bool {
	for _, look := range looks(who.GetName()) {
		if !slices.Contains(n.people[look], who.GetPerson()) {
			return false
		}
	}
	return true // also of one of pictures, which looks like nobody
}

// Knows tells whether nothing needs to be noted of somebody.
func (c *Called) Knows(view *follow.View, room *eventv1.Room, who *eventv1.Author) bool {
	if who.GetName() == "" || who.GetRole() < eventv1.Role_ROLE_MODERATOR || who.GetRole() > eventv1.Role_ROLE_HOST {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	in, err := c.of(view, room.GetId(), room.GetTitle())
	return err == nil && in.names.Has(who)
}

// NoteName keeps the name of a host or moderator for the room, in place of the one that the person had before. Noting it
// twice changes nothing.
func NoteName(ctx context.Context, b *bus.Bus, room string, who *eventv1.Author) error {
	key := bus.InRoom(bus.State, room, NamesKey)
	for {
		record, err := b.Last(ctx, key)
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return fmt.Errorf("note a name: %w", err)
		}
		doc := new(eventv1.StaffNames)
		if err == nil && !record.Deleted {
			if err := proto.Unmarshal(record.Body, doc); err != nil {
				return fmt.Errorf("note a name: %w", err)
			}
		}
		next := make([]*eventv1.StaffName, 0, len(doc.GetNames())+1)
		for _, n := range doc.GetNames() {
			if n.GetPerson() == who.GetPerson() && n.GetName() == who.GetName() {
				return nil
			}
			if n.GetPerson() != who.GetPerson() {
				next = append(next, n)
			}
		}
		next = append(next, &eventv1.StaffName{Person: who.GetPerson(), Name: who.GetName()})
		body, err := proto.Marshal(&eventv1.StaffNames{Names: next[max(0, len(next)-mostNames):]})
		if err != nil {
			return fmt.Errorf("note a name: %w", err)
		}
		if _, err := b.Put(ctx, key, body, record.Sequence); !errors.Is(err, bus.ErrConflict) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
