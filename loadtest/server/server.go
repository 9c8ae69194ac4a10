// Package server starts an all-in-one Ovation as a process of its own for load and journey tests, and reads what that
// process uses. It knows the JSON line that `ovation serve --json` prints, and nothing else of the server's inside.
package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/rpc"
)

// Ready is the line that `ovation serve --json` prints. Those of broker, services and gateway hold their addresses only.
type Ready struct {
	NATS   string `json:"nats"` // of a broker
	Listen string `json:"listen"`
	GRPC   string `json:"grpc"`
	Admin  string `json:"admin"`
	Room   string `json:"room"`
	Links  struct {
		Viewer  string `json:"viewer"`
		Host    string `json:"host"`
		Overlay string `json:"overlay"`
	} `json:"links"`
	Tokens struct {
		Viewer    string `json:"viewer"`
		Moderator string `json:"moderator"`
		Host      string `json:"host"`
		Service   string `json:"service"`
	} `json:"tokens"`
}

// Server is a running process.
type Server struct {
	Ready
	command *exec.Cmd
	once    sync.Once
	ended   chan struct{}
	err     error
}

// startTimeout is how long a start may take on a busy machine.
const startTimeout = 60 * time.Second

// Start runs a binary with `serve --json`, a data directory and ports of its choice, and waits until it is ready. Its log
// goes to stderr's writer. More arguments may follow.
func Start(ctx context.Context, binary, data string, stderr io.Writer, args ...string) (*Server, error) {
	return StartIn(ctx, nil, binary, data, stderr, args...)
}

// StartIn is Start with more in the process's environment.
func StartIn(ctx context.Context, environment []string, binary, data string, stderr io.Writer, args ...string) (*Server, error) {
	all := append([]string{"serve", "--json", "--data", data, "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0"}, args...)
	return run(ctx, environment, binary, stderr, all)
}

// StartPart runs broker, services or gateway, and waits until it is ready.
func StartPart(ctx context.Context, binary string, stderr io.Writer, args ...string) (*Server, error) {
	return run(ctx, nil, binary, stderr, args)
}

func run(ctx context.Context, environment []string, binary string, stderr io.Writer, args []string) (*Server, error) {
	s := &Server{command: exec.Command(binary, args...), ended: make(chan struct{})}
	s.command.Env = append(os.Environ(), environment...)
	s.command.Stderr = stderr
	s.command.SysProcAttr = child()
	stdout, err := s.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	if err := s.command.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	line := make(chan string, 1)
	go func() {
		r := bufio.NewReader(stdout)
		first, _ := r.ReadString('\n')
		line <- first
		_, _ = io.Copy(io.Discard, r)
		s.err = s.command.Wait()
		close(s.ended)
	}()
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	select {
	case first := <-line:
		if err := json.Unmarshal([]byte(first), &s.Ready); err != nil {
			s.Kill()
			return nil, fmt.Errorf("the server did not become ready; its log says why")
		}
		return s, nil
	case <-ctx.Done():
		s.Kill()
		return nil, fmt.Errorf("the server was not ready in time: %w", ctx.Err())
	}
}

// Mint makes a service's token for all rooms from a key file, with the command that operators use.
func Mint(ctx context.Context, binary, keys string) (string, error) {
	out, err := exec.CommandContext(ctx, binary, "token", "mint", "--keys-files", keys, "--role", "service", "--room", "*").Output()
	if err != nil {
		return "", fmt.Errorf("make a service's token: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// URL of the public port.
func (r *Ready) URL() string { return "http://" + r.Listen }

// Dial connects to gRPC with the service's token.
func (r *Ready) Dial() (*grpc.ClientConn, error) {
	return rpc.Dial(rpc.DialOptions{Target: r.GRPC, Token: func() string { return r.Tokens.Service }})
}

// Ended is closed when the process has ended.
func (s *Server) Ended() <-chan struct{} { return s.ended }

// PID of the process.
func (s *Server) PID() int { return s.command.Process.Pid }

// Stop asks the process to end and waits; an exit code other than 0 is an error.
func (s *Server) Stop() error {
	s.once.Do(func() { _ = s.command.Process.Signal(syscall.SIGTERM) })
	select {
	case <-s.ended:
		return s.err
	case <-time.After(startTimeout):
		s.Kill()
		return errors.New("the server did not stop in a minute")
	}
}

// Kill ends the process as a crash would.
func (s *Server) Kill() {
	s.once.Do(func() {})
	_ = s.command.Process.Kill()
	<-s.ended
}

// Usage is what a process has used so far.
type Usage struct {
	// CPU is user and system time.
	CPU time.Duration
	// RSS is resident memory in bytes.
	RSS uint64
}

// clockTicks is USER_HZ, which Linux fixes at 100 for /proc.
const clockTicks = 100

// Use reads /proc; on systems without it, it is an error.
func Use(pid int) (u Usage, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, fmt.Errorf("read the server's usage: %w", err)
	}
	// The name in brackets may hold anything; fields are counted behind it.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 22 {
		return u, errors.New("read the server's usage: /proc is not as expected")
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	pages, err3 := strconv.ParseUint(fields[21], 10, 64)
	u.CPU = time.Duration(user+system) * time.Second / clockTicks
	u.RSS = pages * uint64(os.Getpagesize())
	return u, errors.Join(err1, err2, err3)
}
