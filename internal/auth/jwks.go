package auth

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/MicahParks/jwkset"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/pause"
)

// Bounds of a published key set. Whoever answers at its address, or names keys in tokens, gets no more of us than this.
const (
	maxKeySet     = 256 << 10        // bytes of an answer
	maxKeys       = 64               // keys that are held
	fetchTime     = 5 * time.Second  // for the whole answer
	fetchAtMost   = 10 * time.Second // between two fetches for the sake of unknown keys
	fetchAgain    = 30 * time.Second // after one that failed
	defaultEvery  = 15 * time.Minute
	defaultRetain = 24 * time.Hour
)

// JWKSOptions of a published key set.
type JWKSOptions struct {
	// URL of the set. Needed.
	URL string
	// Every is how often it is fetched anew. Default 15 min.
	Every time.Duration
	// Retain is how long a key that is no longer in the set verifies: a token's lifetime. Default 24 h.
	Retain time.Duration
	// Client to fetch with; its timeout is ours. Default one of its own.
	Client *http.Client
	// Logger for fetches that failed.
	Logger *slog.Logger
}

// JWKS is a key set that an issuer publishes (RFC 7517). The last good one is kept whatever its address answers; a key
// that a token names and nobody knows is looked for once, however many ask, and at most every 10 s.
type JWKS struct {
	// static
	o       JWKSOptions
	client  *http.Client
	fetches metric.Int64Counter

	held atomic.Pointer[[]publicKey] // never changed in place

	mu     sync.Mutex
	flight *flight   // the fetch under way; guarded by mu
	tried  time.Time // when the last one began; guarded by mu
	good   time.Time // when the last good one came; guarded by mu
}

type publicKey struct {
	kid  string // empty where the issuer names none; several keys may have none
	alg  string
	key  crypto.PublicKey
	seen time.Time // when the set last held it
	left bool      // the last good set does not hold it
}

// good tells whether tokens of the key may live. Keys that have left the set age also while no set comes.
func (k publicKey) good(now time.Time, retain time.Duration) bool {
	return !k.left || now.Sub(k.seen) <= retain
}

// same tells whether a set that holds the other holds this one.
func (k publicKey) same(other publicKey) bool {
	if k.kid != other.kid || k.alg != other.alg {
		return false
	}
	if k.kid != "" {
		return true
	}
	key, ok := k.key.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(other.key)
}

type flight struct {
	done chan struct{}
	err  error
}

// NewJWKS makes a key set that is empty until it is first asked or Run has begun.
func NewJWKS(o JWKSOptions) *JWKS {
	if o.Every <= 0 {
		o.Every = defaultEvery
	}
	if o.Retain <= 0 {
		o.Retain = defaultRetain
	}
	if o.Client == nil {
		o.Client = new(http.Client)
	}
	client := *o.Client
	client.Timeout = fetchTime
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return errors.New("the address redirects: name the final one")
	}
	j := &JWKS{o: o, client: &client}
	j.held.Store(new([]publicKey))
	meter := otel.Meter("github.com/ovation-live/ovation/internal/auth")
	j.fetches, _ = meter.Int64Counter("ovation.auth.jwks.fetches", metric.WithDescription("Fetches of the published key set: `ok`, `failed`. Labels: result."))
	_, _ = meter.Float64ObservableGauge("ovation.auth.jwks.age", metric.WithUnit("s"), metric.WithDescription("Time since the published key set was last fetched; -1 before the first."),
		metric.WithFloat64Callback(func(_ context.Context, ob metric.Float64Observer) error {
			j.mu.Lock()
			defer j.mu.Unlock()
			age := -1.0
			if !j.good.IsZero() {
				age = time.Since(j.good).Seconds()
			}
			ob.Observe(age)
			return nil
		}))
	return j
}

// Run fetches the set now and then until the context ends. An issuer that is away at the start keeps nothing from
// starting.
func (j *JWKS) Run(ctx context.Context) error {
	for {
		wait := j.o.Every - rand.N(j.o.Every/10+1) // replicas that started together part
		if err := j.fetch(); err != nil {
			wait = min(wait, fetchAgain)
		}
		if !pause.For(ctx, wait) {
			return ctx.Err()
		}
	}
}

// find looks for keys of an algorithm that heldFor does not know: the one that a token names, or all where it names none.
func (j *JWKS) find(kid, alg string) ([]crypto.PublicKey, error) {
	err := j.fetchFor()
	if keys, known := j.heldFor(kid, alg); known {
		return keys, nil // also where another's fetch brought it between the look and ours, which came too soon then
	}
	return nil, err
}

// heldFor gives the keys that are held; known tells whether there is any of that name, or any at all where none is named.
func (j *JWKS) heldFor(kid, alg string) (keys []crypto.PublicKey, known bool) {
	now := time.Now()
	for _, k := range *j.held.Load() {
		if kid != "" && k.kid != kid || !k.good(now, j.o.Retain) {
			continue
		}
		known = true
		if k.alg == alg {
			keys = append(keys, k.key)
		}
	}
	return keys, known
}

// fetchFor fetches for the sake of an unknown key. Shortly after a fetch, or when it fails, the key may be a new one all
// the same: whoever named it is told to come again.
func (j *JWKS) fetchFor() error {
	j.mu.Lock()
	wait, flying := fetchAtMost-time.Since(j.tried), j.flight != nil
	j.mu.Unlock()
	if wait > 0 && !flying {
		return unavailable(wait)
	}
	if err := j.fetch(); err != nil {
		return unavailable(fetchAtMost)
	}
	return nil
}

func unavailable(wait time.Duration) error {
	return fault.New(fault.KeysUnavailable, "the token's key is not known here, and the published keys cannot be looked up just now").After(wait)
}

// fetch fetches the set, or waits for whoever does.
func (j *JWKS) fetch() error {
	j.mu.Lock()
	f := j.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		j.flight, j.tried = f, time.Now()
		go j.fly(f) // ends within fetchTime
	}
	j.mu.Unlock()
	<-f.done
	return f.err
}

func (j *JWKS) fly(f *flight) {
	keys, err := j.get()
	now := time.Now()
	result := "ok"
	if err != nil {
		f.err, result = err, "failed"
		if j.o.Logger != nil {
			j.o.Logger.Warn("the published key set cannot be fetched; going on with the one before", "setting", "keys.jwks", "error", err)
		}
	} else {
		j.held.Store(j.merge(keys, now))
	}
	j.fetches.Add(context.Background(), 1, metric.WithAttributes(attribute.String("result", result)))
	j.mu.Lock()
	j.flight = nil
	if err == nil {
		j.good = now
	}
	j.mu.Unlock()
	close(f.done)
}

// merge keeps keys that have left the set for as long as tokens of theirs may live.
func (j *JWKS) merge(fresh []publicKey, now time.Time) *[]publicKey {
	for _, k := range *j.held.Load() {
		if k.left = true; len(fresh) < maxKeys && k.good(now, j.o.Retain) && !slices.ContainsFunc(fresh, k.same) {
			fresh = append(fresh, k)
		}
	}
	return &fresh
}

// get asks the address once.
func (j *JWKS) get() ([]publicKey, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, j.o.URL, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/jwk-set+json, application/json")
	a, err := j.client.Do(r)
	if err != nil {
		var at *url.Error // names the address, whose query may be a secret
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, err
	}
	defer func() { _ = a.Body.Close() }()
	if a.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %s", a.Status)
	}
	body, err := io.ReadAll(io.LimitReader(a.Body, maxKeySet+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if len(body) > maxKeySet {
		return nil, fmt.Errorf("the answer has more than %d bytes", maxKeySet)
	}
	return parseKeySet(body, time.Now())
}

// parseKeySet reads a set. Keys that are not for us are left out: other algorithms, encryption, shared secrets, which
// nobody publishes. A set without a single one of ours is an error, so that a wrong address does not replace a good set.
func parseKeySet(body []byte, now time.Time) ([]publicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, errors.New("the answer is no JSON Web Key Set")
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("the set has %d keys, more than %d", len(set.Keys), maxKeys)
	}
	var keys []publicKey
	for _, raw := range set.Keys {
		var m jwkset.JWKMarshal
		if json.Unmarshal(raw, &m) != nil || m.USE != "" && m.USE != jwkset.UseSig || len(m.KID) > maxKeyID {
			continue
		}
		m.X5U, m.X5C, m.X5T, m.X5TS256 = "", nil, "", "" // nothing in a set makes us fetch or believe anything else
		k, err := jwkset.NewJWKFromMarshal(m, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
		if err != nil {
			continue
		}
		method, err := methodOf(k.Key())
		if err != nil || m.ALG != "" && m.ALG.String() != method.Alg() {
			continue
		}
		key := publicKey{kid: m.KID, alg: method.Alg(), key: k.Key(), seen: now}
		if i := slices.IndexFunc(keys, key.same); i >= 0 {
			keys[i] = key
		} else {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("the set holds no RSA, P-256 or Ed25519 key for signatures")
	}
	return keys, nil
}
