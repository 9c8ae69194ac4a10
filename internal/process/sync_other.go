//go:build unix && !linux

package process

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncFilesystem asks for everything written to come to the disk; outside Linux there is no call for one file system.
func syncFilesystem(*os.File) error { return unix.Sync() }
