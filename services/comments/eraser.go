package comments

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/pause"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	positionEvery = time.Second
	leastBackoff  = 100 * time.Millisecond
	mostBackoff   = 5 * time.Second
)

// eraser follows the log's tombstones and edits, headers only, and overwrites what they name, one after the other, each until it is
// gone. It reads ahead, so that it knows how much is due when (pace.go). How far it came is stored at most once a second, so
// after a crash it does a second's work again, which changes nothing: what is gone stays gone, and the audit entry has the
// tombstone's id. Several replicas do the same work side by side.
type eraser struct {
	// static
	bus   *bus.Bus
	log   *slog.Logger
	clock func() time.Time
	meter meters

	seen    atomic.Uint64 // read up to there
	waiting *backlog      // of what was read

	// owned by the goroutine that erases
	pace pace

	mu     sync.Mutex
	stored position // guarded by mu
}

func newEraser(b *bus.Bus, log *slog.Logger, clock func() time.Time, m meters) *eraser {
	return &eraser{bus: b, log: log, clock: clock, meter: m, waiting: newBacklog()}
}

func (e *eraser) run(ctx context.Context) error {
	for {
		err := e.follow(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		e.log.Warn("the eraser was interrupted; going on where it stood", "error", err)
		if !pause.For(ctx, mostBackoff/5) {
			return ctx.Err()
		}
	}
}

func (e *eraser) follow(ctx context.Context) error {
	start, err := e.start(ctx)
	if err != nil {
		return err
	}
	e.seen.Store(start)
	e.waiting.clear()
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { e.store(ctx) })
	wg.Go(func() { e.work(ctx) })
	err = e.bus.Consume(ctx, bus.Everything(bus.Log), start+1, true, func(r bus.Record) error { return e.read(ctx, r) })
	cancel()
	wg.Wait()
	return err
}

// start is the stored position; where the log ends before it, sequences went back and everything is looked at again.
func (e *eraser) start(ctx context.Context) (uint64, error) {
	stored, err := readPosition(ctx, e.bus)
	if err != nil {
		return 0, err
	}
	end, err := e.bus.LastSequence(ctx, bus.Log)
	if err != nil {
		return 0, fmt.Errorf("read the log's end: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stored = stored
	if stored.upto > end {
		e.log.Warn("the log ends before the eraser's position: looking at all of it again", "position", stored.upto, "end", end)
		e.stored.upto = 0
	}
	return e.stored.upto, nil
}

func (e *eraser) read(ctx context.Context, r bus.Record) error {
	if r.Header(bus.ErasesHeader) != "" {
		if err := e.waiting.add(ctx, tombstone{r.Sequence, r.Subject, r.Time}); err != nil {
			return err
		}
	}
	e.seen.Store(r.Sequence) // after it waits, so that done never passes over it
	return nil
}

// done is the sequence up to which everything has been carried out.
func (e *eraser) done() uint64 {
	seen := e.seen.Load()
	if first, ok := e.waiting.first(); ok {
		return min(seen, first.sequence-1)
	}
	return seen
}

// work carries out what waits, the oldest first.
func (e *eraser) work(ctx context.Context) {
	for e.waiting.any(ctx) {
		next, _ := e.waiting.first()
		for backoff := leastBackoff; ; backoff = min(2*backoff, mostBackoff) {
			err := e.carryOut(ctx, next)
			if err == nil {
				break
			}
			if ctx.Err() == nil {
				e.log.Warn("a removed comment could not be erased yet", "sequence", next.sequence, "error", err)
			}
			if !pause.For(ctx, backoff) {
				return
			}
		}
		e.waiting.drop()
	}
}

// carryOut erases what one tombstone names. The tombstone and its target are read and compared first, since an erase
// cannot be taken back.
func (e *eraser) carryOut(ctx context.Context, t tombstone) error {
	room, _, _ := bus.InRoomOf(bus.Log, t.subject)
	record, err := e.bus.At(ctx, bus.Log, t.sequence)
	if errors.Is(err, bus.ErrNotFound) {
		return nil // its room was deleted
	}
	if err != nil {
		return err
	}
	var entry eventv1.LogEntry
	if err := proto.Unmarshal(record.Body, &entry); err != nil || entry.GetRemoval() == nil && entry.GetEdit() == nil {
		e.log.Error("a tombstone cannot be read", "sequence", t.sequence, "error", err)
		return nil
	}
	removal := entry.GetRemoval()
	if edit := entry.GetEdit(); edit != nil { // what it replaces goes like what is removed
		removal = &eventv1.Removal{Comment: edit.GetComment().GetId(), Sequence: edit.GetReplaces()}
	}
	here, err := e.target(ctx, record.Subject, removal)
	if errors.Is(err, errStrange) {
		e.log.Error("a tombstone names something else than its comment; nothing was erased", "sequence", t.sequence)
		return nil
	}
	if err != nil {
		return err
	}
	if here {
		err := e.pace.take(ctx, e.waiting.apart(e.clock()), func() error { return e.bus.Erase(ctx, bus.Log, removal.GetSequence()) })
		if err != nil {
			return err
		}
		e.meter.erased.Add(ctx, 1)
		e.meter.lag.Record(ctx, e.clock().Sub(record.Time).Seconds())
	}
	act := once.Of("audit", room, "erase_comment", removal.GetComment(), number(removal.GetSequence()))
	if !here && e.clock().Sub(record.Time) > audit.Retryable {
		if told, err := audit.Has(ctx, e.bus, room, act); err != nil || told {
			return err
		}
	}
	return audit.Write(ctx, e.bus, room, act,
		&eventv1.AuditEntry{Actor: audit.System(), Action: "erase_comment", Target: removal.GetComment(), AtMs: e.clock().UnixMilli()})
}

var errStrange = errors.New("comments: not the comment that the tombstone names")

// target tells whether the comment still stands where the tombstone says.
func (e *eraser) target(ctx context.Context, subject string, removal *eventv1.Removal) (here bool, err error) {
	record, err := e.bus.At(ctx, bus.Log, removal.GetSequence())
	if errors.Is(err, bus.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if comment, err := commentIn(record); err != nil || record.Subject != subject || comment.GetId() != removal.GetComment() {
		return false, errStrange
	}
	return true, nil
}

// store writes the position once a second while it moves, and once more at the end.
func (e *eraser) store(ctx context.Context) {
	for pause.For(ctx, positionEvery) {
		e.save(ctx)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	e.save(last)
}

func (e *eraser) save(ctx context.Context) {
	upto := e.done()
	e.mu.Lock()
	defer e.mu.Unlock()
	if upto <= e.stored.upto {
		return
	}
	body, err := proto.Marshal(&eventv1.ErasePosition{Upto: upto})
	if err != nil {
		return
	}
	sequence, err := e.bus.Put(ctx, positionKey, body, e.stored.sequence)
	if err == nil {
		e.stored = position{upto, sequence}
		return
	}
	if errors.Is(err, bus.ErrConflict) { // another replica was here; the farther position wins the next time
		if theirs, err := readPosition(ctx, e.bus); err == nil {
			e.stored = theirs
		}
		return
	}
	if ctx.Err() == nil {
		e.log.Warn("the eraser's position could not be stored", "error", err)
	}
}
