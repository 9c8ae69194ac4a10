package once

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// ID names one request, or one act, for ever.
type ID [16]byte

// Of derives an ID from parts: for a person's request they are room, person key and request id. Each part goes in with
// its length, so that ("ab", "c") and ("a", "bc") are two IDs.
func Of(parts ...string) ID {
	all := make([]byte, 0, 256) // on the stack, for ids as they are
	for _, p := range parts {
		all = append(binary.BigEndian.AppendUint64(all, uint64(len(p))), p...)
	}
	sum := sha256.Sum256(all)
	return ID(sum[:16])
}

// Message is the message id in the store: 32 hexadecimal characters.
func (id ID) Message() string { return hex.EncodeToString(id[:]) }

var itemEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Item is the id of the comment or question that the request makes: 26 lower-case base32 characters. It holds no
// sequence, so it means the same after a restore.
func (id ID) Item() string {
	var text [32]byte // on the stack
	return string(itemEncoding.AppendEncode(text[:0], id[:]))
}

// leastWrite is what a write gets at least: a broker's hard leader loss stops writes for up to 7 s.
const leastWrite = 10 * time.Second

// Deadline gives a write its time: the caller's deadline, or 10 s where the caller set none.
func Deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, leastWrite)
}
