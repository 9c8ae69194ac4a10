package fault

import "google.golang.org/grpc/codes"

// Reason is an UPPER_SNAKE word of at most 63 characters: stable, documented in docs/protocol.md.
type Reason string

// Reasons. Each has its line in the table below.
const (
	Internal         Reason = "INTERNAL"
	Unavailable      Reason = "STORE_UNAVAILABLE"
	StoreFull        Reason = "STORE_FULL"
	DeadlineExceeded Reason = "DEADLINE_EXCEEDED"
	Canceled         Reason = "CANCELED"
	Unimplemented    Reason = "UNIMPLEMENTED"

	Unauthenticated  Reason = "TOKEN_MISSING"
	TokenInvalid     Reason = "TOKEN_INVALID"
	TokenExpired     Reason = "TOKEN_EXPIRED"
	TokenMismatch    Reason = "TOKEN_MISMATCH"
	TokenRevoked     Reason = "TOKEN_REVOKED"
	PermissionDenied Reason = "PERMISSION_DENIED"
	GuestsNotAllowed Reason = "GUESTS_NOT_ALLOWED"
	NoSigningKey     Reason = "NO_SIGNING_KEY"
	TooManyLinks     Reason = "TOO_MANY_LINKS"
	TooManyRevoked   Reason = "TOO_MANY_REVOKED"
	KeysUnavailable  Reason = "KEYS_UNAVAILABLE"

	FieldInvalid     Reason = "FIELD_INVALID"
	FieldRequired    Reason = "FIELD_REQUIRED"
	PageTokenInvalid Reason = "PAGE_TOKEN_INVALID"
	FrameInvalid     Reason = "FRAME_INVALID"
	FrameTooLarge    Reason = "FRAME_TOO_LARGE"
	UnknownVerb      Reason = "UNKNOWN_VERB"
	TooManyRequests  Reason = "TOO_MANY_REQUESTS"

	RoomNotFound     Reason = "ROOM_NOT_FOUND"
	RoomExists       Reason = "ROOM_EXISTS"
	RoomNotStarted   Reason = "ROOM_NOT_STARTED"
	RoomEnded        Reason = "ROOM_ENDED"
	RoomBusy         Reason = "ROOM_BUSY"
	UndoExpired      Reason = "UNDO_EXPIRED"
	RevisionMismatch Reason = "REVISION_MISMATCH"
	RequestIDReused  Reason = "REQUEST_ID_REUSED"

	UnknownKind  Reason = "UNKNOWN_KIND"
	BadCount     Reason = "BAD_COUNT"
	ClockOff     Reason = "CLOCK_OFF"
	HeartsPaused Reason = "HEARTS_PAUSED"

	TextEmpty              Reason = "TEXT_EMPTY"
	TextTooLong            Reason = "TEXT_TOO_LONG"
	TextInvalid            Reason = "TEXT_INVALID"
	Banned                 Reason = "BANNED"
	TimedOut               Reason = "TIMED_OUT"
	Rejected               Reason = "REJECTED"
	PersonNotFound         Reason = "PERSON_NOT_FOUND"
	SlowMode               Reason = "SLOW_MODE"
	CommentsFrozen         Reason = "COMMENTS_FROZEN"
	CommentsModeratorsOnly Reason = "COMMENTS_MODERATORS_ONLY"
	CommentNotFound        Reason = "COMMENT_NOT_FOUND"
	CommentsMembersOnly    Reason = "COMMENTS_MEMBERS_ONLY"
	TextBlocked            Reason = "TEXT_BLOCKED"
	TextRepeated           Reason = "TEXT_REPEATED"
	EmojiOnly              Reason = "EMOJI_ONLY"
	LinksNotAllowed        Reason = "LINKS_NOT_ALLOWED"
	NameImitates           Reason = "NAME_IMITATES"
	EditExpired            Reason = "EDIT_EXPIRED"
	CursorLost             Reason = "CURSOR_LOST"

	QuestionNotFound    Reason = "QUESTION_NOT_FOUND"
	WrongState          Reason = "WRONG_STATE"
	VotingClosed        Reason = "VOTING_CLOSED"
	AnonymousNotAllowed Reason = "ANONYMOUS_NOT_ALLOWED"
	UnknownLabel        Reason = "UNKNOWN_LABEL"
	QuestionsPaused     Reason = "QUESTIONS_PAUSED"
	QuestionClaimed     Reason = "QUESTION_CLAIMED"
	ClaimExpired        Reason = "CLAIM_EXPIRED"
	SlotsFull           Reason = "SLOTS_FULL"
)

// codeOf gives each reason its gRPC code. A reason that is missing here fails a test.
var codeOf = map[Reason]codes.Code{
	Internal:         codes.Internal,
	Unavailable:      codes.Unavailable,
	StoreFull:        codes.ResourceExhausted,
	DeadlineExceeded: codes.DeadlineExceeded,
	Canceled:         codes.Canceled,
	Unimplemented:    codes.Unimplemented,

	Unauthenticated:  codes.Unauthenticated,
	TokenInvalid:     codes.Unauthenticated,
	TokenExpired:     codes.Unauthenticated,
	TokenMismatch:    codes.PermissionDenied,
	TokenRevoked:     codes.Unauthenticated,
	PermissionDenied: codes.PermissionDenied,
	GuestsNotAllowed: codes.PermissionDenied,
	NoSigningKey:     codes.FailedPrecondition,
	TooManyLinks:     codes.ResourceExhausted,
	TooManyRevoked:   codes.ResourceExhausted,
	KeysUnavailable:  codes.Unavailable,

	FieldInvalid:     codes.InvalidArgument,
	FieldRequired:    codes.InvalidArgument,
	PageTokenInvalid: codes.InvalidArgument,
	FrameInvalid:     codes.InvalidArgument,
	FrameTooLarge:    codes.InvalidArgument,
	UnknownVerb:      codes.Unimplemented,
	TooManyRequests:  codes.ResourceExhausted,

	RoomNotFound:     codes.NotFound,
	RoomExists:       codes.AlreadyExists,
	RoomNotStarted:   codes.FailedPrecondition,
	RoomEnded:        codes.FailedPrecondition,
	RoomBusy:         codes.ResourceExhausted,
	UndoExpired:      codes.FailedPrecondition,
	RevisionMismatch: codes.Aborted,
	RequestIDReused:  codes.AlreadyExists,

	UnknownKind:  codes.InvalidArgument,
	BadCount:     codes.InvalidArgument,
	ClockOff:     codes.InvalidArgument,
	HeartsPaused: codes.FailedPrecondition,

	TextEmpty:              codes.InvalidArgument,
	TextTooLong:            codes.InvalidArgument,
	TextInvalid:            codes.InvalidArgument,
	Banned:                 codes.PermissionDenied,
	TimedOut:               codes.ResourceExhausted,
	Rejected:               codes.InvalidArgument,
	PersonNotFound:         codes.NotFound,
	SlowMode:               codes.ResourceExhausted,
	CommentsFrozen:         codes.FailedPrecondition,
	CommentsModeratorsOnly: codes.PermissionDenied,
	CommentNotFound:        codes.NotFound,
	CommentsMembersOnly:    codes.PermissionDenied,
	TextBlocked:            codes.InvalidArgument,
	TextRepeated:           codes.FailedPrecondition,
	EmojiOnly:              codes.FailedPrecondition,
	LinksNotAllowed:        codes.PermissionDenied,
	NameImitates:           codes.InvalidArgument,
	EditExpired:            codes.FailedPrecondition,
	CursorLost:             codes.OutOfRange,

	QuestionNotFound:    codes.NotFound,
	WrongState:          codes.FailedPrecondition,
	VotingClosed:        codes.FailedPrecondition,
	AnonymousNotAllowed: codes.FailedPrecondition,
	UnknownLabel:        codes.InvalidArgument,
	QuestionsPaused:     codes.FailedPrecondition,
	QuestionClaimed:     codes.FailedPrecondition,
	ClaimExpired:        codes.FailedPrecondition,
	SlotsFull:           codes.FailedPrecondition,
}

// Code is the gRPC code of a reason; a word that is not in the table is Unknown.
func (r Reason) Code() codes.Code {
	if c, ok := codeOf[r]; ok {
		return c
	}
	return codes.Unknown
}

// Reasons lists every reason, for the docs' test.
func Reasons() []Reason {
	all := make([]Reason, 0, len(codeOf))
	for r := range codeOf {
		all = append(all, r)
	}
	return all
}
