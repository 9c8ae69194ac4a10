package rpc

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/balancer/ringhash" // the balancer that the service config names
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
)

// keyHeader is what the ring hashes: calls with one key go to one replica while the ring stands.
const keyHeader = "ov-key"

// serviceConfig retries UNAVAILABLE only (AIP-194): every write carries a request id or a window number, so a call that
// was carried out without an answer is its own answer the second time. The balancer hashes keyHeader; its policy is
// experimental in grpc-go, as its name says; hashing a header (proposal A76) is on by default. A call without the header
// goes to a random replica.
const serviceConfig = `{
	"loadBalancingConfig": [{"ring_hash_experimental": {"requestHashHeader": "` + keyHeader + `"}}],
	"methodConfig": [{
		"name": [{}],
		"retryPolicy": {
			"maxAttempts": 4, "initialBackoff": "0.05s", "maxBackoff": "1s", "backoffMultiplier": 3,
			"retryableStatusCodes": ["UNAVAILABLE"]
		}
	}]
}`

// Windows that stand, as a server's do; one stream may be a watch of a whole log.
const (
	clientStreamWindow = 1 << 20
	clientConnWindow   = 8 << 20
)

// DialOptions configure a connection.
type DialOptions struct {
	// Target is HOST:PORT, or a name with a scheme such as dns:///services:8081 that stands for several replicas.
	Target string
	// Token gives the bearer token of each call; nil sends none.
	Token func() string
	// TLS of the connection; nil is plain text.
	TLS *tls.Config
}

// Dial makes a connection. It does not wait: the first call does.
func Dial(o DialOptions) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if o.TLS != nil {
		transport = credentials.NewTLS(o.TLS)
	}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler()),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 10 * time.Second, PermitWithoutStream: true}),
		grpc.WithStaticStreamWindowSize(clientStreamWindow),
		grpc.WithStaticConnWindowSize(clientConnWindow),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(16 << 20)),
	}
	if o.Token != nil {
		options = append(options, grpc.WithPerRPCCredentials(bearer{o.Token}))
	}
	conn, err := grpc.NewClient(o.Target, options...)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", o.Target, err)
	}
	return conn, nil
}

// WithKey says which replica a call belongs to.
func WithKey(ctx context.Context, key string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, keyHeader, key)
}

// bearer sends a token with each call. Plain text is allowed: it is for loopback and for meshes that encrypt below.
type bearer struct{ token func() string }

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + b.token()}, nil
}

func (b bearer) RequireTransportSecurity() bool { return false }
