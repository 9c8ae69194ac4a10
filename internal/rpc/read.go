package rpc

import (
	"bytes"
	"context"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/fault"
)

// A request whose bytes are no message of its kind is INVALID_ARGUMENT as any other bad request. grpc-go calls it INTERNAL,
// as if the fault were ours, and has sent that before a handler or interceptor hears of it. So the codec lets it through
// with a mark, and whoever hands the message on refuses it.
type codec struct{ encoding.CodecV2 }

// mark is an unknown field that takes the place of what could not be read.
var mark = protowire.AppendVarint(protowire.AppendTag(nil, protowire.MaxValidNumber, protowire.VarintType), 1)

func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	err := c.CodecV2.Unmarshal(data, v)
	if m, ok := v.(proto.Message); ok && err != nil {
		proto.Reset(m)
		m.ProtoReflect().SetUnknown(mark)
		return nil
	}
	return err
}

// readable is an error for a request that the codec could not read.
func readable(v any) error {
	if m, ok := v.(proto.Message); ok && bytes.Equal(m.ProtoReflect().GetUnknown(), mark) {
		return fault.Status(fault.New(fault.FieldInvalid, "the request cannot be read: it is no message of this kind")).Err()
	}
	return nil
}

// Registrar is where services register; their handlers are given what could be read only.
type Registrar struct{ *grpc.Server }

// RegisterService registers a service, as grpc.Server does.
func (r Registrar) RegisterService(desc *grpc.ServiceDesc, impl any) {
	own := *desc
	own.Methods = slices.Clone(desc.Methods)
	for i, m := range desc.Methods {
		own.Methods[i].Handler = func(srv any, ctx context.Context, read func(any) error, interceptor grpc.UnaryServerInterceptor) (any, error) {
			return m.Handler(srv, ctx, func(into any) error {
				if err := read(into); err != nil {
					return err
				}
				return readable(into)
			}, interceptor)
		}
	}
	r.Server.RegisterService(&own, impl)
}

// reading is the same for streams.
type reading struct{ grpc.ServerStream }

func (s reading) RecvMsg(into any) error {
	if err := s.ServerStream.RecvMsg(into); err != nil {
		return err
	}
	return readable(into)
}
