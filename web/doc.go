// Package web is Ovation in the browser: the start page, the rooms of a host, the viewer page, the host console, the stream
// overlay and the client library, built by Vite from the TypeScript beside this file and embedded into the binary.
//
// Handler serves them under their addresses with content ETags, a strict Content-Security-Policy and no referrer; it
// knows no rooms and no people. Begin reading at client/index.ts for the protocol's other half, at src/ for the pages.
package web
