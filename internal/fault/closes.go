package fault

// Close is a socket close code with its reason. 4000-4499 mean come back, 4500-4999 mean stop; codes below 4000 are
// RFC 6455's own.
type Close struct {
	// Code goes into the close frame.
	Code uint16
	// Reason goes into the close frame, the goodbye frame, the docs' anchor and the metric's label.
	Reason string
}

// Closes that a client sees.
var (
	// CloseNormal answers a close of the client.
	CloseNormal = Close{1000, "NORMAL"}
	// CloseProtocol: the client broke RFC 6455.
	CloseProtocol = Close{1002, "PROTOCOL_ERROR"}
	// CloseUnsupported: a binary frame on the JSON subprotocol, or the other way round.
	CloseUnsupported = Close{1003, "UNSUPPORTED_DATA"}
	// CloseBadUTF8: a text frame that is not UTF-8.
	CloseBadUTF8 = Close{1007, "INVALID_UTF8"}
	// CloseTooLarge: a message above welcome.limits.frame_bytes.
	CloseTooLarge = Close{1009, "FRAME_TOO_LARGE"}

	// CloseDrain: the gateway goes away; come back after goodbye's time.
	CloseDrain = Close{4000, "DRAIN"}
	// CloseTokenExpired: come back with a new token.
	CloseTokenExpired = Close{4001, "TOKEN_EXPIRED"}
	// CloseNoHello: no hello within 10 s; come back.
	CloseNoHello = Close{4002, "NO_HELLO"}
	// CloseRoleChanged: come back, the room looks different now.
	CloseRoleChanged = Close{4003, "ROLE_CHANGED"}
	// CloseBusy: too many at once; come back after goodbye's time.
	CloseBusy = Close{4005, "BUSY"}
	// CloseMaxAge: the connection reached its age; come back after goodbye's time.
	CloseMaxAge = Close{4006, "MAX_AGE"}
	// CloseSlow: nothing was read for too long; come back.
	CloseSlow = Close{4008, "SLOW"}
	// CloseUnavailable: the gateway could not reach the store in time; come back.
	CloseUnavailable = Close{4013, "STORE_UNAVAILABLE"}
	// CloseSlowDown: too many frames; come back later.
	CloseSlowDown = Close{4029, "SLOW_DOWN"}

	// CloseBadHello: the first frame was no valid hello.
	CloseBadHello = Close{4500, "BAD_HELLO"}
	// CloseTooManyErrors: the error budget is spent.
	CloseTooManyErrors = Close{4501, "TOO_MANY_ERRORS"}
	// CloseTokenInvalid: the token is not ours.
	CloseTokenInvalid = Close{4502, "TOKEN_INVALID"}
	// CloseBanned: this person is not welcome in the room.
	CloseBanned = Close{4503, "BANNED"}
	// CloseNoRoom: there is no such room.
	CloseNoRoom = Close{4504, "ROOM_NOT_FOUND"}
	// CloseDenied: the token does not admit to this room, or guests are not allowed.
	CloseDenied = Close{4505, "PERMISSION_DENIED"}
	// CloseRoomDeleted: the room was deleted.
	CloseRoomDeleted = Close{4506, "ROOM_DELETED"}
	// CloseTokenRevoked: the host took the link back.
	CloseTokenRevoked = Close{4507, "TOKEN_REVOKED"}
	// CloseAbuse: slowed down three times and went on.
	CloseAbuse = Close{4529, "ABUSE"}
)

// Closes lists every close code, for the docs' test and the metric's labels.
func Closes() []Close {
	return []Close{
		CloseNormal, CloseProtocol, CloseUnsupported, CloseBadUTF8, CloseTooLarge,
		CloseDrain, CloseTokenExpired, CloseNoHello, CloseRoleChanged, CloseBusy, CloseMaxAge, CloseSlow,
		CloseUnavailable, CloseSlowDown,
		CloseBadHello, CloseTooManyErrors, CloseTokenInvalid, CloseBanned, CloseNoRoom, CloseDenied, CloseRoomDeleted,
		CloseTokenRevoked,
		CloseAbuse,
	}
}
