package bus

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// Stream is one of the streams of an installation.
type Stream uint8

// The streams; see streams.go for what each keeps.
const (
	Log Stream = iota
	Held
	State
	Votes
	Tallies
	Counters
	Pulse
	Audit
	streamCount
)

// partitions is fixed for ever: it is part of every stored subject.
const partitions = 64

// Partition is a room's virtual partition, FNV-1a 64 of its id modulo 64, as two digits.
func Partition(room string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(room))
	return partitionNames[h.Sum64()%partitions]
}

var partitionNames = func() (names [partitions]string) {
	for i := range names {
		names[i] = fmt.Sprintf("%02d", i)
	}
	return names
}()

// Key is one subject of one stream. Keys are made by the functions below; callers must have checked ids with package
// text first, and a key refuses tokens that are no plain words, so that nothing a client sends becomes a wildcard.
type Key struct {
	// Stream that holds it.
	Stream Stream
	// Subject is the exact subject, or for a Filter one with wildcards.
	Subject string
}

// prefix gives each stream its subjects' first two tokens.
var prefix = [streamCount]string{"ov.ev", "ov.hd", "ov.st", "ov.vt", "ov.ta", "ov.cn", "ov.pulse", "ov.au"}

// live is where a stream's live copies go; a stream without one has none.
var live = [streamCount]string{Log: "ov.live.ev", Counters: "ov.live.cn"}

// InRoom is the key of a room's document: InRoom(State, room, "q", id). Without parts it is the room's one subject in
// the log, pulse and audit streams.
func InRoom(s Stream, room string, parts ...string) Key {
	return Key{Stream: s, Subject: roomPrefix(s, room) + joined(parts)}
}

// AllInRoom is a filter for everything below: AllInRoom(State, room) for all documents of a room.
func AllInRoom(s Stream, room string, parts ...string) Key {
	return Key{Stream: s, Subject: roomPrefix(s, room) + joined(parts) + ".>"}
}

// InEveryRoom is a filter for one kind of document in all rooms: InEveryRoom(State, "room").
func InEveryRoom(s Stream, parts ...string) Key {
	return Key{Stream: s, Subject: prefix[s] + ".*.*" + joined(parts)}
}

// AllInEveryRoom is a filter for everything below a kind in all rooms: AllInEveryRoom(State, "q") for all questions.
func AllInEveryRoom(s Stream, parts ...string) Key {
	return Key{Stream: s, Subject: prefix[s] + ".*.*" + joined(parts) + ".>"}
}

// OfPerson is a filter for the votes of one person in a room.
func OfPerson(room, person string) Key {
	mustPlain(person)
	return Key{Stream: Votes, Subject: roomPrefix(Votes, room) + ".*." + person}
}

// Everything is a filter for a whole stream.
func Everything(s Stream) Key { return Key{Stream: s, Subject: prefix[s] + ".>"} }

// Singleton is a document that belongs to no room, such as a worker's position: Singleton(State, "erase").
func Singleton(s Stream, name string) Key {
	mustPlain(name)
	return Key{Stream: s, Subject: prefix[s] + "._." + name}
}

// roomPrefix is everything up to the room; counters have an r in between, to tell rooms from writers' markers.
func roomPrefix(s Stream, room string) string {
	mustPlain(room)
	p := prefix[s] + "." + Partition(room) + "."
	if s == Counters {
		p += "r."
	}
	return p + room
}

func marker(writer string) string {
	mustPlain(writer)
	return prefix[Counters] + ".w." + writer
}

// InRoomOf tells which room a subject of a stream belongs to and what follows it; ok is false for singletons.
func InRoomOf(s Stream, subject string) (room, rest string, ok bool) {
	after, found := strings.CutPrefix(subject, prefix[s]+".")
	if !found || strings.HasPrefix(after, "_.") {
		return "", "", false
	}
	_, after, found = strings.Cut(after, ".")
	if s == Counters && found {
		after, found = strings.CutPrefix(after, "r.")
	}
	if !found {
		return "", "", false
	}
	room, rest, _ = strings.Cut(after, ".")
	return room, rest, true
}

func joined(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		mustPlain(p)
		b.WriteByte('.')
		b.WriteString(p)
	}
	return b.String()
}

// mustPlain stops a token that would change the subject's shape. It is a programming error to get here with one: every
// id was checked at the edge.
func mustPlain(token string) {
	if token == "" {
		panic("bus: empty subject token")
	}
	for i := range len(token) {
		switch c := token[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			panic(fmt.Sprintf("bus: %q is no plain subject token", token))
		}
	}
}
