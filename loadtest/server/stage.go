package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Stage is a system under load: all of it in one process, or broker, services and gateways in processes of their own.
type Stage struct {
	// Backend is where comments are posted; its Listen is the first gateway's.
	Backend Ready
	// Gateways hold the sockets; everything in one process is one of them.
	Gateways []*Server

	started []*Server
	dir     string
}

// Serve starts everything in one process, or, where apart is true, so many gateways over a broker and services. args go to
// whoever holds sockets.
func Serve(ctx context.Context, binary string, log io.Writer, gateways int, apart bool, args ...string) (s *Stage, err error) {
	s = new(Stage)
	if s.dir, err = os.MkdirTemp("", "ovation-loadtest-"); err != nil {
		return nil, fmt.Errorf("make a data directory: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Kill())
		}
	}()
	data := filepath.Join(s.dir, "data")
	args = append(args, "--log-level", "error")
	if !apart {
		one, err := Start(ctx, binary, data, log, args...)
		if err != nil {
			return s, err
		}
		s.started, s.Gateways, s.Backend = []*Server{one}, []*Server{one}, one.Ready
		return s, nil
	}
	return s, s.parts(ctx, binary, data, log, gateways, args)
}

func (s *Stage) parts(ctx context.Context, binary, data string, log io.Writer, gateways int, args []string) error {
	keys := filepath.Join(s.dir, "key")
	if err := os.WriteFile(keys, []byte(strings.Repeat("load", 10)), 0o600); err != nil {
		return fmt.Errorf("write a key: %w", err)
	}
	part := func(args ...string) (*Server, error) {
		p, err := StartPart(ctx, binary, log, append(args, "--admin", "127.0.0.1:0")...)
		if err == nil {
			s.started = append(s.started, p)
		}
		return p, err
	}
	broker, err := part("broker", "--data", data, "--nats-listen", "127.0.0.1:0", "--log-level", "error")
	if err != nil {
		return err
	}
	services, err := part("services", "--nats-url", broker.NATS, "--grpc", "127.0.0.1:0", "--keys-files", keys, "--log-level", "error")
	if err != nil {
		return err
	}
	for range gateways {
		g, err := part(append([]string{"gateway", "--nats-url", broker.NATS, "--gateway-services", services.GRPC, "--listen", "127.0.0.1:0", "--keys-files", keys}, args...)...)
		if err != nil {
			return err
		}
		s.Gateways = append(s.Gateways, g)
	}
	s.Backend = services.Ready
	s.Backend.Listen = s.Gateways[0].Listen
	s.Backend.Tokens.Service, err = Mint(ctx, binary, keys)
	return err
}

// Data is the store's directory.
func (s *Stage) Data() string { return filepath.Join(s.dir, "data") }

// Apart tells whether the store lives on when the gateways end.
func (s *Stage) Apart() bool { return len(s.started) > len(s.Gateways) }

// Use is what the gateways have used so far, together.
func (s *Stage) Use() (all Usage, err error) {
	var pids []int
	for _, g := range s.Gateways {
		pids = append(pids, g.PID())
	}
	return UseAll(pids)
}

// UseAll sums what processes have used.
func UseAll(pids []int) (all Usage, err error) {
	for _, pid := range pids {
		u, err := Use(pid)
		if err != nil {
			return all, err
		}
		all.CPU += u.CPU
		all.RSS += u.RSS
	}
	return all, nil
}

// Addresses are where the gateways take sockets.
func (s *Stage) Addresses() (all []string) {
	for _, g := range s.Gateways {
		all = append(all, g.Listen)
	}
	return all
}

// Admins are the gateways' operators' addresses.
func (s *Stage) Admins() (all []string) {
	for _, g := range s.Gateways {
		all = append(all, g.Admin)
	}
	return all
}

// Kill ends every process as a crash would, and removes what was stored.
func (s *Stage) Kill() error {
	for i := len(s.started) - 1; i >= 0; i-- {
		s.started[i].Kill()
	}
	return os.RemoveAll(s.dir)
}
