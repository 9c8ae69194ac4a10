package fanout

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/server"
)

// stage is the system under load.
type stage struct{ *server.Stage }

// serve starts one process for one gateway, or broker, services and gateways apart.
func serve(ctx context.Context, binary string, log io.Writer, gateways int) (*stage, error) {
	s, err := server.Serve(ctx, binary, log, gateways, gateways > 1, "--gateway-handshakes", "100000")
	if err != nil {
		return nil, err
	}
	return &stage{s}, nil
}

func (s *stage) goroutines(ctx context.Context) (int64, error) {
	n, err := scrape.Sum(ctx, "go_goroutines", s.Admins()...)
	return int64(n), err
}

// free has the gateways collect what they no longer use and give it back.
func (s *stage) free(ctx context.Context) error {
	for _, g := range s.Gateways {
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
