package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/ovation-live/ovation/internal/config"
)

// reloader takes settings anew in a running process: those that can change, and the contents of key files.
type reloader struct {
	node *node

	mu  sync.Mutex     // one at a time
	cfg *config.Loaded // in force; guarded by mu
}

// reload reads everything first and changes nothing unless all of it is good. It says what changed, and what waits for a
// restart.
func (r *reloader) reload() (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.node
	if !n.admin.started.Load() {
		return "", errors.New("the process is still starting")
	}
	fresh, changed, err := r.cfg.Reload()
	if err != nil {
		n.log.Error("the settings stay as they were", "error", err)
		return "", err
	}
	if err := n.again(fresh); err != nil {
		return "", errors.Join(err, n.again(r.cfg)) // those that took it go back
	}
	if n.keys != nil && len(fresh.Keys.Files) > 0 {
		if err := n.keys.Reload(fresh.Keys.Files); err != nil {
			n.log.Error("the settings stay as they were", "error", err)
			return "", errors.Join(err, n.again(r.cfg))
		}
	}
	said := []string{"keys read anew"}
	if slices.Contains(changed, "log.level") {
		if err := n.tel.Level.UnmarshalText([]byte(fresh.Log.Level)); err != nil {
			return "", err // Check has seen it
		}
	}
	r.cfg = fresh
	var later []string
	for _, key := range changed {
		if slices.Contains(config.Live, key) {
			said = append(said, key+" is "+cmp.Or(fresh.Text(key), "empty"))
		} else {
			later = append(later, key)
		}
	}
	if len(later) > 0 {
		said = append(said, strings.Join(later, ", ")+" changed and wait for a restart")
	}
	line := strings.Join(said, "; ")
	n.log.Info("settings taken anew", "result", line)
	return line, nil
}

// again hands settings to every part that takes them while it runs.
func (n *node) again(c *config.Loaded) error {
	for _, take := range n.live {
		if err := take(c); err != nil {
			n.log.Error("the settings stay as they were", "error", err)
			return err
		}
	}
	return nil
}

// onHangup reloads at each SIGHUP until the context ends. serve does without: closing its terminal must end it.
func (r *reloader) onHangup(ctx context.Context) error {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangups:
			_, _ = r.reload() // it is in the log
		}
	}
}

func (r *reloader) handle(w http.ResponseWriter, _ *http.Request) {
	line, err := r.reload()
	if err != nil {
		http.Error(w, "nothing was changed: "+err.Error(), http.StatusBadRequest)
		return
	}
	say(w, line)
}
