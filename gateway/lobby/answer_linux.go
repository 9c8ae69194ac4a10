package lobby

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
)

// answer is the response to a handshake: either it is written here, in one piece, or its socket is taken.
type answer struct {
	guest  *guest
	header http.Header
	status int
	body   bytes.Buffer
	taken  bool
}

var _ conn.Loose = (*answer)(nil)

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

// Release implements conn.Loose: it says what was answered so far and gives the socket away.
func (a *answer) Release() (fd int, ahead []byte, err error) {
	if a.taken {
		return -1, nil, http.ErrHijacked
	}
	if err := a.write(); err != nil {
		return -1, nil, err
	}
	a.taken = true
	return a.guest.fd, a.guest.head[a.guest.whole:], nil
}

// refuse says that there will be no socket, and that the connection ends.
func (a *answer) refuse() error {
	a.WriteHeader(http.StatusOK)
	a.header.Set("Content-Length", strconv.Itoa(a.body.Len()))
	a.header.Set("Connection", "close")
	a.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	return a.write()
}

func (a *answer) write() error {
	b := make([]byte, 0, 512)
	w := bytes.NewBuffer(fmt.Appendf(b, "HTTP/1.1 %03d %s\r\n", a.status, http.StatusText(a.status)))
	_ = a.header.Write(w) // a buffer takes everything
	_, _ = w.WriteString("\r\n")
	_, _ = w.Write(a.body.Bytes())
	n, err := conn.Send(a.guest.fd, w.Bytes())
	if err == nil && n < w.Len() {
		err = errors.New("a new socket does not take an answer whole")
	}
	if err != nil {
		return fmt.Errorf("answer a handshake: %w", err)
	}
	return nil
}
