package text

import (
	"golang.org/x/text/secure/precis"

	"github.com/ovation-live/ovation/internal/fault"
)

// CleanName cleans a shown name by the PRECIS Nickname profile (RFC 8266) on top of Clean's rules; it may be empty.
func CleanName(field, s string) (string, error) {
	s, err := CleanOptional(field, s, Name)
	if err != nil || s == "" || plain(s) { // the profile changes nothing of such a name
		return s, err
	}
	for range 4 { // the profile is idempotent only after a few rounds (RFC 8266, section 2.1)
		next, err := precis.Nickname.String(s)
		if err != nil {
			return "", fault.New(fault.TextInvalid, "the name holds characters that names cannot have").On(field)
		}
		if next == s {
			return CleanOptional(field, s, Name)
		}
		s = next
	}
	return "", fault.New(fault.TextInvalid, "the name cannot be read").On(field)
}
