package rpc

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc/filters"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // the codec
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
)

// Limits of every server. Age and grace let balancing callers reach new replicas without cutting a call.
const (
	maxStreams = 1000
	workers    = 128 // of calls, kept with the stacks they have grown; beyond them each call has a goroutine of its own
	maxReceive = 256 << 10
	maxHeaders = 16 << 10
	// Windows that stand: sized by what comes in, as they are else, each piece that arrives is answered with a ping.
	streamWindow = maxReceive
	connWindow   = 4 << 20
	maxAge       = 5 * time.Minute
	maxAgeGrace  = 70 * time.Second
	drainTime    = 10 * time.Second
)

// ServerOptions configure a server.
type ServerOptions struct {
	// Verifier checks bearer tokens. Needed.
	Verifier auth.Verifier
	// Policy says who may call what. Needed.
	Policy auth.Policy
	// Revoked tells of tokens that hosts took back; nil asks nobody.
	Revoked auth.Revoked
	// Shut judges who is shut out of a room: guests who came by no invite, moderators who were banned. Nil shuts nobody out.
	Shut auth.Shut
	// Verbs bounds how often people call; nil does not.
	Verbs *Verbs
	// Denied is told of calls that callers may not make; nil tells nobody.
	Denied auth.Denied
	// Logger for calls that failed inside. Needed.
	Logger *slog.Logger
	// Reflection lets tools ask what the server offers. Default off.
	Reflection bool
	// TLS of the port; nil is plain text, for loopback and meshes.
	TLS *tls.Config
}

// Server is a gRPC server with health.
type Server struct {
	grpc   *grpc.Server
	health *health.Server
	going  chan struct{} // closed when the server begins to end
}

// NewServer makes a server; register services on GRPC before Serve.
func NewServer(o ServerOptions) *Server {
	verifier := auth.Remembering(o.Verifier)
	unary := []grpc.UnaryServerInterceptor{recovering(o.Logger)}
	if o.Denied != nil {
		unary = append(unary, o.Denied.UnaryInterceptor())
	}
	unary = append(unary, auth.UnaryInterceptor(verifier, o.Policy))
	going := make(chan struct{})
	stream := []grpc.StreamServerInterceptor{recoveringStream(o.Logger), ending(going)}
	if o.Denied != nil {
		stream = append(stream, o.Denied.StreamInterceptor())
	}
	stream = append(stream, auth.StreamInterceptor(verifier, o.Policy))
	if o.Revoked != nil {
		unary, stream = append(unary, o.Revoked.UnaryInterceptor()), append(stream, o.Revoked.StreamInterceptor())
	}
	if o.Shut != nil {
		unary, stream = append(unary, o.Shut.UnaryInterceptor()), append(stream, o.Shut.StreamInterceptor())
	}
	if o.Verbs != nil {
		unary = append(unary, o.Verbs.UnaryInterceptor())
	}
	options := []grpc.ServerOption{
		grpc.StatsHandler(otelgrpc.NewServerHandler(otelgrpc.WithFilter(filters.Not(filters.HealthCheck())))),
		grpc.ChainUnaryInterceptor(unary...),
		grpc.ChainStreamInterceptor(stream...),
		grpc.ForceServerCodecV2(codec{encoding.GetCodecV2("proto")}),
		grpc.NumStreamWorkers(workers),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.MaxRecvMsgSize(maxReceive),
		grpc.MaxHeaderListSize(maxHeaders),
		grpc.StaticStreamWindowSize(streamWindow),
		grpc.StaticConnWindowSize(connWindow),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge: maxAge, MaxConnectionAgeGrace: maxAgeGrace, Time: time.Minute, Timeout: 10 * time.Second,
		}),
	}
	if o.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(o.TLS)))
	}
	s := &Server{grpc: grpc.NewServer(options...), health: health.NewServer(), going: going}
	healthv1.RegisterHealthServer(s.grpc, s.health)
	if o.Reflection {
		reflection.Register(s.grpc)
	}
	return s
}

// GRPC is where services register.
func (s *Server) GRPC() Registrar { return Registrar{s.grpc} }

// Health is what probes ask.
func (s *Server) Health() *health.Server { return s.health }

// Serve answers calls until the context ends, then lets calls under way end for up to 10 s. Streams are told to end, since
// they would not by themselves.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	done := make(chan error, 1)
	go func() { done <- s.grpc.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve gRPC: %w", err)
	case <-ctx.Done():
	}
	s.health.Shutdown()
	close(s.going)
	cut := time.AfterFunc(drainTime, s.grpc.Stop)
	defer cut.Stop()
	s.grpc.GracefulStop()
	if err := <-done; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve gRPC: %w", err)
	}
	return nil
}

// recovering turns whatever a handler returns into a status with details; a panic costs its call only.
func recovering(log *slog.Logger) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (answer any, err error) {
		defer func() {
			if p := recover(); p != nil {
				log.ErrorContext(ctx, "a call panicked", "method", info.FullMethod, "panic", p, "stack", string(debug.Stack()))
				answer, err = nil, fault.Status(fault.New(fault.Internal, "something went wrong inside; the log has it")).Err()
			}
		}()
		answer, err = next(ctx, req)
		return answer, outward(ctx, log, info.FullMethod, err)
	}
}

// ending ends the contexts of streams when the server goes: their handlers say goodbye.
func ending(going <-chan struct{}) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		ctx, cancel := context.WithCancel(stream.Context())
		done := make(chan struct{})
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			select {
			case <-going:
				cancel()
			case <-done:
			}
		}()
		defer func() { close(done); <-watched; cancel() }()
		return next(srv, &endable{stream, ctx})
	}
}

type endable struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *endable) Context() context.Context { return s.ctx }

func recoveringStream(log *slog.Logger) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
		stream = reading{stream}
		defer func() {
			if p := recover(); p != nil {
				log.ErrorContext(stream.Context(), "a stream panicked", "method", info.FullMethod, "panic", p, "stack", string(debug.Stack()))
				err = fault.Status(fault.New(fault.Internal, "something went wrong inside; the log has it")).Err()
			}
		}()
		return outward(stream.Context(), log, info.FullMethod, next(srv, stream))
	}
}

func outward(ctx context.Context, log *slog.Logger, method string, err error) error {
	if err == nil {
		return nil
	}
	s := fault.Status(err)
	if fault.FromGRPC(s.Err()).Reason == fault.Internal {
		log.ErrorContext(ctx, "a call failed inside", "method", method, "error", err)
	}
	return s.Err()
}
