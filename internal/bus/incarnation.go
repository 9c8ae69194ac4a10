package bus

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Sequences can go back: a store that loses its last moments at a power cut, or is restored from a backup, gives the
// same numbers to other messages. An incarnation is a document that names one life of a stream's sequences; it is part
// of every room's epoch, so that cursors of an earlier life are refused instead of skipping what they should not.

// cursorStreams are the streams whose sequences stand in cursors.
var cursorStreams = [...]Stream{Log, State}

func incarnationKey(s Stream) Key {
	return Singleton(State, "incarnation-"+strings.ToLower(streamNames[s]))
}

// incarnation reads a stream's document as a start must: the stream may have been made a moment ago, and have no leader yet.
func (b *Bus) incarnation(ctx context.Context, s Stream) (*eventv1.Incarnation, error) {
	var r Record
	err := b.answered(ctx, func(ctx context.Context) (err error) {
		r, err = b.Last(ctx, incarnationKey(s))
		return err
	})
	doc := new(eventv1.Incarnation)
	if err == nil {
		err = proto.Unmarshal(r.Body, doc)
	}
	if err != nil {
		return nil, fmt.Errorf("read the incarnation of %s: %w", streamNames[s], err)
	}
	return doc, nil
}

func (b *Bus) ensureIncarnations(ctx context.Context) error {
	for _, s := range cursorStreams {
		if _, err := b.incarnation(ctx, s); err == nil {
			continue
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := b.writeIncarnation(ctx, s, 0, "created"); err != nil && !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return nil
}

// Renew throws the tallies away, to be rebuilt from the votes, and gives the streams new incarnations: call it before
// anything else after an unclean stop without Strict. The incarnations come last: with them the mark of a restore goes.
func (b *Bus) Renew(ctx context.Context, reason string) error {
	if err := b.Purge(ctx, Everything(Tallies)); err != nil {
		return fmt.Errorf("throw the tallies away: %w", err)
	}
	return b.writeIncarnations(ctx, reason)
}

func (b *Bus) writeIncarnations(ctx context.Context, reason string) error {
	for _, s := range cursorStreams {
		last, err := b.Last(ctx, incarnationKey(s))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := b.writeIncarnation(ctx, s, last.Sequence, reason); err != nil {
			return fmt.Errorf("renew the incarnation of %s: %w", streamNames[s], err)
		}
	}
	return nil
}

func (b *Bus) writeIncarnation(ctx context.Context, s Stream, expected uint64, reason string) error {
	var id [8]byte
	_, _ = rand.Read(id[:])
	body, err := proto.Marshal(&eventv1.Incarnation{Id: hex.EncodeToString(id[:]), MadeMs: time.Now().UnixMilli(), Reason: reason})
	if err != nil {
		return err
	}
	_, err = b.Put(ctx, incarnationKey(s), body, expected)
	return err
}

// Incarnation is one word for the present life of the sequences that cursors hold.
func (b *Bus) Incarnation(ctx context.Context) (string, error) {
	var all strings.Builder
	for _, s := range cursorStreams {
		doc, err := b.incarnation(ctx, s)
		if err != nil {
			return "", err
		}
		all.WriteString(doc.GetId())
	}
	return all.String(), nil
}

// ErrAnotherLife says that the store's sequences began another life under a process that runs: numbers that it has seen may
// stand for other messages now, so that it cannot go on from any of them.
var ErrAnotherLife = errors.New("the store has begun another life, as after a power cut or a restore: its sequences went back")

// lookEvery is how often AwaitAnotherLife asks: two direct reads.
const lookEvery = 2 * time.Second

// AwaitAnotherLife blocks until the store's incarnation is another one than the one that is given, and returns
// ErrAnotherLife then, or until the context ends. While the store does not answer nothing is concluded.
func (b *Bus) AwaitAnotherLife(ctx context.Context, incarnation string) error {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-every.C:
		}
		look, cancel := context.WithTimeout(ctx, lookEvery)
		now, err := b.Incarnation(look)
		cancel()
		if err == nil && now != incarnation {
			return ErrAnotherLife
		}
	}
}

// Epoch names one life of a room: its nonce and the store's incarnation.
func Epoch(nonce, incarnation string) string {
	sum := sha256.Sum256([]byte(nonce + "/" + incarnation))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:10]))
}
