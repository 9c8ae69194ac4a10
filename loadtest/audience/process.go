package audience

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Serve runs an audience as a process of its own, driven over its standard streams: it says "ready", answers "frames" with
// how many came so far and "bytes" with how large they were, "away" with how often somebody was told to come back, "welcomes" with how long each waited for its own, "ends" with the seconds in which the server
// ended them, and "leave MARK" with its report.
func Serve(ctx context.Context, o Options, in io.Reader, out io.Writer) error {
	a, err := Connect(ctx, o)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, "ready"); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "frames":
			if _, err := fmt.Fprintln(out, a.Frames()); err != nil {
				return err
			}
		case "bytes":
			if _, err := fmt.Fprintln(out, a.Bytes()); err != nil {
				return err
			}
		case "away":
			if _, err := fmt.Fprintln(out, a.SentAway()); err != nil {
				return err
			}
		case "welcomes":
			if err := json.NewEncoder(out).Encode(a.Welcomes()); err != nil {
				return err
			}
		case "ends":
			if err := json.NewEncoder(out).Encode(a.Ends()); err != nil {
				return err
			}
		case "leave":
			mark, err := strconv.ParseUint(rest, 10, 64)
			if err != nil {
				return fmt.Errorf("leave %q: %w", rest, err)
			}
			a.Until(mark, 15*time.Second)
			return json.NewEncoder(out).Encode(a.Leave(mark))
		}
	}
	a.Leave(0) // whoever drove it has gone
	return lines.Err()
}

// Process is an audience in a process of its own.
type Process struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// Start runs `ovation loadtest audience` and waits until everybody is in.
func Start(ctx context.Context, binary string, o Options, stderr io.Writer) (*Process, error) {
	p := &Process{command: exec.CommandContext(ctx, binary, "loadtest", "audience", "--address", o.Address, "--room", o.Room,
		"--viewers", strconv.Itoa(o.Viewers), "--from", strconv.Itoa(o.From), "--patient="+strconv.FormatBool(o.Patient))}
	p.command.Stderr = stderr
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start an audience: %w", err)
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start an audience: %w", err)
	}
	p.out = bufio.NewReader(out)
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start an audience: %w", err)
	}
	if line, err := p.out.ReadString('\n'); err != nil || line != "ready\n" {
		p.Kill()
		return nil, fmt.Errorf("the audience did not get in; its log says why (%q)", line)
	}
	return p, nil
}

// Frames is how many came so far.
func (p *Process) Frames() (n int64, err error) {
	err = p.ask("frames", &n)
	return n, err
}

// Bytes is how many came in frames so far.
func (p *Process) Bytes() (n int64, err error) {
	err = p.ask("bytes", &n)
	return n, err
}

// SentAway is how often somebody was told to come back.
func (p *Process) SentAway() (n int64, err error) {
	err = p.ask("away", &n)
	return n, err
}

// Welcomes are how long each waited for its welcome once its handshake was answered.
func (p *Process) Welcomes() (all []time.Duration, err error) {
	err = p.ask("welcomes", &all)
	return all, err
}

// Ends waits for the server to end everybody, and tells how many ended in each second from the first on.
func (p *Process) Ends() (bySecond []int, err error) {
	err = p.ask("ends", &bySecond)
	return bySecond, err
}

// ask says a word and reads one line of JSON.
func (p *Process) ask(word string, answer any) error {
	if _, err := fmt.Fprintln(p.in, word); err != nil {
		return fmt.Errorf("ask the audience: %w", err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("ask the audience: %w", err)
	}
	return json.Unmarshal(line, answer)
}

// Leave ends it when everybody was given a mark, and reads its report.
func (p *Process) Leave(mark uint64) (r Report, err error) {
	defer p.Kill()
	if _, err := fmt.Fprintln(p.in, "leave", mark); err != nil {
		return r, fmt.Errorf("end the audience: %w", err)
	}
	if err := json.NewDecoder(p.out).Decode(&r); err != nil {
		return r, fmt.Errorf("read the audience's report: %w", err)
	}
	return r, nil
}

// PID of the process.
func (p *Process) PID() int { return p.command.Process.Pid }

// Kill ends it.
func (p *Process) Kill() {
	_ = p.in.Close()
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
}
