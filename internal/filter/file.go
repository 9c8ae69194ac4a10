package filter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Parse reads a list from a file's text: a term a line; empty lines and those that begin with "# " say nothing. Errors
// name their lines.
func Parse(body []byte) (*List, error) {
	var terms []string
	var at []int
	for i, line := range strings.Split(string(body), "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF"))
		if line == "" || line == "#" || strings.HasPrefix(line, "# ") {
			continue
		}
		terms, at = append(terms, line), append(at, i+1)
	}
	l, err := Compile(terms)
	if err == nil {
		return l, nil
	}
	var lines []error
	for _, e := range unjoin(err) {
		var bad *TermError
		if errors.As(e, &bad) {
			e = fmt.Errorf("line %d: %q: %s", at[bad.Index], bad.Term, bad.Why)
		}
		lines = append(lines, e)
	}
	return nil, errors.Join(lines...)
}

func unjoin(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}

// biggestFile bounds a list for all rooms; 100,000 terms have room in it.
const biggestFile = 4 << 20

// checkEvery is how often a file is looked at.
const checkEvery = 2 * time.Second

// File is the list for all rooms, read anew when its file changes. What cannot be read is said in the log, and the last
// good list stays. A nil File is an empty list.
type File struct {
	// static
	log     *slog.Logger
	reloads metric.Int64Counter

	list atomic.Pointer[List]

	mu   sync.Mutex
	path string // empty for an empty list; guarded by mu
	body []byte // guarded by mu
}

// Open reads the list; a first one that is wrong is an error that names its lines. An empty path is an empty list, until
// Move gives another.
func Open(path string, log *slog.Logger) (*File, error) {
	f := &File{log: log}
	f.reloads, _ = otel.Meter("github.com/ovation-live/ovation/internal/filter").Int64Counter("ovation.filter.reloads",
		metric.WithDescription("Times that the list of blocked terms for all rooms was read anew; `refused` keeps the last good one. Labels: result."))
	return f, f.Move(path)
}

// Move takes the list from another file; when that one is wrong, the error names its lines and nothing changes.
func (f *File) Move(path string) error {
	var body []byte
	var l *List
	if path != "" {
		var err error
		if body, err = read(path); err != nil {
			return fmt.Errorf("blocked terms: %w", err)
		}
		if l, err = Parse(body); err != nil {
			return fmt.Errorf("blocked terms in %s: %w", path, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.path, f.body = path, body
	f.list.Store(l)
	return nil
}

// Path is where the list is from.
func (f *File) Path() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.path
}

func read(path string) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.Size() > biggestFile {
		return nil, fmt.Errorf("%s has %d bytes; at most %d", path, info.Size(), biggestFile)
	}
	return os.ReadFile(path)
}

// List is the list as it was last good.
func (f *File) List() *List {
	if f == nil {
		return nil
	}
	return f.list.Load()
}

// Run looks at the file until the context ends.
func (f *File) Run(ctx context.Context) error {
	if f == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	said := ""
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		changed, err := f.reload()
		switch {
		case err != nil && err.Error() != said:
			f.log.Error("the blocked terms cannot be read anew; the last good list stays", "file", f.Path(), "error", err)
			f.reloads.Add(ctx, 1, metric.WithAttributes(attribute.String("result", "refused")))
			said = err.Error()
		case err == nil && changed:
			f.log.Info("read the blocked terms anew", "file", f.Path(), "terms", f.List().Len())
			f.reloads.Add(ctx, 1, metric.WithAttributes(attribute.String("result", "ok")))
			said = ""
		}
	}
}

// reload compares the text itself: a mounted file may change without its time.
func (f *File) reload() (changed bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.path == "" {
		return false, nil
	}
	body, err := read(f.path)
	if err != nil || bytes.Equal(body, f.body) {
		return false, err
	}
	l, err := Parse(body)
	if err != nil {
		return false, err
	}
	f.body = body
	f.list.Store(l)
	return true, nil
}
