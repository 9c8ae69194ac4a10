package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/internal/config"
	"github.com/ovation-live/ovation/internal/process"
)

func newBroker() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "broker",
		Short: "Run the embedded NATS server on a port, for services and gateways in processes of their own",
		Long: `Run the embedded NATS server on a port, for services and gateways in processes of their own.

Alone it is for tests and small installations. Three of it make a cluster that survives the loss of one: give each
--broker-cluster, --broker-routes with the addresses of all, and store.replicas 3 to gateways and services. A cluster
writes everything to disk before it acknowledges. With --nats-token-file it asks everyone for that secret; without it
nobody is asked. It speaks no TLS: keep its ports on a network of its own, or point nats.url to NATS servers proper.`,
		Args: want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if cfg.Broker.Cluster != "" {
				if cfg.Set("durability") && cfg.Durability != "strict" {
					return misuse(cmd, "durability %s does not go with broker.cluster: a copy that forgets what it acknowledged is none; leave it out", cfg.Durability)
				}
				cfg.Durability = "strict"
				if cfg.Broker.Name == "" {
					if cfg.Broker.Name, err = os.Hostname(); err != nil {
						return fmt.Errorf("give --broker-name: %w", err)
					}
				}
			}
			return runBroker(cmd.Context(), cfg, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	config.Flags(cmd.Flags(), "data", "nats.listen", "nats.token_file", "broker.name", "broker.cluster", "broker.routes", "admin", "durability", "store.max_bytes", "log.level", "log.format")
	return cmd
}

func runBroker(ctx context.Context, cfg *config.Loaded, stdout, stderr io.Writer) error {
	adminPort, err := listen("admin", cfg.Admin)
	if err != nil {
		return err
	}
	defer func() { _ = adminPort.Close() }() // the part that served it has closed it already
	probe, err := listen("nats-listen", cfg.NATS.Listen)
	if err != nil {
		return err
	}
	if err := probe.Close(); err != nil { // the server opens it itself
		return fmt.Errorf("probe %s: %w", cfg.NATS.Listen, err)
	}
	dir, err := process.OpenDir(cfg.Data)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // the process ends with it
	n, ctx, err := newNode(ctx, "broker", cfg, stderr, adminPort)
	if err != nil {
		return err
	}
	defer n.drain()
	server, err := n.startBroker(dir, cfg.NATS.Listen)
	if err != nil {
		return n.fail(err)
	}
	if cfg.NATS.TokenFile == "" && !config.Loopback(cfg.NATS.Listen) {
		n.log.Warn("the broker asks nobody who they are: whoever reaches its port may read and write everything", "address", cfg.NATS.Listen)
	}
	return n.run(ctx, func() error {
		return announcePart(stdout, map[string]string{"nats": server.ClientURL(), "admin": adminPort.Addr().String()})
	})
}
