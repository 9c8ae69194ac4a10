package fanout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/server"
)

// stage is the system under load.
type stage struct {
	backend  server.Ready
	gateways []*server.Server
	stop     func() error
}

// serve starts one process for one gateway, or broker, services and gateways apart.
func serve(ctx context.Context, binary string, log io.Writer, gateways int) (s *stage, err error) {
	dir, err := os.MkdirTemp("", "ovation-fanout-")
	if err != nil {
		return nil, fmt.Errorf("make a data directory: %w", err)
	}
	s = new(stage)
	var started []*server.Server
	s.stop = func() error {
		var all error
		for i := len(started) - 1; i >= 0; i-- {
			started[i].Kill() // a drain of very many viewers is not what is measured
		}
		return errors.Join(all, os.RemoveAll(dir))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if gateways == 1 {
		one, err := server.Start(ctx, binary, filepath.Join(dir, "data"), log, "--log-level", "error", "--gateway-handshakes", "100000")
		if err != nil {
			return nil, err
		}
		started = append(started, one)
		s.backend, s.gateways = one.Ready, []*server.Server{one}
		return s, nil
	}
	keys := filepath.Join(dir, "key")
	if err := os.WriteFile(keys, []byte(strings.Repeat("load", 10)), 0o600); err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	part := func(args ...string) (*server.Server, error) {
		p, err := server.StartPart(ctx, binary, log, append(args, "--admin", "127.0.0.1:0", "--log-level", "error")...)
		if err == nil {
			started = append(started, p)
		}
		return p, err
	}
	broker, err := part("broker", "--data", filepath.Join(dir, "data"), "--nats-listen", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	services, err := part("services", "--nats-url", broker.NATS, "--grpc", "127.0.0.1:0", "--keys-files", keys)
	if err != nil {
		return nil, err
	}
	for range gateways {
		g, err := part("gateway", "--nats-url", broker.NATS, "--gateway-services", services.GRPC, "--listen", "127.0.0.1:0", "--keys-files", keys, "--gateway-handshakes", "100000")
		if err != nil {
			return nil, err
		}
		s.gateways = append(s.gateways, g)
	}
	s.backend = services.Ready
	s.backend.Listen = s.gateways[0].Listen
	s.backend.Tokens.Service, err = server.Mint(ctx, binary, keys)
	return s, err
}

func (s *stage) pids() (pids []int) {
	for _, g := range s.gateways {
		pids = append(pids, g.PID())
	}
	return pids
}

func (s *stage) addresses() (all []string) {
	for _, g := range s.gateways {
		all = append(all, g.Listen)
	}
	return all
}

func (s *stage) admins() (all []string) {
	for _, g := range s.gateways {
		all = append(all, g.Admin)
	}
	return all
}

func (s *stage) goroutines(ctx context.Context) (int64, error) {
	n, err := scrape.Sum(ctx, "go_goroutines", s.admins()...)
	return int64(n), err
}

// free has the gateways collect what they no longer use and give it back.
func (s *stage) free(ctx context.Context) error {
	for _, g := range s.gateways {
		q, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+g.Admin+"/debug/free", nil)
		if err != nil {
			return err
		}
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			return fmt.Errorf("free memory: %w", err)
		}
		_ = a.Body.Close()
		if a.StatusCode != http.StatusOK {
			return fmt.Errorf("free memory: %s", a.Status)
		}
	}
	return nil
}
