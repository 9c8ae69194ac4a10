package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// setting is one setting of a room as the command line knows it: its name is the field's, its flag the same with dashes.
type setting struct {
	name string
	doc  string
	add  func(f *pflag.FlagSet, flag, doc string)
	read func(f *pflag.FlagSet, flag string, s *roomsv1.Settings) error
	show func(s *roomsv1.Settings) string
}

// settingTable is every setting in the order in which they are shown. The services hold the limits; what is said of them
// here is for the help only.
var settingTable = []setting{
	list("kinds", "Kinds of hearts, 1 to 8", func(s *roomsv1.Settings) *[]string { return &s.Kinds }),
	list("labels", "Topic labels for questions, at most 20", func(s *roomsv1.Settings) *[]string { return &s.Labels }),
	yesNo("guests", "Whether people without a token may join as guests; no sends away those who are there, too", func(s *roomsv1.Settings) **bool { return &s.Guests }),
	number("display_budget", "Comments a second that viewers see, 0 for all", func(s *roomsv1.Settings) **uint32 { return &s.DisplayBudget }),
	number("moderator_display_budget", "Comments a second that moderators see, 0 for all", func(s *roomsv1.Settings) **uint32 { return &s.ModeratorDisplayBudget }),
	number("max_posts_per_second", "Comments a second that the room takes in, 1 to 5,000", func(s *roomsv1.Settings) **uint32 { return &s.MaxPostsPerSecond }),
	number("slow_mode_seconds", "Seconds between two comments of one person, 0 to 3,600", func(s *roomsv1.Settings) **uint32 { return &s.SlowModeSeconds }),
	choice("comment_mode", "Who may write comments", modes, func(s *roomsv1.Settings) **roomsv1.Settings_CommentMode { return &s.CommentMode }),
	yesNo("unique_comments", "Whether a comment that repeats one of the last ones is refused", func(s *roomsv1.Settings) **bool { return &s.UniqueComments }),
	yesNo("emoji_only", "Whether comments are of emoji only", func(s *roomsv1.Settings) **bool { return &s.EmojiOnly }),
	choice("links", "Who may write links", linkPolicies, func(s *roomsv1.Settings) **roomsv1.Settings_LinkPolicy { return &s.Links }),
	number("edit_window_seconds", "Seconds in which an author may change a comment, 0 to 3,600", func(s *roomsv1.Settings) **uint32 { return &s.EditWindowSeconds }),
	yesNo("keep_originals", "Whether moderators can read what edits replaced", func(s *roomsv1.Settings) **bool { return &s.KeepOriginals }),
	choice("hold_comments", "Whose comments wait for a moderator", holdModes, func(s *roomsv1.Settings) **roomsv1.Settings_HoldMode { return &s.HoldComments }),
	yesNo("hold_filtered", "Whether what holds a blocked word waits for a moderator instead of being refused", func(s *roomsv1.Settings) **bool { return &s.HoldFiltered }),
	number("preview_delay_ms", "Milliseconds by which viewers see comments later than moderators, at most 10,000", func(s *roomsv1.Settings) **uint32 { return &s.PreviewDelayMs }),
	number("report_threshold", "Reports by different people that hold a comment or question, 0 for never, at most 200", func(s *roomsv1.Settings) **uint32 { return &s.ReportThreshold }),
	choice("comment_hook", "What the moderation hook does for comments", hookModes, func(s *roomsv1.Settings) **roomsv1.Settings_HookMode { return &s.CommentHook }),
	choice("question_hook", "What the moderation hook does for questions", hookModes, func(s *roomsv1.Settings) **roomsv1.Settings_HookMode { return &s.QuestionHook }),
	yesNo("open_questions", "Whether questions open without approval", func(s *roomsv1.Settings) **bool { return &s.OpenQuestions }),
	yesNo("anonymous_questions", "Whether people may ask without their name being shown", func(s *roomsv1.Settings) **bool { return &s.AnonymousQuestions }),
	number("heart_cap", "Hearts of one person that count in the room's life", func(s *roomsv1.Settings) **uint32 { return &s.HeartCap }),
	number("taps_per_second", "Taps a second of one person that count over time", func(s *roomsv1.Settings) **uint32 { return &s.TapsPerSecond }),
	yesNo("hearts_paused", "Whether hearts wait", func(s *roomsv1.Settings) **bool { return &s.HeartsPaused }),
	yesNo("questions_paused", "Whether questions and votes wait", func(s *roomsv1.Settings) **bool { return &s.QuestionsPaused }),
	number("min_tick_ms", "Least length of a tick in ms, 0 for the audience's own, at most 10,000", func(s *roomsv1.Settings) **uint32 { return &s.MinTickMs }),
	number("tap_burst", "Taps of one person that count at once", func(s *roomsv1.Settings) **uint32 { return &s.TapBurst }),
	number("answering_slots", "Questions that may be answering at once, 1 to 5", func(s *roomsv1.Settings) **uint32 { return &s.AnsweringSlots }),
	choice("question_ranking", "Order in which questions are shown", rankings, func(s *roomsv1.Settings) **roomsv1.Settings_QuestionRanking { return &s.QuestionRanking }),
	yesNo("ignore_guest_votes", "Whether guests' votes are left out of the ranking", func(s *roomsv1.Settings) **bool { return &s.IgnoreGuestVotes }),
	line("source", "Address of the picture on the viewer page's stage, empty for the drawn scene; its origin stands in media_origins", func(s *roomsv1.Settings) **string { return &s.Source }),
	choice("viewer_count", "How viewers are told how many watch", viewerCounts, func(s *roomsv1.Settings) **roomsv1.Settings_ViewerCount { return &s.ViewerCount }),
}

func list(name, doc string, field func(*roomsv1.Settings) *[]string) setting {
	return setting{
		name: name, doc: doc,
		add: func(f *pflag.FlagSet, flag, doc string) { f.StringSlice(flag, nil, doc) },
		read: func(f *pflag.FlagSet, flag string, s *roomsv1.Settings) (err error) {
			*field(s), err = f.GetStringSlice(flag)
			return err
		},
		show: func(s *roomsv1.Settings) string { return strings.Join(*field(s), ", ") },
	}
}

func yesNo(name, doc string, field func(*roomsv1.Settings) **bool) setting {
	return setting{
		name: name, doc: doc,
		add: func(f *pflag.FlagSet, flag, doc string) { f.Bool(flag, false, doc) },
		read: func(f *pflag.FlagSet, flag string, s *roomsv1.Settings) error {
			v, err := f.GetBool(flag)
			*field(s) = &v
			return err
		},
		show: func(s *roomsv1.Settings) string {
			if v := *field(s); v != nil {
				return strconv.FormatBool(*v)
			}
			return ""
		},
	}
}

func number(name, doc string, field func(*roomsv1.Settings) **uint32) setting {
	return setting{
		name: name, doc: doc,
		add: func(f *pflag.FlagSet, flag, doc string) { f.Uint32(flag, 0, doc) },
		read: func(f *pflag.FlagSet, flag string, s *roomsv1.Settings) error {
			v, err := f.GetUint32(flag)
			*field(s) = &v
			return err
		},
		show: func(s *roomsv1.Settings) string {
			if v := *field(s); v != nil {
				return strconv.FormatUint(uint64(*v), 10)
			}
			return ""
		},
	}
}

func line(name, doc string, field func(*roomsv1.Settings) **string) setting {
	return setting{
		name: name, doc: doc,
		add: func(f *pflag.FlagSet, flag, doc string) { f.String(flag, "", doc) },
		read: func(f *pflag.FlagSet, flag string, s *roomsv1.Settings) error {
			v, err := f.GetString(flag)
			*field(s) = &v
			return err
		},
		show: func(s *roomsv1.Settings) string {
			if v := *field(s); v != nil {
				return *v
			}
			return ""
		},
	}
}

// holdModes are the words for whose comments wait for a moderator.
var holdModes = map[string]roomsv1.Settings_HoldMode{
	"nobody":    roomsv1.Settings_HOLD_MODE_UNSPECIFIED,
	"first":     roomsv1.Settings_HOLD_MODE_FIRST,
	"everybody": roomsv1.Settings_HOLD_MODE_ALL,
}

// hookModes are the words for what a moderation hook does.
var hookModes = map[string]roomsv1.Settings_HookMode{
	"open":   roomsv1.Settings_HOOK_MODE_UNSPECIFIED,
	"closed": roomsv1.Settings_HOOK_MODE_FAIL_CLOSED,
	"off":    roomsv1.Settings_HOOK_MODE_OFF,
}

// modes are the words for who may write comments.
var modes = map[string]roomsv1.Settings_CommentMode{
	"everyone":   roomsv1.Settings_COMMENT_MODE_UNSPECIFIED,
	"members":    roomsv1.Settings_COMMENT_MODE_MEMBERS,
	"moderators": roomsv1.Settings_COMMENT_MODE_MODERATORS,
	"frozen":     roomsv1.Settings_COMMENT_MODE_FROZEN,
}

// linkPolicies are the words for who may write links.
var linkPolicies = map[string]roomsv1.Settings_LinkPolicy{
	"everyone":   roomsv1.Settings_LINK_POLICY_UNSPECIFIED,
	"members":    roomsv1.Settings_LINK_POLICY_MEMBERS,
	"moderators": roomsv1.Settings_LINK_POLICY_MODERATORS,
}

// rankings are the words for the order of questions.
var rankings = map[string]roomsv1.Settings_QuestionRanking{
	"votes":  roomsv1.Settings_QUESTION_RANKING_UNSPECIFIED,
	"newest": roomsv1.Settings_QUESTION_RANKING_NEWEST,
	"hosts":  roomsv1.Settings_QUESTION_RANKING_HOSTS,
}

// viewerCounts are the words for how viewers are told how many watch.
var viewerCounts = map[string]roomsv1.Settings_ViewerCount{
	"exact":   roomsv1.Settings_VIEWER_COUNT_UNSPECIFIED,
	"rounded": roomsv1.Settings_VIEWER_COUNT_ROUNDED,
	"hidden":  roomsv1.Settings_VIEWER_COUNT_HIDDEN,
}

// choice is a setting with words for its values.
func choice[T ~int32](name, doc string, words map[string]T, field func(*roomsv1.Settings) **T) setting {
	all := strings.Join(slices.Sorted(maps.Keys(words)), ", ")
	return setting{
		name: name, doc: doc + ": " + all,
		add: func(f *pflag.FlagSet, flag, doc string) { f.String(flag, "", doc) },
		read: func(f *pflag.FlagSet, flag string, s *roomsv1.Settings) error {
			word, err := f.GetString(flag)
			if err != nil {
				return err
			}
			value, ok := words[word]
			if !ok {
				return fmt.Errorf("--%s %q is none of %s", flag, word, all)
			}
			*field(s) = &value
			return nil
		},
		show: func(s *roomsv1.Settings) string {
			value := *field(s)
			if value == nil {
				return ""
			}
			for word, v := range words {
				if v == *value {
					return word
				}
			}
			return strconv.Itoa(int(*value))
		},
	}
}

func (s setting) flag() string { return strings.ReplaceAll(s.name, "_", "-") }

// settingFlags adds a flag for every setting of a room.
func settingFlags(f *pflag.FlagSet) {
	for _, s := range settingTable {
		s.add(f, s.flag(), s.doc)
	}
}

// readSettings takes the flags that were given, and names their fields for an update mask. Settings are nil when none was.
func readSettings(cmd *cobra.Command) (*roomsv1.Settings, []string, error) {
	settings := &roomsv1.Settings{}
	var mask []string
	for _, s := range settingTable {
		if !cmd.Flags().Changed(s.flag()) {
			continue
		}
		if err := s.read(cmd.Flags(), s.flag(), settings); err != nil {
			return nil, nil, misuse(cmd, "%w", err)
		}
		mask = append(mask, "settings."+s.name)
	}
	if len(mask) == 0 {
		return nil, nil, nil
	}
	return settings, mask, nil
}
