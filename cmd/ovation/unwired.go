//go:build !wired

package main

import "github.com/spf13/cobra"

func parts() []*cobra.Command { return nil }
