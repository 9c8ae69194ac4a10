//go:build !linux

package conn

import (
	"errors"
	"net"
)

// newRaw and own know no way here.
func newRaw(net.Conn) transport { return nil }
func own(int) transport         { return nil }

// Send has no descriptors to write to here.
func Send(int, []byte) (int, error) { return 0, errors.ErrUnsupported }
