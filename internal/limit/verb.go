package limit

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// rule says how often one person may do something.
type rule struct {
	Bucket
	everyone bool // it binds moderators and hosts, too
}

// rules are the verbs of people that have a limit, by their names in the protocol.
var rules = map[string]rule{
	"post":           {Bucket: Bucket{Burst: 30, Per: 30 * time.Second}},
	"edit":           {Bucket: Bucket{Burst: 20, Per: 20 * time.Second}},
	"delete":         {Bucket: Bucket{Burst: 30, Per: 30 * time.Second}},
	"undelete":       {Bucket: Bucket{Burst: 30, Per: 30 * time.Second}},
	"ask":            {Bucket: Bucket{Burst: 20, Per: time.Minute}},
	"withdraw":       {Bucket: Bucket{Burst: 20, Per: time.Minute}},
	"vote":           {Bucket: Bucket{Burst: 100, Per: 20 * time.Second}},
	"report":         {Bucket: Bucket{Burst: 20, Per: time.Minute}},
	"similar":        {Bucket: Bucket{Burst: 30, Per: 15 * time.Second}, everyone: true},
	"list_comments":  {Bucket: Bucket{Burst: 100, Per: 20 * time.Second}}, // of calls alone, as the next
	"read_hearts":    {Bucket: Bucket{Burst: 60, Per: 30 * time.Second}},
	"list_questions": {Bucket: Bucket{Burst: 100, Per: 20 * time.Second}, everyone: true},
	"mine":           {Bucket: Bucket{Burst: 50, Per: 25 * time.Second}, everyone: true},
	"auth":           {Bucket: Bucket{Burst: 20, Per: time.Minute}, everyone: true},
}

// Verb is a verb's bucket, where others has none for it; none (a burst of 0) for a verb without a limit, and for staff,
// moderators and hosts, but where it says that it binds them, too.
func Verb(verb string, staff bool, others map[string]Bucket) Bucket {
	r := rules[verb]
	if staff && !r.everyone {
		return Bucket{}
	}
	if b, ok := others[verb]; ok {
		return b
	}
	return r.Bucket
}

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
