package rooms

import (
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Limits of the settings about people and held comments.
const (
	maxPreview     = 10_000
	reportsDefault = 5
)

// peopleFields copy the settings about held comments, reports and the moderation hook, as fields does the others.
var peopleFields = map[string]func(to, def *eventv1.RoomSettings, from *roomsv1.Settings){
	"hold_comments": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.HoldComments = eventv1.HoldMode(or(from.HoldComments, roomsv1.Settings_HoldMode(def.HoldComments)))
	},
	"hold_filtered": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.HoldFiltered = or(from.HoldFiltered, def.HoldFiltered)
	},
	"preview_delay_ms": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.PreviewDelayMs = or(from.PreviewDelayMs, def.PreviewDelayMs)
	},
	"report_threshold": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.ReportThreshold = or(from.ReportThreshold, def.ReportThreshold)
	},
	"comment_hook": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.CommentHook = eventv1.HookMode(or(from.CommentHook, roomsv1.Settings_HookMode(def.CommentHook)))
	},
	"question_hook": func(to, def *eventv1.RoomSettings, from *roomsv1.Settings) {
		to.QuestionHook = eventv1.HookMode(or(from.QuestionHook, roomsv1.Settings_HookMode(def.QuestionHook)))
	},
}

// peopleOutside is a room's share of these settings as callers see them.
func peopleOutside(in *eventv1.RoomSettings, out *roomsv1.Settings) {
	out.HoldComments = roomsv1.Settings_HoldMode(in.GetHoldComments()).Enum()
	out.HoldFiltered, out.PreviewDelayMs = new(in.GetHoldFiltered()), new(in.GetPreviewDelayMs())
	out.ReportThreshold = new(in.GetReportThreshold())
	out.CommentHook = roomsv1.Settings_HookMode(in.GetCommentHook()).Enum()
	out.QuestionHook = roomsv1.Settings_HookMode(in.GetQuestionHook()).Enum()
}

func checkPeopleSettings(s *eventv1.RoomSettings) error {
	if s.GetPreviewDelayMs() > maxPreview {
		return fault.New(fault.FieldInvalid, "preview_delay_ms is 0 to %d", maxPreview).On("settings.preview_delay_ms")
	}
	if s.GetReportThreshold() > people.MostReporters {
		return fault.New(fault.FieldInvalid, "report_threshold is 0 to %d", people.MostReporters).On("settings.report_threshold")
	}
	if _, known := eventv1.HoldMode_name[int32(s.GetHoldComments())]; !known {
		return fault.New(fault.FieldInvalid, "there is no such hold mode").On("settings.hold_comments")
	}
	if _, known := eventv1.HookMode_name[int32(s.GetCommentHook())]; !known {
		return fault.New(fault.FieldInvalid, "there is no such hook mode").On("settings.comment_hook")
	}
	if _, known := eventv1.HookMode_name[int32(s.GetQuestionHook())]; !known {
		return fault.New(fault.FieldInvalid, "there is no such hook mode").On("settings.question_hook")
	}
	return nil
}
