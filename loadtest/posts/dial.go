package posts

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/ovation-live/ovation/loadtest/server"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
)

// answerTime is how long the last calls may take: a write gets 10 s.
const answerTime = 12 * time.Second

// dial connects as plainly as gRPC can: callers share the cores with what they measure, so there is nobody here who counts
// their calls, chooses among replicas or keeps a call for another try.
func dial(s *server.Ready) (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient("passthrough:///"+s.GRPC,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDisableRetry(),
		grpc.WithStaticStreamWindowSize(1<<20),
		grpc.WithStaticConnWindowSize(8<<20),
	)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s.GRPC, err)
	}
	return conn, nil
}

// asService sends the service's token with each call.
func asService(ctx context.Context, s *server.Ready) context.Context {
	return metadata.NewOutgoingContext(ctx, metadata.Pairs("authorization", "Bearer "+s.Tokens.Service))
}

// exchange is a caller's request and the id that it was answered, in memory that is used again with the next call.
type exchange struct {
	request commentsv1.PostCommentRequest
	sent    []byte
	comment string
}

// post makes the call. Its context has no deadline: one would be another header in each call, which also pushes those that
// stay the same out of what both sides remember of headers.
func (x *exchange) post(ctx context.Context, conn *grpc.ClientConn) error {
	x.comment = ""
	err := conn.Invoke(ctx, commentsv1.CommentsService_PostComment_FullMethodName, x, x, grpc.ForceCodecV2(exchanging{}), grpc.StaticMethod())
	if err != nil {
		x.sent = nil // it may still be on its way
	}
	return err
}

// exchanging is the codec of exchanges: protobuf on the wire.
type exchanging struct{}

var _ encoding.CodecV2 = exchanging{}

func (exchanging) Name() string { return "proto" }

func (exchanging) Marshal(v any) (_ mem.BufferSlice, err error) {
	x := v.(*exchange)
	if x.sent, err = (proto.MarshalOptions{}).MarshalAppend(x.sent[:0], &x.request); err != nil {
		return nil, err
	}
	return mem.BufferSlice{mem.SliceBuffer(x.sent)}, nil
}

func (exchanging) Unmarshal(data mem.BufferSlice, v any) error {
	body := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer body.Free()
	comment, err := field(body.ReadOnlyData(), answered)
	if err == nil {
		comment, err = field(comment, named)
	}
	v.(*exchange).comment = string(comment)
	return err
}

// Numbers of the fields that lead to a new comment's id.
var (
	answered = (*commentsv1.PostCommentResponse)(nil).ProtoReflect().Descriptor().Fields().ByName("comment").Number()
	named    = (*commentsv1.Comment)(nil).ProtoReflect().Descriptor().Fields().ByName("comment").Number()
)

// field finds a field of bytes in a message; nil where it has none.
func field(message []byte, number protoreflect.FieldNumber) ([]byte, error) {
	for len(message) > 0 {
		n, kind, size := protowire.ConsumeTag(message)
		if size < 0 {
			return nil, protowire.ParseError(size)
		}
		message = message[size:]
		if n == number && kind == protowire.BytesType {
			value, size := protowire.ConsumeBytes(message)
			return value, protowire.ParseError(size)
		}
		if size = protowire.ConsumeFieldValue(n, kind, message); size < 0 {
			return nil, protowire.ParseError(size)
		}
		message = message[size:]
	}
	return nil, nil
}
