package auth

import (
	"crypto/sha256"
	"sync"
	"time"
)

// rememberFor bounds how long a verified token is believed without asking the keys again: a key that was taken away ends
// its tokens within this time.
const rememberFor = time.Minute

// remembered is how many verified tokens are kept. Callers of services are few and say the same token with each call.
const remembered = 1024

// Remembering verifies each token once while it is good: a signature costs up to 60 µs, which is more than most calls do.
// Only what was verified is remembered, by its hash, for a minute, never past its end, and only while the keys stay.
func Remembering(v Verifier) Verifier {
	m := &memory{verifier: v, known: make(map[[32]byte]verified), turns: func() uint64 { return 0 }}
	if changing, ok := v.(interface{ Turns() uint64 }); ok {
		m.turns = changing.Turns
	}
	return m
}

type memory struct {
	verifier Verifier
	turns    func() uint64 // of the verifier's keys

	mu    sync.RWMutex
	known map[[32]byte]verified // guarded by mu
	at    uint64                // turn of the keys with which they were verified; guarded by mu
}

type verified struct {
	Claims
	until time.Time
}

// Verify implements Verifier.
func (m *memory) Verify(token string) (Claims, error) {
	if len(token) > maxToken {
		return m.verifier.Verify(token) // which refuses it
	}
	hash := sha256.Sum256([]byte(token))
	turn := m.turns() // before the verifying: what an older key let in must not stand under the newer turn
	m.mu.RLock()
	known, ok := m.known[hash]
	ok = ok && m.at == turn
	m.mu.RUnlock()
	now := time.Now()
	if ok && now.Before(known.until) && now.Before(known.Expires) { // the leeway is for the slow path to grant
		return known.Claims, nil
	}
	c, err := m.verifier.Verify(token)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != turn {
		clear(m.known)
		m.at = turn
	}
	if err != nil {
		delete(m.known, hash)
		return c, err
	}
	if len(m.known) >= remembered {
		clear(m.known)
	}
	m.known[hash] = verified{c, now.Add(rememberFor)}
	return c, nil
}
