package bus

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// clusterName is the same for all: two installations are told apart by their addresses and their token.
const clusterName = "ovation"

// How long a server of a cluster takes to send its clients to the others when it ends.
const (
	lameDuck      = 4 * time.Second
	lameDuckGrace = time.Second
)

// join sets up what a server of a cluster needs, and the token.
func (o ServerOptions) join(opts *server.Options) error {
	opts.Authorization = o.Token
	if o.Cluster == "" {
		if len(o.Routes) > 0 {
			return errors.New("routes without an address of the cluster: give broker.cluster, on which the others reach this server")
		}
		return nil
	}
	if !o.Strict || o.Listen == "" {
		return errors.New("a server of a cluster needs durability strict and an address to listen on: a copy that forgets what it acknowledged is none")
	}
	host, port, err := splitAddress(o.Cluster)
	if err != nil {
		return fmt.Errorf("cluster address %w", err)
	}
	opts.Cluster = server.ClusterOpts{Name: clusterName, Host: host, Port: port}
	if o.Token != "" {
		opts.Cluster.Username, opts.Cluster.Password = clusterName, o.Token
	}
	for _, r := range o.Routes {
		if _, _, err := splitAddress(r); err != nil {
			return fmt.Errorf("route %w", err)
		}
		u := &url.URL{Scheme: "nats-route", Host: r}
		if o.Token != "" {
			u.User = url.UserPassword(clusterName, o.Token)
		}
		opts.Routes = append(opts.Routes, u)
	}
	opts.LameDuckDuration, opts.LameDuckGracePeriod = lameDuck, lameDuckGrace
	return nil
}

func splitAddress(address string) (host string, port int, err error) {
	host, word, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, fmt.Errorf("%q: want HOST:PORT", address)
	}
	if port, err = strconv.Atoi(word); err != nil {
		return "", 0, fmt.Errorf("%q: the port is no number", address)
	}
	return host, port, nil
}

// Joined tells whether the server takes part: alone always; in a cluster from when it has caught up with every stream of
// which it holds a copy, as long as there is a majority that it follows or leads. Whoever rolls a cluster must wait for
// it: a second server that goes before the first has caught up takes the majority away.
func (s *Server) Joined() bool {
	if s.ns.ClusterAddr() == nil {
		return true
	}
	if !s.caughtUp.Load() {
		if s.healthy("") != nil {
			return false
		}
		s.caughtUp.Store(true)
	}
	return s.healthy("js-meta-only=true") == nil // that it is current it says of itself without a leader, too
}

// healthy asks the server what its own health check says of itself and its streams, or of what a query names.
func (s *Server) healthy(query string) error {
	var a answer
	s.ns.HandleHealthz(&a, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/healthz", RawQuery: query}})
	if a.status >= http.StatusBadRequest {
		return errors.New(a.body.String())
	}
	return nil
}

// answer holds what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header {
	if a.header == nil {
		a.header = http.Header{}
	}
	return a.header
}
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
func (a *answer) WriteHeader(status int)      { a.status = status }
