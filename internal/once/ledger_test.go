package once

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// The ledger behaves like a map with a list beside it, whatever comes and goes.
func TestLedger(t *testing.T) {
	type entry struct {
		id      ID
		expires int64
	}
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		var l ledger
		var order []entry
		held, times, now := map[ID][]byte{}, map[ID]int{}, int64(0) // times is how often an id stands in order
		drop := func() {
			e := order[0]
			order = order[1:]
			if times[e.id]--; times[e.id] == 0 {
				delete(held, e.id)
			}
			l.drop()
		}
		for range 100 {
			switch _, ok := l.oldest(); {
			case random.IntN(30) == 0:
				for ; ok; _, ok = l.oldest() {
					drop()
				}
			case ok && random.IntN(3) == 0:
				drop()
			default:
				id := Of(fmt.Sprint(random.IntN(20)))
				body := bytes.Repeat([]byte{byte(random.Int())}, []int{0, 1, 300, 100_000, pieceSize, 2 * pieceSize}[random.IntN(6)])
				now += random.Int64N(5)
				l.add(id, now, body)
				order, held[id] = append(order, entry{id, now}), body
				times[id]++
			}
			if expires, ok := l.oldest(); ok != (len(order) > 0) || ok && expires != order[0].expires {
				t.Fatalf("seed %d: the oldest expires at %d, %v; want %v", seed, expires, ok, order)
			}
			if l.len() != len(held) {
				t.Fatalf("seed %d: it holds %d, want %d", seed, l.len(), len(held))
			}
			for id, want := range held {
				if got, ok := l.get(id); !ok || !bytes.Equal(got, want) {
					t.Fatalf("seed %d: of %x it holds %d bytes, %v; want %d", seed, id, len(got), ok, len(want))
				}
			}
			if _, ok := l.get(Of("stranger")); ok {
				t.Fatalf("seed %d: it holds what was never added", seed)
			}
			if len(order) == 0 && len(l.pieces) > 1 {
				t.Fatalf("seed %d: empty, it keeps %d pieces", seed, len(l.pieces))
			}
		}
	}
}

func TestTheLedgerKeepsNoPieceThatNobodyNeeds(t *testing.T) {
	var l ledger
	for i := range 3 {
		l.add(Of(fmt.Sprint(i)), int64(i), make([]byte, pieceSize))
	}
	l.oldest()
	l.drop()
	l.oldest()
	if len(l.pieces) != 2 {
		t.Errorf("it keeps %d pieces, want 2", len(l.pieces))
	}
}
