package bus

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

func TestAcks(t *testing.T) {
	for answer, want := range map[string]Stored{
		`{"stream":"OV_LOG","seq":7}`:                                           {Sequence: 7},
		`{"stream":"OV_LOG","seq":18446744073709551615}`:                        {Sequence: 1<<64 - 1},
		`{"stream":"OV_LOG","seq":7,"duplicate":true}`:                          {Sequence: 7, Duplicate: true},
		`{"stream":"OV_LOG", "seq":7}`:                                          {Sequence: 7},
		`{"stream":"OV_LOG","domain":"x","seq":7}`:                              {Sequence: 7},
		`{"stream":"OV_COUNTERS","seq":7,"val":"12"}`:                           {Sequence: 7},
		`{"type":"io.nats.jetstream.api.v1.pub_ack","stream":"OV_LOG","seq":7}`: {Sequence: 7},
	} {
		if got, err := readAck([]byte(answer)); err != nil || got != want {
			t.Errorf("%s is %v, %v; want %v", answer, got, err, want)
		}
	}
	for _, answer := range []string{``, `{}`, `null`, `[]`, `{"stream":"OV_LOG"}`, `{"stream":"","seq":7}`, `{"stream":"OV_LOG","seq":0}`, `{"stream":"OV_LOG","seq":-7}`, `{"stream":"OV_LOG","seq":7`} {
		if got, err := readAck([]byte(answer)); !errors.Is(err, jetstream.ErrInvalidJSAck) {
			t.Errorf("%s is %v, %v", answer, got, err)
		}
	}
	_, err := readAck([]byte(`{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 8"},"stream":"OV_LOG","seq":0}`))
	if apiCode(err) != codeWrongLastSeq || !errors.Is(outward(err, "write"), ErrConflict) {
		t.Errorf("a refusal is %v", err)
	}
}
