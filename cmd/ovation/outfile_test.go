package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// The export of yesterday must outlive one of today that fails, and what people wrote is nobody else's to read.
func TestAFileIsReplacedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "show.jsonl"), filepath.Join(dir, "latest")
	if err := os.WriteFile(file, []byte("yesterday"), 0o644); err != nil { //nolint:gosec // others can read it: that must end
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	holds := func(want string) {
		t.Helper()
		if body, err := os.ReadFile(file); err != nil || string(body) != want {
			t.Errorf("the file holds %q, %v; want %q", body, err, want)
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) != 2 {
			t.Errorf("left behind: %v, %v", names, err)
		}
	}
	refused := errors.New("refused")
	if err := writeFile(file, io.Discard, func(w io.Writer) error {
		_, err := io.WriteString(w, "half of to")
		return errors.Join(err, refused)
	}); !errors.Is(err, refused) {
		t.Errorf("an export that was refused: %v", err)
	}
	holds("yesterday")
	if err := writeFile(link, io.Discard, func(w io.Writer) error {
		_, err := io.WriteString(w, "today")
		return err
	}); err != nil {
		t.Error(err)
	}
	holds("today")
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", info, err)
	}
	if err := writeFile(os.DevNull, io.Discard, func(w io.Writer) error {
		_, err := io.WriteString(w, "nobody reads it")
		return err
	}); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("the device became %v, %v", info, err)
	}
}

// A link to where nothing is yet is followed, and stays.
func TestALinkToNoFileIsFollowed(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "latest")
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "exports"), 0o700), os.Symlink(filepath.Join("exports", "today"), link)); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(link, io.Discard, today); err != nil {
		t.Fatal(err)
	}
	if body, err := os.ReadFile(filepath.Join(dir, "exports", "today")); err != nil || string(body) != "today" {
		t.Errorf("the target holds %q, %v", body, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info, err)
	}
}

// A file of ours in a directory that takes no others is written over, and that is said.
func TestAFileWhereNoOtherCanBeMadeIsWrittenOver(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root makes files everywhere, so that no directory refuses one")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "show.jsonl")
	if err := errors.Join(os.WriteFile(file, []byte("longer than today's"), 0o600), os.Chmod(dir, 0o500)); err != nil { //nolint:gosec // a directory
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) }) //nolint:gosec // a directory
	var said bytes.Buffer
	if err := writeFile(file, &said, today); err != nil {
		t.Fatal(err)
	}
	if body, err := os.ReadFile(file); err != nil || string(body) != "today" || !bytes.Contains(said.Bytes(), []byte("written over")) {
		t.Errorf("the file holds %q, %v; said %q", body, err, &said)
	}
	if err := writeFile(filepath.Join(dir, "new.jsonl"), &said, today); !errors.Is(err, os.ErrPermission) {
		t.Errorf("a new file there: %v", err)
	}
}

func today(w io.Writer) error {
	_, err := io.WriteString(w, "today")
	return err
}
