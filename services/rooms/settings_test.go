package rooms

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func TestDefaultsArePlain(t *testing.T) {
	for _, from := range []*roomsv1.Settings{nil, {}} {
		got, err := settingsOf(from)
		if err != nil || !proto.Equal(got, defaults()) {
			t.Fatalf("got %v, %v", got, err)
		}
	}
}

func TestEverySettingCanBeSetAndMasked(t *testing.T) {
	// Each setting away from its default; a field that the table forgets keeps the default and fails here.
	mode := roomsv1.Settings_COMMENT_MODE_FROZEN
	all := &roomsv1.Settings{
		Kinds: []string{"boo"}, Labels: []string{"Price"}, Guests: new(false), DisplayBudget: new(uint32(0)),
		ModeratorDisplayBudget: new(uint32(1)), MaxPostsPerSecond: new(uint32(2)), SlowModeSeconds: new(uint32(3)), CommentMode: &mode,
		OpenQuestions: new(true), AnonymousQuestions: new(false), HeartCap: new(uint32(4)), TapsPerSecond: new(uint32(5)), TapBurst: new(uint32(6)),
		AnsweringSlots: new(uint32(2)), QuestionRanking: roomsv1.Settings_QUESTION_RANKING_HOSTS.Enum(), IgnoreGuestVotes: new(true),
		Source:       new("https://media.example.com/show.m3u8"),
		ViewerCount:  roomsv1.Settings_VIEWER_COUNT_HIDDEN.Enum(),
		HeartsPaused: new(true), QuestionsPaused: new(true), MinTickMs: new(uint32(7)),
		HoldComments: roomsv1.Settings_HOLD_MODE_FIRST.Enum(), HoldFiltered: new(true), PreviewDelayMs: new(uint32(7)), ReportThreshold: new(uint32(8)),
		CommentHook: roomsv1.Settings_HOOK_MODE_FAIL_CLOSED.Enum(), QuestionHook: roomsv1.Settings_HOOK_MODE_OFF.Enum(),
		UniqueComments: new(true), EmojiOnly: new(true), Links: roomsv1.Settings_LINK_POLICY_MEMBERS.Enum(), EditWindowSeconds: new(uint32(7)),
		KeepOriginals: new(true),
	}
	names := all.ProtoReflect().Descriptor().Fields()
	whole, err := settingsOf(all)
	if err != nil {
		t.Fatal(err)
	}
	one := &eventv1.Room{Id: "main", Settings: defaults()}
	for i := range names.Len() {
		name := string(names.Get(i).Name())
		if n := names.Get(i).Number(); fields[name] == nil && n >= 25 && n < 65 {
			continue // settings of comments and questions that the protos promise first
		}
		path := "settings." + name
		before := proto.CloneOf(one.GetSettings())
		if err := merge(one, &roomsv1.Room{Settings: all}, []string{path}); err != nil {
			t.Fatal(err)
		}
		if proto.Equal(before, one.GetSettings()) {
			t.Errorf("the mask %s changed nothing", path)
		}
	}
	if !proto.Equal(one.GetSettings(), whole) {
		t.Errorf("one by one %v, at once %v", one.GetSettings(), whole)
	}
	if err := merge(one, &roomsv1.Room{}, []string{"settings"}); err != nil || !proto.Equal(one.GetSettings(), defaults()) {
		t.Errorf("settings that are unset did not take their defaults: %v, %v", one.GetSettings(), err)
	}
}

func TestMergeTakesOnlyWhatTheMaskNames(t *testing.T) {
	room := &eventv1.Room{Id: "main", Title: "Old", Settings: defaults()}
	err := merge(room, &roomsv1.Room{Title: "New", Settings: &roomsv1.Settings{SlowModeSeconds: new(uint32(9)), HeartCap: new(uint32(9))}}, []string{"settings.heart_cap"})
	if err != nil || room.GetTitle() != "Old" || room.GetSettings().GetSlowModeSeconds() != 0 || room.GetSettings().GetHeartCap() != 9 {
		t.Fatalf("%v, %v", room, err)
	}
}

// A room that was stored before there were answering slots holds none; changing another setting must not be refused for it.
func TestARoomFromBeforeAnsweringSlotsCanBeChanged(t *testing.T) {
	room := &eventv1.Room{Id: "main", Settings: defaults()}
	room.Settings.AnsweringSlots = 0
	err := merge(room, &roomsv1.Room{Settings: &roomsv1.Settings{HeartCap: new(uint32(9))}}, []string{"settings.heart_cap"})
	if err != nil || room.GetSettings().GetAnsweringSlots() != 1 || room.GetSettings().GetHeartCap() != 9 {
		t.Fatalf("%v, %v", room, err)
	}
	err = merge(room, &roomsv1.Room{Settings: &roomsv1.Settings{AnsweringSlots: new(uint32(0))}}, []string{"settings.answering_slots"})
	if !fault.Is(err, fault.FieldInvalid) {
		t.Errorf("0 slots on purpose: %v", err)
	}
}

func TestBadSettings(t *testing.T) {
	for name, c := range map[string]struct {
		settings *roomsv1.Settings
		field    string
	}{
		"long preview":      {&roomsv1.Settings{PreviewDelayMs: new(uint32(10_001))}, "settings.preview_delay_ms"},
		"many reports":      {&roomsv1.Settings{ReportThreshold: new(uint32(201))}, "settings.report_threshold"},
		"source no url":     {&roomsv1.Settings{Source: new("show.mp4")}, "settings.source"},
		"source of script":  {&roomsv1.Settings{Source: new("javascript:alert(1)")}, "settings.source"},
		"source as data":    {&roomsv1.Settings{Source: new("data:text/html,x")}, "settings.source"},
		"source with space": {&roomsv1.Settings{Source: new("https://a.example/a b")}, "settings.source"},
		"source with name":  {&roomsv1.Settings{Source: new("https://me:secret@a.example/x.mp4")}, "settings.source"},
		"source backslash":  {&roomsv1.Settings{Source: new("https://a.example\\@evil.test/x.mp4")}, "settings.source"},
		"long source":       {&roomsv1.Settings{Source: new("https://a.example/" + strings.Repeat("a", 2048))}, "settings.source"},
		"no hold mode":      {&roomsv1.Settings{HoldComments: roomsv1.Settings_HoldMode(9).Enum()}, "settings.hold_comments"},
		"no hook mode":      {&roomsv1.Settings{CommentHook: roomsv1.Settings_HookMode(9).Enum()}, "settings.comment_hook"},
		"nine kinds":        {&roomsv1.Settings{Kinds: strings.Split("abcdefghi", "")}, "settings.kinds"},
		"capital":           {&roomsv1.Settings{Kinds: []string{"Heart"}}, "settings.kinds"},
		"wildcard":          {&roomsv1.Settings{Kinds: []string{"*"}}, "settings.kinds"},
		"kind twice":        {&roomsv1.Settings{Kinds: []string{"a", "a"}}, "settings.kinds"},
		"long kind":         {&roomsv1.Settings{Kinds: []string{strings.Repeat("a", 33)}}, "settings.kinds"},
		"label twice":       {&roomsv1.Settings{Labels: []string{"a", " a"}}, "settings.labels"},
		"empty label":       {&roomsv1.Settings{Labels: []string{" "}}, "settings.labels"},
		"21 labels":         {&roomsv1.Settings{Labels: strings.Split("abcdefghijklmnopqrstu", "")}, "settings.labels"},
		"budget":            {&roomsv1.Settings{DisplayBudget: new(uint32(1001))}, "settings.display_budget"},
		"no posts":          {&roomsv1.Settings{MaxPostsPerSecond: new(uint32(0))}, "settings.max_posts_per_second"},
		"slow":              {&roomsv1.Settings{SlowModeSeconds: new(uint32(3601))}, "settings.slow_mode_seconds"},
		"no hearts":         {&roomsv1.Settings{HeartCap: new(uint32(0))}, "settings.heart_cap"},
		"taps":              {&roomsv1.Settings{TapsPerSecond: new(uint32(1_000_001))}, "settings.taps_per_second"},
		"tick":              {&roomsv1.Settings{MinTickMs: new(uint32(10_001))}, "settings.min_tick_ms"},
		"burst":             {&roomsv1.Settings{TapBurst: new(uint32(0))}, "settings.tap_burst"},
		"unknown mode":      {&roomsv1.Settings{CommentMode: new(roomsv1.Settings_CommentMode(9))}, "settings.comment_mode"},
		"unknown count":     {&roomsv1.Settings{ViewerCount: new(roomsv1.Settings_ViewerCount(3))}, "settings.viewer_count"},
		"negative mode":     {&roomsv1.Settings{CommentMode: new(roomsv1.Settings_CommentMode(-1))}, "settings.comment_mode"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := settingsOf(c.settings)
			if f, ok := fault.Of(err); !ok || f.Field != c.field {
				t.Fatalf("got %v, want a fault on %s", err, c.field)
			}
		})
	}
	for _, path := range []string{"", "state", "room", "settings.", "settings.kinds.x", "revision"} {
		if err := merge(&eventv1.Room{Id: "m", Settings: defaults()}, &roomsv1.Room{}, []string{path}); !fault.Is(err, fault.FieldInvalid) {
			t.Errorf("the mask %q gave %v", path, err)
		}
	}
}

func TestLife(t *testing.T) {
	now := time.UnixMilli(1_000_000)
	const (
		scheduled = eventv1.RoomState_ROOM_STATE_SCHEDULED
		live      = eventv1.RoomState_ROOM_STATE_LIVE
		ended     = eventv1.RoomState_ROOM_STATE_ENDED
	)
	for name, c := range map[string]struct {
		from    eventv1.RoomState
		do      step
		to      eventv1.RoomState
		changed bool
		reason  fault.Reason
	}{
		"start":            {scheduled, start, live, true, ""},
		"start again":      {live, start, live, false, ""},
		"start ended":      {ended, start, ended, false, fault.RoomEnded},
		"end":              {live, end, ended, true, ""},
		"end again":        {ended, end, ended, false, ""},
		"end scheduled":    {scheduled, end, scheduled, false, fault.RoomNotStarted},
		"reopen":           {ended, reopen, live, true, ""},
		"reopen live":      {live, reopen, live, false, ""},
		"reopen scheduled": {scheduled, reopen, scheduled, false, fault.RoomNotStarted},
	} {
		t.Run(name, func(t *testing.T) {
			r := &eventv1.Room{State: c.from, EndedMs: now.Add(-judge.UndoFor).UnixMilli()}
			changed, err := c.do(r, now)
			f, _ := fault.Of(err)
			if r.GetState() != c.to || changed != c.changed || (f != nil) != (c.reason != "") || f != nil && f.Reason != c.reason {
				t.Fatalf("%v, %v, %v", r.GetState(), changed, err)
			}
		})
	}
	late := &eventv1.Room{State: ended, EndedMs: now.Add(-judge.UndoFor - time.Millisecond).UnixMilli()}
	if _, err := reopen(late, now); !fault.Is(err, fault.UndoExpired) {
		t.Fatalf("after 60 s: %v", err)
	}
}
