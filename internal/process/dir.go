package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Format is the layout of a data directory that this version reads and writes. It rises when an older version could no
// longer read what a newer one left behind.
const Format = 1

// Names inside a data directory. Everything else in it belongs to whoever keeps something there.
const (
	lockName    = "LOCK"    // held by flock while a process uses the directory; holds that process's id
	versionName = "VERSION" // the directory's Format
	cleanName   = "CLEAN"   // stands from an orderly stop to the next start
)

// Dir is a data directory that this process, and no other, uses.
type Dir struct {
	path  string
	lock  *os.File
	clean bool
}

// OpenDir makes the directory (mode 0700) where it is missing and takes its lock. Its errors are one line for a person:
// locked by another process, not writable, disk full, written by a newer version. A directory that is refused is left
// as it was.
func OpenDir(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, explain(path, err)
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, explain(path, err)
	}
	d := &Dir{path: path, lock: lock}
	if err := d.take(); err != nil {
		_ = lock.Close() // nothing was written through it
		return nil, err
	}
	return d, nil
}

// take locks the directory and reads what the process before left in it.
func (d *Dir) take() error {
	if err := syscall.Flock(int(d.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return fmt.Errorf("lock data directory %s: %w", d.path, err)
		}
		return fmt.Errorf("data directory %s is locked by %s: stop that one or give another directory with --data",
			d.path, d.holder())
	}
	if err := d.checkVersion(); err != nil {
		return err
	}
	if err := d.lock.Truncate(0); err != nil {
		return explain(d.path, err)
	}
	if _, err := d.lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return explain(d.path, err)
	}
	_, err := os.Stat(filepath.Join(d.path, cleanName))
	d.clean = err == nil
	return nil
}

// holder names whoever has the lock.
func (d *Dir) holder() string {
	buf := make([]byte, 20)
	n, _ := d.lock.ReadAt(buf, 0) // an empty file says as much as an unreadable one
	if pid, err := strconv.Atoi(strings.TrimSpace(string(buf[:n]))); err == nil {
		return fmt.Sprintf("process %d", pid)
	}
	return "another process"
}

// checkVersion compares the directory's format with ours; a fresh directory gets ours, and counts as left in order.
func (d *Dir) checkVersion() error {
	name := filepath.Join(d.path, versionName)
	body, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(filepath.Join(d.path, cleanName), nil, 0o600); err != nil {
			return explain(d.path, err)
		}
		if err := os.WriteFile(name, []byte(strconv.Itoa(Format)+"\n"), 0o600); err != nil {
			return explain(d.path, err)
		}
		return nil
	}
	if err != nil {
		return explain(d.path, err)
	}
	format, err := strconv.Atoi(strings.TrimSpace(string(body)))
	if err != nil {
		return fmt.Errorf("data directory %s: its file %s does not hold a number: this is no directory of Ovation's, or it is damaged",
			d.path, versionName)
	}
	if format > Format {
		return fmt.Errorf("data directory %s was written by a newer version (format %d, this one reads %d): run that version or give another directory with --data",
			d.path, format, Format)
	}
	return nil
}

// Path is the directory, or a name inside it.
func (d *Dir) Path(names ...string) string {
	return filepath.Join(append([]string{d.path}, names...)...)
}

// WasClean tells whether the process before stopped in order, or whether there was none: if not, the last moments of
// what it wrote may be lost, and sequences that it gave out may be given again.
func (d *Dir) WasClean() bool { return d.clean }

// Begin takes the mark of an orderly stop away, durably: call it before anything is written to the store.
func (d *Dir) Begin() error {
	if err := os.Remove(filepath.Join(d.path, cleanName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return explain(d.path, err)
	}
	return d.sync()
}

// End marks an orderly stop: call it when the store is closed. The store's writes are on disk before the mark is, else a
// power cut just after could leave the mark without them.
func (d *Dir) End() error {
	if err := d.sync(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.path, cleanName), nil, 0o600); err != nil {
		return explain(d.path, err)
	}
	return d.sync()
}

// Close gives the lock back. The file stays: removing it would let two processes lock two files of the same name.
func (d *Dir) Close() error {
	if err := d.lock.Close(); err != nil {
		return fmt.Errorf("unlock data directory %s: %w", d.path, err)
	}
	return nil
}

func (d *Dir) sync() error {
	if err := syncFilesystem(d.lock); err != nil {
		return fmt.Errorf("sync data directory %s: %w", d.path, err)
	}
	return nil
}

// explain turns an error of the file system into a sentence with a way out.
func explain(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("data directory %s is not writable by this user: change its rights or give another directory with --data", path)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("data directory %s is on a full disk: make room or give another directory with --data", path)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("data directory %s is, or lies below, a file: give another directory with --data", path)
	}
	return fmt.Errorf("data directory %s: %w", path, err)
}
