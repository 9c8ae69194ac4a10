package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// backupOrder is in which order streams are taken while others write: what refers to something is taken before what it
// refers to, so that a backup never has a question without its text.
var backupOrder = [...]Stream{Tallies, Votes, State, Held, Log, Counters, Pulse, Audit}

const (
	// completeName stands in a backup's directory once all of it is there.
	completeName = "COMPLETE"
	// chunkSize of what a restore sends at once; the server's own for a backup.
	chunkSize = 128 << 10
	// chunkWait is how long the other side may take for one chunk.
	chunkWait = 30 * time.Second
)

// manifest is what the server needs to know of a stream beside its bytes.
type manifest struct {
	Config json.RawMessage `json:"config"`
	State  json.RawMessage `json:"state"`
}

// Backup writes every stream into a directory that it makes, while others read and write. Each stream is of one moment,
// the streams together of slightly different ones. taken is told each stream's name and bytes.
func (b *Bus) Backup(ctx context.Context, dir string, taken func(stream string, bytes int64)) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("make the backup's directory: %w", err)
	}
	for _, s := range backupOrder {
		n, err := b.snapshot(ctx, streamNames[s], filepath.Join(dir, streamNames[s]))
		if err != nil {
			return fmt.Errorf("back up the stream %s: %w", streamNames[s], err)
		}
		taken(streamNames[s], n)
	}
	return writeSynced(filepath.Join(dir, completeName), []byte(time.Now().UTC().Format(time.RFC3339)+"\n"))
}

// writeSynced makes a file that is on the disk when it returns: COMPLETE must not outlive a power cut that takes a manifest.
func writeSynced(path string, body []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Sync(), f.Close())
}

// snapshot asks the server for a stream and writes what comes beside its manifest.
func (b *Bus) snapshot(ctx context.Context, name, file string) (size int64, err error) {
	inbox := b.nc.NewInbox()
	sub, err := b.nc.SubscribeSync(inbox)
	if err != nil {
		return 0, err
	}
	defer func() { _ = sub.Unsubscribe() }() // the connection may have gone
	request, err := json.Marshal(map[string]any{"deliver_subject": inbox, "no_consumers": true})
	if err != nil {
		return 0, err
	}
	var m struct {
		Error *jetstream.APIError `json:"error"`
		manifest
	}
	if err := b.ask(ctx, "$JS.API.STREAM.SNAPSHOT."+name, request, &m); err != nil {
		return 0, err
	}
	if m.Error != nil {
		return 0, m.Error
	}
	f, err := os.OpenFile(file+".snapshot", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for {
		next, cancel := context.WithTimeout(ctx, chunkWait)
		chunk, err := sub.NextMsgWithContext(next)
		cancel()
		if err != nil {
			return size, fmt.Errorf("after %d bytes: %w", size, err)
		}
		if len(chunk.Data) == 0 {
			if status := chunk.Header.Get("Status"); status != "" && status != "204" {
				return size, fmt.Errorf("after %d bytes the server says %s %s", size, status, chunk.Header.Get("Description"))
			}
			break
		}
		if _, err := f.Write(chunk.Data); err != nil {
			return size, err
		}
		size += int64(len(chunk.Data))
		if chunk.Reply != "" {
			if err := b.nc.Publish(chunk.Reply, nil); err != nil {
				return size, err
			}
		}
	}
	body, err := json.Marshal(m.manifest)
	if err != nil {
		return size, err
	}
	return size, errors.Join(f.Sync(), writeSynced(file+".json", body))
}

// ask is a request to the server's API.
func (b *Bus) ask(ctx context.Context, subject string, request []byte, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, chunkWait)
	defer cancel()
	reply, err := b.nc.RequestWithContext(ctx, subject, request)
	if err != nil {
		return err
	}
	return json.Unmarshal(reply.Data, answer)
}

// Restore puts the streams of a backup back: all of them into a store without any, or the one that is named where it is
// missing. Then sequences may name other messages than before, so that cursors get another epoch and tallies are counted
// anew: restart every process. put is told each stream's name.
func (b *Bus) Restore(ctx context.Context, dir, only string, put func(stream string)) error {
	if _, err := os.Stat(filepath.Join(dir, completeName)); err != nil {
		return fmt.Errorf("%s is no whole backup: it has no file %s", dir, completeName)
	}
	if only != "" && !slices.Contains(streamNames[:], only) {
		return fmt.Errorf("there is no stream %q; there are %v", only, streamNames)
	}
	var wanted []string
	for _, s := range backupOrder {
		if name := streamNames[s]; only == "" || name == only {
			wanted = append(wanted, name)
		}
	}
	for _, name := range wanted {
		if _, err := b.js.Stream(ctx, name); err == nil {
			return fmt.Errorf("the stream %s stands, and a restore overwrites nothing: begin with an empty store and start nothing before, or delete that stream and name it alone", name)
		} else if !errors.Is(err, jetstream.ErrStreamNotFound) {
			return explain(err, name)
		}
	}
	for _, name := range wanted {
		if err := b.refill(ctx, name, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("restore the stream %s: %w", name, err)
		}
		put(name)
	}
	return b.Renew(ctx, "restored")
}

// refill makes a stream of what snapshot wrote.
func (b *Bus) refill(ctx context.Context, name, file string) (err error) {
	body, err := os.ReadFile(file + ".json")
	if err != nil {
		return err
	}
	var m manifest
	if err := json.Unmarshal(body, &m); err != nil {
		return fmt.Errorf("read %s.json: %w", file, err)
	}
	if m.Config, err = withReplicas(m.Config, b.opts.Replicas); err != nil {
		return err
	}
	f, err := os.Open(file + ".snapshot")
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	if body, err = json.Marshal(m); err != nil {
		return err
	}
	var begun struct {
		Error   *jetstream.APIError `json:"error"`
		Deliver string              `json:"deliver_subject"`
	}
	if err := b.ask(ctx, "$JS.API.STREAM.RESTORE."+name, body, &begun); err != nil {
		return err
	}
	if begun.Error != nil {
		return begun.Error
	}
	chunk := make([]byte, chunkSize)
	for ended := false; !ended; {
		n, err := io.ReadFull(f, chunk)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			ended = true
		} else if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		if err := b.handOver(ctx, begun.Deliver, chunk[:n]); err != nil {
			return err
		}
	}
	return b.handOver(ctx, begun.Deliver, nil) // that was all: the answer is that of a stream that was made
}

// handOver sends a chunk and waits for its answer, which is empty or tells what went wrong.
func (b *Bus) handOver(ctx context.Context, subject string, chunk []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 2*chunkWait)
	defer cancel()
	reply, err := b.nc.RequestMsgWithContext(ctx, &nats.Msg{Subject: subject, Data: chunk})
	if err != nil || len(reply.Data) == 0 {
		return err
	}
	var answer struct {
		Error *jetstream.APIError `json:"error"`
	}
	if err := json.Unmarshal(reply.Data, &answer); err != nil {
		return err
	}
	if answer.Error != nil {
		return answer.Error
	}
	return nil
}

// withReplicas puts another number of copies into a stream's configuration; 0 leaves the backup's.
func withReplicas(config json.RawMessage, n int) (json.RawMessage, error) {
	if n == 0 {
		return config, nil
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(config, &all); err != nil {
		return nil, fmt.Errorf("read the stream's configuration: %w", err)
	}
	all["num_replicas"] = json.RawMessage(fmt.Sprint(n))
	return json.Marshal(all)
}
