package rooms_test

import (
	"context"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// by is whoever holds a link.
func (g *stage) by(link *roomsv1.Link) context.Context {
	g.Helper()
	claims, err := g.keys.Verify(link.GetToken())
	if err != nil {
		g.Fatal(err)
	}
	return auth.WithCaller(g.Context(), claims)
}

// make makes a link with what ctx holds.
func (g *stage) make(ctx context.Context, role string, life time.Duration) *roomsv1.Link {
	g.Helper()
	r, err := g.s.CreateLinks(ctx, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{role}, Lifetime: durationpb.New(life)})
	if err != nil {
		g.Fatal(err)
	}
	return r.GetLinks()[0]
}

// A link that a host of one room makes ends with the host's own; those of a service, and of a host of many rooms, as asked.
func TestALinkEndsWithItsMakers(t *testing.T) {
	g := newStage(t)
	g.create("main")
	own := g.make(g.host, "host", time.Hour)
	month := 30 * 24 * time.Hour
	for name, c := range map[string]struct {
		ctx  context.Context
		want time.Duration
	}{
		"a link's host":       {g.by(own), time.Hour},
		"a host of all rooms": {g.host, month},
		"a service":           {testbed.As(t.Context(), auth.Service, "backend"), month},
		"a service of a room": {auth.WithCaller(t.Context(), auth.Claims{Subject: "backend", Role: auth.Service, Rooms: []string{"main"}, Expires: time.Now().Add(time.Hour)}), month},
		"a host of the room":  {auth.WithCaller(t.Context(), auth.Claims{Subject: "h", Role: auth.Host, Rooms: []string{"main"}, Expires: time.Now().Add(2 * time.Hour)}), 2 * time.Hour},
		"a host of a pattern": {auth.WithCaller(t.Context(), auth.Claims{Subject: "h", Role: auth.Host, Rooms: []string{"ma*"}, Expires: time.Now().Add(time.Hour)}), month},
	} {
		link := g.make(c.ctx, "host", month)
		if left := time.Until(link.GetExpireTime().AsTime()); left > c.want || left < c.want-time.Minute {
			t.Errorf("%s: good for %s, want %s", name, left, c.want)
		}
		claims, err := g.keys.Verify(link.GetToken())
		if err != nil || claims.Expires.After(time.Now().Add(c.want+time.Second)) {
			t.Errorf("%s: the token ends at %s, %v", name, claims.Expires, err)
		}
	}
	over := auth.WithCaller(t.Context(), auth.Claims{Subject: "h", Role: auth.Host, Rooms: []string{"main"}, Expires: time.Now()})
	_, err := g.s.CreateLinks(over, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"host"}})
	g.refused(fault.TokenExpired, err)
}

// What a link made goes with it, however deep, and nothing else.
func TestALinkThatIsTakenBackTakesWhatItMade(t *testing.T) {
	g := newStage(t)
	g.create("main")
	first := g.make(g.host, "host", time.Hour)
	child := g.make(g.by(first), "host", time.Hour)
	grandchild := g.make(g.by(child), "moderator", time.Hour)
	other := g.make(g.host, "host", time.Hour)
	others := g.make(g.by(other), "viewer", time.Hour)
	if child.GetMaker() != first.GetLink() || grandchild.GetMaker() != child.GetLink() || first.GetMaker() != "" {
		t.Errorf("made by %q, %q, %q", first.GetMaker(), child.GetMaker(), grandchild.GetMaker())
	}
	for range 2 { // a retry goes down the chain once more
		if _, err := g.s.RevokeLink(g.host, &roomsv1.RevokeLinkRequest{Room: "main", Link: first.GetLink()}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := g.s.ListLinks(g.host, &roomsv1.ListLinksRequest{Room: "main"})
	if err != nil {
		t.Fatal(err)
	}
	revoked := make(map[string]bool)
	for _, l := range list.GetLinks() {
		revoked[l.GetLink()] = l.GetRevokeTime() != nil
	}
	for _, l := range []*roomsv1.Link{first, child, grandchild} {
		if !revoked[l.GetLink()] {
			t.Errorf("%s is good", l.GetRole())
		}
	}
	if revoked[other.GetLink()] || revoked[others.GetLink()] {
		t.Error("what another link made went, too")
	}
	// Whoever is revoked and has yet to be told, which takes up to a second, makes nothing that stays.
	_, err = g.s.CreateLinks(g.by(child), &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"host"}})
	g.refused(fault.TokenRevoked, err)
	if list, err = g.s.ListLinks(g.host, &roomsv1.ListLinksRequest{Room: "main"}); err != nil || list.GetLinks()[0].GetMaker() != child.GetLink() || list.GetLinks()[0].GetRevokeTime() == nil {
		t.Errorf("the last link is %v, %v", list.GetLinks()[0], err)
	}
}

// A chain of which a part was left, as where a call's time ended, is finished by asking once more.
func TestAChainThatWasLeftIsFinished(t *testing.T) {
	g := newStage(t)
	g.create("main")
	first := g.make(g.host, "host", time.Hour)
	child := g.make(g.by(first), "host", time.Hour)
	grandchild := g.make(g.by(child), "viewer", time.Hour)
	for _, l := range []*roomsv1.Link{first, child} { // revoked, as if what they made had not been reached
		g.put("main", &eventv1.Link{Id: l.GetLink(), Role: "host", CreatedMs: 1, RevokedMs: 1, Maker: l.GetMaker()})
	}
	if _, err := g.s.RevokeLink(g.host, &roomsv1.RevokeLinkRequest{Room: "main", Link: first.GetLink()}); err != nil {
		t.Fatal(err)
	}
	list, err := g.s.ListLinks(g.host, &roomsv1.ListLinksRequest{Room: "main"})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list.GetLinks() {
		if l.GetRevokeTime() == nil {
			t.Errorf("%s is good, that of the grandchild is %s", l.GetLink(), grandchild.GetLink())
		}
	}
}

// Somebody who goes on making links while its own is taken back has none in the end.
func TestALinkThatIsTakenBackWhileItMakesOthers(t *testing.T) {
	g := newStage(t)
	g.create("main")
	first := g.make(g.host, "host", time.Hour)
	var makers errgroup.Group
	for range 4 {
		makers.Go(func() error {
			ctx := g.by(first)
			for {
				r, err := g.s.CreateLinks(ctx, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"host"}})
				if fault.Is(err, fault.TokenRevoked) || fault.Is(err, fault.TooManyLinks) { // a fast machine fills the room
					return nil
				}
				if err != nil {
					return err
				}
				ctx = g.by(r.GetLinks()[0])
			}
		})
	}
	time.Sleep(50 * time.Millisecond) // until they are in full swing; any moment will do
	if _, err := g.s.RevokeLink(g.host, &roomsv1.RevokeLinkRequest{Room: "main", Link: first.GetLink()}); err != nil {
		t.Fatal(err)
	}
	if err := makers.Wait(); err != nil {
		t.Fatal(err)
	}
	for page, r := 1, (&roomsv1.ListLinksRequest{Room: "main", PageSize: 500}); page == 1 || r.GetPageToken() != ""; page++ {
		list, err := g.s.ListLinks(g.host, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list.GetLinks() {
			if l.GetRevokeTime() == nil {
				t.Errorf("%s, made with %s, is good", l.GetLink(), l.GetMaker())
			}
		}
		r.PageToken = list.GetNextPageToken()
	}
}

// A host of one room fills neither list so that the product can make and revoke nothing.
func TestALinksHostLeavesPlacesToOthers(t *testing.T) {
	g := newStage(t)
	g.create("main")
	host := g.by(g.make(g.host, "host", time.Hour))
	revoke := func(ctx context.Context, id string, end time.Duration) error {
		r := &roomsv1.RevokeLinkRequest{Room: "main", Link: id}
		if end != 0 {
			r.ExpireTime = timestamppb.New(time.Now().Add(end))
		}
		_, err := g.s.RevokeLink(ctx, r)
		return err
	}
	g.refused(fault.FieldRequired, revoke(host, "made up", 0))
	g.refused(fault.FieldRequired, revoke(host, "made up", 31*24*time.Hour))
	if err := revoke(host, "made up", time.Hour); err != nil {
		t.Fatal(err)
	}
	g.refused(fault.FieldRequired, revoke(host, "made up", 31*24*time.Hour)) // nor is one that is known kept for longer
	if err := revoke(g.host, "for ever", 0); err != nil {
		t.Fatal(err)
	}
	a, err := g.s.RevokeLink(host, &roomsv1.RevokeLinkRequest{Room: "main", Link: "for ever", ExpireTime: timestamppb.New(time.Now().Add(-time.Hour))})
	if err != nil || a.GetLink().GetExpireTime() != nil {
		t.Errorf("a host of one room gave an end, %v, to what the product revoked without: %v", a.GetLink().GetExpireTime(), err)
	}
	g.stored("main", 798, &eventv1.Link{RevokedMs: 1})
	g.refused(fault.TooManyRevoked, revoke(host, "one more", time.Hour))
	if err := revoke(g.host, "the product's", 0); err != nil {
		t.Errorf("the product cannot revoke any more: %v", err)
	}
}

// Links that are good are bounded, and those that are revoked keep nobody from making others until there are very many. Of
// both a host of one room leaves some to the product.
func TestLinksKeepNobodyFromMakingOthers(t *testing.T) {
	g := newStage(t)
	g.create("main")
	host := g.by(g.make(g.host, "host", time.Hour)) // the first of those that are good
	create := func(ctx context.Context) error {
		_, err := g.s.CreateLinks(ctx, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"viewer"}})
		return err
	}
	g.stored("main", 798, &eventv1.Link{CreatedMs: 1})
	if err := create(host); err != nil {
		t.Fatalf("800 are good with it: %v", err)
	}
	g.refused(fault.TooManyLinks, create(host)) // a host fills 800
	g.stored("main", 199, &eventv1.Link{CreatedMs: 1})
	if err := create(g.host); err != nil {
		t.Errorf("a host's links keep the product from making one: %v", err)
	}
	g.refused(fault.TooManyLinks, create(g.host)) // 1,000 are good
}

func TestRevokedLinksKeepNobodyFromMakingOthers(t *testing.T) {
	g := newStage(t)
	g.create("main")
	host := g.by(g.make(g.host, "host", time.Hour))
	create := func(ctx context.Context) error {
		_, err := g.s.CreateLinks(ctx, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"viewer"}})
		return err
	}
	g.stored("main", 1998, &eventv1.Link{CreatedMs: 1, RevokedMs: 1})
	if err := create(host); err != nil {
		t.Fatalf("2,000 are stored with it: %v", err)
	}
	g.refused(fault.TooManyLinks, create(host))
	if err := create(g.host); err != nil {
		t.Errorf("the product can make no links any more: %v", err)
	}
}

// put writes the document of a link over the one that stands.
func (g *stage) put(room string, doc *eventv1.Link) {
	g.Helper()
	body, err := proto.Marshal(doc)
	if err != nil {
		g.Fatal(err)
	}
	key := bus.InRoom(bus.State, room, follow.LinkKey, auth.LinkKey(doc.GetId()))
	last, err := g.bed.Bus.Last(g.Context(), key)
	if err != nil {
		g.Fatal(err)
	}
	if _, err := g.bed.Bus.Put(g.Context(), key, body, last.Sequence); err != nil {
		g.Fatal(err)
	}
}

// stored writes documents of links.
func (g *stage) stored(room string, n int, like *eventv1.Link) {
	g.Helper()
	var all errgroup.Group
	all.SetLimit(16)
	for range n {
		all.Go(func() error {
			id := auth.NewID()
			body, err := proto.Marshal(&eventv1.Link{Id: id, Role: "viewer", CreatedMs: like.GetCreatedMs(), RevokedMs: like.GetRevokedMs()})
			if err != nil {
				return err
			}
			_, err = g.bed.Bus.Put(g.Context(), bus.InRoom(bus.State, room, follow.LinkKey, auth.LinkKey(id)), body, 0)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		g.Fatal(err)
	}
}
