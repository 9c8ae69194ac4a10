// Package issuer gives tests an identity provider: somebody who publishes a set of keys over HTTP and signs with them. A test
// serves it, or has a client ask it without a network. Nothing outside tests imports it.
package issuer

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/MicahParks/jwkset"
)

// Issuer is an http.Handler that publishes keys, and a transport that leads to it.
type Issuer struct {
	// Fetches counts how often the set was asked for.
	Fetches atomic.Int32

	t testing.TB

	mu     sync.Mutex
	listed map[string]crypto.Signer        // guarded by mu
	answer func(http.ResponseWriter)       // instead of the set; guarded by mu
	extra  func(kid string) map[string]any // more of a key's fields; guarded by mu
}

// New is an issuer without keys.
func New(t testing.TB) *Issuer { return &Issuer{t: t, listed: make(map[string]crypto.Signer)} }

// List makes a key and publishes it under a name.
func (i *Issuer) List(kid string) ed25519.PrivateKey {
	i.t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		i.t.Fatal(err)
	}
	i.Publish(kid, private)
	return private
}

// Publish publishes a key under a name.
func (i *Issuer) Publish(kid string, key crypto.Signer) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.listed[kid] = key
}

// Unlist takes a key out of the set.
func (i *Issuer) Unlist(kid string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.listed, kid)
}

// Answers has something answered instead of the set.
func (i *Issuer) Answers(with func(http.ResponseWriter)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = with
}

// Adds has more fields published with each key.
func (i *Issuer) Adds(fields func(kid string) map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.extra = fields
}

// ServeHTTP implements http.Handler.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	i.Fetches.Add(1)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.answer != nil {
		i.answer(w)
		return
	}
	var set struct {
		Keys []any `json:"keys"`
	}
	for kid, key := range i.listed {
		one, err := jwkset.NewJWKFromKey(key.Public(), jwkset.JWKOptions{Metadata: jwkset.JWKMetadataOptions{KID: kid, USE: jwkset.UseSig}})
		if err != nil {
			i.t.Error(err)
			return
		}
		body, _ := json.Marshal(one.Marshal())
		fields := map[string]any{}
		_ = json.Unmarshal(body, &fields)
		if i.extra != nil {
			maps.Copy(fields, i.extra(kid))
		}
		set.Keys = append(set.Keys, fields)
	}
	_ = json.NewEncoder(w).Encode(set)
}

// RoundTrip lets a client ask the issuer without a network, so that time can be simulated.
func (i *Issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	return w.Result(), nil
}
