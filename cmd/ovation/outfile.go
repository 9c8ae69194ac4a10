package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile has a file written, readable by this user alone. What stood under its name stays until the new one is whole and
// on the disk: a call that is refused, or a disk that is full, costs nobody the export of yesterday. Where no file can be made
// beside it, it is written over and warn is told. What is no ordinary file, such as a pipe, is written as it is. A process that
// is killed leaves a file .ovation-* beside it.
func writeFile(path string, warn io.Writer, write func(io.Writer) error) error {
	path = linked(path)
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return writeOver(path, os.O_WRONLY, write)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look at %s: %w", path, err)
	}
	f, failed := os.CreateTemp(filepath.Dir(path), ".ovation-*") // made 0600
	switch {
	case failed == nil:
		return replace(path, f, write)
	case err == nil && errors.Is(failed, fs.ErrPermission):
		_, _ = fmt.Fprintf(warn, "no file can be made beside %s: it is written over, and what it held is gone should this fail\n", path) // a warning
		if err := os.Chmod(path, 0o600); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		return writeOver(path, os.O_WRONLY|os.O_TRUNC, write)
	}
	return fmt.Errorf("open a file beside %s: %w", path, failed)
}

// linked follows symbolic links, which stay, also to where nothing is yet.
func linked(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	for range 40 { // as many as Linux follows
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}

// writeOver writes what stands as it is.
func writeOver(path string, how int, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, how, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	return errors.Join(write(f), f.Close())
}

// replace puts a new file in the place of another one.
func replace(path string, f *os.File, write func(io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // it is half of what was asked for
		}
	}()
	if err := write(f); err != nil {
		_ = f.Close()
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("put the new %s in place: %w", path, err)
	}
	return nil
}
