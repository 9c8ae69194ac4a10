package auth

import (
	"net/http"
	"time"
)

// FetchForTest fetches at once.
func (j *JWKS) FetchForTest() error { return j.fetch() }

// HangForTest makes every later fetch hang until its time is over.
func (j *JWKS) HangForTest() { j.client.Transport = hanging{} }

type hanging struct{}

func (hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// ParseKeySetForTest gives the algorithms of a set's keys.
func ParseKeySetForTest(body []byte) (algs []string, err error) {
	keys, err := parseKeySet(body, time.Time{})
	for _, k := range keys {
		algs = append(algs, k.alg)
	}
	return algs, err
}
