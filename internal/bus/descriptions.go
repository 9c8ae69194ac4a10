package bus

import (
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// A stream is described by two files beside its messages. Unless every write is synced, NATS leaves it to the kernel to
// bring them to the disk, which takes up to half a minute; a power cut in it would leave descriptions without their
// checksums, and streams whose messages are there but which nobody finds.

// watchDescriptions syncs descriptions that are new or were changed, whoever did it: a process of services that made the
// streams, a restore, an operator who gave one more room.
func (s *Server) watchDescriptions(log *slog.Logger) {
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	var last error
	for {
		now, err := s.described()
		if synced := s.synced.Load(); err == nil && (synced == nil || !maps.Equal(now, *synced)) {
			if err = s.syncNew(); err == nil {
				s.synced.Store(&now)
			}
		}
		if err != nil && last == nil {
			log.Warn("cannot bring the descriptions of streams to the disk; trying again", "error", err)
		}
		last = err
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
	}
}

// described gives the descriptions of all streams, and when each was written.
func (s *Server) described() (map[string]int64, error) {
	files, err := filepath.Glob(filepath.Join(s.dir, "nats", "jetstream", "*", "streams", "*", "meta.*"))
	if err != nil {
		return nil, err
	}
	written := make(map[string]int64, len(files))
	for _, name := range files {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, or moved to its place, just now
		}
		if err != nil {
			return nil, err
		}
		written[name] = info.ModTime().UnixNano()
	}
	return written, nil
}

// syncNew brings descriptions to the disk, with the folders that hold them.
func (s *Server) syncNew() error {
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) { // the server tidies up meanwhile
				return nil
			}
			return err
		}
		if !d.IsDir() && d.Name() != "meta.inf" && d.Name() != "meta.sum" {
			return nil
		}
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}
