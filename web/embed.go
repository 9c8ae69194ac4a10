package web

import (
	"embed"
	"io/fs"
)

// dist is what `npm run build` makes of the sources beside this file. It is committed, so that a build of the binary needs
// no Node; CI builds it again and fails on a difference.
//
//go:embed all:dist
var dist embed.FS

// Files are the built files, as they lie in web/dist.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil { // only an invalid path makes Sub fail
		panic(err)
	}
	return files
}
