package main

import (
	"context"
	"io"
	"net"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/internal/config"
)

func newGateway() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gateway",
		Short: "Run a gateway: pages and sockets, with store and services elsewhere",
		Args:  want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if err := checkApart(cfg); err != nil {
				return misuse(cmd, "%w", err)
			}
			return runGateway(cmd.Context(), cfg, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	config.Flags(cmd.Flags(), slices.Concat([]string{
		"listen", "admin", "nats.url", "nats.credentials", "nats.token_file", "nats.ca", "nats.cert", "nats.key", "gateway.services", "gateway.token_file", "gateway.max_sockets", "gateway.max_age", "gateway.handshakes", "gateway.no_canary",
		"store.max_bytes", "store.replicas", "store.recreate", "log.level", "log.format", "otlp.endpoint", "otlp.metrics", "trace.sample", "drain.window",
	}, keySettings, grpcTLSKeys, publicSettings)...)
	return cmd
}

func runGateway(ctx context.Context, cfg *config.Loaded, stdout, stderr io.Writer) error {
	public, err := listen("listen", cfg.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = public.Close() }() // the part that served it has closed it already
	adminPort, err := listen("admin", cfg.Admin)
	if err != nil {
		return err
	}
	defer func() { _ = adminPort.Close() }()
	n, ctx, err := newNode(ctx, "gateway", cfg, stderr, adminPort)
	if err != nil {
		return err
	}
	defer n.drain()
	if err := n.openKeys(nil); err != nil {
		return n.fail(err)
	}
	if err := n.openCerts(); err != nil {
		return n.fail(err)
	}
	if err := n.openStore(ctx, nil); err != nil {
		return n.fail(err)
	}
	token, err := n.serviceToken()
	if err != nil {
		return n.fail(err)
	}
	ports := gatewayPorts{listeners: []net.Listener{public}, services: cfg.Gateway.Services, token: token, drain: cfg.Drain.Window, canary: !cfg.Gateway.NoCanary}
	if err := n.startGateway(ports); err != nil {
		return n.fail(err)
	}
	return n.run(ctx, func() error {
		return announcePart(stdout, map[string]string{"listen": public.Addr().String(), "admin": adminPort.Addr().String()})
	})
}
