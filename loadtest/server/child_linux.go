package server

import "syscall"

// child lets the kernel end the server when the test is killed: nothing is left behind on a developer's machine.
func child() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
