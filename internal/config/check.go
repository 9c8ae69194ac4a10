package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ovation-live/ovation/internal/origin"
)

// Check holds the rules that need nothing but the settings themselves; it gives every breach, each on its own line.
func (c Config) Check() error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
	}
	for _, a := range []struct{ key, address string }{
		{"listen", c.Listen}, {"grpc", c.GRPC}, {"admin", c.Admin}, {"nats.listen", c.NATS.Listen},
	} {
		if err := checkAddress(a.address); err != nil {
			bad(a.key, "%v", err)
		}
	}
	if c.Broker.Cluster != "" {
		if err := checkAddress(c.Broker.Cluster); err != nil {
			bad("broker.cluster", "%v", err)
		} else if !Loopback(c.Broker.Cluster) && c.NATS.TokenFile == "" {
			bad("broker.cluster", "%s can be reached from other machines, and whoever reaches it would be taken for a server of the cluster: give nats.token_file, a secret that all of them know", c.Broker.Cluster)
		}
	} else if len(c.Broker.Routes) > 0 {
		bad("broker.routes", "give broker.cluster, too: the address on which the others reach this server")
	}
	for _, r := range c.Broker.Routes {
		if err := checkAddress(r); err != nil {
			bad("broker.routes", "%v", err)
		}
	}
	if (c.NATS.Cert == "") != (c.NATS.Key == "") {
		bad("nats.cert", "a certificate and its key go together: give nats.cert and nats.key")
	}
	oneOf := func(key, value string, words ...string) {
		if !slices.Contains(words, value) {
			bad(key, "%q is none of %s", value, strings.Join(words, ", "))
		}
	}
	oneOf("durability", c.Durability, "balanced", "strict")
	oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	oneOf("log.format", c.Log.Format, "auto", "text", "json")
	if !slices.Contains([]int{1, 3, 5}, c.Store.Replicas) {
		bad("store.replicas", "%d is none of 1, 3, 5", c.Store.Replicas)
	}
	if c.Store.MaxBytes < 64<<20 {
		bad("store.max_bytes", "%s is less than 64MiB, too little for the streams", c.Store.MaxBytes)
	}
	if !(c.Trace.Sample > 0 && c.Trace.Sample <= 1) {
		bad("trace.sample", "%v is not above 0 and at most 1", c.Trace.Sample)
	}
	if c.Gateway.Handshakes < 1 {
		bad("gateway.handshakes", "%d is less than 1", c.Gateway.Handshakes)
	}
	if c.Gateway.MaxSockets < 1 {
		bad("gateway.max_sockets", "%d is less than 1", c.Gateway.MaxSockets)
	}
	for _, t := range []struct{ key, target string }{{"moderation.address", c.Moderation.Address}, {"gateway.services", c.Gateway.Services}} {
		if strings.Contains(t.target, "@") && !strings.HasPrefix(t.target, "unix") {
			bad(t.key, "want host:port without a name or password: gRPC sends neither, and both would stand in logs and traces")
		}
	}
	if c.Moderation.Deadline < 10*time.Millisecond || c.Moderation.Deadline > 5*time.Second {
		bad("moderation.deadline", "%s is not 10ms to 5s", c.Moderation.Deadline)
	}
	if age := c.Gateway.MaxAge; age != 0 && age < time.Minute {
		bad("gateway.max_age", "%s; want 0 or 1m and more, or everybody would come and go", age)
	}
	if c.Drain.Window < 0 {
		bad("drain.window", "a time below 0")
	}
	if c.OTLP.Endpoint != "" {
		if u, err := url.Parse(c.OTLP.Endpoint); err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
			bad("otlp.endpoint", "want http://host:port or https://host:port, and nothing else")
		}
	} else if c.OTLP.Metrics {
		bad("otlp.metrics", "say where to with otlp.endpoint")
	}
	for _, list := range []struct {
		key      string
		patterns []string
	}{{"origins", c.Origins}, {"media_origins", c.MediaOrigins}} {
		for _, o := range list.patterns {
			if err := origin.Check(o); err != nil {
				bad(list.key, "%q: %v", o, err)
			}
		}
	}
	c.checkSecurity(bad)
	return errors.Join(errs...)
}

func checkAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not HOST:PORT", address)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n > 65535 {
		return fmt.Errorf("%q has no port from 0 to 65535", address)
	}
	return nil
}

// Loopback tells whether an address can be reached from this machine alone. A host name counts when it is localhost;
// an empty host is every interface.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}
