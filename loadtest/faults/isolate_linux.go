package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// ends lets the kernel end a child when we are killed.
func ends() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// isolated runs this program again for one scenario, in mount and network namespaces of its own, so that what the scenario
// mounts and cuts is nobody else's and goes with it. Who is not root becomes root of a user namespace, if the machine allows.
func isolated(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "/proc/self/exe", args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.SysProcAttr = ends()
	cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWNS | syscall.CLONE_NEWNET
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	if err := cmd.Start(); err != nil {
		return skipped{fmt.Errorf("this machine makes no namespaces for us: %w", err)}
	}
	err := cmd.Wait()
	var code *exec.ExitError
	if errors.As(err, &code) && code.ExitCode() == exitSkipped {
		return errSaid
	}
	return err
}

// settle prepares the namespaces from inside.
func settle(ctx context.Context) error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keep mounts to ourselves: %w", err)
	}
	return command(ctx, "ip", "link", "set", "lo", "up")
}
