package fanout

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/loadtest/audience"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// TapperOptions are of the process that taps.
type TapperOptions struct {
	// Address of the gateway, and Room.
	Address, Room string
	// Sockets that tap, each from a guest of its own.
	Sockets int
	// PerSecond is how many frames a second, in all.
	PerSecond int
	// Count of taps in a frame.
	Count uint32
}

// batches is in how many batches a second a socket sends its frames.
const batches = 10

// Tap sends taps, driven over its standard streams: it says "ready" when everybody is in, begins at a line, ends at the
// next, and then says how many frames it sent.
func Tap(ctx context.Context, o TapperOptions, in io.Reader, out io.Writer) error {
	payload, err := proto.Marshal(&gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: "heart", Count: o.Count}}})
	if err != nil {
		return err
	}
	frame := append([]byte{0x82, 0x80 | byte(len(payload)), 0, 0, 0, 0}, payload...)
	sockets := make([]net.Conn, o.Sockets)
	var opening errgroup.Group
	opening.SetLimit(32)
	for i := range sockets {
		opening.Go(func() (err error) {
			sockets[i], err = audience.Open(ctx, audience.Options{Address: o.Address, Room: o.Room, From: 60 + i/9000})
			return err
		})
	}
	if err := opening.Wait(); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	if _, err := fmt.Fprintln(out, "ready"); err != nil {
		return err
	}
	if !lines.Scan() {
		return lines.Err()
	}
	var sent atomic.Int64
	var over atomic.Bool
	var reading sync.WaitGroup
	var tapping errgroup.Group
	begin := time.Now()
	for i, c := range sockets {
		reading.Go(func() { _, _ = io.Copy(io.Discard, c) })
		tapping.Go(func() error {
			// Each socket in a moment of its own, and as many frames as are due by then.
			first := begin.Add(time.Second / batches * time.Duration(i) / time.Duration(o.Sockets))
			had := 0
			for n := 0; !over.Load(); n++ {
				time.Sleep(time.Until(first.Add(time.Second / batches * time.Duration(n))))
				due := o.PerSecond * (n + 1) / batches / o.Sockets
				if due == had {
					continue
				}
				if _, err := c.Write(bytes.Repeat(frame, due-had)); err != nil {
					return fmt.Errorf("tap: %w", err)
				}
				sent.Add(int64(due - had))
				had = due
			}
			return nil
		})
	}
	lines.Scan()
	over.Store(true)
	err = tapping.Wait()
	if err == nil {
		_, err = fmt.Fprintln(out, sent.Load())
	}
	lines.Scan() // the sockets stay until what they sent was counted
	for _, c := range sockets {
		_ = c.Close()
	}
	reading.Wait()
	return err
}

// tapper is that process.
type tapper struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func startTapper(ctx context.Context, binary string, o TapperOptions, log io.Writer) (*tapper, error) {
	t := &tapper{command: exec.CommandContext(ctx, binary, "loadtest", "tapper", "--address", o.Address, "--room", o.Room,
		"--sockets", fmt.Sprint(o.Sockets), "--per-second", fmt.Sprint(o.PerSecond), "--count", fmt.Sprint(o.Count))}
	t.command.Stderr = log
	var err error
	if t.in, err = t.command.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start the tapper: %w", err)
	}
	out, err := t.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the tapper: %w", err)
	}
	t.out = bufio.NewReader(out)
	if err := t.command.Start(); err != nil {
		return nil, fmt.Errorf("start the tapper: %w", err)
	}
	if line, err := t.out.ReadString('\n'); err != nil || line != "ready\n" {
		t.kill()
		return nil, fmt.Errorf("the tapper did not get in; its log says why (%q)", line)
	}
	return t, nil
}

func (t *tapper) begin() error {
	_, err := fmt.Fprintln(t.in, "begin")
	return err
}

func (t *tapper) stop() (sent int64, err error) {
	if _, err := fmt.Fprintln(t.in, "stop"); err != nil {
		return 0, err
	}
	line, err := t.out.ReadBytes('\n')
	if err != nil {
		return 0, fmt.Errorf("the tapper ended; its log says why: %w", err)
	}
	return sent, json.Unmarshal(line, &sent)
}

func (t *tapper) kill() {
	_ = t.in.Close()
	_ = t.command.Process.Kill()
	_ = t.command.Wait()
}
