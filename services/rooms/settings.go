package rooms

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// defaults are the settings of a room that was given none.
func defaults() *eventv1.RoomSettings {
	return &eventv1.RoomSettings{
		Kinds: []string{"heart", "clap", "fire", "laugh", "wow"}, Guests: true, DisplayBudget: 6, ModeratorDisplayBudget: 30,
		MaxPostsPerSecond: 500, AnonymousQuestions: true, HeartCap: 500, TapsPerSecond: 10, TapBurst: 40, AnsweringSlots: 1,
		ReportThreshold:   reportsDefault,
		EditWindowSeconds: 120,
	}
}

// fields copy one setting each: the caller's where it is set, else the default's.
var fields = map[string]func(to, def *eventv1.RoomSettings, from *roomsv1.Settings){
	"kinds": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		if to.Kinds = slices.Clone(from.GetKinds()); len(to.Kinds) == 0 {
			to.Kinds = def.Kinds
		}
	},
	"labels": func(to, _ *eventv1.RoomSettings, from *roomsv1.Settings) { to.Labels = slices.Clone(from.GetLabels()) },
	"guests": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) { to.Guests = or(from.Guests, def.Guests) },
	"display_budget": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.DisplayBudget = or(from.DisplayBudget, def.DisplayBudget)
	},
	"moderator_display_budget": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.ModeratorDisplayBudget = or(from.ModeratorDisplayBudget, def.ModeratorDisplayBudget)
	},
	"max_posts_per_second": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.MaxPostsPerSecond = or(from.MaxPostsPerSecond, def.MaxPostsPerSecond)
	},
	"slow_mode_seconds": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.SlowModeSeconds = or(from.SlowModeSeconds, def.SlowModeSeconds)
	},
	"comment_mode": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.CommentMode = eventv1.CommentMode(or(from.CommentMode, roomsv1.Settings_CommentMode(def.CommentMode)))
	},
	"open_questions": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.OpenQuestions = or(from.OpenQuestions, def.OpenQuestions)
	},
	"anonymous_questions": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.AnonymousQuestions = or(from.AnonymousQuestions, def.AnonymousQuestions)
	},
	"heart_cap": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.HeartCap = or(from.HeartCap, def.HeartCap)
	},
	"taps_per_second": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.TapsPerSecond = or(from.TapsPerSecond, def.TapsPerSecond)
	},
	"hearts_paused": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.HeartsPaused = or(from.HeartsPaused, def.HeartsPaused)
	},
	"questions_paused": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.QuestionsPaused = or(from.QuestionsPaused, def.QuestionsPaused)
	},
	"min_tick_ms": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.MinTickMs = or(from.MinTickMs, def.MinTickMs)
	},
	"tap_burst": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.TapBurst = or(from.TapBurst, def.TapBurst)
	},
	"answering_slots": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.AnsweringSlots = or(from.AnsweringSlots, def.AnsweringSlots)
	},
	"question_ranking": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.QuestionRanking = eventv1.QuestionRanking(or(from.QuestionRanking, roomsv1.Settings_QuestionRanking(def.QuestionRanking)))
	},
	"ignore_guest_votes": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.IgnoreGuestVotes = or(from.IgnoreGuestVotes, def.IgnoreGuestVotes)
	},
	"viewer_count": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.ViewerCount = eventv1.ViewerCount(or(from.ViewerCount, roomsv1.Settings_ViewerCount(def.ViewerCount)))
	},
	"source":        func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) { to.Source = or(from.Source, def.Source) },
	"hold_comments": peopleFields["hold_comments"], "hold_filtered": peopleFields["hold_filtered"],
	"preview_delay_ms": peopleFields["preview_delay_ms"], "report_threshold": peopleFields["report_threshold"],
	"comment_hook": peopleFields["comment_hook"], "question_hook": peopleFields["question_hook"],
	"unique_comments": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.UniqueComments = or(from.UniqueComments, def.UniqueComments)
	},
	"emoji_only": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.EmojiOnly = or(from.EmojiOnly, def.EmojiOnly)
	},
	"links": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.Links = eventv1.LinkPolicy(or(from.Links, roomsv1.Settings_LinkPolicy(def.Links)))
	},
	"edit_window_seconds": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.EditWindowSeconds = or(from.EditWindowSeconds, def.EditWindowSeconds)
	},
	"keep_originals": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.KeepOriginals = or(from.KeepOriginals, def.KeepOriginals)
	},
}

// modes are the settings that a moderator may change in a live show.
var modes = []string{"slow_mode_seconds", "comment_mode", "unique_comments", "emoji_only", "links"}

// needFor is the role that a change of these paths takes.
func needFor(paths []string) auth.Role {
	for _, path := range paths {
		if name, isSetting := strings.CutPrefix(path, "settings."); !isSetting || !slices.Contains(modes, name) {
			return auth.Host
		}
	}
	return auth.Moderator
}

func or[T any](value *T, def T) T {
	if value != nil {
		return *value
	}
	return def
}

// settingsOf takes a caller's settings whole, with defaults where it says nothing.
func settingsOf(from *roomsv1.Settings) (*eventv1.RoomSettings, error) {
	if from == nil {
		from = new(roomsv1.Settings)
	}
	to := new(eventv1.RoomSettings)
	for _, set := range fields {
		set(to, defaults(), from)
	}
	return to, checkSettings(to)
}

// merge takes what the mask's paths name from a caller's room into a stored one.
func merge(to *eventv1.Room, from *roomsv1.Room, paths []string) error {
	if len(paths) == 0 {
		return fault.New(fault.FieldRequired, "name the fields to change: title, settings or settings.<field>").On("update_mask")
	}
	given := from.GetSettings()
	if given == nil {
		given = new(roomsv1.Settings)
	}
	settings := proto.CloneOf(to.GetSettings())
	if settings.GetAnsweringSlots() == 0 { // stored before there was the setting: whoever changes another one need not name it
		settings.AnsweringSlots = defaults().GetAnsweringSlots()
	}
	for _, path := range paths {
		name, isSetting := strings.CutPrefix(path, "settings.")
		switch set := fields[name]; {
		case path == "title":
			title, err := titleOf(from.GetTitle(), to.GetId())
			if err != nil {
				return err
			}
			to.Title = title
		case path == "settings":
			for _, set := range fields {
				set(settings, defaults(), given)
			}
		case isSetting && set != nil:
			set(settings, defaults(), given)
		default:
			return fault.New(fault.FieldInvalid, "a room has no field %q that can be changed; there are title, settings and settings.<field>", shorten(path)).On("update_mask")
		}
	}
	to.Settings = settings
	return checkSettings(settings)
}

func shorten(s string) string {
	if len(s) > 64 {
		return s[:64]
	}
	return s
}

// titleOf is a clean title; the id where none was given.
func titleOf(title, id string) (string, error) {
	clean, err := text.CleanOptional("title", title, text.Title)
	if err == nil && clean == "" {
		clean = id
	}
	return clean, err
}

// Limits of settings.
const (
	maxKinds   = 8
	maxLabels  = 20
	maxBudget  = 1_000
	maxPosts   = 5_000
	maxSlow    = 3_600
	maxEdit    = 3_600
	maxHearts  = 1_000_000_000
	maxTapping = 1_000_000
	maxSlots   = 5
	maxTick    = 10_000 // ms
)

// checkSettings says which setting is wrong, and cleans the labels.
func checkSettings(s *eventv1.RoomSettings) error {
	if err := checkPeopleSettings(s); err != nil {
		return err
	}
	if err := checkSource(s.GetSource()); err != nil {
		return err
	}
	for _, n := range []struct {
		name             string
		value, low, high uint32
	}{
		{"display_budget", s.GetDisplayBudget(), 0, maxBudget},
		{"moderator_display_budget", s.GetModeratorDisplayBudget(), 0, maxBudget},
		{"max_posts_per_second", s.GetMaxPostsPerSecond(), 1, maxPosts},
		{"slow_mode_seconds", s.GetSlowModeSeconds(), 0, maxSlow},
		{"edit_window_seconds", s.GetEditWindowSeconds(), 0, maxEdit},
		{"heart_cap", s.GetHeartCap(), 1, maxHearts},
		{"taps_per_second", s.GetTapsPerSecond(), 1, maxTapping},
		{"tap_burst", s.GetTapBurst(), 1, maxTapping},
		{"answering_slots", s.GetAnsweringSlots(), 1, maxSlots},
		{"min_tick_ms", s.GetMinTickMs(), 0, maxTick},
	} {
		if n.value < n.low || n.value > n.high {
			return fault.New(fault.FieldInvalid, "%s is %d to %d", n.name, n.low, n.high).On("settings." + n.name)
		}
	}
	if _, known := eventv1.CommentMode_name[int32(s.GetCommentMode())]; !known {
		return fault.New(fault.FieldInvalid, "there is no such comment mode").On("settings.comment_mode")
	}
	if _, known := eventv1.QuestionRanking_name[int32(s.GetQuestionRanking())]; !known {
		return fault.New(fault.FieldInvalid, "there is no such ranking; there are votes, newest and hosts").On("settings.question_ranking")
	}
	if _, known := eventv1.ViewerCount_name[int32(s.GetViewerCount())]; !known {
		return fault.New(fault.FieldInvalid, "there is no such viewer count; there are exact, rounded and hidden").On("settings.viewer_count")
	}
	if _, known := eventv1.LinkPolicy_name[int32(s.GetLinks())]; !known {
		return fault.New(fault.FieldInvalid, "there is no such policy for links").On("settings.links")
	}
	if n := len(s.GetKinds()); n > maxKinds {
		return fault.New(fault.FieldInvalid, "%d kinds; at most %d", n, maxKinds).On("settings.kinds")
	}
	for i, kind := range s.GetKinds() {
		if !plainKind(kind) || slices.Contains(s.GetKinds()[:i], kind) {
			return fault.New(fault.FieldInvalid, "each kind is [a-z][a-z0-9_]{0,31} and stands once").On("settings.kinds")
		}
	}
	if n := len(s.GetLabels()); n > maxLabels {
		return fault.New(fault.FieldInvalid, "%d labels; at most %d", n, maxLabels).On("settings.labels")
	}
	for i, label := range s.GetLabels() {
		clean, err := text.Clean("settings.labels", label, text.Label)
		if err != nil {
			return err
		}
		if slices.Contains(s.GetLabels()[:i], clean) {
			return fault.New(fault.FieldInvalid, "each label stands once").On("settings.labels")
		}
		s.Labels[i] = clean
	}
	return nil
}

func plainKind(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= 32
}
