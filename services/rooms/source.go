package rooms

import (
	"net/url"
	"strings"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/origin"
)

const maxSource = 2_048 // bytes

// checkSource refuses what is no address of a picture. It is sound for ever once it passed; whether its origin may be used
// is the operator's word of the day, so allowSource asks that only of who sets it.
func checkSource(source string) error {
	if source == "" {
		return nil
	}
	refused := func(format string, args ...any) error {
		return fault.New(fault.FieldInvalid, format, args...).On("settings.source")
	}
	if len(source) > maxSource {
		return refused("source is at most %d bytes", maxSource)
	}
	u, err := url.Parse(source)
	switch {
	case err != nil || strings.ContainsFunc(source, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' }):
		return refused("source is no address; it begins with https:// and holds neither spaces nor letters beyond ASCII")
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return refused("source begins with https:// and a host")
	case u.User != nil:
		return refused("source holds a name or password; every viewer would read it")
	}
	return nil
}

// allowSource refuses a source of an origin that the operator has not named.
func (s *Service) allowSource(source string) error {
	if source == "" {
		return nil
	}
	u, err := url.Parse(source)
	if err == nil && origin.Matches(origin.Of(u), s.media) {
		return nil
	}
	at := "that origin"
	if err == nil {
		at = origin.Of(u)
	}
	return fault.New(fault.FieldInvalid, "pictures from %s are not allowed here; an operator names its origin in media_origins", shorten(at)).On("settings.source")
}
