package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/ovation-live/ovation/internal/pause"
)

// markerTTL is how long a deleted document leaves its marker, so that followers learn of it.
const markerTTL = 5 * time.Minute

// window is how long a stream knows message ids, where it is not said otherwise.
const window = 2 * time.Minute

// Remembered is within which a stream of that window knows a message id for certain, whatever clocks are apart.
const Remembered = window - 20*time.Second

// specs is every stream's configuration but for replicas and sizes. Changing a line here needs a migration: Ensure
// refuses to run on a stream that is configured otherwise.
//
//	log       the room's order; 2,000,000 a room is a busy day, the age bounds the rest. Republished: followers
//	          compare Nats-Last-Sequence with what they saw.
//	held      texts that only moderators may see, and question texts: one place each. Several versions of a subject
//	          may stand until the eraser has overwritten the old ones, so there is no limit by subject.
//	state     the newest document a subject. DiscardNew: a full stream refuses rather than forgets a ban.
//	votes     every change, for ever while the room lives: the one-vote rule needs neither window nor lock.
//	tallies   sums that can be rebuilt from votes.
//	counters  running totals. No age and no size: both would silently start a total anew.
//	pulse     running totals by second.
//	audit     who did what.
func specs() [streamCount]jetstream.StreamConfig {
	day := 24 * time.Hour
	return [streamCount]jetstream.StreamConfig{
		Log: {
			Name: "OV_LOG", MaxAge: 30 * day, Discard: jetstream.DiscardOld, MaxMsgsPerSubject: 2_000_000,
			Duplicates: window, AllowDirect: true,
			RePublish: &jetstream.RePublish{Source: "ov.ev.>", Destination: "ov.live.ev.>"},
		},
		Held: {Name: "OV_HELD", MaxAge: 30 * day, Discard: jetstream.DiscardNew, Duplicates: window, AllowDirect: true},
		State: {
			Name: "OV_STATE", MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew, AllowDirect: true,
			AllowMsgTTL: true, SubjectDeleteMarkerTTL: markerTTL, Duplicates: 100 * time.Millisecond,
		},
		Votes:   {Name: "OV_VOTES", Discard: jetstream.DiscardNew, AllowDirect: true, Duplicates: 100 * time.Millisecond},
		Tallies: {Name: "OV_TALLIES", MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew, AllowDirect: true, Duplicates: 100 * time.Millisecond},
		Counters: {
			Name: "OV_COUNTERS", MaxMsgsPerSubject: 1, AllowMsgCounter: true, AllowAtomicPublish: true, AllowDirect: true,
			Duplicates: 10 * time.Minute, RePublish: &jetstream.RePublish{Source: "ov.cn.*.r.>", Destination: "ov.live.cn.{{wildcard(1)}}.r.>"},
		},
		Pulse: {Name: "OV_PULSE", MaxAge: 30 * day, Discard: jetstream.DiscardOld, AllowDirect: true, Duplicates: window},
		Audit: {Name: "OV_AUDIT", MaxAge: 90 * day, Discard: jetstream.DiscardOld, AllowDirect: true, Duplicates: window},
	}
}

// shares divides the store among the streams, in hundredths; counters are small and unbounded by design.
var shares = [streamCount]int64{Log: 50, Held: 8, State: 10, Votes: 15, Tallies: 3, Pulse: 5, Audit: 5}

var streamNames = func() (names [streamCount]string) {
	for s, c := range specs() {
		names[s] = c.Name
	}
	return names
}()

// Ensure makes the streams of an empty store and checks those that stand. It changes nothing that stands but their size,
// with Options.Grow: a stream that is configured otherwise is an error that says what and what to do. So is one that is missing while others hold messages:
// somebody deleted it, and an empty one in its place would hide that. Options.Recreate asks for the empty one all the same.
func (b *Bus) Ensure(ctx context.Context) error {
	var recreated []string
	made := false
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 10*askTime)
		defer cancel()
	}
	for s, want := range specs() {
		want.Subjects = []string{prefix[s] + ".>"}
		want.Storage = jetstream.FileStorage
		want.Replicas = max(1, b.opts.Replicas)
		want.MaxConsumers = 4096 // the server's default cap is 1,000 a stream
		want.MaxBytes = b.most(Stream(s))
		if want.MaxMsgsPerSubject == 0 {
			want.MaxMsgsPerSubject = -1
		}
		have, err := b.stream(ctx, want.Name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			lost, lookErr := b.lost(ctx, want.Name)
			if lookErr != nil {
				return lookErr
			}
			if err := b.refuseUnfinished(ctx); lost && err != nil {
				return err
			}
			if lost && !b.opts.Recreate {
				return fmt.Errorf("stream %s is gone while others hold what belongs to it: restore it from a backup, or start once with store.recreate to have an empty one in its place; nothing was changed", want.Name)
			}
			if lost {
				recreated = append(recreated, want.Name)
			}
			err = b.answered(ctx, func(ctx context.Context) error {
				_, err := b.js.CreateStream(ctx, want)
				return err
			})
			if err == nil || errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
				made = true
				continue // made, or another process made it in this moment
			}
		}
		if err != nil {
			return explain(err, want.Name)
		}
		if diff := differences(have.CachedInfo().Config, want); len(diff) > 0 {
			return fmt.Errorf("stream %s is configured otherwise than this version expects (%s): run the version that "+
				"made it, or change the stream by hand after a backup; nothing was changed", want.Name, strings.Join(diff, "; "))
		}
	}
	if made && b.opts.Server != nil {
		if err := b.opts.Server.syncNew(); err != nil {
			return fmt.Errorf("keep the new streams on the disk: %w", err)
		}
	}
	if err := b.Grow(ctx); err != nil {
		b.log.Warn("streams keep their size for now; processes with services try again each 15 s", "error", err)
	}
	if err := b.refuseUnfinished(ctx); err != nil {
		return err
	}
	if err := b.ensureIncarnations(ctx); err != nil || len(recreated) == 0 {
		return err
	}
	b.log.Warn("made streams anew that were gone: they are empty", "streams", recreated)
	return b.Renew(ctx, "recreated") // sequences begin again: cursors of before mean nothing
}

// Grow gives streams that stand the space that Options.MaxBytes has for them, where Options.Grow asks for it and they have
// less. It never takes any: less could forget what is stored, or refuse what comes. An error names those that the server does
// not let grow yet, as while brokers are still to start with a larger limit of their own; they are as they were.
func (b *Bus) Grow(ctx context.Context) error {
	if !b.opts.Grow {
		return nil
	}
	var errs []error
	for s, name := range streamNames {
		have, err := b.js.Stream(ctx, name)
		if err != nil {
			errs = append(errs, explain(err, name))
			continue
		}
		of := have.CachedInfo().Config
		before, most := of.MaxBytes, b.most(Stream(s))
		if before < 0 || most <= before {
			continue
		}
		of.MaxBytes = most
		if _, err := b.js.UpdateStream(ctx, of); err != nil {
			errs = append(errs, explain(err, name))
			continue
		}
		b.log.Info("a stream has more space", "stream", name, "before", before, "bytes", most)
	}
	return errors.Join(errs...)
}

// most is the space that a stream is to have; -1 for one without bound.
func (b *Bus) most(s Stream) int64 {
	if s == Counters {
		return -1
	}
	return b.opts.MaxBytes * shares[s] / 100
}

// lost tells whether a stream that was not found was there once: others hold messages, and none does before all were made.
func (b *Bus) lost(ctx context.Context, name string) (bool, error) {
	for _, other := range streamNames {
		s, err := b.stream(ctx, other)
		switch {
		case errors.Is(err, jetstream.ErrStreamNotFound):
		case err != nil:
			return false, explain(err, other)
		case s.CachedInfo().State.LastSeq > 0:
			// A process that starts beside this one may have made it in between, and begun to write.
			_, err := b.stream(ctx, name)
			return errors.Is(err, jetstream.ErrStreamNotFound), nil
		}
	}
	return false, nil
}

func (b *Bus) stream(ctx context.Context, name string) (s jetstream.Stream, err error) {
	err = b.answered(ctx, func(ctx context.Context) error {
		s, err = b.js.Stream(ctx, name)
		return err
	})
	return s, err
}

// answered asks the store until it answers or the context ends. A question is lost that comes while brokers elect who would
// answer it, as they do when all of them start at once, or while another process makes the stream that it is about.
func (b *Bus) answered(ctx context.Context, ask func(context.Context) error) error {
	for {
		once, cancel := context.WithTimeout(ctx, askTime)
		err := ask(once)
		cancel()
		if !unanswered(err) || !pause.For(ctx, 100*time.Millisecond) {
			return err
		}
	}
}

// askTime is how long one question of a start waits for its answer.
const askTime = 3 * time.Second

func unanswered(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) || apiCode(err) == codeUnavailable
}

func explain(err error, stream string) error {
	if unanswered(err) {
		return fmt.Errorf("no NATS server answers for stream %s: they have no majority, or are still starting: ask each for its /readyz, and start again: %w", stream, err)
	}
	switch apiCode(err) {
	case codeJetStreamOff, codeJetStreamOffAcct:
		return fmt.Errorf("JetStream is not enabled on this NATS server or account: enable it (jetstream {} in its configuration)")
	case codeNotMade:
		return fmt.Errorf("stream %s cannot be written to the store's disk, which is full or broken: make room there, then start again; nothing was deleted: %w", stream, err)
	case codeStorageExceeded, codeResources:
		return fmt.Errorf("no room for stream %s: raise the server's max_file_store or lower store.max_bytes: %w", stream, err)
	}
	if errors.Is(err, nats.ErrNoResponders) {
		return fmt.Errorf("JetStream is not enabled on this NATS server or account, or none of its servers runs it: enable it (jetstream {} in its configuration): %w", err)
	}
	return fmt.Errorf("stream %s: %w", stream, err)
}

// differences compares what correctness depends on. Sizes, replicas and placement are the operator's.
func differences(have, want jetstream.StreamConfig) []string {
	var diff []string
	check := func(name string, have, want any) {
		if h, w := fmt.Sprint(have), fmt.Sprint(want); h != w {
			diff = append(diff, fmt.Sprintf("%s is %s, wanted %s", name, h, w))
		}
	}
	rp := func(r *jetstream.RePublish) string {
		if r == nil {
			return "none"
		}
		return r.Source + " to " + r.Destination
	}
	check("subjects", have.Subjects, want.Subjects)
	check("retention", have.Retention, want.Retention)
	check("discard", have.Discard, want.Discard)
	check("max_msgs_per_subject", have.MaxMsgsPerSubject, want.MaxMsgsPerSubject)
	check("max_age", have.MaxAge, want.MaxAge)
	check("duplicate_window", have.Duplicates, want.Duplicates)
	check("allow_direct", have.AllowDirect, want.AllowDirect)
	check("allow_msg_ttl", have.AllowMsgTTL, want.AllowMsgTTL)
	check("allow_msg_counter", have.AllowMsgCounter, want.AllowMsgCounter)
	check("allow_atomic", have.AllowAtomicPublish, want.AllowAtomicPublish)
	check("republish", rp(have.RePublish), rp(want.RePublish))
	return diff
}
