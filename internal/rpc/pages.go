package rpc

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/ovation-live/ovation/internal/fault"
)

// Page sizes of every list (AIP-158).
const (
	defaultPage = 50
	maxPage     = 500
)

// PageSize reads a page_size: 0 is the default of 50, more than 500 is 500, negative is refused.
func PageSize(n int32) (int, error) {
	switch {
	case n < 0:
		return 0, fault.New(fault.FieldInvalid, "page_size must not be negative; 0 takes the default of %d", defaultPage).On("page_size")
	case n == 0:
		return defaultPage, nil
	}
	return min(int(n), maxPage), nil
}

// EncodePage makes the token of the page that begins after a place, for a list with these arguments. It is opaque and
// grants nothing: whoever presents it is checked like everybody else.
func EncodePage(after string, arguments ...string) string {
	return base64.RawURLEncoding.EncodeToString(append(fingerprint(arguments), after...))
}

// DecodePage gives the place that a token stands for; an empty token is the first page. A token of other arguments, or
// none of ours, is the fault PAGE_TOKEN_INVALID.
func DecodePage(token string, arguments ...string) (after string, err error) {
	if token == "" {
		return "", nil
	}
	body, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(token) > 1024 || len(body) <= fingerprintSize || string(body[:fingerprintSize]) != string(fingerprint(arguments)) {
		return "", fault.New(fault.PageTokenInvalid, "the page token is not of this list; begin again without it").On("page_token")
	}
	return string(body[fingerprintSize:]), nil
}

// Pages asks a list for page after page until there is no next one. Given the token of a page, next gives that of the
// following one.
func Pages(next func(token string) (following string, err error)) error {
	for token := ""; ; {
		following, err := next(token)
		if err != nil || following == "" {
			return err
		}
		token = following
	}
}

const fingerprintSize = 6

func fingerprint(arguments []string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(arguments, "\x00")))
	return sum[:fingerprintSize]
}
