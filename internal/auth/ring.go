package auth

import (
	"errors"
	"sync/atomic"
)

// ring holds the keys of this process, so that they can be changed while it verifies and signs.
type ring struct {
	keys  atomic.Pointer[[]key]
	turns atomic.Uint64 // how often they were changed
}

func ringOf(keys ...key) *ring {
	r := new(ring)
	r.keys.Store(&keys)
	return r
}

func (r *ring) now() []key {
	if keys := r.keys.Load(); keys != nil {
		return *keys
	}
	return nil
}

// Reload reads the key files anew and takes them all, or none when one cannot be read. Tokens of a key that is no longer
// among them end with it; put the new one before the old one, and take the old one away when its last token has ended.
func (k *Keys) Reload(files []string) error {
	keys, err := load(files)
	if err != nil {
		return err
	}
	if len(keys) == 0 && len(k.held.now()) > 0 && k.published == nil {
		return errors.New("no key file is named any more: nobody could come in")
	}
	k.held.keys.Store(&keys)
	k.held.turns.Add(1)
	return nil
}

// Turns counts the changes of the keys: what was verified before one may not be taken on trust after it.
func (k *Keys) Turns() uint64 { return k.held.turns.Load() }
