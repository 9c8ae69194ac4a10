package fault

import (
	"context"
	"errors"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Domain is ErrorInfo's domain of every error.
const Domain = "ovation.live"

// Status turns an error into what crosses gRPC: a Fault with its details, a passed or cancelled context as such, and
// anything else as INTERNAL without its text.
func Status(err error) *status.Status {
	if err == nil {
		return nil
	}
	f, ok := Of(err)
	if !ok {
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			f = New(DeadlineExceeded, "the deadline passed before an answer; try again with the same request id")
		case errors.Is(err, context.Canceled):
			f = New(Canceled, "the caller went away")
		default:
			if s, isStatus := status.FromError(err); isStatus && hasInfo(s) {
				return s
			}
			f = New(Internal, "something went wrong inside; the log has it")
		}
	}
	details := []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: string(f.Reason), Domain: Domain, Metadata: f.Meta}}
	if f.Field != "" {
		details = append(details, &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
			{Field: f.Field, Description: f.Message},
		}})
	}
	if f.RetryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(f.RetryAfter)})
	}
	s := status.New(f.Reason.Code(), f.Message)
	if detailed, err := s.WithDetails(details...); err == nil {
		return detailed
	}
	return s
}

func hasInfo(s *status.Status) bool {
	for _, d := range s.Details() {
		if _, ok := d.(*errdetails.ErrorInfo); ok {
			return true
		}
	}
	return false
}

// Err is FromGRPC as an error: nil for nil, where a Fault that is nil would be an error.
func Err(err error) error {
	if err == nil {
		return nil
	}
	return FromGRPC(err)
}

// FromGRPC turns an error of a gRPC call back into the Fault it was. Errors of the transport become
// STORE_UNAVAILABLE (asking for a retry) or DEADLINE_EXCEEDED; what carries no ErrorInfo becomes INTERNAL.
func FromGRPC(err error) *Fault {
	if err == nil {
		return nil
	}
	if f, ok := Of(err); ok {
		return f
	}
	s, ok := status.FromError(err)
	if !ok {
		s = status.FromContextError(err)
	}
	f := &Fault{Reason: Internal, Message: s.Message(), cause: err}
	switch s.Code() {
	case codes.Unavailable:
		f.Reason, f.Message = Unavailable, "the service cannot be reached just now; try again with the same request id"
	case codes.DeadlineExceeded:
		f.Reason, f.Message = DeadlineExceeded, "no answer in time; try again with the same request id"
	case codes.Canceled:
		f.Reason = Canceled
	}
	for _, d := range s.Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			f.Reason, f.Message, f.Meta = Reason(d.GetReason()), s.Message(), d.GetMetadata()
		case *errdetails.BadRequest:
			if v := d.GetFieldViolations(); len(v) > 0 {
				f.Field = v[0].GetField()
			}
		case *errdetails.RetryInfo:
			f.RetryAfter = d.GetRetryDelay().AsDuration()
		}
	}
	return f
}
