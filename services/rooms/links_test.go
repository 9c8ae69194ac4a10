package rooms_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/rooms"
)

func TestLinks(t *testing.T) {
	g := newStage(t)
	g.create("main")
	r, err := g.s.CreateLinks(g.host, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"host", "moderator", "viewer"}, Lifetime: durationpb.New(time.Hour)})
	if err != nil || len(r.GetLinks()) != 3 {
		t.Fatalf("%v, %v", r, err)
	}
	if until := time.Until(r.GetLinks()[0].GetExpireTime().AsTime()); until > time.Hour || until < 59*time.Minute {
		t.Errorf("good for %v", until)
	}
	moderator := testbed.As(t.Context(), auth.Moderator, "mod") // the policy keeps moderators out; so does the rule
	for name, c := range map[string]struct {
		ctx  context.Context
		r    *roomsv1.CreateLinksRequest
		want fault.Reason
	}{
		"above":     {moderator, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"host"}}, fault.PermissionDenied},
		"service":   {g.host, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"service"}}, fault.FieldInvalid},
		"none":      {g.host, &roomsv1.CreateLinksRequest{Room: "main"}, fault.FieldInvalid},
		"long":      {g.host, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"host"}, Lifetime: durationpb.New(31 * 24 * time.Hour)}, fault.FieldInvalid},
		"negative":  {g.host, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"host"}, Lifetime: durationpb.New(-time.Hour)}, fault.FieldInvalid},
		"elsewhere": {g.host, &roomsv1.CreateLinksRequest{Room: "nowhere", Roles: []string{"host"}}, fault.RoomNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := g.s.CreateLinks(c.ctx, c.r); !fault.Is(err, c.want) {
				t.Fatalf("got %v, want %s", err, c.want)
			}
		})
	}
	keyless := rooms.New(rooms.Options{Bus: g.bed.Bus})
	_, err = keyless.CreateLinks(g.host, &roomsv1.CreateLinksRequest{Room: "main", Roles: []string{"host"}})
	g.refused(fault.NoSigningKey, err)
}

func (g *stage) link(room, role string) *roomsv1.Link {
	g.Helper()
	r, err := g.s.CreateLinks(g.host, &roomsv1.CreateLinksRequest{Room: room, Roles: []string{role}, Note: "for Ana"})
	if err != nil {
		g.Fatal(err)
	}
	return r.GetLinks()[0]
}

func TestARevokedLinkIsKnownToWhoeverFollows(t *testing.T) {
	g := newStage(t)
	g.create("main")
	link := g.link("main", "moderator")
	claims, err := g.keys.Verify(link.GetToken())
	if err != nil || claims.ID != link.GetLink() || claims.Role != auth.Moderator {
		t.Fatalf("the token says %+v, %v", claims, err)
	}
	view, err := g.bed.Views.Room(t.Context(), "main")
	if err != nil || view.Revoked(claims.ID) {
		t.Fatalf("revoked before anybody said so: %v", err)
	}
	for range 2 { // a retry is a success
		r, err := g.s.RevokeLink(g.host, &roomsv1.RevokeLinkRequest{Room: "main", Link: link.GetLink()})
		if err != nil || r.GetLink().GetRevokeTime() == nil || r.GetLink().GetToken() != "" || r.GetLink().GetNote() != "for Ana" {
			t.Fatalf("%v, %v", r, err)
		}
	}
	// A token that somebody else signed has a jti, too.
	if _, err := g.s.RevokeLink(g.host, &roomsv1.RevokeLinkRequest{Room: "main", Link: "auth0|*.> session"}); err != nil {
		t.Fatal(err)
	}
	testbed.Until(t, "both are revoked for whoever follows", func() bool {
		return view.Revoked(claims.ID) && view.Revoked("auth0|*.> session") && !view.Revoked("another")
	})
	if got := g.trail("main"); got != "revoke_link revoke_link create_link create_room" {
		t.Errorf("the trail is %q", got)
	}
}

func TestLinksAreListedWithoutTheirTokens(t *testing.T) {
	g := newStage(t)
	g.create("main")
	g.create("other")
	var made []string
	for _, role := range []string{"viewer", "overlay", "guest"} {
		made = append(made, g.link("main", role).GetLink())
	}
	g.link("other", "viewer")
	var listed []string
	token := ""
	for {
		r, err := g.s.ListLinks(g.host, &roomsv1.ListLinksRequest{Room: "main", PageSize: 2, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range r.GetLinks() {
			if l.GetToken() != "" {
				t.Errorf("%s is listed with its token", l.GetLink())
			}
			listed = append(listed, l.GetLink())
		}
		if token = r.GetNextPageToken(); token == "" {
			break
		}
	}
	slices.Sort(made)
	slices.Sort(listed)
	if !slices.Equal(made, listed) {
		t.Errorf("made %v, listed %v", made, listed)
	}
	_, err := g.s.ListLinks(g.host, &roomsv1.ListLinksRequest{Room: "main", PageToken: "garbage"})
	g.refused(fault.PageTokenInvalid, err)
	g.delete("main")
	g.create("main")
	if r, err := g.s.ListLinks(g.host, &roomsv1.ListLinksRequest{Room: "main"}); err != nil || len(r.GetLinks()) != 0 {
		t.Errorf("a room made anew has the links of the old one: %v %v", r, err)
	}
}

// Ids that nobody holds must not fill a room, and none that is revoked is forgotten for another: it would let somebody in.
func TestRevokedTokensFromElsewhereAreBound(t *testing.T) {
	g := newStage(t)
	g.create("main")
	revoke := func(id string, end time.Time) error {
		r := &roomsv1.RevokeLinkRequest{Room: "main", Link: id}
		if !end.IsZero() {
			r.ExpireTime = timestamppb.New(end)
		}
		_, err := g.s.RevokeLink(g.host, r)
		return err
	}
	own := g.link("main", "viewer")
	const most = 1000
	var all errgroup.Group
	for turn := range 8 {
		all.Go(func() error {
			for i := turn; i < most-1; i += 8 {
				if err := revoke(fmt.Sprint("jti-", i), time.Time{}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := revoke("the last", time.Now().Add(time.Hour)); err != nil {
		t.Fatalf("there was a place left: %v", err)
	}
	g.refused(fault.TooManyRevoked, revoke("one more", time.Time{}))
	g.refused(fault.TooManyRevoked, revoke("one more", time.Now().Add(-time.Hour)))
	for _, id := range []string{"jti-0", "the last", own.GetLink()} { // a retry, and links of our own
		if err := revoke(id, time.Time{}); err != nil {
			t.Errorf("%s cannot be revoked any more: %v", id, err)
		}
	}
	g.link("main", "viewer") // and made
	view, err := g.bed.Views.Room(t.Context(), "main")
	if err != nil {
		t.Fatal(err)
	}
	testbed.Until(t, "everything that was revoked still is", func() bool {
		for i := range most - 1 {
			if !view.Revoked(fmt.Sprint("jti-", i)) {
				return false
			}
		}
		return view.Revoked("the last") && view.Revoked(own.GetLink()) && !view.Revoked("one more")
	})
}

func TestWhenARevokedTokenEndsIsKept(t *testing.T) {
	g := newStage(t)
	g.create("main")
	tomorrow := time.Now().Add(24 * time.Hour).Truncate(time.Second)
	for _, c := range []struct {
		name      string
		say, want time.Time
	}{
		{"not known", time.Time{}, time.Time{}},
		{"told later", tomorrow, tomorrow},
		{"an earlier one", tomorrow.Add(-time.Hour), tomorrow},
		{"a later one", tomorrow.Add(time.Hour), tomorrow.Add(time.Hour)},
		{"too far off to be waited for", tomorrow.AddDate(40, 0, 0), time.Time{}},
		{"made room of", tomorrow, tomorrow},
		{"not known any more", time.Time{}, time.Time{}},
	} {
		r := &roomsv1.RevokeLinkRequest{Room: "main", Link: "theirs"}
		if !c.say.IsZero() {
			r.ExpireTime = timestamppb.New(c.say)
		}
		a, err := g.s.RevokeLink(g.host, r)
		if err != nil {
			t.Fatal(err)
		}
		if end := a.GetLink().GetExpireTime(); (end != nil) != !c.want.IsZero() || end != nil && !end.AsTime().Equal(c.want) {
			t.Errorf("%s: it ends at %v, want %v", c.name, end.AsTime(), c.want)
		}
	}
	_, err := g.s.RevokeLink(g.host, &roomsv1.RevokeLinkRequest{Room: "main", Link: "theirs", ExpireTime: &timestamppb.Timestamp{Nanos: -1}})
	g.refused(fault.FieldInvalid, err)
	own := g.link("main", "viewer")
	_, err = g.s.RevokeLink(g.host, &roomsv1.RevokeLinkRequest{Room: "main", Link: own.GetToken()})
	g.refused(fault.FieldInvalid, err) // a secret, which would else be shown
	a, err := g.s.RevokeLink(g.host, &roomsv1.RevokeLinkRequest{Room: "main", Link: own.GetLink(), ExpireTime: timestamppb.New(tomorrow)})
	if err != nil || !a.GetLink().GetExpireTime().AsTime().Equal(own.GetExpireTime().AsTime()) {
		t.Errorf("the end of a link of our own moved to %v, %v", a.GetLink().GetExpireTime().AsTime(), err)
	}
}

// Whoever holds a stolen link cannot have it revoked for a minute, so that a revocation without an end changes nothing.
func TestAnEarlyEndDoesNotArrangeThatARevocationLapses(t *testing.T) {
	g := newStage(t)
	g.create("main")
	thief := auth.WithCaller(t.Context(), auth.Claims{Subject: "link", Role: auth.Host, Rooms: []string{"main"}, ID: "stolen"})
	revoke := func(ctx context.Context, end time.Time) error {
		r := &roomsv1.RevokeLinkRequest{Room: "main", Link: "stolen"}
		if !end.IsZero() {
			r.ExpireTime = timestamppb.New(end)
		}
		_, err := g.s.RevokeLink(ctx, r)
		return err
	}
	g.refused(fault.FieldInvalid, revoke(thief, time.Now().Add(-time.Hour)))
	if err := revoke(thief, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := revoke(g.host, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := revoke(thief, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	r, err := g.s.ListLinks(g.host, &roomsv1.ListLinksRequest{Room: "main"})
	if err != nil || len(r.GetLinks()) != 1 || r.GetLinks()[0].GetExpireTime() != nil {
		t.Errorf("%v, %v: want one that is kept as long as the room", r, err)
	}
}
