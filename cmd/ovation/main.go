// Command ovation is every process of Ovation in one binary: serve is all of it at once, gateway, services and broker
// are its parts as processes of their own, and the rest are tools that speak to them. Each subcommand has a file of its
// own; wire.go puts the parts together, root.go turns errors into exit codes.
package main

import (
	"context"
	"os"

	"github.com/ovation-live/ovation/internal/process"
)

func main() {
	ctx, stop := process.Signals(context.Background())
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
