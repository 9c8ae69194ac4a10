package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/process"
	"github.com/ovation-live/ovation/loadtest"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// usageError is a mistake in what was typed or configured rather than in what happened then.
type usageError struct {
	command string // whose help to read
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// misuse makes a usage error.
func misuse(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{command: cmd.CommandPath(), err: fmt.Errorf(format, args...)}
}

// run is the whole program but for the process's exit: tests call it as a person would.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := unknownCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if err == nil {
		return exitDone
	}
	code, message := exitFailed, fmt.Sprintf("ovation: %s\n", sentence(err))
	var usage *usageError
	if errors.As(err, &usage) {
		code, message = exitUsage, fmt.Sprintf("ovation: %v\nTry '%s --help'.\n", err, usage.command)
	}
	_, _ = io.WriteString(stderr, message) // where else to complain
	return code
}

// sentence is an error for a person: a fault's own words with its reason, anything else as it is.
func sentence(err error) string {
	f, ok := fault.Of(err)
	if !ok {
		return err.Error()
	}
	s := f.Message
	if f.Field != "" && !strings.Contains(s, f.Field) {
		s = f.Field + ": " + s
	}
	s = fmt.Sprintf("%s (%s)", s, f.Reason)
	if f.RetryAfter > 0 {
		s += fmt.Sprintf("; try again in %v", f.RetryAfter)
	}
	return s
}

func newRoot() *cobra.Command {
	root := group("ovation", "Hearts, comments and questions for live shows")
	for _, g := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"Run:", []*cobra.Command{newServe(), newGateway(), newServices(), newBroker()}},
		{"Speak to what runs:", []*cobra.Command{newRoom(), newPeople(), newUndo(), newHearts(), newCheck(), newExport(), newTop()}},
		{"Keep what is stored:", []*cobra.Command{newStore(), newBackup(), newRestore()}},
		{"Prepare:", []*cobra.Command{newToken(), newConfig(), newVersion()}},
		{"Prove:", []*cobra.Command{group("loadtest", "Prove what is promised, under load", loadtest.Commands()...)}},
	} {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.title
		}
		root.AddCommand(g.commands...)
	}
	root.SetHelpCommandGroupID("Prepare:")
	root.Long = "Hearts, comments and questions for live shows.\n\nStart with 'ovation serve' and open the links that it prints."
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	return root
}

// group is a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ArbitraryArgs, // judged by unknownCommand
		RunE: func(cmd *cobra.Command, _ []string) error {
			return misuse(cmd, "say what to do: %s", strings.Join(names(cmd), ", "))
		},
	}
	cmd.AddCommand(commands...)
	return cmd
}

func names(cmd *cobra.Command) []string {
	var all []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			all = append(all, c.Name())
		}
	}
	return all
}

// unknownCommand looks for a word where a subcommand should stand. It comes before cobra's own parsing, which would
// complain of the flags that belong to the mistyped command.
func unknownCommand(root *cobra.Command, args []string) error {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	cmd, rest, err := root.Find(args)
	if err != nil || !cmd.HasSubCommands() || len(rest) > 0 && strings.HasPrefix(rest[0], cobra.ShellCompRequestCmd) {
		return nil // found, or for cobra to explain
	}
	for _, word := range rest {
		if !strings.HasPrefix(word, "-") {
			return misuse(cmd, "there is no command %q%s", cmd.CommandPath()+" "+word, process.DidYouMean(word, names(cmd)))
		}
	}
	return nil
}

// flagError names the nearest flag when one does not exist.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || len(unknown.GetSpecifiedName()) < 2 {
		return misuse(cmd, "%w", err)
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, "--"+f.Name)
		}
	})
	flag := "--" + unknown.GetSpecifiedName()
	return misuse(cmd, "%s has no flag %s%s", cmd.CommandPath(), flag, process.DidYouMean(flag, known))
}

// want checks the words after a command by their names: want("ROOM") takes exactly one.
func want(words ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(words):
			return misuse(cmd, "%s needs %s", cmd.CommandPath(), strings.Join(words[len(args):], " and "))
		case len(args) > len(words):
			return misuse(cmd, "%s does not know what to do with %q", cmd.CommandPath(), args[len(words)])
		}
		return nil
	}
}
