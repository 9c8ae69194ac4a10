// Package emoji tells which texts are emoji and nothing else. It goes by Unicode's properties of characters rather than by
// their blocks, in which squared letters, APL and chess stand beside pictures: who may send emoji alone must not be able to
// spell with them. tables.go has what Unicode says.
package emoji

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

const (
	joiner  = '\u200D'
	sign    = '\uFE0F' // asks for a picture
	keycap  = '\u20E3'
	letterA = '\U0001F1E6' // the regional indicator
	letterZ = '\U0001F1FF'
)

// Only tells a text of emoji and spaces.
func Only(s string) bool {
	for state := -1; s != ""; {
		var cluster string
		cluster, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		if cluster != " " && !is([]rune(cluster)) {
			return false
		}
	}
	return true
}

// is tells whether a cluster is one emoji: a flag, a key, or pictures that are joined, each with a tone of skin perhaps.
// Anything else that hangs on a picture, such as a small letter above it, makes it none.
func is(cluster []rune) bool {
	switch r := cluster[0]; {
	case r >= letterA && r <= letterZ:
		return flag(cluster)
	case strings.ContainsRune("0123456789#*", r):
		return key(cluster[1:])
	}
	for first := true; ; first = false {
		rest, ok := picture(cluster, first)
		switch {
		case !ok:
			return false
		case len(rest) == 0:
			return true
		case rest[0] != joiner || len(rest) == 1:
			return false
		}
		cluster = rest[1:]
	}
}

// picture takes one off. Behind another one that it is joined to, it needs no sign.
func picture(s []rune, first bool) (rest []rune, ok bool) {
	r := s[0]
	s = s[1:]
	signs := len(s) > 0 && s[0] == sign
	if signs {
		s = s[1:]
	}
	if !unicode.Is(pictures, r) && !(unicode.Is(signed, r) && (signs || !first)) {
		return nil, false
	}
	if len(s) > 0 && tone(s[0]) {
		s = s[1:]
	}
	return s, true
}

// tone tells a tone of skin.
func tone(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

// flag tells two letters that are a region's; others are shown as letters.
func flag(letters []rune) bool {
	if len(letters) != 2 || letters[1] < letterA || letters[1] > letterZ {
		return false
	}
	return strings.ContainsRune(flags['A'+letters[0]-letterA], 'A'+letters[1]-letterA)
}

// key tells what makes a digit one of a telephone's keys.
func key(rest []rune) bool {
	return string(rest) == string(keycap) || string(rest) == string([]rune{sign, keycap})
}
