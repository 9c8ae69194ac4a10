package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/config"
)

// storeSettings are how a tool reaches the brokers.
var storeSettings = []string{"nats.url", "nats.credentials", "nats.token_file", "nats.ca", "nats.cert", "nats.key"}

func newBackup() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup DIR",
		Short: "Copy the streams of the brokers into a new directory, while everything runs",
		Long: `Copy the streams of the brokers at nats.url into a new directory, while everything runs. Each stream is of one moment,
all of them of slightly different ones. The keys are not in it: keep a copy of those elsewhere.

The store of ovation serve has no port: stop the process and copy its data directory instead.`,
		Example: "  ovation backup ./2026-05-01 --nats-url nats://127.0.0.1:4222 --nats-token-file nats-token",
		Args:    want("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd, func(ctx context.Context, b *bus.Bus) error {
				if err := b.Backup(ctx, args[0], func(stream string, bytes int64) {
					_, _ = fmt.Fprintf(cmd.OutOrStdout(), "%-12s %d bytes\n", stream, bytes) // a progress line
				}); err != nil {
					return err
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "all of it is in %s\n", args[0])
				return err
			})
		},
	}
	config.Flags(cmd.Flags(), storeSettings...)
	return cmd
}

func newRestore() *cobra.Command {
	var only string
	cmd := &cobra.Command{
		Use:   "restore DIR",
		Short: "Put the streams of a backup into brokers that have none",
		Long: `Put the streams of a backup into the brokers at nats.url, before anything else is started there: it overwrites nothing,
and refuses where a stream stands. With --only it puts back one stream that somebody deleted. One that was cut short goes on
when it is called again; until then no process starts there.

What was stored after the backup is gone. Cursors of before count for nothing afterwards, and tallies are counted anew from
the votes: start services and gateways after it, or start them again.`,
		Example: "  ovation restore ./2026-05-01 --nats-url nats://127.0.0.1:4222 --nats-token-file nats-token --store-replicas 3",
		Args:    want("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd, func(ctx context.Context, b *bus.Bus) error {
				if err := b.Restore(ctx, args[0], only, func(stream string) {
					_, _ = fmt.Fprintln(cmd.OutOrStdout(), stream) // a progress line
				}); err != nil {
					return err
				}
				_, err := fmt.Fprintln(cmd.OutOrStdout(), "restored; start services and gateways now, or again")
				return err
			})
		},
	}
	config.Flags(cmd.Flags(), append([]string{"store.replicas"}, storeSettings...)...)
	cmd.Flags().StringVar(&only, "only", "", "The one stream to put back, such as OV_LOG. Default: all")
	return cmd
}

// withStore connects to nats.url for a tool.
func withStore(cmd *cobra.Command, do func(context.Context, *bus.Bus) error) error {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	if cfg.NATS.URL == "" {
		return misuse(cmd, "say where the store is with --nats-url; the store of ovation serve is copied while it is stopped")
	}
	options := bus.Options{
		URL: cfg.NATS.URL, Credentials: cfg.NATS.Credentials, CA: cfg.NATS.CA, Cert: cfg.NATS.Cert, Key: cfg.NATS.Key,
		Name: "ovation " + cmd.Name(), Logger: slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelError})),
	}
	if cfg.Set("store.replicas") {
		options.Replicas = cfg.Store.Replicas
	}
	if cfg.NATS.TokenFile != "" {
		body, err := os.ReadFile(cfg.NATS.TokenFile)
		if err != nil {
			return fmt.Errorf("read nats.token_file: %w", err)
		}
		options.Token = func() string { return strings.TrimSpace(string(body)) }
	}
	dial, cancel := context.WithTimeout(cmd.Context(), callTimeout)
	b, err := bus.Connect(dial, options)
	cancel()
	if err != nil {
		return err
	}
	defer b.Close()
	return do(cmd.Context(), b)
}
