package once

import "encoding/binary"

// ledger keeps bytes by id, in the order in which they came. They lie one after the other in large pieces, and the index
// holds places, so that there is nothing in it that the garbage collector has to follow. The zero value is empty.
type ledger struct {
	where  map[ID]uint64 // number of the piece and offset in it, 32 bits each
	pieces [][]byte      // oldest first
	first  uint64        // number of the first piece
	at     int           // where its oldest entry begins
}

// An entry is its id, when it expires, the size of its bytes, and the bytes.
const (
	entryHead = len(ID{}) + 8 + 4
	pieceSize = 256 << 10
)

func (l *ledger) len() int { return len(l.where) }

// add keeps bytes, which expire no sooner than those before, on the caller's own scale. An id that is there is replaced.
func (l *ledger) add(id ID, expires int64, body []byte) {
	last, need := len(l.pieces)-1, entryHead+len(body)
	if last < 0 || cap(l.pieces[last])-len(l.pieces[last]) < need {
		l.pieces = append(l.pieces, make([]byte, 0, max(pieceSize, need)))
		last++
	}
	if l.where == nil {
		l.where = make(map[ID]uint64)
	}
	piece := l.pieces[last]
	l.where[id] = (l.first+uint64(last))<<32 | uint64(len(piece))
	piece = append(piece, id[:]...)
	piece = binary.LittleEndian.AppendUint64(piece, uint64(expires))
	piece = binary.LittleEndian.AppendUint32(piece, uint32(len(body)))
	l.pieces[last] = append(piece, body...)
}

// get gives the bytes of an id. They are the ledger's own, until the next call.
func (l *ledger) get(id ID) ([]byte, bool) {
	place, ok := l.where[id]
	if !ok {
		return nil, false
	}
	entry := l.pieces[place>>32-l.first][uint32(place):]
	return entry[entryHead : entryHead+size(entry)], true
}

func size(entry []byte) int { return int(binary.LittleEndian.Uint32(entry[len(ID{})+8:])) }

// oldest tells when the oldest entry expires; false when there is none.
func (l *ledger) oldest() (expires int64, ok bool) {
	for len(l.pieces) > 0 && l.at == len(l.pieces[0]) {
		if len(l.pieces) == 1 { // to be filled anew
			l.pieces[0], l.at = l.pieces[0][:0], 0
			return 0, false
		}
		l.pieces[0] = nil
		l.pieces, l.first, l.at = l.pieces[1:], l.first+1, 0
	}
	if len(l.pieces) == 0 {
		return 0, false
	}
	return int64(binary.LittleEndian.Uint64(l.pieces[0][l.at+len(ID{}):])), true
}

// drop takes out the oldest entry, which is there.
func (l *ledger) drop() {
	entry := l.pieces[0][l.at:]
	id := ID(entry[:len(ID{})])
	if l.where[id] == l.first<<32|uint64(l.at) { // else it was replaced
		delete(l.where, id)
	}
	l.at += entryHead + size(entry)
}
