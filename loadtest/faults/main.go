package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	binary := flag.String("ovation", "bin/ovation", "the binary to try")
	only := flag.String("only", "", "scenarios to run, comma-separated; all when empty")
	logs := flag.String("log", "", "file for the processes' logs; left out when empty")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *binary, *only, *logs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, binary, only, logs string) error {
	chosen := scenarios
	if only != "" {
		chosen = nil
		for _, name := range strings.Split(only, ",") {
			i := slices.IndexFunc(scenarios, func(s scenario) bool { return s.name == name })
			if i < 0 {
				return fmt.Errorf("there is no scenario %q; there are %s", name, names())
			}
			chosen = append(chosen, scenarios[i])
		}
	}
	log := io.Discard
	if logs != "" {
		f, err := os.Create(logs)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // what was written is written
		log = f
	}
	failed := 0
	for _, s := range chosen {
		start := time.Now()
		notes, err := s.play(ctx, binary, log)
		verdict := "good  "
		if err != nil {
			verdict, failed = "FAILED", failed+1
		}
		fmt.Printf("%s  %-22s %6.1f s  %s\n", verdict, s.name, time.Since(start).Seconds(), s.what)
		for _, n := range notes {
			fmt.Printf("        %s\n", n)
		}
		if err != nil {
			fmt.Printf("        %s\n", strings.ReplaceAll(err.Error(), "\n", "\n        "))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", failed, len(chosen))
	}
	return nil
}

func names() string {
	var all []string
	for _, s := range scenarios {
		all = append(all, s.name)
	}
	return strings.Join(all, ", ")
}
