package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
)

// scenario breaks something and mends it again.
type scenario struct {
	name   string
	line   string // of docs/faults.md
	what   string
	place  shape
	tools  []string // commands that it needs; with any it runs in namespaces of its own
	people int
	lose   allowed
	do     func(*place, *crowd) ([]string, error)
	// load brings its own server and audience, instead of what place, people and do say.
	load func(context.Context, load) ([]string, error)
	// gone is true where what was acknowledged is destroyed on purpose, so that no audit can be asked for.
	gone bool
}

// Commands that scenarios of isolated machines need.
var (
	cables = []string{"ip", "nft", "nsenter", "unshare"}
	mounts = []string{"ip", "mount", "umount"}
	disks  = []string{"ip", "mount", "umount", "mkfs.ext4", "cp"}
)

var scenarios = []scenario{
	{name: "roll-gateways", line: "38", what: "each gateway ends in order; nobody is lost and no second holds a storm", people: 600, lose: allowed{hearts: true}, do: rollGateways},
	{name: "roll-brokers", line: "38", what: "each broker ends in order and comes back", people: 60, do: rollBrokers},
	{name: "kill-gateways", line: "39", what: "kill -9 each gateway in turn", people: 90, lose: allowed{hearts: true}, do: killGateways},
	{name: "kill-services", line: "40", what: "kill -9 both processes of services in turn, again and again, so that acks die on their way", people: 60, lose: allowed{hearts: true}, do: killServices},
	{name: "kill-broker", line: "41", what: "kill -9 each broker in turn", people: 60, lose: allowed{hearts: true}, do: killBrokers},
	{name: "kill-two-brokers", line: "41", what: "kill -9 two of three brokers: writes are refused, sockets stay, all goes on without a restart", people: 60, lose: allowed{hearts: true}, do: killTwoBrokers},
	{name: "kill-all-brokers", line: "41", what: "kill -9 all three brokers in one moment and start them again", people: 60, lose: allowed{hearts: true}, do: killAllBrokers},
	{name: "partition", line: "42", what: "a gateway's cable to the brokers is cut for 5 s, 60 s, one way, the other way, and each 2 s", people: 60, place: shape{networks: true}, tools: cables, lose: allowed{hearts: true}, do: partition},
	{name: "freeze-broker", line: "43", what: "SIGSTOP the broker that leads the log for 30 s", people: 60, lose: allowed{hearts: true}, do: freezeLeader},
	{name: "disk-full", line: "44", what: "the disk of ovation serve fills up: STORE_FULL while it is, all goes on without a restart", people: 30, place: shape{alone: true, disk: small}, tools: mounts, lose: allowed{hearts: true}, do: diskFull},
	{name: "disks-full", line: "44", what: "the disks of three brokers fill up to the last byte, and are freed", people: 30, place: shape{disk: small}, tools: mounts, lose: allowed{hearts: true}, do: disksFull},
	{name: "stream-full", line: "44", what: "the stream of documents is full: STORE_FULL names it, comments go on, room made heals it", people: 30, place: shape{space: "64MiB"}, lose: allowed{hearts: true}, do: streamFull},
	{name: "consumers-gone", line: "44", what: "an operator deletes every consumer of every stream", people: 30, lose: allowed{hearts: true}, do: consumersGone},
	{name: "stream-gone", line: "44", what: "an operator deletes the log: it is said by name, and made anew only where that is asked for", people: 30, do: streamGone, gone: true},
	{name: "power-cut", line: "45", what: "ovation serve loses its power, and all that was not on the disk: at most its last moments", people: 60, place: shape{alone: true, disk: ext4}, tools: disks, lose: allowed{hearts: true}, do: powerCut},
	{name: "power-cut-strict", line: "45", what: "the same with durability strict: nothing", people: 60, place: shape{alone: true, strict: true, disk: ext4}, tools: disks, lose: allowed{hearts: true}, do: powerCut},
	{name: "power-cut-broker", line: "45", what: "one broker apart loses its power a few seconds after services made its streams: at most its last moments", people: 60, place: shape{single: true, disk: ext4}, tools: disks, lose: allowed{hearts: true}, do: powerCut},
	{name: "power-cut-brokers", line: "45", what: "all three brokers lose their power in one moment: nothing", people: 60, place: shape{disk: ext4}, tools: disks, lose: allowed{hearts: true}, do: powerCut},
	{name: "slow-network", line: "46", what: "300 ms, 1 KB/s and bytes one by one between clients and gateways, gateways and brokers", people: 30, lose: allowed{hearts: true}, do: slowNetwork},
	{name: "cut-network", line: "46", what: "connections reset, and swallowed for 5 s, each 2 s, and for 30 s", people: 60, lose: allowed{hearts: true}, do: cutNetwork},
	{name: "stalled", line: "34", what: "a tenth of an audience of 3,000 is stopped in a busy room (-full: of 10,000, for more than a minute, and all of them are closed; nor are ticks late beside them): nothing is lost to anybody, memory is bounded", load: stalledTenth},
	{name: "herd", line: "37", what: "4,000 come in one moment (-full: 20,000, to two gateways), and are sent away by a drain: all are in by turns, who is let in is welcomed soon, memory grows by what they are, nothing acknowledged is lost", load: wholeHerd},
	{name: "half-open", line: "35", what: "clients whose cable is pulled, and who end while it is: no FIN is ever seen, and the gauge of connections tells the truth after 60 s without an answer", people: 30, place: shape{networks: true}, tools: cables, lose: allowed{hearts: true}, do: halfOpen},
	{name: "come-and-go", line: "53", what: "100,000 sockets come in and go again: files, goroutines and heap are what they were", people: 30, place: shape{alone: true, front: hasty}, lose: allowed{hearts: true}, do: comeAndGoAgain},
}

func (s scenario) play(ctx context.Context, l load) (notes []string, err error) {
	if s.load != nil {
		return s.load(ctx, l)
	}
	p, err := build(ctx, l.binary, l.log, s.place)
	if err != nil {
		return nil, fmt.Errorf("build the installation: %w", err)
	}
	defer p.end()
	c, err := gather(p, s.people)
	if err != nil {
		return nil, err
	}
	pause.For(ctx, 3*time.Second)
	notes, broken := s.do(p, c)
	if s.gone {
		c.stop()
		c.wg.Wait()
		c.ledger.ended.Wait()
		return notes, broken
	}
	if err := c.moves(20 * time.Second); err != nil {
		broken = errors.Join(broken, err)
	}
	more, err := c.audit(s.lose)
	return append(notes, more...), errors.Join(broken, err)
}

// moves waits until comments are acknowledged again.
func (c *crowd) moves(limit time.Duration) error {
	before, start := c.ackedCount(), time.Now()
	for c.ackedCount() < before+3 {
		if time.Since(start) > limit {
			return fmt.Errorf("no comments are acknowledged %v after it was mended", limit)
		}
		pause.For(c.p.ctx, 50*time.Millisecond)
	}
	return nil
}
