package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// exitSkipped is the code of an isolated scenario that this machine does not allow.
const exitSkipped = 3

// skipped is why a scenario was not run.
type skipped struct{ error }

// errSaid is a skipped scenario whose child has told why.
var errSaid = errors.New("the child has told why")

type options struct {
	binary string
	only   string
	log    string
	whole  bool
	full   bool
	inside bool
}

func main() {
	var o options
	flag.StringVar(&o.binary, "ovation", "bin/ovation", "the binary to try")
	flag.StringVar(&o.only, "only", "", "scenarios to run, comma-separated; all when empty")
	flag.StringVar(&o.log, "log", "", "file for the processes' logs; left out when empty")
	flag.BoolVar(&o.whole, "whole", false, "fail where this machine does not allow a scenario, instead of leaving it out")
	flag.BoolVar(&o.full, "full", false, "give scenarios of load their whole size, which takes minutes")
	flag.BoolVar(&o.inside, "inside", false, "run in namespaces that were made for it; this command says so to itself")
	list := flag.Bool("list", false, "list the scenarios")
	flag.Parse()
	if *list {
		for _, s := range scenarios {
			fmt.Printf("%-22s %-3s %s\n", s.name, s.line, s.what)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		var skip skipped
		if o.inside && errors.As(err, &skip) {
			os.Exit(exitSkipped)
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	chosen := scenarios
	if o.only != "" {
		chosen = nil
		for _, name := range strings.Split(o.only, ",") {
			i := slices.IndexFunc(scenarios, func(s scenario) bool { return s.name == name })
			if i < 0 {
				return fmt.Errorf("there is no scenario %q; there are %s", name, names())
			}
			chosen = append(chosen, scenarios[i])
		}
	}
	log := io.Discard
	if o.log != "" {
		how := os.O_CREATE | os.O_WRONLY | os.O_APPEND
		if !o.inside {
			how |= os.O_TRUNC
		}
		f, err := os.OpenFile(o.log, how, 0o600)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // what was written is written
		log = f
	}
	binary, err := filepath.Abs(o.binary)
	if err != nil {
		return err
	}
	failed, left := 0, 0
	for _, s := range chosen {
		err := s.run(ctx, o, binary, log)
		var skip skipped
		switch {
		case errors.As(err, &skip) && o.inside:
			return err
		case errors.As(err, &skip), errors.Is(err, errSaid):
			left++
		case err != nil:
			failed++
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if left > 0 {
		fmt.Printf("%d of %d scenarios were skipped; the lines above say why\n", left, len(chosen))
	}
	if left > 0 && o.whole {
		failed += left
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", failed, len(chosen))
	}
	return nil
}

// run plays a scenario, in namespaces of its own where it needs them, and tells how it went.
func (s scenario) run(ctx context.Context, o options, binary string, log io.Writer) error {
	if len(s.tools) > 0 && !o.inside {
		err := s.tooled()
		if err == nil {
			args := []string{"-inside", "-ovation", binary, "-only", s.name}
			if o.log != "" {
				args = append(args, "-log", o.log)
			}
			err = isolated(ctx, args...)
		}
		var skip skipped
		if errors.As(err, &skip) {
			s.tell("skipped", 0, nil, err)
		}
		return err // the child has told the rest
	}
	start := time.Now()
	var notes []string
	var err error
	if o.inside {
		if err = settle(ctx); err != nil {
			err = skipped{err}
		}
	}
	if err == nil {
		notes, err = s.play(ctx, load{binary, log, o.full})
	}
	verdict := "good"
	var skip skipped
	if errors.As(err, &skip) {
		verdict = "skipped"
	} else if err != nil {
		verdict = "FAILED"
	}
	s.tell(verdict, time.Since(start), notes, err)
	return err
}

// tooled fails when a tool is missing that the scenario needs.
func (s scenario) tooled() error {
	var missing []string
	for _, t := range s.tools {
		if _, err := exec.LookPath(t); err != nil {
			missing = append(missing, t)
		}
	}
	if len(missing) > 0 {
		return skipped{fmt.Errorf("it needs %s: .ci/needs faults installs them", strings.Join(missing, ", "))}
	}
	return nil
}

func (s scenario) tell(verdict string, took time.Duration, notes []string, err error) {
	fmt.Printf("%-8s %-3s %-20s %6.1f s  %s\n", verdict, s.line, s.name, took.Seconds(), s.what)
	for _, n := range notes {
		fmt.Printf("         %s\n", n)
	}
	if err != nil {
		fmt.Printf("         %s\n", strings.ReplaceAll(err.Error(), "\n", "\n         "))
	}
}

func names() string {
	var all []string
	for _, s := range scenarios {
		all = append(all, s.name)
	}
	return strings.Join(all, ", ")
}
