package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/viewer"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// small gives a store a disk of 96 MiB.
func small(p *place, dir string) error {
	if err := command(p.ctx, "mount", "-t", "tmpfs", "-o", "size=96m,mode=0700", "small", dir); err != nil {
		return skipped{fmt.Errorf("this machine mounts nothing for us: %w", err)}
	}
	return nil
}

// fill leaves so much of a disk free.
func fill(dir string, free uint64) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return err
	}
	size := fs.Bavail * uint64(fs.Bsize)
	if size <= free {
		return nil
	}
	f, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		return err
	}
	// tmpfs gives out pages as they are written
	if _, err = f.Write(make([]byte, size-free)); errors.Is(err, syscall.ENOSPC) {
		err = nil // the store took the last of it meanwhile
	}
	return errors.Join(err, f.Close())
}

func empty(dir string) error { return os.Remove(filepath.Join(dir, "ballast")) }

// diskFull leaves serve with less than 5 % of its disk. It watches that itself, because a store that meets the end of its
// disk stays broken.
func diskFull(p *place, c *crowd) ([]string, error) {
	x := p.gateways[0]
	before := len(c.arrivals())
	if err := fill(x.dir, 2<<20); err != nil {
		return nil, err
	}
	if err := p.until(30*time.Second, "the process still says that it is ready", func() error {
		if err := readiness(p.ctx, x); err == nil || !strings.Contains(err.Error(), "disk: less than a twentieth") {
			return fmt.Errorf("it says %q", fmt.Sprint(err))
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if err := c.isRefused(20*time.Second, "STORE_FULL"); err != nil {
		return nil, err
	}
	if err := alive(p.ctx, x); err != nil {
		return nil, err
	}
	if err := empty(x.dir); err != nil {
		return nil, err
	}
	start := time.Now()
	if err := errors.Join(p.ready(x, 30*time.Second), c.moves(30*time.Second)); err != nil {
		return nil, err
	}
	if n := len(c.arrivals()) - before; n > 0 {
		return nil, fmt.Errorf("%d sockets ended", n)
	}
	return []string{fmt.Sprintf("comments were acknowledged again %.1f s after there was room", time.Since(start).Seconds())}, nil
}

// away are the reasons of a write that the store did not answer, whoever gave up first.
var away = []string{"STORE_UNAVAILABLE", "DEADLINE_EXCEEDED"}

// isRefused waits until writes are refused for one of the reasons.
func (c *crowd) isRefused(limit time.Duration, reasons ...string) error {
	count := func() (n int) {
		c.note(func() {
			for _, reason := range reasons {
				n += c.refused[reason]
			}
		})
		return n
	}
	before := count()
	return c.p.until(limit, "no write was refused with "+strings.Join(reasons, " or "), func() error {
		if count() == before {
			return errors.New("none")
		}
		return nil
	})
}

// disksFull takes the last byte from all brokers. A store that meets the end of its disk switches itself off; its process
// ends then, so that whoever runs it starts it again, and has everything.
func disksFull(p *place, c *crowd) ([]string, error) {
	for _, b := range p.brokers {
		if err := fill(b.dir, 0); err != nil {
			return nil, err
		}
	}
	if err := c.isRefused(60*time.Second, away...); err != nil {
		return nil, err
	}
	for _, b := range p.brokers {
		if err := p.until(10*time.Second, b.name+" says that it is ready", func() error {
			if readiness(p.ctx, b) == nil {
				return errors.New("it does")
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	for _, x := range append(append([]*part{}, p.gateways...), p.services...) {
		if err := alive(p.ctx, x); err != nil {
			return nil, err
		}
	}
	for _, b := range p.brokers {
		if err := empty(b.dir); err != nil {
			return nil, err
		}
	}
	restarted := 0
	for deadline := time.Now().Add(90 * time.Second); ; pause.For(p.ctx, 500*time.Millisecond) {
		ready := 0
		for _, b := range p.brokers {
			select {
			case <-b.running.Ended(): // its orchestrator starts it
				restarted++
				if err := p.run(b); err != nil {
					return nil, err
				}
			default:
			}
			if readiness(p.ctx, b) == nil {
				ready++
			}
		}
		if ready == len(p.brokers) {
			break
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("%d of %d brokers are ready 90 s after there was room; %d ended and were started again", ready, len(p.brokers), restarted)
		}
	}
	return []string{fmt.Sprintf("%d times a broker ended and was started again", restarted)}, c.moves(60 * time.Second)
}

// streamFull fills the stream of documents to its max_bytes. Nothing of it may be forgotten, so it refuses.
func streamFull(p *place, c *crowd) ([]string, error) {
	o, err := p.operate()
	if err != nil {
		return nil, err
	}
	defer o.close()
	for i, size := 0, 250_000; size > 0; i++ { // smaller and smaller, until the last gap is filled
		answer, err := o.ask(fmt.Sprintf("ov.st.00.ballast.b%d", i), bytes.Repeat([]byte("b"), size))
		if err != nil {
			return nil, err
		}
		if bytes.Contains(answer, []byte("error")) {
			size /= 10
		} else if i > 1_000 {
			return nil, errors.New("the stream takes in more than its 6.4 MiB")
		}
	}
	v, err := viewer.Dial(p.ctx, viewer.Options{URL: "http://" + p.toGateway[0].Listen, Room: room, Name: "Late"})
	if err != nil {
		return nil, err
	}
	defer v.Close()
	var refused viewer.Fault
	if _, err := v.Ask(p.ctx, "Is there room?"); !errors.As(err, &refused) || refused.GetReason() != "STORE_FULL" {
		return nil, fmt.Errorf("a question into a full stream: %q, want STORE_FULL", fmt.Sprint(err))
	}
	if err := c.moves(20 * time.Second); err != nil { // comments have a stream of their own
		return nil, err
	}
	if err := o.api("STREAM.PURGE.OV_STATE", `{"filter":"ov.st.00.ballast.>"}`, nil); err != nil {
		return nil, err
	}
	_, err = v.Ask(p.ctx, "Is there room now?")
	return []string{"refused with: " + refused.GetMessage()}, err
}

// consumersGone deletes what every follower reads by.
func consumersGone(p *place, c *crowd) ([]string, error) {
	o, err := p.operate()
	if err != nil {
		return nil, err
	}
	defer o.close()
	deleted := 0
	for _, stream := range []string{"OV_LOG", "OV_HELD", "OV_STATE", "OV_VOTES", "OV_TALLIES", "OV_COUNTERS", "OV_PULSE", "OV_AUDIT"} {
		var list struct{ Consumers []string }
		if err := o.api("CONSUMER.NAMES."+stream, "{}", &list); err != nil {
			return nil, err
		}
		for _, name := range list.Consumers {
			if err := o.api("CONSUMER.DELETE."+stream+"."+name, "", nil); err != nil {
				return nil, err
			}
			deleted++
		}
	}
	if deleted == 0 {
		return nil, errors.New("there was no consumer to delete: this run proves nothing")
	}
	title := "After the consumers"
	conn, err := p.backend.Dial()
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // the answer is in
	if _, err := roomsv1.NewRoomsServiceClient(conn).UpdateRoom(p.ctx, titled(title)); err != nil {
		return nil, err
	}
	start := time.Now()
	err = p.until(60*time.Second, "people are not told of a change of the room", func() error {
		for g := range p.gateways {
			for x, v := range c.at(g) {
				told := ""
				v.Look(func(w *viewer.View) { told = w.Room.GetTitle() })
				if told != title {
					return fmt.Errorf("person %d at gateway %d knows it as %q", x.n, g, told)
				}
			}
		}
		return nil
	})
	return []string{fmt.Sprintf("%d consumers deleted; a change of the room reached everybody after %.1f s", deleted, time.Since(start).Seconds())}, err
}

// streamGone deletes the log, which is beyond repair: what is asked for is that it is said, and that nobody puts an empty
// one in its place unasked.
func streamGone(p *place, c *crowd) (notes []string, err error) {
	o, err := p.operate()
	if err != nil {
		return nil, err
	}
	defer o.close()
	if err := o.api("STREAM.DELETE.OV_LOG", "", nil); err != nil {
		return nil, err
	}
	if err := c.isRefused(40*time.Second, away...); err != nil {
		return nil, err
	}
	s := p.services[0]
	if err := p.until(40*time.Second, s.name+" does not say that a stream is gone", func() error {
		totals, err := scrape.Totals(p.ctx, s.admin)
		if err == nil && totals["ovation_store_stream_missing"] != 1 {
			err = fmt.Errorf("ovation_store_stream_missing is %v", totals["ovation_store_stream_missing"])
		}
		return err
	}); err != nil {
		return nil, err
	}
	s.running.Kill()
	if err := p.run(s); err == nil {
		return notes, errors.New("services started on a store without its log, and nobody asked for that")
	}
	s.args = append(s.args, "--store-recreate")
	if err := errors.Join(p.run(s), p.ready(s, 60*time.Second)); err != nil {
		return notes, fmt.Errorf("with store.recreate: %w", err)
	}
	return append(notes, "with store.recreate there is an empty log"), c.moves(60 * time.Second)
}

func titled(title string) *roomsv1.UpdateRoomRequest {
	return &roomsv1.UpdateRoomRequest{
		Room: &roomsv1.Room{Room: room, Title: title}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"title"}},
		Actor: &roomsv1.Actor{Subject: "faults", Role: "host"},
	}
}

// ext4 gives a store a disk that is a file: what its file system has not written to it yet is not in the file.
func ext4(p *place, dir string) error {
	image := dir + ".disk"
	f, err := os.Create(image)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(256<<20), f.Close()); err != nil {
		return err
	}
	if err := command(p.ctx, "mkfs.ext4", "-q", "-F", image); err != nil {
		return err
	}
	return mountDisk(p, image, dir)
}

// mountDisk mounts such a file. It commits its journal when it is told to, so that time alone makes nothing safe.
func mountDisk(p *place, image, dir string) error {
	if err := command(p.ctx, "mount", "-o", "loop,commit=300", image, dir); err != nil {
		return skipped{fmt.Errorf("this machine mounts nothing for us: %w", err)}
	}
	return nil
}

// powerCut kills what keeps the store, all of it in one moment, and goes on with the disks as they were below the file
// system's cache: everything that was not synced is gone, as at a power cut. Services and gateways of one broker must end by
// themselves, since its sequences may have gone back, and are started anew as an orchestrator does.
func powerCut(p *place, c *crowd) ([]string, error) {
	stores := p.brokers
	if p.alone {
		stores = p.gateways
	}
	pause.For(p.ctx, 5*time.Second)
	cut := time.Now()
	for _, x := range stores {
		x.running.Kill()
	}
	for _, x := range stores {
		image := x.dir + ".disk"
		after := image + ".after"
		if err := command(p.ctx, "cp", "--sparse=always", image, after); err != nil {
			return nil, err
		}
		if err := command(p.ctx, "umount", x.dir); err != nil {
			return nil, err
		}
		if err := mountDisk(p, after, x.dir); err != nil {
			return nil, err
		}
	}
	forgets := p.single || p.alone && !p.strict
	lost := &window{from: cut.Add(-lostAtMost), to: time.Now()}
	var before map[string]time.Time // acknowledged until now; whoever wrote in the last moment has its answer
	c.note(func() { before = maps.Clone(c.acked) })
	again := slices.Clone(stores)
	for _, x := range stores {
		if err := p.run(x); err != nil {
			return nil, err
		}
	}
	if p.single {
		for _, x := range slices.Concat(p.services, p.gateways) {
			select {
			case <-x.running.Ended():
			case <-time.After(30 * time.Second):
				return nil, fmt.Errorf("%s goes on though its store began another life", x.name)
			}
			if err := p.run(x); err != nil {
				return nil, err
			}
			again = append(again, x)
		}
	}
	if forgets { // and until now gateways went by the sequences of before
		c.note(func() { c.lost, c.blind = lost, &window{from: lost.from, to: time.Now()} })
	}
	for _, x := range again {
		if err := p.ready(x, 60*time.Second); err != nil {
			return nil, err
		}
	}
	if err := c.moves(30 * time.Second); err != nil {
		return nil, err
	}
	stored, _, _, err := c.read()
	if err != nil {
		return nil, err
	}
	kept := make(map[string]bool, len(stored))
	for _, text := range stored {
		kept[text] = true
	}
	gone, oldest := 0, time.Duration(0)
	for text, at := range before {
		if !kept[text] {
			gone++
			oldest = max(oldest, cut.Sub(at))
		}
	}
	return []string{fmt.Sprintf("%d acknowledged comments are gone, the oldest of %d ms before the cut", gone, oldest.Milliseconds())}, nil
}

// lostAtMost is how much an embedded store that is not strict may lose: 200 ms between two syncs, and the time that a
// sync takes on a machine that is busy with all of this.
const lostAtMost = time.Second
