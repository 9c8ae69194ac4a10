package bus

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/ovation-live/ovation/internal/fault"
)

// Errors that callers decide on.
var (
	// ErrConflict: somebody wrote the key since the sequence that was expected.
	ErrConflict = errors.New("bus: the key changed meanwhile")
	// ErrNotFound: nothing is stored there (any more).
	ErrNotFound = errors.New("bus: not found")
	// ErrUnreachable: no server of the address answers, which may run in a moment.
	ErrUnreachable = errors.New("cannot reach NATS")
	// ErrTooMany: more than 1,000 exact subjects were asked for at once.
	ErrTooMany = errors.New("bus: too many subjects in one read")
)

// JetStream error codes that the design depends on (nats-server v2.15, server/errors.json).
const (
	codeUnavailable      = 10008 // JSClusterNotAvailErr: no majority just now
	codeResources        = 10023 // JSInsufficientResourcesErr: the store's limit is reached
	codeNotMade          = 10049 // JSStreamCreateErrF: the server's disk did not take it
	codeStorageExceeded  = 10047 // JSStorageResourcesExceededErr: the same, seen at stream create
	codeStoreFailed      = 10077 // JSStreamStoreFailedF: maximum bytes or messages with DiscardNew
	codeNoMessage        = 10037 // JSNoMessageFoundErr
	codeWrongLastSeq     = 10071 // JSStreamWrongLastSequenceErrF: compare-and-set lost
	codeDupInFlight      = 10158 // JSStreamDuplicateMessageConflict: the same message id is on its way
	codeSeqNotReady      = 10163 // JSStreamExpectedLastSeqPerSubjectNotReady: a new leader is catching up
	codeWrongLastSeqNow  = 10164 // JSStreamWrongLastSequenceConstantErr: another write of the key is on its way
	codeBatchDuplicate   = 10201 // JSAtomicPublishContainsDuplicateMessageErr: a window of the batch is applied already
	codeTooManyInflight  = 10210 // JSAtomicPublishTooManyInflight
	codeJetStreamOff     = 10076 // JSNotEnabledErr
	codeJetStreamOffAcct = 10039 // JSNotEnabledForAccountErr
)

func apiCode(err error) int {
	var js jetstream.JetStreamError
	if errors.As(err, &js) && js.APIError() != nil {
		return int(js.APIError().ErrorCode)
	}
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return int(api.ErrorCode)
	}
	return 0
}

// transient tells errors after which the same write, with the same message id or expectation, may be sent again.
func transient(err error) bool {
	switch apiCode(err) {
	case codeDupInFlight, codeSeqNotReady, codeWrongLastSeqNow, codeTooManyInflight:
		return true
	case 0:
		return errors.Is(err, nats.ErrTimeout) || errors.Is(err, nats.ErrNoResponders) ||
			errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, nats.ErrDisconnected) ||
			errors.Is(err, nats.ErrReconnectBufExceeded) || errors.Is(err, nats.ErrConnectionReconnecting) ||
			errors.Is(err, nats.ErrConnectionClosed)
	}
	return false
}

// outward turns an error of NATS into what callers may decide on.
func outward(err error, what string) error {
	if err == nil {
		return nil
	}
	switch apiCode(err) {
	case codeNoMessage:
		return ErrNotFound
	case codeWrongLastSeq, codeWrongLastSeqNow:
		return ErrConflict
	case codeResources, codeStorageExceeded, codeStoreFailed:
		return full(err)
	}
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return ErrNotFound
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fault.New(fault.Unavailable, "the store did not answer (%s); try again with the same request id", what).
		After(time.Second).Because(err)
}

func full(err error) error {
	return fault.New(fault.StoreFull, "the store is full: nothing was written; an operator must make room").
		After(30 * time.Second).Because(err)
}
