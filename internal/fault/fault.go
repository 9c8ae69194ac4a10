package fault

import (
	"errors"
	"fmt"
	"time"
)

// Fault is a typed refusal. Values are built with New and the chained methods and not changed after that.
type Fault struct {
	// Reason is the word that programs switch on.
	Reason Reason
	// Message tells a person what was wrong and what would be right. It holds no secrets and no text of others.
	Message string
	// Field names the wrong field of the request, in snake case; empty when no single field was wrong.
	Field string
	// RetryAfter is when trying again makes sense; zero when waiting does not help.
	RetryAfter time.Duration
	// Meta holds details for programs, such as the current revision.
	Meta map[string]string

	cause error
}

// New makes a fault with a sentence for a person.
func New(reason Reason, format string, args ...any) *Fault {
	return &Fault{Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// On names the field that was wrong.
func (f *Fault) On(field string) *Fault { f.Field = field; return f }

// After says when trying again makes sense.
func (f *Fault) After(d time.Duration) *Fault { f.RetryAfter = d; return f }

// With adds a detail for programs.
func (f *Fault) With(key, value string) *Fault {
	if f.Meta == nil {
		f.Meta = make(map[string]string, 2)
	}
	f.Meta[key] = value
	return f
}

// Because keeps the error behind the fault for the log; it never crosses the wire.
func (f *Fault) Because(err error) *Fault { f.cause = err; return f }

// Error gives reason and sentence, and the cause where there is one: it is meant for logs.
func (f *Fault) Error() string {
	if f.cause != nil {
		return fmt.Sprintf("%s: %s: %v", f.Reason, f.Message, f.cause)
	}
	return fmt.Sprintf("%s: %s", f.Reason, f.Message)
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// Of finds the fault in an error's chain.
func Of(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// Is tells whether an error is a fault of this reason.
func Is(err error, reason Reason) bool {
	f, ok := Of(err)
	return ok && f.Reason == reason
}
