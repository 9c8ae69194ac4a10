package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestOnlyLoopbackHosts(t *testing.T) {
	h := onlyLoopbackHosts(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	for host, want := range map[string]int{
		"127.0.0.1:8082": 200, "localhost:8082": 200, "localhost": 200, "[::1]:8082": 200, "[::1]": 200, "127.0.0.1": 200,
		"evil.example": 421, "evil.example:8082": 421, "192.168.1.2:8082": 421, "127.0.0.1.evil.example": 421, "": 421, "0.0.0.0:8082": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/readyz", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("Host %q: %d, want %d", host, w.Code, want)
		}
	}
}
