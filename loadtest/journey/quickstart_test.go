package journey_test

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The quick start's commands are taken out of its page and run as they stand there, in order, by a newcomer with an
// empty directory. Only the ports are others, by the variables that the settings have.
func TestTheQuickStartWorks(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/quickstart.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := shellBlocks(string(page))
	if len(blocks) < 6 || strings.TrimSpace(blocks[0]) != "ovation serve" {
		t.Fatalf("the page has other blocks than this test knows: %q", blocks)
	}
	bin := t.TempDir()
	if err := os.Symlink(binary, filepath.Join(bin, "ovation")); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	env := append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "OVATION_LISTEN="+freePort(t), "OVATION_GRPC="+freePort(t), "OVATION_ADMIN="+freePort(t))

	serve := exec.Command("bash", "-euc", "exec "+blocks[0])
	serve.Dir, serve.Env, serve.Stderr = home, env, logged(t, "serve")
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "start page") {
				ready <- true
			}
		}
		ended <- serve.Wait()
	}()
	defer func() {
		_ = serve.Process.Signal(os.Interrupt)
		if err := <-ended; err != nil {
			t.Errorf("Ctrl-C: %v", err)
		}
	}()
	select {
	case <-ready:
	case <-time.After(patience):
		t.Fatal("no links were printed")
	}
	for _, block := range blocks[1:] {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", block)
		cmd.Dir, cmd.Env = home, env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s\n%v\n%s", block, err, out)
		}
		cancel()
	}
	export, err := os.ReadFile(filepath.Join(home, "launch.jsonl"))
	if err != nil || !strings.Contains(string(export), "Launch day") {
		t.Errorf("what was taken away: %v %s", err, export)
	}
}

// shellBlocks are the blocks of a page that say sh.
func shellBlocks(page string) (blocks []string) {
	for _, part := range strings.Split(page, "```sh\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		blocks = append(blocks, block)
	}
	return blocks
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // for a process of ours
	return l.Addr().String()
}
