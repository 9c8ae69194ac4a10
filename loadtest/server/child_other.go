//go:build !linux

package server

import "syscall"

func child() *syscall.SysProcAttr { return nil }
