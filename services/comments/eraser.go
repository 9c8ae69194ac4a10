package comments

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
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
	// Stored at random times, so that a process of an older version, which stores each second and notices that it was
	// overtaken at its next try, has its turn, too, and is seen.
	leastPositionEvery = time.Second
	mostPositionEvery  = 3 * time.Second
	leastBackoff       = 100 * time.Millisecond
	mostBackoff        = 5 * time.Second
	olderFor           = 5 * time.Minute // after a sign of an older version it is held to be at work still
)

// eraser follows what overrules entries of the log, tombstones and edits, and overwrites what they name, one after the other,
// each until it is gone. It reads ahead, so that it knows how much is due when (pace.go). How far it came is stored every
// few seconds, so after a crash it does their work again, which changes nothing: what is gone stays gone, and the audit entry
// has the tombstone's id. Several replicas do the same work side by side.
//
// Before an entry overrules another, a notice of it is stored in the log on a subject of its own (overrule), and the eraser
// follows notices: to be given every entry would cost more than to store it. Only when it begins, and while a version is at
// work that gives no notice, it reads every entry, headers only.
type eraser struct {
	// static
	bus   *bus.Bus
	log   *slog.Logger
	clock func() time.Time
	meter meters
	life  time.Duration // noticeLife, but in tests
	every time.Duration // forgetEvery, but in tests
	kept  time.Duration // keepClaim, but in tests

	seen     atomic.Uint64 // everything up to there is waiting or open, or carried out
	noticed  atomic.Uint64 // notices up to there have come in
	byNotice atomic.Bool   // it follows notices alone
	told     atomic.Uint64 // the newest notice that came in
	open     *notices      // whose entry is not found yet
	waiting  *backlog      // entries to carry out

	// owned by the goroutine that erases
	pace pace

	// owned by the goroutine that stores the position
	forgotten uint64    // notices up to it were taken out of the log
	unclaimed uint64    // and claims
	forgot    time.Time // when it was looked last
	claims    []passed  // behind which claims will be, oldest first

	mu     sync.Mutex
	stored position // guarded by mu
}

func newEraser(b *bus.Bus, log *slog.Logger, clock func() time.Time, m meters) *eraser {
	return &eraser{bus: b, log: log, clock: clock, meter: m, life: noticeLife, every: forgetEvery, kept: keepClaim, open: newNotices(), waiting: newBacklog()}
}

func (e *eraser) run(ctx context.Context) error {
	for {
		err := e.follow(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, errOlder) {
			e.log.Info("a process of an older version is at work: the eraser reads every entry of the log for a while")
			continue
		}
		e.log.Warn("the eraser was interrupted; going on where it stood", "error", err)
		if !pause.For(ctx, mostBackoff/5) {
			return ctx.Err()
		}
	}
}

var (
	errOlder = errors.New("comments: a process of an older version is at work")
	errRead  = errors.New("comments: everything has been read")
)

func (e *eraser) follow(ctx context.Context) error {
	start, end, err := e.start(ctx)
	if err != nil {
		return err
	}
	e.seen.Store(start)
	e.byNotice.Store(false)
	e.open.clear()
	e.waiting.clear()
	ctx, cancel := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { e.store(ctx, cancel) })
	wg.Go(func() { e.look(ctx) })
	wg.Go(func() { e.work(ctx) })
	err = e.readOn(ctx, start, end)
	cancel(err)
	wg.Wait()
	if cause := context.Cause(ctx); errors.Is(cause, errOlder) {
		return cause
	}
	return err
}

// readOn reads every entry up to the log's end as it was, and for as long as a version may be at work that gives no notice;
// then notices alone.
func (e *eraser) readOn(ctx context.Context, start, end uint64) error {
	if start < end || e.older() {
		err := e.bus.Consume(ctx, bus.Everything(bus.Log), start+1, true, func(r bus.Record) error {
			if err := e.read(ctx, r); err != nil {
				return err
			}
			if r.Sequence >= end && !e.older() {
				return errRead
			}
			return nil
		})
		if !errors.Is(err, errRead) {
			return err
		}
	}
	from := max(end, e.seen.Load())
	e.noticed.Store(from)
	e.byNotice.Store(true)
	return e.bus.Consume(ctx, noticeKey, from+1, true, func(r bus.Record) error { return e.read(ctx, r) })
}

// start is the stored position and the log's end; where the log ends before it, sequences went back and everything is looked
// at again.
func (e *eraser) start(ctx context.Context) (start, end uint64, err error) {
	stored, err := readPosition(ctx, e.bus)
	if err != nil {
		return 0, 0, err
	}
	end, err = e.bus.LastSequence(ctx, bus.Log)
	if err != nil {
		return 0, 0, fmt.Errorf("read the log's end: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.keep(stored)
	if stored.upto > end {
		e.log.Warn("the log ends before the eraser's position: looking at all of it again", "position", stored.upto, "end", end)
		e.stored.upto = 0
	}
	return e.stored.upto, end, nil
}

// keep takes over the position that is stored. One that says nothing of older versions is by one. It holds e.mu.
func (e *eraser) keep(p position) {
	if p.sequence > 0 && p.withoutNotice == 0 {
		p.withoutNotice = e.clock().UnixMilli()
	}
	p.withoutNotice = max(1, p.withoutNotice, e.stored.withoutNotice)
	e.stored = p
}

// older tells whether a version may be at work that gives no notice.
func (e *eraser) older() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.clock().Sub(time.UnixMilli(e.stored.withoutNotice)) < olderFor
}

func (e *eraser) read(ctx context.Context, r bus.Record) error {
	if r.Header(bus.ErasesHeader) != "" {
		if err := e.waiting.add(ctx, tombstone{r.Sequence, r.Subject, r.Time}); err != nil {
			return err
		}
	}
	if value := r.Header(bus.NoticeHeader); value != "" {
		if err := e.open.add(ctx, r.Sequence, value); err != nil {
			return err
		}
		e.noticed.Store(r.Sequence)
		e.told.Store(r.Sequence)
	}
	e.seen.Store(r.Sequence) // after it waits, so that done never passes over it
	return nil
}

// done is the sequence up to which everything has been carried out. What is found goes from the open ones to those that
// wait, so it looks in that order.
func (e *eraser) done() uint64 {
	done := e.seen.Load()
	if first, ok := e.open.first(); ok {
		done = min(done, first-1)
	}
	if first, ok := e.waiting.first(); ok {
		done = min(done, first.sequence-1)
	}
	return done
}

// advance takes the position to the log's end where only notices are read and none is on its way.
func (e *eraser) advance(ctx context.Context) error {
	if !e.byNotice.Load() {
		return nil
	}
	seen := e.seen.Load()
	end, err := e.bus.LastSequence(ctx, bus.Log)
	if err != nil || end <= seen {
		return err
	}
	last, err := e.bus.Last(ctx, noticeKey) // asked after the end: a notice before the end is known by now
	if err != nil && !errors.Is(err, bus.ErrNotFound) {
		return err
	}
	if last.Sequence <= e.noticed.Load() {
		e.seen.CompareAndSwap(seen, end)
	}
	return nil
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
		e.waiting.drop(next.sequence)
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

// store writes the position every few seconds while it moves, and once more at the end.
func (e *eraser) store(ctx context.Context, restart context.CancelCauseFunc) {
	for pause.For(ctx, leastPositionEvery+rand.N(mostPositionEvery-leastPositionEvery)) {
		if err := e.advance(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("cannot look for the end of the log", "error", err)
		}
		e.save(ctx)
		e.forget(ctx)
		if e.byNotice.Load() && e.older() {
			restart(errOlder)
			return
		}
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
	body, err := proto.Marshal(&eventv1.ErasePosition{Upto: upto, WithoutNoticeMs: e.stored.withoutNotice})
	if err != nil {
		return
	}
	sequence, err := e.bus.Put(ctx, positionKey, body, e.stored.sequence)
	if err == nil {
		e.stored = position{upto, e.stored.withoutNotice, sequence}
		return
	}
	if errors.Is(err, bus.ErrConflict) { // another replica was here; the farther position wins the next time
		if theirs, err := readPosition(ctx, e.bus); err == nil {
			e.keep(theirs)
		}
		return
	}
	if ctx.Err() == nil {
		e.log.Warn("the eraser's position could not be stored", "error", err)
	}
}
