package certs_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/certs"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// authority signs certificates.
type authority struct {
	*testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{t, cert, key}
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

func (a *authority) file() string {
	path := filepath.Join(a.TempDir(), "ca.pem")
	put(a.T, path, a.pem())
	return path
}

func put(t *testing.T, path string, body []byte) {
	t.Helper()
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
}

// issue writes a certificate and its key into a directory.
func (a *authority) issue(dir string, change func(*x509.Certificate)) (cert, key string) {
	a.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.Fatal(err)
	}
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	template := &x509.Certificate{
		SerialNumber: serial, NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"services"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, private.Public(), a.key)
	if err != nil {
		a.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		a.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	put(a.T, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	put(a.T, key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	return cert, key
}

func open(t *testing.T, f certs.Files) *certs.Store {
	t.Helper()
	s, err := certs.Open(f, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type anybody struct{}

func (anybody) Verify(string) (auth.Claims, error) {
	return auth.Claims{Subject: "s", Role: auth.Service, Rooms: []string{"*"}}, nil
}

type desk struct {
	roomsv1.UnimplementedRoomsServiceServer
}

func (desk) GetRoom(context.Context, *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
	return &roomsv1.GetRoomResponse{}, nil
}

// serve runs a gRPC server behind mutual TLS.
func serve(t *testing.T, s *certs.Store) (address string) {
	t.Helper()
	server := rpc.NewServer(rpc.ServerOptions{
		Verifier: anybody{}, Policy: auth.Policy{roomsv1.RoomsService_GetRoom_FullMethodName: {auth.Service}},
		Logger: slog.New(slog.DiscardHandler), TLS: s.Server("h2"),
	})
	roomsv1.RegisterRoomsServiceServer(server.GRPC(), desk{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return l.Addr().String()
}

// call makes one call over a new connection.
func call(t *testing.T, address string, c *tls.Config) error {
	t.Helper()
	conn, err := rpc.Dial(rpc.DialOptions{Target: address, TLS: c})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err = roomsv1.NewRoomsServiceClient(conn).GetRoom(ctx, &roomsv1.GetRoomRequest{Room: "main"})
	return err
}

func Test49WhoIsLetInByMutualTLS(t *testing.T) {
	ours, strangers := newAuthority(t), newAuthority(t)
	files := func(a *authority, change func(*x509.Certificate)) certs.Files {
		cert, key := a.issue(t.TempDir(), change)
		return certs.Files{Cert: cert, Key: key, CA: ours.file()}
	}
	server := files(ours, nil)
	server.Callers = []string{"gateway", "spiffe://live/gateway"}
	address := serve(t, open(t, server))
	named := func(names ...string) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.DNSNames = names }
	}
	gateway := func(change func(*certs.Files)) certs.Files {
		f := files(ours, named("gateway"))
		change(&f)
		return f
	}
	spiffe, _ := url.Parse("spiffe://live/gateway")
	for name, c := range map[string]struct {
		files certs.Files
		good  bool
	}{
		"a gateway":            {files(ours, named("gateway")), true},
		"a gateway by its URI": {files(ours, func(c *x509.Certificate) { c.DNSNames, c.URIs = nil, []*url.URL{spiffe} }), true},
		"no certificate":       {certs.Files{CA: ours.file()}, false},
		"another authority's":  {files(strangers, named("gateway")), false},
		"another name":         {files(ours, named("web", "gateway.example.com")), false},
		"a server's, not for callers": {files(ours, func(c *x509.Certificate) {
			c.DNSNames, c.ExtKeyUsage = []string{"gateway"}, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}), false},
		"it believes another authority":   {gateway(func(f *certs.Files) { f.CA = strangers.file() }), false},
		"it wants another server":         {gateway(func(f *certs.Files) { f.Name = "bank" }), false},
		"it wants the server by its name": {gateway(func(f *certs.Files) { f.Name = "services" }), true},
	} {
		err := call(t, address, open(t, c.files).Client("127.0.0.1"))
		if (err == nil) != c.good {
			t.Errorf("%s: %v, want it let in: %v", name, err, c.good)
		}
		if err != nil && fault.FromGRPC(err).Reason != fault.Unavailable && !strings.Contains(err.Error(), "Unavailable") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := call(t, address, open(t, files(ours, named("gateway"))).Client("10.0.0.5")); err == nil {
		t.Error("a certificate for another address was taken")
	}
	if err := call(t, address, nil); err == nil {
		t.Error("plain text is let in")
	}
	ended := func(c *x509.Certificate) {
		c.DNSNames, c.NotAfter = []string{"gateway"}, time.Now().Add(-time.Hour)
	}
	early := func(c *x509.Certificate) {
		c.DNSNames, c.NotBefore = []string{"gateway"}, time.Now().Add(time.Hour)
	}
	for name, c := range map[string]struct {
		files certs.Files
		alert string // what the server says to it
	}{
		"one that has ended":                 {files(ours, ended), "expired certificate"},
		"one that is yet to begin":           {files(ours, early), "expired certificate"},
		"another name":                       {files(ours, named("web")), "bad certificate"},
		"another authority's, with the name": {files(strangers, named("gateway")), "unknown certificate authority"},
		"a good one":                         {files(ours, named("gateway")), ""},
	} {
		if err := present(t, address, ours, c.files); (err == nil) != (c.alert == "") || err != nil && !strings.Contains(err.Error(), c.alert) {
			t.Errorf("%s is shown to the server: %v, want %q", name, err, c.alert)
		}
	}
	old := files(ours, ended)
	if _, err := certs.Open(old, "test", slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "ended on") {
		t.Errorf("a certificate that has ended: %v", err)
	}
}

// present shows a server a certificate as it is, which our own client would not with one that has ended or is yet to begin, and gives what the
// server says to it: with TLS 1.3 it says so after the client's handshake.
func present(t *testing.T, address string, ours *authority, f certs.Files) error {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(f.Cert, f.Key)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ours.cert)
	c, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, ServerName: "services", NextProtos: []string{"h2"}, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return &pair, nil // whether or not it is one that the server asks for
	}})
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	_, err = c.Read(make([]byte, 1)) // the server's settings, where it takes the certificate
	return err
}

func Test49RotatedOnDiskWhileRunning(t *testing.T) {
	first, second := newAuthority(t), newAuthority(t)
	dir := t.TempDir()
	cert, key := first.issue(dir, nil)
	ca := filepath.Join(dir, "ca.pem")
	put(t, ca, first.pem())
	var log bytes.Buffer
	store, err := certs.Open(certs.Files{Cert: cert, Key: key, CA: ca}, "test", slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	address := serve(t, store)
	client := store.Client("127.0.0.1")
	if err := call(t, address, client); err != nil {
		t.Fatal(err)
	}
	// Half a rotation, as a writer that is killed leaves it: the pair before goes on.
	put(t, cert, []byte("-----BEGIN CERT"))
	store.LookForTest()
	if err := call(t, address, client); err != nil {
		t.Errorf("with half a file: %v", err)
	}
	if n := strings.Count(log.String(), "going on with the one before"); n != 1 {
		t.Errorf("said %d times: %s", n, &log)
	}
	// A pair that has ended is none to go on with either.
	first.issue(dir, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) })
	store.LookForTest()
	if err := call(t, address, client); err != nil || !strings.Contains(log.String(), "ended on") {
		t.Errorf("with a pair on disk that has ended: %v; %s", err, &log)
	}
	// Nor is one that is yet to begin, until it does.
	begins := time.Now().Add(time.Hour)
	first.issue(dir, func(c *x509.Certificate) { c.NotBefore = begins })
	store.LookForTest()
	if err := call(t, address, client); err != nil || !strings.Contains(log.String(), "not valid before "+begins.UTC().Format(time.RFC3339)) {
		t.Errorf("with a pair on disk that is yet to begin: %v; %s", err, &log)
	}
	// Everything new, another authority: nobody restarts.
	second.issue(dir, nil)
	put(t, ca, second.pem())
	store.LookForTest()
	if err := call(t, address, client); err != nil {
		t.Errorf("after the rotation: %v", err)
	}
	oldCert, oldKey := first.issue(t.TempDir(), nil)
	if err := call(t, address, open(t, certs.Files{Cert: oldCert, Key: oldKey, CA: ca}).Client("127.0.0.1")); err == nil {
		t.Error("the old authority still lets in")
	}
}

// Where there is no certificate before it, one that is yet to begin is taken, and told: a clock that is some seconds behind its
// issuer's keeps nobody from starting.
func TestACertificateThatBeginsSoonIsTakenAtTheStart(t *testing.T) {
	cert, key := newAuthority(t).issue(t.TempDir(), func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) })
	var log bytes.Buffer
	if _, err := certs.Open(certs.Files{Cert: cert, Key: key}, "test", slog.New(slog.NewTextHandler(&log, nil))); err != nil || !strings.Contains(log.String(), "not valid before") {
		t.Errorf("%v; the log says %q", err, &log)
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	a := newAuthority(t)
	cert, key := a.issue(t.TempDir(), nil)
	_, another := a.issue(t.TempDir(), nil)
	open := filepath.Join(t.TempDir(), "key.pem")
	body, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	put(t, open, body)
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		files certs.Files
		words string
	}{
		"not there":            {certs.Files{Cert: "/nowhere/cert.pem", Key: key}, "no such file"},
		"another's key":        {certs.Files{Cert: cert, Key: another}, "does not match"},
		"a key for all to see": {certs.Files{Cert: cert, Key: open}, "chmod"},
		"no authority":         {certs.Files{Cert: cert, Key: key, CA: key}, "no certificate"},
	} {
		if _, err := certs.Open(c.files, "test", slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, want %q", name, err, c.words)
		}
	}
}
