package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
)

// network is a network namespace with one cable to the place's own: its far end is in it, its near end is ours.
type network struct {
	near, far string // addresses
	holder    *exec.Cmd
}

// newNetwork makes the n-th. It needs a place that is isolated itself, so that nothing of it is left behind.
func newNetwork(ctx context.Context, n int) (*network, error) {
	w := &network{near: fmt.Sprintf("10.91.%d.1", n), far: fmt.Sprintf("10.91.%d.2", n)}
	// A namespace lives as long as somebody is in it.
	w.holder = exec.Command("unshare", "--net", "sleep", "infinity")
	w.holder.SysProcAttr = ends()
	if err := w.holder.Start(); err != nil {
		return nil, fmt.Errorf("make a network: %w", err)
	}
	pid := strconv.Itoa(w.holder.Process.Pid)
	near, far := "near"+strconv.Itoa(n), "far"+strconv.Itoa(n)
	for deadline := time.Now().Add(5 * time.Second); ; pause.For(ctx, 10*time.Millisecond) {
		err := errors.Join(
			// Until unshare has run, the namespace is ours still, and the cable would stay here.
			elsewhere(pid),
		)
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			w.end()
			return nil, err
		}
	}
	for _, line := range []string{
		"ip link add " + near + " type veth peer name " + far + " netns " + pid,
		"ip addr add " + w.near + "/30 dev " + near,
		"ip link set " + near + " up",
		"nsenter -t " + pid + " -n ip addr add " + w.far + "/30 dev " + far,
		"nsenter -t " + pid + " -n ip link set " + far + " up",
		"nsenter -t " + pid + " -n ip link set lo up",
		"nsenter -t " + pid + " -n nft add table inet cut",
		"nsenter -t " + pid + " -n nft add chain inet cut in { type filter hook input priority 0 ; }",
		"nft add table inet cut" + strconv.Itoa(n),
		"nft add chain inet cut" + strconv.Itoa(n) + " in { type filter hook input priority 0 ; }",
	} {
		if err := command(ctx, strings.Fields(line)...); err != nil {
			w.end()
			return nil, err
		}
	}
	return w, nil
}

// elsewhere fails while a process is in our network namespace.
func elsewhere(pid string) error {
	return command(context.Background(), "sh", "-c", `[ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/`+pid+`/ns/net)" ]`)
}

// command runs a tool; its words are in the error.
func command(ctx context.Context, line ...string) error {
	out, err := exec.CommandContext(ctx, line[0], line[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(line, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// enter is how a command is run inside.
func (w *network) enter(binary string, args []string) (string, []string) {
	return "nsenter", append([]string{"-t", strconv.Itoa(w.holder.Process.Pid), "-n", binary}, args...)
}

func (w *network) end() {
	_ = w.holder.Process.Kill()
	_ = w.holder.Wait() // it was killed
}

// cut drops what passes between a gateway and the brokers without a word to either: as a cable does that is pulled, or a
// firewall that forgot a connection. It is dropped where it arrives: what a sender drops itself it is told of.
func (p *place) cut(ctx context.Context, g *part, toBrokers, fromBrokers bool) (mend func() error, err error) {
	var ports []string
	for _, b := range p.brokers {
		ports = append(ports, b.nats[strings.LastIndex(b.nats, ":")+1:])
	}
	set := "{ " + strings.Join(ports, ", ") + " }"
	n := strings.Split(g.inside.far, ".")[2]
	inside := []string{"nsenter", "-t", strconv.Itoa(g.inside.holder.Process.Pid), "-n"}
	if toBrokers {
		if err := command(ctx, "nft", "add", "rule", "inet", "cut"+n, "in", "ip saddr "+g.inside.far+" tcp dport "+set+" drop"); err != nil {
			return nil, err
		}
	}
	if fromBrokers {
		if err := command(ctx, append(inside, "nft", "add", "rule", "inet", "cut", "in", "tcp sport "+set+" drop")...); err != nil {
			return nil, err
		}
	}
	return func() error {
		return errors.Join(
			command(ctx, "nft", "flush", "chain", "inet", "cut"+n, "in"),
			command(ctx, append(inside, "nft", "flush", "chain", "inet", "cut", "in")...),
		)
	}, nil
}

// partition cuts a gateway from the brokers in each way that cables and firewalls know.
func partition(p *place, c *crowd) (notes []string, err error) {
	g := p.gateways[0]
	for _, cut := range []struct {
		what     string
		to, from bool
		span     time.Duration
		times    int
		told     bool // it is long enough that clients must be told
	}{
		{"both ways for 5 s", true, true, 5 * time.Second, 1, false},
		{"both ways for 60 s", true, true, 60 * time.Second, 1, true},
		{"towards the brokers for 10 s", true, false, 10 * time.Second, 1, false},
		{"from the brokers for 10 s", false, true, 10 * time.Second, 1, false},
		{"both ways each 2 s, five times", true, true, 2 * time.Second, 5, false},
	} {
		for range cut.times {
			mend, err := p.cut(p.ctx, g, cut.to, cut.from)
			if err != nil {
				return notes, err
			}
			begun := time.Now()
			if cut.told {
				if err := p.until(cut.span, "nobody at the gateway was told that it is degraded", func() error {
					if c.degraded(0) == 0 {
						return errors.New("no status frame says so")
					}
					return nil
				}); err != nil {
					return notes, errors.Join(err, mend())
				}
				notes = append(notes, fmt.Sprintf("%s: people were told after %.0f s", cut.what, time.Since(begun).Seconds()))
			}
			pause.For(p.ctx, cut.span-time.Since(begun))
			if err := alive(p.ctx, g); err != nil {
				return notes, errors.Join(fmt.Errorf("%s: %w", cut.what, err), mend())
			}
			if err := mend(); err != nil {
				return notes, err
			}
			if cut.times > 1 {
				pause.For(p.ctx, cut.span)
			}
		}
		mended := time.Now()
		if err := errors.Join(p.ready(g, 60*time.Second), c.reaches(0, 60*time.Second)); err != nil {
			return notes, fmt.Errorf("after a cut %s: %w", cut.what, err)
		}
		notes = append(notes, fmt.Sprintf("%s: everybody there had new comments %.1f s after it was mended", cut.what, time.Since(mended).Seconds()))
	}
	return notes, nil
}
