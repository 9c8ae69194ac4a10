package process

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncFilesystem brings everything written to f's file system to the disk: the store's files, whoever opened them.
func syncFilesystem(f *os.File) error { return unix.Syncfs(int(f.Fd())) }
