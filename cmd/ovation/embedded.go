package main

import (
	"context"
	"errors"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/process"
)

// startBroker runs the embedded store in the data directory; listen is empty for this process alone.
func (n *node) startBroker(dir *process.Dir, listen string) (*bus.Server, error) {
	if err := dir.Begin(); err != nil {
		return nil, err
	}
	options := bus.ServerOptions{
		Dir: dir.Path(), Strict: n.cfg.Durability == "strict", MaxStore: int64(n.cfg.Store.MaxBytes) / 4 * 5,
		Listen: listen, Logger: n.log,
	}
	if listen != "" {
		token, err := n.brokerToken()
		if err != nil {
			return nil, err
		}
		options.Token, options.Name, options.Cluster, options.Routes = token, n.cfg.Broker.Name, n.cfg.Broker.Cluster, n.cfg.Broker.Routes
	}
	server, err := bus.StartServer(options)
	if err != nil {
		if dir.WasClean() {
			err = errors.Join(err, dir.End()) // nothing was written
		}
		return nil, err
	}
	safe := dir.WasClean()
	n.stack.Defer("store", func() error {
		server.Stop()
		if !safe {
			return nil // its sequences were never told apart from those before the crash: the next start must do it
		}
		return dir.End()
	})
	n.stack.Start("store's health", func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-server.Failed():
			return errors.New("the store has switched itself off, as it does when its disk is full or broken: make room, and start it again; nothing that was acknowledged is lost")
		}
	})
	n.admin.require("disk", func() error {
		if server.LowDisk() {
			return errors.New("less than a twentieth of the disk is free, writes are refused")
		}
		return nil
	})
	n.admin.require("cluster", func() error {
		if !server.Joined() {
			return errors.New("this server is not with a majority of its cluster")
		}
		return nil
	})
	if n.cfg.Broker.Cluster == "" && !dir.WasClean() {
		n.log.Warn("the last stop was not an orderly one; cursors of before are not honoured, nothing stored is lost but what a power cut took")
		if err := n.renew(server); err != nil {
			return nil, err
		}
		safe = true
	}
	if n.cfg.Durability == "strict" {
		// Every write is on disk before it is acknowledged, so that from here on even a kill loses nothing.
		if err := dir.End(); err != nil {
			return nil, err
		}
	}
	return server, nil
}

// renew gives the streams of a store that was not closed in order a new incarnation, before anybody reads them.
func (n *node) renew(server *bus.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	b, err := n.connect(ctx, server)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.Ensure(ctx); err != nil {
		return err
	}
	return b.Renew(ctx, "unclean_stop")
}
