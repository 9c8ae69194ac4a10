package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	neturl "net/url"
	"regexp"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// minServer is the first server whose counters survive an atomic batch on a file store (nats-server PR 8305) and that
// has the per-stream consumer limit which Ensure relies on.
var minServer = [3]int{2, 15, 0}

// Options of a connection. The zero value of each field but one of URL and Server works.
type Options struct {
	// URL of the NATS servers, comma-separated; empty with Server set.
	URL string
	// Server is the embedded server to connect to in-process.
	Server *Server
	// Credentials is the path of a NATS credentials file; empty for none.
	Credentials string
	// Token gives what the broker asks for, at each connect; nil or an empty one for none.
	Token func() string
	// CA is the path of the certificates that a server's must be signed by; empty for the system's.
	CA string
	// Cert and Key are the paths of a client certificate and its key; empty for none.
	Cert, Key string
	// Name tells this connection apart in the server's monitoring. Default "ovation".
	Name string
	// Replicas of each stream when it is made; 1 embedded, 3 in a cluster. Default 1.
	Replicas int
	// MaxBytes is the space for all streams together when they are made. Default 8 GiB.
	MaxBytes int64
	// Grow has Ensure, and Grow, give streams that stand the space that MaxBytes has for them, where it is more than they have.
	Grow bool
	// Recreate has Ensure put an empty stream in the place of one that somebody deleted.
	Recreate bool
	// Logger for the connection's ups and downs. Default slog.Default().
	Logger *slog.Logger
}

// Bus is a connection with JetStream. It is safe for concurrent use.
type Bus struct {
	// static after Connect
	opts Options
	nc   *nats.Conn
	js   jetstream.JetStream
	log  *slog.Logger
}

// Connect connects and checks the server's version. It makes no streams; Ensure does.
func Connect(ctx context.Context, o Options) (*Bus, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Name == "" {
		o.Name = "ovation"
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 8 << 30
	}
	b := &Bus{opts: o, log: o.Logger}
	options := []nats.Option{
		nats.Name(o.Name),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectJitter(250*time.Millisecond, time.Second),
		// Nothing is buffered while the server is away: a publish that fails is retried by whoever knows its message id,
		// and a late copy of a dropped window would count hearts twice.
		nats.ReconnectBufSize(-1),
		// Credentials that ended are read anew at each attempt; without this the second refusal closes the connection for ever.
		nats.IgnoreAuthErrorAbort(),
		// What a subscription that is read one by one may hold: an answer of a read, and what a backup has under way. By default
		// it is a channel for 65,536, half a megabyte for each read.
		nats.SyncQueueLen(2 * MaxRead),
		nats.PingInterval(10 * time.Second),
		nats.MaxPingsOutstanding(2),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("NATS connection lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) { b.log.Info("NATS connection back", "server", nc.ConnectedServerName()) }),
		nats.ErrorHandler(func(_ *nats.Conn, sub *nats.Subscription, err error) {
			if !errors.Is(err, nats.ErrSlowConsumer) { // a slow follower finds its gap by sequence
				b.log.Warn("NATS error", "error", err)
			}
		}),
	}
	url := o.URL
	if o.Server != nil {
		options = append(options, nats.InProcessServer(o.Server.ns))
		url = ""
	}
	if o.Credentials != "" {
		options = append(options, nats.UserCredentials(o.Credentials))
	}
	if o.Token != nil && o.Token() != "" {
		options = append(options, nats.TokenHandler(o.Token))
	}
	if o.CA != "" {
		options = append(options, nats.RootCAs(o.CA))
	}
	if o.Cert != "" || o.Key != "" {
		options = append(options, nats.ClientCert(o.Cert, o.Key))
	}
	if deadline, ok := ctx.Deadline(); ok {
		options = append(options, nats.Timeout(max(time.Second, time.Until(deadline)/2)))
	}
	nc, err := nats.Connect(url, options...)
	var bad *neturl.Error // repeats the address as it stands, password and all
	if errors.As(err, &bad) {
		err = bad.Err
	}
	if errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) || errors.Is(err, nats.ErrAuthRevoked) {
		return nil, fmt.Errorf("NATS at %s does not let us in: %w; check nats.credentials, nats.token_file and nats.cert, and whether they have ended", withoutPasswords(o.URL), err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w at %s: %w; check that it runs and that nats.url is right", ErrUnreachable, withoutPasswords(o.URL), err)
	}
	b.nc = nc
	if err := checkVersion(nc.ConnectedServerVersion()); err != nil {
		nc.Close()
		return nil, err
	}
	b.js, err = jetstream.New(nc, jetstream.WithDefaultTimeout(5*time.Second), jetstream.WithPublishAsyncMaxPending(16_384))
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("open JetStream: %w", err)
	}
	return b, nil
}

// credentials are what stands before the host of an address, also of one that is none.
var credentials = regexp.MustCompile(`//[^/,]*@`)

// withoutPasswords gives addresses as they may stand in an error or a log.
func withoutPasswords(servers string) string {
	return credentials.ReplaceAllString(servers, "//xxxxx@")
}

func checkVersion(version string) error {
	var v [3]int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &v[0], &v[1], &v[2]); err != nil {
		return fmt.Errorf("cannot read the NATS server's version %q", version)
	}
	for i := range v {
		if v[i] != minServer[i] {
			if v[i] > minServer[i] {
				return nil
			}
			return fmt.Errorf("NATS server %s is too old: %d.%d.%d or newer is needed, since counters in atomic batches broke before",
				version, minServer[0], minServer[1], minServer[2])
		}
	}
	return nil
}

// Connected tells whether the connection is up just now.
func (b *Bus) Connected() bool { return b.nc.IsConnected() }

// Check makes a round trip to JetStream.
func (b *Bus) Check(ctx context.Context) error {
	if _, err := b.js.Stream(ctx, streamNames[State]); err != nil {
		return outward(err, "check")
	}
	return nil
}

// Close sends what is still on its way and closes the connection.
func (b *Bus) Close() {
	if err := b.nc.FlushTimeout(time.Second); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
		b.log.Warn("NATS flush at close", "error", err)
	}
	b.nc.Close()
}
