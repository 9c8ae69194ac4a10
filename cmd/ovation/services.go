package main

import (
	"context"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/internal/config"
	"github.com/ovation-live/ovation/internal/process"
)

func newServices() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "services [rooms] [comments] [hearts] [questions]",
		Short: "Run the gRPC services, or those that are named, with the store elsewhere",
		Args: func(cmd *cobra.Command, args []string) error {
			for _, name := range args {
				if !slices.Contains(serviceNames(), name) {
					return misuse(cmd, "there is no service %q%s", name, process.DidYouMean(name, serviceNames()))
				}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if err := checkApart(cfg); err != nil {
				return misuse(cmd, "%w", err)
			}
			if len(args) == 0 {
				args = serviceNames()
			}
			return runServices(cmd.Context(), cfg, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	config.Flags(cmd.Flags(), slices.Concat([]string{
		"grpc", "admin", "nats.url", "nats.credentials", "nats.token_file", "nats.ca", "nats.cert", "nats.key", "store.max_bytes", "store.replicas", "store.recreate",
		"log.level", "log.format", "otlp.endpoint", "otlp.metrics", "trace.sample", "moderation.address", "moderation.tls", "moderation.deadline", "reflection", "filter.terms_file", "media_origins", "limits.verbs",
	}, keySettings, grpcTLSKeys)...)
	return cmd
}

func runServices(ctx context.Context, cfg *config.Loaded, names []string, stdout, stderr io.Writer) error {
	port, err := listen("grpc", cfg.GRPC)
	if err != nil {
		return err
	}
	defer func() { _ = port.Close() }() // the part that served it has closed it already
	adminPort, err := listen("admin", cfg.Admin)
	if err != nil {
		return err
	}
	defer func() { _ = adminPort.Close() }()
	n, ctx, err := newNode(ctx, "services", cfg, stderr, adminPort)
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
	if err := n.startServices(port, names); err != nil {
		return n.fail(err)
	}
	return n.run(ctx, func() error {
		return announcePart(stdout, map[string]string{"grpc": port.Addr().String(), "admin": adminPort.Addr().String()})
	})
}
