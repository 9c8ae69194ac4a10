package comments_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	"github.com/ovation-live/ovation/services/comments"
)

// pages lists everything that a request gives, page by page, as a role.
func (g *stage) pages(role auth.Role, r *commentsv1.ListCommentsRequest) (texts []string) {
	g.Helper()
	r.Room = "main"
	for calls := 0; ; calls++ {
		a, err := g.s.ListComments(testbed.As(g.Context(), role, "reader"), r)
		if err != nil {
			g.Fatal(err)
		}
		if len(a.GetComments()) > int(r.GetPageSize()) && r.GetPageSize() > 0 {
			g.Fatalf("%d comments on a page of %d", len(a.GetComments()), r.GetPageSize())
		}
		for _, c := range a.GetComments() {
			texts = append(texts, c.GetText())
		}
		if r.PageToken = a.GetNextPageToken(); r.GetPageToken() == "" {
			return texts
		}
		if calls > 1000 {
			g.Fatal("the list has no end")
		}
	}
}

func TestCommentsAreListedBothWaysByTimeAndByPerson(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	g.bed.Room("other", nil)
	var all []string
	var times []time.Time // when each was stored
	for i := range 11 {
		who := []string{"ann", "ben"}[i%2]
		c := g.post(who, "main", fmt.Sprint("request-", i), fmt.Sprint("m", i))
		g.post(who, "other", fmt.Sprint("request-", i), "elsewhere")
		record, err := g.bed.Bus.At(t.Context(), bus.Log, c.GetSequence())
		if err != nil {
			t.Fatal(err)
		}
		all, times = append(all, c.GetText()), append(times, record.Time)
		time.Sleep(2 * time.Millisecond) // stored times are the store's own: they have to differ
	}
	newest := slices.Clone(all)
	slices.Reverse(newest)
	at := func(i int) *timestamppb.Timestamp { return timestamppb.New(times[i]) }
	for name, c := range map[string]struct {
		r    *commentsv1.ListCommentsRequest
		want []string
	}{
		"oldest first":            {&commentsv1.ListCommentsRequest{}, all},
		"newest first":            {&commentsv1.ListCommentsRequest{OrderBy: "create_time desc"}, newest},
		"from a time on":          {&commentsv1.ListCommentsRequest{OrderBy: "create_time", StartTime: at(4)}, all[4:]},
		"before a time":           {&commentsv1.ListCommentsRequest{EndTime: at(4)}, all[:4]},
		"a span":                  {&commentsv1.ListCommentsRequest{StartTime: at(3), EndTime: at(8)}, all[3:8]},
		"a span, backwards":       {&commentsv1.ListCommentsRequest{OrderBy: "create_time desc", StartTime: at(3), EndTime: at(8)}, newest[3:8]},
		"backwards, to the start": {&commentsv1.ListCommentsRequest{OrderBy: "create_time desc", EndTime: at(2)}, newest[9:]},
		"before everything":       {&commentsv1.ListCommentsRequest{OrderBy: "create_time desc", EndTime: at(0)}, nil},
		"after everything":        {&commentsv1.ListCommentsRequest{StartTime: timestamppb.New(times[10].Add(time.Hour))}, nil},
		"a person's":              {&commentsv1.ListCommentsRequest{Person: g.key("ben")}, []string{"m1", "m3", "m5", "m7", "m9"}},
		"a person's, backwards": {
			&commentsv1.ListCommentsRequest{Person: g.key("ben"), OrderBy: "create_time desc", StartTime: at(2)}, []string{"m9", "m7", "m5", "m3"},
		},
	} {
		for _, size := range []int32{0, 1, 3, 500} {
			c.r.PageSize = size
			if got := g.pages(auth.Moderator, c.r); !slices.Equal(got, c.want) {
				t.Errorf("%s in pages of %d: %q, want %q", name, size, got, c.want)
			}
		}
	}
}

// 50: page sizes, tokens and arguments that are none, and tokens that are of other arguments.
func TestFault50WhatAListRefuses(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	for i := range 3 {
		g.post("ann", "main", fmt.Sprint("request-", i), "m")
	}
	list := func(role auth.Role, r *commentsv1.ListCommentsRequest) (*commentsv1.ListCommentsResponse, error) {
		r.Room = "main"
		return g.s.ListComments(testbed.As(t.Context(), role, "reader"), r)
	}
	first, err := list(auth.Moderator, &commentsv1.ListCommentsRequest{PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	token := first.GetNextPageToken()
	early, late := timestamppb.New(time.Unix(1, 0)), timestamppb.New(time.Unix(2, 0))
	for name, c := range map[string]struct {
		r    *commentsv1.ListCommentsRequest
		role auth.Role
		want fault.Reason
	}{
		"a negative size":              {&commentsv1.ListCommentsRequest{PageSize: -1}, auth.Viewer, fault.FieldInvalid},
		"another order":                {&commentsv1.ListCommentsRequest{OrderBy: "text"}, auth.Viewer, fault.FieldInvalid},
		"a span that ends first":       {&commentsv1.ListCommentsRequest{StartTime: late, EndTime: early}, auth.Viewer, fault.FieldInvalid},
		"a time that is none":          {&commentsv1.ListCommentsRequest{StartTime: &timestamppb.Timestamp{Nanos: -1}}, auth.Viewer, fault.FieldInvalid},
		"a person, by a viewer":        {&commentsv1.ListCommentsRequest{Person: g.key("ann")}, auth.Viewer, fault.PermissionDenied},
		"a person that is none":        {&commentsv1.ListCommentsRequest{Person: "*"}, auth.Moderator, fault.FieldInvalid},
		"a token of nonsense":          {&commentsv1.ListCommentsRequest{PageToken: "xyz"}, auth.Viewer, fault.PageTokenInvalid},
		"a token of another order":     {&commentsv1.ListCommentsRequest{PageToken: token, OrderBy: "create_time desc"}, auth.Viewer, fault.PageTokenInvalid},
		"a token of another span":      {&commentsv1.ListCommentsRequest{PageToken: token, StartTime: early}, auth.Viewer, fault.PageTokenInvalid},
		"a token for another person's": {&commentsv1.ListCommentsRequest{PageToken: token, Person: g.key("ann")}, auth.Moderator, fault.PageTokenInvalid},
		"a person by a moderator's token": {
			&commentsv1.ListCommentsRequest{PageToken: token, Person: g.key("ann")}, auth.Viewer, fault.PermissionDenied,
		},
	} {
		if _, err := list(c.role, c.r); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if r, err := list(auth.Viewer, &commentsv1.ListCommentsRequest{PageSize: 1_000_000_000}); err != nil || len(r.GetComments()) != 3 {
		t.Errorf("a huge page: %v, %v", r, err)
	}
}

// A viewer's list is no way around the preview delay.
func TestAListKeepsThePreviewDelay(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.PreviewDelayMs = 5_000 })
	g.post("ann", "main", "request-1", "young")
	for _, order := range []string{"create_time", "create_time desc"} {
		if got := g.pages(auth.Viewer, &commentsv1.ListCommentsRequest{OrderBy: order}); len(got) != 0 {
			t.Errorf("%s: a viewer lists %q", order, got)
		}
		if got := g.pages(auth.Moderator, &commentsv1.ListCommentsRequest{OrderBy: order}); len(got) != 1 {
			t.Errorf("%s: a moderator lists %q", order, got)
		}
	}
	g.later(6 * time.Second)
	for _, order := range []string{"create_time", "create_time desc"} {
		if got := g.pages(auth.Viewer, &commentsv1.ListCommentsRequest{OrderBy: order}); len(got) != 1 {
			t.Errorf("%s: when it is due a viewer lists %q", order, got)
		}
	}
}

// Looking for somebody who wrote little in a long log costs a bounded read a call, and finds everything in the end.
func TestALookForOnePersonIsBounded(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	g.post("ann", "main", "request-1", "long ago")
	const others = 2*comments.MostLooked + 10
	for i := range others {
		if _, err := g.bed.Bus.Append(t.Context(), bus.InRoom(bus.Log, "main"), fmt.Sprint("m", i), []byte{}); err != nil {
			t.Fatal(err)
		}
	}
	for order, want := range map[string]int{"create_time": 1, "create_time desc": 3} {
		r, calls, found := &commentsv1.ListCommentsRequest{Room: "main", Person: g.key("ann"), OrderBy: order}, 0, 0
		for {
			a, err := g.s.ListComments(testbed.As(t.Context(), auth.Moderator, "mod"), r)
			if err != nil {
				t.Fatal(err)
			}
			calls++
			found += len(a.GetComments())
			if r.PageToken = a.GetNextPageToken(); r.GetPageToken() == "" || found == 1 {
				break
			}
		}
		if found != 1 || calls != want {
			t.Errorf("%s: %d found in %d calls, want 1 in %d", order, found, calls, want)
		}
	}
}

// Whoever is banned reads nothing; whoever is out of sight sees its own like everybody's, else it would know.
func TestWhoIsKeptOutOfALists(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	g.hide("sam")
	g.post("ann", "main", "request-1", "hello")
	g.post("sam", "main", "request-2", "sam's")
	g.stand("bob", &eventv1.Standing{Ban: byModerator()})
	for who, want := range map[string]string{"sam": "hello,sam's", "ann": "hello", "mod": "hello,sam's"} {
		role := auth.Viewer
		if who == "mod" {
			role = auth.Moderator
		}
		r, err := g.s.ListComments(testbed.As(t.Context(), role, who), &commentsv1.ListCommentsRequest{Room: "main"})
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, c := range r.GetComments() {
			texts = append(texts, c.GetText())
		}
		if got := strings.Join(texts, ","); got != want {
			t.Errorf("%s is given %q, want %q", who, got, want)
		}
	}
	_, err := g.s.ListComments(testbed.As(t.Context(), auth.Viewer, "bob"), &commentsv1.ListCommentsRequest{Room: "main"})
	g.refused(fault.Banned, err)
}
