package process

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Stack holds the parts of a process in the order in which they stand on one another. Whatever is started last is ended
// first, and each part has ended before the one below it is told to: a gateway drains while its services still answer,
// and services finish while the store is still open. The zero value is ready.
type Stack struct {
	// owned by whoever builds the stack; not changed while Wait runs
	parts []*part

	once   sync.Once
	failed chan error // the first part that ended without being told to
}

type part struct {
	name   string
	cancel context.CancelFunc
	done   chan struct{}
	err    error // set before done is closed
}

func (s *Stack) init() { s.once.Do(func() { s.failed = make(chan error, 1) }) }

// Start runs a part on a goroutine of its own, on top of those before it. The part ends when its context does and
// returns when all that it started has ended; ending earlier, even without an error, ends the whole stack.
func (s *Stack) Start(name string, run func(ctx context.Context) error) {
	s.init()
	ctx, cancel := context.WithCancel(context.Background())
	p := &part{name: name, cancel: cancel, done: make(chan struct{})}
	s.parts = append(s.parts, p)
	go func() {
		defer close(p.done)
		err := run(ctx)
		asked := ctx.Err() != nil
		if asked && errors.Is(err, context.Canceled) {
			err = nil
		}
		if err == nil && !asked {
			err = errors.New("ended without being told to")
		}
		if err == nil {
			return
		}
		p.err = fmt.Errorf("%s: %w", name, err)
		select {
		case s.failed <- p.err:
		default:
		}
	}()
}

// Defer puts something that is open rather than running on the stack; end closes it when its turn comes.
func (s *Stack) Defer(name string, end func() error) {
	s.Start(name, func(ctx context.Context) error {
		<-ctx.Done()
		return end()
	})
}

// Wait blocks until the context ends or a part fails, then stops the stack and returns the first failure.
func (s *Stack) Wait(ctx context.Context) error {
	s.init()
	select {
	case <-ctx.Done():
		return s.Stop()
	case err := <-s.failed:
		_ = s.Stop() // the first failure is the one that tells why
		return err
	}
}

// Stop ends every part from the top down, waiting for each, and returns what went wrong. It is also how a start that
// fails halfway takes back what it had started.
func (s *Stack) Stop() error {
	var errs []error
	for i := len(s.parts) - 1; i >= 0; i-- {
		p := s.parts[i]
		p.cancel()
		<-p.done
		if p.err != nil {
			errs = append(errs, p.err)
		}
	}
	s.parts = nil
	return errors.Join(errs...)
}
