// Package certs keeps certificates in step with their files: a rotation on disk is served from the next handshake on,
// without a restart. A pair or a list of authorities that cannot be read is reported once and the one before kept, so that
// a half-written file ends nothing.
package certs

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Files name what a process shows and whom it believes.
type Files struct {
	// Cert and Key are PEM files of the chain and its key; empty shows nothing.
	Cert, Key string
	// CA is a PEM file with the authorities of the other side; empty asks a caller for none, and believes the system's.
	CA string
	// Name in the server's certificate, where it is not the host that is called.
	Name string
	// Callers are names (DNS or URI) of which a caller's certificate must carry one; empty takes every one of the CA.
	Callers []string
}

// lookEvery is how often a handshake looks whether the files changed.
const lookEvery = time.Second

// Store holds what the files held last.
type Store struct {
	// static
	files Files
	log   *slog.Logger

	mu     sync.Mutex
	looked time.Time        // guarded by mu
	stamps [3]stamp         // of cert, key and CA as they were read; guarded by mu
	told   string           // the failure that was reported; guarded by mu
	pair   *tls.Certificate // guarded by mu
	ca     *x509.CertPool   // guarded by mu
}

type stamp struct {
	at   time.Time
	size int64
}

// Open reads the files for the first time; what cannot be read keeps a process from starting. part names the certificate
// in the metric.
func Open(f Files, part string, log *slog.Logger) (*Store, error) {
	s := &Store{files: f, log: log}
	if err := s.read(); err != nil {
		return nil, err
	}
	if f.Cert != "" {
		meter := otel.Meter("github.com/ovation-live/ovation/internal/certs")
		_, _ = meter.Float64ObservableGauge("ovation.certificate.remaining", metric.WithUnit("s"),
			metric.WithDescription("Time until the certificate in use ends: `public` or `grpc`. Labels: part."),
			metric.WithFloat64Callback(func(_ context.Context, ob metric.Float64Observer) error {
				pair, _ := s.now()
				ob.Observe(time.Until(pair.Leaf.NotAfter).Seconds(), metric.WithAttributes(attribute.String("part", part)))
				return nil
			}))
	}
	return s, nil
}

func look(path string) (stamp, error) {
	if path == "" {
		return stamp{}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.ModTime(), info.Size()}, nil
}

// read takes the files in where they changed; mu is held or not needed yet.
func (s *Store) read() error {
	var stamps [3]stamp
	for i, path := range []string{s.files.Cert, s.files.Key, s.files.CA} {
		var err error
		if stamps[i], err = look(path); err != nil {
			return fmt.Errorf("look at a certificate's file: %w", err)
		}
	}
	if stamps == s.stamps {
		return nil
	}
	if s.files.CA != "" { // in force whatever becomes of the certificate: one that was taken out must not be believed any more
		body, err := os.ReadFile(s.files.CA)
		if err != nil {
			return fmt.Errorf("read the authorities: %w", err)
		}
		ca := x509.NewCertPool()
		if !ca.AppendCertsFromPEM(body) {
			return fmt.Errorf("the file %s holds no certificate in PEM", s.files.CA)
		}
		s.ca = ca
	}
	pair := s.pair
	if s.files.Cert != "" {
		info, err := os.Stat(s.files.Key)
		if err != nil {
			return fmt.Errorf("look at a certificate's key: %w", err)
		}
		if info.Mode().Perm()&0o007 != 0 {
			return fmt.Errorf("the key %s can be read by everybody (mode %#o): run chmod 640 or 600 on it", s.files.Key, info.Mode().Perm())
		}
		read, err := tls.LoadX509KeyPair(s.files.Cert, s.files.Key)
		if err != nil {
			return fmt.Errorf("read the certificate %s and its key %s: %w", s.files.Cert, s.files.Key, err)
		}
		now := time.Now()
		if begins := read.Leaf.NotBefore; now.Before(begins) {
			err := fmt.Errorf("the certificate %s is not valid before %s: put it there then, or set this machine's clock", s.files.Cert, begins.UTC().Format(time.RFC3339))
			if s.pair != nil { // taken once it is good, as the files are looked at until they can be used
				return err
			}
			s.log.Warn("a certificate is taken that is yet to begin, since there is no other", "error", err)
		}
		if now.After(read.Leaf.NotAfter) {
			return fmt.Errorf("the certificate %s ended on %s", s.files.Cert, read.Leaf.NotAfter.UTC().Format(time.RFC3339))
		}
		pair = &read
	}
	s.pair, s.stamps = pair, stamps
	return nil
}

// now gives what is in force.
func (s *Store) now() (*tls.Certificate, *x509.CertPool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.looked) >= lookEvery {
		s.looked = now
		err := s.read()
		switch {
		case err == nil:
			s.told = ""
		case err.Error() != s.told:
			s.told = err.Error()
			s.log.Error("a certificate that changed cannot be used; going on with the one before", "error", err)
		}
	}
	return s.pair, s.ca
}

// Server is the configuration of a port: TLS 1.2 at least, and where there are authorities a certificate of theirs from
// every caller.
func (s *Store) Server(protocols ...string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: protocols,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			pair, ca := s.now()
			c := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: protocols, Certificates: []tls.Certificate{*pair}}
			if ca != nil {
				c.ClientAuth, c.ClientCAs, c.VerifyConnection = tls.RequireAndVerifyClientCert, ca, s.callerMay
			}
			return c, nil
		},
	}
}

// callerMay refuses a caller whose certificate is good and carries none of the wanted names.
func (s *Store) callerMay(c tls.ConnectionState) error {
	if len(s.files.Callers) == 0 {
		return nil
	}
	leaf := c.PeerCertificates[0]
	for _, name := range s.files.Callers {
		if slices.Contains(leaf.DNSNames, name) || slices.ContainsFunc(leaf.URIs, func(u *url.URL) bool { return u.String() == name }) {
			return nil
		}
	}
	return errors.New("the caller's certificate carries none of the names in grpc_tls.callers")
}

// Client is the configuration of a caller; host is whom it calls, a name or an address, and what the server's certificate
// must be for where no Name is set.
func (s *Store) Client(host string) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.files.Name}
	if s.files.Cert != "" {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			pair, _ := s.now()
			return pair, nil
		}
	}
	if s.files.CA != "" {
		// The standard check knows only authorities that stand still. This one is the same with those in force.
		c.InsecureSkipVerify = true
		c.VerifyConnection = func(state tls.ConnectionState) error {
			name := cmp.Or(s.files.Name, state.ServerName, host) // a call by address carries no name in the handshake
			if name == "" {
				return errors.New("no name is known that the server's certificate must have")
			}
			_, ca := s.now()
			between := x509.NewCertPool()
			for _, cert := range state.PeerCertificates[1:] {
				between.AddCert(cert)
			}
			_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: name, Roots: ca, Intermediates: between})
			return err
		}
	}
	return c
}
