package harm

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"github.com/ovation-live/ovation/loadtest/server"
)

func signal(to []*child, s syscall.Signal) error {
	for _, c := range to {
		if err := c.Process.Signal(s); err != nil {
			return fmt.Errorf("stop or wake the attackers: %w", err)
		}
	}
	return nil
}

// use is the CPU that processes have used so far.
func use(of []*child) (cpu time.Duration, err error) {
	for _, c := range of {
		u, err := server.Use(c.Process.Pid)
		if err != nil {
			return 0, err
		}
		cpu += u.CPU
	}
	return cpu, nil
}

// children runs this binary so often; attackers come from addresses of their own, since limits by source must not hit the
// good ones.
func (o Options) children(ctx context.Context, n int, args ...string) (all []*child, err error) {
	for i := range n {
		its := args
		if args[0] == "attack" {
			its = append(slices.Clone(args), "--from", fmt.Sprint(256*(i+1)))
		}
		c, err := o.child(ctx, its...)
		if err != nil {
			return all, err
		}
		all = append(all, c)
	}
	return all, nil
}

// child is a process of this binary.
type child struct {
	*exec.Cmd
	in  io.Writer
	out io.Reader
}

// child runs this binary and waits until it says that it is ready.
func (o Options) child(ctx context.Context, args ...string) (*child, error) {
	c := exec.CommandContext(ctx, o.Binary, append([]string{"loadtest"}, args...)...)
	c.Stderr = o.Log
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	in, err := c.StdinPipe() // it ends when this process does
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	started := &child{c, in, out}
	if _, err := io.ReadFull(out, make([]byte, len(ready))); err != nil {
		end(started)
		return nil, fmt.Errorf("%s did not begin; its log says why", args[0])
	}
	return started, nil
}

func end(all ...*child) {
	for _, c := range all {
		_ = c.Process.Kill() // also a stopped one
	}
	for _, c := range all {
		_ = c.Wait()
	}
}
