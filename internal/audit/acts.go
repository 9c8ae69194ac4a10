package audit

// Undo is how an act in the trail is taken back.
type Undo uint8

// Ways of taking an act back. Each is one call of the service that carried it out.
const (
	// Stays is of an act that is not taken back; its line says why.
	Stays Undo = iota
	// Aside is of an entry that is no act of a moderator: whoever asks for their last act means the one before.
	Aside
	// Removal is of one comment.
	Removal
	// RemovalOfAll is of everything of a person.
	RemovalOfAll
	// Decision is one on a held comment, or on the reports of one.
	Decision
	// Measure is one against a person.
	Measure
	// Pinning is of the pin.
	Pinning
	// Wording is of the blocked terms.
	Wording
	// Setting is of a room's title, settings or calm.
	Setting
	// Airing is of what the overlay shows.
	Airing
	// Ending is of a show.
	Ending
	// Stepping is of a question.
	Stepping
)

// Act is what the trail knows of a verb.
type Act struct {
	// Undo is how it is taken back.
	Undo Undo
	// Why says why it stays.
	Why string
	// Of is what it takes back, of an undo.
	Of Undo
}

func undoOf(what Undo) Act { return Act{Why: "it took another act back", Of: what} }

// Acts is every verb of the trail. One without a line cannot be written, so that none comes without an undo, or the reason why
// it has none.
var Acts = map[string]Act{
	"delete_comment": {Undo: Removal}, "undelete_comment": undoOf(Removal),
	"remove_person_comments": {Undo: RemovalOfAll}, "remove_person_questions": {Undo: RemovalOfAll},
	"undo_remove_person_comments": undoOf(RemovalOfAll), "undo_remove_person_questions": undoOf(RemovalOfAll),
	"release_comment": {Undo: Decision}, "reject_comment": {Undo: Decision}, "dismiss_reports": {Undo: Decision},
	"undo_held": undoOf(Decision), "undo_dismiss_reports": undoOf(Decision),
	"ban_person": {Undo: Measure}, "shadow_ban_person": {Undo: Measure}, "time_out_person": {Undo: Measure}, "unban_person": {Undo: Measure},
	"undo_ban_person": undoOf(Measure), "undo_shadow_ban_person": undoOf(Measure), "undo_time_out_person": undoOf(Measure),
	"undo_unban_person": undoOf(Measure),
	"pin_comment":       {Undo: Pinning}, "unpin_comment": {Undo: Pinning}, "undo_pin": undoOf(Pinning),
	"block_terms": {Undo: Wording}, "allow_terms": {Undo: Wording}, "undo_terms": undoOf(Wording),
	"update_room": {Undo: Setting}, "calm_room": {Undo: Setting}, "end_calm": {Undo: Setting}, "undo_room_change": undoOf(Setting),
	"set_on_air": {Undo: Airing}, "undo_on_air": undoOf(Airing),
	"end_room": {Undo: Ending}, "reopen_room": undoOf(Ending),
	"approve_question": {Undo: Stepping}, "reject_question": {Undo: Stepping}, "highlight_question": {Undo: Stepping},
	"unhighlight_question": {Undo: Stepping}, "queue_question": {Undo: Stepping}, "unqueue_question": {Undo: Stepping},
	"answer_question": {Undo: Stepping}, "archive_question": {Undo: Stepping}, "restore_question": {Undo: Stepping},
	"edit_question": {Undo: Stepping}, "label_question": {Undo: Stepping}, "reorder_question": {Undo: Stepping},
	"merge_question": {Undo: Stepping}, "unmerge_question": {Undo: Stepping}, "undo_question": undoOf(Stepping),
	"create_room": {Why: "delete the room"}, "start_room": {Why: "the audience is in; end the show"},
	"create_link": {Why: "revoke the link"}, "revoke_link": {Why: "who had it is out already; make a new one"},
	"exclude_hearts": {Why: "no figure of the hearts goes down"},
	"report_comment": {Undo: Aside}, "report_question": {Undo: Aside}, "denied": {Undo: Aside},
	"hold_comment": {Undo: Aside}, "hold_question": {Undo: Aside}, "erase_comment": {Undo: Aside},
}
