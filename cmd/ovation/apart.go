package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ovation-live/ovation/internal/config"
)

// checkApart is what a process without a store of its own needs to be told.
func checkApart(cfg *config.Loaded) error {
	if cfg.NATS.URL == "" {
		return errors.New("say where the store is with --nats-url, such as nats://127.0.0.1:4222 of 'ovation broker'")
	}
	if !cfg.Keys.Given() {
		return errors.New("give the keys with --keys-files; processes apart must share them")
	}
	return nil
}

// announcePart prints one line of JSON when a part is ready: the addresses that it listens on, for scripts that gave
// port 0.
func announcePart(w io.Writer, addresses map[string]string) error {
	body, err := json.Marshal(addresses)
	if err != nil {
		return fmt.Errorf("render the ready line: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", body)
	return err
}
