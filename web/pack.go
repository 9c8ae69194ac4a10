package web

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"maps"
	"slices"
	"strings"
)

// packageFile is the client library as a package that npm installs from its address: no registry is needed, and client
// and server are of one version.
const packageFile = "client/v1/ovation-client.tgz"

// pack lays the built library out as npm does, in a folder package/. The same files give the same bytes: npm writes their
// hash into lock files.
func pack(files map[string]*file) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	archive := tar.NewWriter(zip)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		inner, ok := strings.CutPrefix(name, "client/v1/")
		if !ok {
			continue
		}
		body := files[name].body
		header := &tar.Header{Name: "package/" + inner, Mode: 0o644, Size: int64(len(body)), Format: tar.FormatUSTAR}
		_ = archive.WriteHeader(header) // a buffer takes everything
		_, _ = archive.Write(body)
	}
	_ = archive.Close()
	_ = zip.Close()
	return out.Bytes()
}
