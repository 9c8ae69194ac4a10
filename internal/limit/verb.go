package limit

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// ParseVerb reads a verb's limit as it stands in the configuration: post=30/30s.
func ParseVerb(text string) (verb string, b Bucket, err error) {
	want := errors.New("want VERB=NUMBER/TIME, such as post=30/30s")
	verb, rest, ok := strings.Cut(text, "=")
	number, per, slash := strings.Cut(rest, "/")
	if !ok || !slash || verb == "" {
		return "", Bucket{}, want
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 1_000_000 {
		return "", Bucket{}, errors.New("the number must be from 1 to 1,000,000, as in post=30/30s")
	}
	d, err := time.ParseDuration(per)
	if err != nil || d < time.Millisecond || d > 24*time.Hour {
		return "", Bucket{}, errors.New("the time must be from 1ms to 24h, as in post=30/30s")
	}
	return verb, Bucket{Burst: n, Per: d}, nil
}
