package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/internal/config"
)

func newConfig() *cobra.Command {
	return group("config", "See, check and explain the settings", newConfigPrint(), newConfigCheck(), newConfigDoc())
}

func newConfigPrint() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "print",
		Short: "Print the settings in force and where each comes from",
		Args:  want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return c.Print(cmd.OutOrStdout())
		},
	}
	config.Flags(cmd.Flags(), config.Names()...)
	return cmd
}

func newConfigCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Check a file of settings, as a process would at its start; variables are left aside",
		Args:  want("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := config.Load(config.Sources{File: args[0]}); err != nil {
				return misuse(cmd, "%w", err)
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: good\n", args[0])
			return err
		},
	}
}

func newConfigDoc() *cobra.Command {
	return &cobra.Command{
		Use:   "doc",
		Short: "Explain every setting, as a file to start one's own from",
		Args:  want(),
		RunE:  func(cmd *cobra.Command, _ []string) error { return config.Doc(cmd.OutOrStdout()) },
	}
}

// loadConfig reads the settings of a command: its file, the environment, its flags.
func loadConfig(cmd *cobra.Command) (*config.Loaded, error) {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, fmt.Errorf("the command %s has no --config: %w", cmd.CommandPath(), err)
	}
	c, err := config.Load(config.Sources{File: file, Env: os.Environ(), Flags: cmd.Flags()})
	if err != nil {
		return nil, misuse(cmd, "%w", err)
	}
	return c, nil
}
