// Package origin holds the rules for origins (a scheme and a host) that operators name in settings: which patterns are
// sound, and what they match. A pattern is an origin, or one whose first label is a star: https://*.example.com is every
// name below example.com, as in a Content-Security-Policy.
package origin

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Check refuses patterns that say more than they seem to: without a scheme http is let in beside https, and a star that is
// not a whole label matches other people's domains (*example.com matches evilexample.com), one before a top level (*.com) or
// a public suffix (*.co.uk) everybody's.
func Check(pattern string) error {
	scheme, host, ok := strings.Cut(pattern, "://")
	if !ok || scheme != "http" && scheme != "https" {
		return errors.New("want a scheme, as in https://app.example.com")
	}
	if strings.ContainsAny(host, "/?#@ \\[];,'\"") || host == "" {
		return errors.New("want only a scheme and a host, as in https://app.example.com")
	}
	name, port, hasPort := strings.Cut(host, ":")
	if hasPort {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return errors.New("want a number behind the colon, as in https://app.example.com:8443")
		}
	}
	if host != strings.ToLower(host) || strings.ContainsFunc(host, func(r rune) bool { return r > 127 }) {
		return errors.New("want it as browsers send it, in lower case and with xn-- for other letters")
	}
	if strings.Contains(strings.TrimPrefix(name, "*."), "*") {
		return errors.New("a star stands only for the first label, as in https://*.example.com")
	}
	if rest, star := strings.CutPrefix(name, "*."); star {
		return owned(scheme, strings.Trim(rest, "."))
	}
	return nil
}

// owned refuses a star before a name below which strangers have domains of their own: a top level, or a public suffix
// (publicsuffix.org) such as co.uk and github.io.
func owned(scheme, name string) error {
	if !strings.Contains(name, ".") {
		return errors.New("a star before a top level lets everybody in: name the domain, as in https://*.example.com")
	}
	// Asked of a name below it, the list also tells of those like kawasaki.jp, where each name below is a suffix itself.
	if suffix, _ := publicsuffix.PublicSuffix("any." + name); len(suffix) >= len(name) {
		return fmt.Errorf("anybody can have a name below %s, and a star before it lets all of them in: name yours, as in %s://example.%s, or %s://*.example.%s", name, scheme, name, scheme, name)
	}
	return nil
}

// Is tells whether a text is an origin as browsers send it (RFC 6454, section 6.2), letters' case aside.
func Is(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && u.Host != "" && strings.EqualFold(u.Scheme+"://"+u.Host, text)
}

// Of is the origin of an address as browsers write it: in lower case, without the scheme's own port.
func Of(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return scheme + "://" + host
}

// Matches tells whether an origin is one of those that the patterns name.
func Matches(origin string, patterns []string) bool {
	for _, pattern := range patterns {
		if ok, err := path.Match(pattern, origin); ok && err == nil {
			return true
		}
	}
	return false
}
