package bus_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"github.com/ovation-live/ovation/internal/bus"
)

var quiet = slog.New(slog.DiscardHandler)

// 44: a stream that an operator deleted is not replaced by an empty one unasked; asked for, cursors of before end.
func Test44ADeletedStreamIsNamed(t *testing.T) {
	dir := t.TempDir()
	s, err := bus.StartServer(bus.ServerOptions{Dir: dir, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	ctx := t.Context()
	connect := func(recreate bool) *bus.Bus {
		b, err := bus.Connect(ctx, bus.Options{Server: s, Recreate: recreate, Logger: quiet})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Close)
		return b
	}
	b := connect(false)
	if err := b.Ensure(ctx); err != nil {
		t.Fatal(err)
	}
	before, err := b.Incarnation(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := bus.Delete(ctx, b, bus.Log); err != nil {
		t.Fatal(err)
	}
	usage, err := b.Usage(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range usage {
		if u.Missing != (u.Stream == "OV_LOG") {
			t.Errorf("%s missing: %v", u.Stream, u.Missing)
		}
	}
	if err := connect(false).Ensure(ctx); err == nil || !strings.Contains(err.Error(), "OV_LOG") || !strings.Contains(err.Error(), "store.recreate") {
		t.Fatalf("a store without its log: %v", err)
	}
	again := connect(true)
	if err := again.Ensure(ctx); err != nil {
		t.Fatal(err)
	}
	after, err := again.Incarnation(ctx)
	if err != nil || after == before {
		t.Errorf("the incarnation was %s and is %s: cursors of the deleted log would be honoured (%v)", before, after, err)
	}
	if err := connect(false).Ensure(ctx); err != nil {
		t.Errorf("once it is there nobody need ask: %v", err)
	}
}

// 44: credentials that have ended are an error that names them; at run time the connection comes back by itself once
// there are fresh ones.
func Test44CredentialsThatEnded(t *testing.T) {
	operator, _ := nkeys.CreateOperator()
	account, _ := nkeys.CreateAccount()
	accountKey, _ := account.PublicKey()
	operatorKey, _ := operator.PublicKey()
	operatorJWT, err := jwt.NewOperatorClaims(operatorKey).Encode(operator)
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := jwt.DecodeOperatorClaims(operatorJWT)
	if err != nil {
		t.Fatal(err)
	}
	accountJWT, err := jwt.NewAccountClaims(accountKey).Encode(operator)
	if err != nil {
		t.Fatal(err)
	}
	resolver := new(server.MemAccResolver)
	if err := resolver.Store(accountKey, accountJWT); err != nil {
		t.Fatal(err)
	}
	ns, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true,
		TrustedOperators: []*jwt.OperatorClaims{trusted}, AccountResolver: resolver})
	if err != nil {
		t.Fatal(err)
	}
	ns.Start()
	defer ns.WaitForShutdown()
	defer ns.Shutdown()
	if !ns.ReadyForConnections(20 * time.Second) {
		t.Fatal("no server")
	}
	file := filepath.Join(t.TempDir(), "creds")
	write := func(life time.Duration) {
		user, _ := nkeys.CreateUser()
		userKey, _ := user.PublicKey()
		claims := jwt.NewUserClaims(userKey)
		claims.Expires = time.Now().Add(life).Unix()
		token, err := claims.Encode(account)
		if err != nil {
			t.Fatal(err)
		}
		seed, _ := user.Seed()
		body, err := jwt.FormatUserConfig(token, seed)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	connect := func() (*bus.Bus, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		return bus.Connect(ctx, bus.Options{URL: ns.ClientURL(), Credentials: file, Logger: quiet})
	}
	write(-time.Hour)
	if b, err := connect(); err == nil {
		b.Close()
		t.Fatal("credentials of yesterday let us in")
	} else if !strings.Contains(err.Error(), "does not let us in") || !strings.Contains(err.Error(), "nats.credentials") {
		t.Errorf("credentials of yesterday: %v", err)
	}
	write(3 * time.Second)
	b, err := connect()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	until(t, "the server ends the connection", func() bool { return !b.Connected() })
	time.Sleep(3 * time.Second) // several attempts, all refused: none of them may be the last
	write(time.Hour)
	until(t, "the connection comes back with fresh credentials", b.Connected)
}

// 44: a server without JetStream, or that does not know our token, says so in words.
func Test44AServerThatIsNoStore(t *testing.T) {
	ns, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true, Authorization: "the right token, long enough"})
	if err != nil {
		t.Fatal(err)
	}
	ns.Start()
	defer ns.WaitForShutdown()
	defer ns.Shutdown()
	if !ns.ReadyForConnections(20 * time.Second) {
		t.Fatal("no server")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if b, err := bus.Connect(ctx, bus.Options{URL: ns.ClientURL(), Token: func() string { return "another token" }, Logger: quiet}); err == nil {
		b.Close()
		t.Fatal("a wrong token lets us in")
	} else if !strings.Contains(err.Error(), "nats.token_file") {
		t.Errorf("a wrong token: %v", err)
	}
	b, err := bus.Connect(ctx, bus.Options{URL: ns.ClientURL(), Token: func() string { return "the right token, long enough" }, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Ensure(ctx); err == nil || !strings.Contains(err.Error(), "JetStream is not enabled") {
		t.Errorf("a server without JetStream: %v", err)
	}
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in 30 s: %s", what)
		}
	}
}

// 17: why the store cannot be reached is told without the password, also where the address is none.
func Test17PasswordsInAddressesAreNotTold(t *testing.T) {
	for _, url := range []string{
		"nats://ada:MARKED@127.0.0.1:1", "nats://127.0.0.1:1,nats://ada:MARKED@127.0.0.1:1", "nats://MARKED@127.0.0.1:1", "tls://ada:MARKED%zz@127.0.0.1:1",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		_, err := bus.Connect(ctx, bus.Options{URL: url, Logger: quiet})
		cancel()
		if err == nil || strings.Contains(err.Error(), "MARKED") || !strings.Contains(err.Error(), "xxxxx@127.0.0.1:1") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
