package posts

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/ovation-live/ovation/loadtest/server"
)

// answerTime is how long the last calls may take: a write gets 10 s.
const answerTime = 12 * time.Second

// dial connects as plainly as gRPC can: callers share the cores with what they measure, so there is nobody here who counts
// their calls, chooses among replicas or keeps a call for another try.
func dial(s *server.Ready) (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient("passthrough:///"+s.GRPC,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithPerRPCCredentials(token{"authorization": "Bearer " + s.Tokens.Service}),
		grpc.WithDisableRetry(),
		grpc.WithStaticStreamWindowSize(1<<20),
		grpc.WithStaticConnWindowSize(8<<20),
	)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s.GRPC, err)
	}
	return conn, nil
}

// token goes with each call.
type token map[string]string

func (t token) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return t, nil
}
func (token) RequireTransportSecurity() bool { return false }
