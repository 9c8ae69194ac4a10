package text

import "github.com/ovation-live/ovation/internal/fault"

// RoomID checks a room's id: [a-z0-9][a-z0-9-]{0,62}. Nothing else ever becomes part of a stored subject.
func RoomID(s string) error {
	if s == "" {
		return fault.New(fault.FieldRequired, "name the room").On("room")
	}
	ok := len(s) <= 63 && s[0] != '-'
	for i := range len(s) {
		c := s[i]
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')
	}
	if !ok {
		return fault.New(fault.FieldInvalid, "a room's id has 1 to 63 lower-case letters, digits and hyphens, and begins with no hyphen").On("room")
	}
	return nil
}

// RequestID checks a request id: 8 to 64 characters of [A-Za-z0-9_-].
func RequestID(s string) error {
	if s == "" {
		return fault.New(fault.FieldRequired, "send a random request id, the same for each retry").On("request_id")
	}
	ok := len(s) >= 8 && len(s) <= 64
	for i := range len(s) {
		c := s[i]
		ok = ok && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')
	}
	if !ok {
		return fault.New(fault.FieldInvalid, "a request id has 8 to 64 letters, digits, hyphens and underscores").On("request_id")
	}
	return nil
}

// ItemID checks the id of a comment or question: 26 lower-case base32 characters.
func ItemID(field, s string) error {
	ok := len(s) == 26
	for i := range len(s) {
		c := s[i]
		ok = ok && (c >= 'a' && c <= 'z' || c >= '2' && c <= '7')
	}
	if !ok {
		return fault.New(fault.FieldInvalid, "an id has 26 characters of a to z and 2 to 7").On(field)
	}
	return nil
}
