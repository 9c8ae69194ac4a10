package fanout

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/loadtest/audience"
)

// Bare serves the limit that the gateway is compared with: sockets accepted as the gateway accepts them, and a loop that
// writes one frame, built beforehand, to all of them at a rate, on as many goroutines as the gateway has shards. It reads
// nothing, remembers nothing, and leaves out whoever is full. It is driven over its standard streams: it says where it
// listens, and answers "write TICKS HZ BYTES" with how many frames went out.
func Bare(ctx context.Context, in io.Reader, out io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	var mu sync.Mutex
	var sockets []*conn.Conn
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{})
		if err != nil {
			return // it has answered
		}
		mu.Lock()
		sockets = append(sockets, c)
		mu.Unlock()
	})}
	go func() { _ = server.Serve(l) }() // ends with Close
	defer func() { _ = server.Close() }()
	if err := json.NewEncoder(out).Encode(map[string]string{"listen": l.Addr().String()}); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() && ctx.Err() == nil {
		var ticks, size int
		var hz float64
		if _, err := fmt.Sscanf(lines.Text(), "write %d %g %d", &ticks, &hz, &size); err != nil {
			return fmt.Errorf("%q: %w", lines.Text(), err)
		}
		mu.Lock()
		all := append([]*conn.Conn(nil), sockets...)
		mu.Unlock()
		if _, err := fmt.Fprintln(out, write(all, ticks, hz, size)); err != nil {
			return err
		}
	}
	return lines.Err()
}

func write(all []*conn.Conn, ticks int, hz float64, size int) (delivered int64) {
	start := time.Now()
	for n := range ticks {
		time.Sleep(time.Until(start.Add(time.Duration(float64(n) / hz * float64(time.Second)))))
		frame := bareFrame(uint64(n+1), size)
		shards := runtime.GOMAXPROCS(0)
		counts := make([]int64, shards)
		var writing sync.WaitGroup
		for s := range shards {
			writing.Go(func() {
				for i := s; i < len(all); i += shards {
					if n, err := all[i].TryWrite(frame); err == nil && n == len(frame) {
						counts[s]++
					}
				}
			})
		}
		writing.Wait()
		for _, n := range counts {
			delivered += n
		}
	}
	return delivered
}

// bareFrame is a binary frame of a size in all, with a mark.
func bareFrame(n uint64, size int) []byte {
	mark := audience.Mark(n)
	payload := make([]byte, max(len(mark), size-4))
	copy(payload, mark)
	return append(binary.BigEndian.AppendUint16([]byte{0x82, 126}, uint16(len(payload))), payload...)
}

// bare is that process.
type bare struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	address string
}

func startBare(ctx context.Context, binary string) (*bare, error) {
	b := &bare{command: exec.CommandContext(ctx, binary, "loadtest", "bare")}
	b.command.Stderr = os.Stderr
	in, err := b.command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the bare loop: %w", err)
	}
	out, err := b.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the bare loop: %w", err)
	}
	if err := b.command.Start(); err != nil {
		return nil, fmt.Errorf("start the bare loop: %w", err)
	}
	b.in, b.out = in, bufio.NewReader(out)
	var ready struct{ Listen string }
	line, err := b.out.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil {
		b.kill()
		return nil, fmt.Errorf("start the bare loop: %w", err)
	}
	b.address = ready.Listen
	return b, nil
}

func (b *bare) write(ticks int, hz float64, size int) (int64, error) {
	if _, err := fmt.Fprintf(b.in, "write %d %g %d\n", ticks, hz, size); err != nil {
		return 0, fmt.Errorf("the bare loop: %w", err)
	}
	line, err := b.out.ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("the bare loop: %w", err)
	}
	return strconv.ParseInt(strings.TrimSpace(line), 10, 64)
}

func (b *bare) kill() {
	_ = b.in.Close()
	_ = b.command.Process.Kill()
	_ = b.command.Wait()
}
