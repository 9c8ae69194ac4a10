package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// backupOrder is in which order streams are taken while others write: what refers to something is taken before what it
// refers to, so that a backup never has a question without its text.
var backupOrder = [...]Stream{Tallies, Votes, State, Held, Log, Counters, Pulse, Audit}

const (
	// completeName stands in a backup's directory once all of it is there.
	completeName = "COMPLETE"
	// incarnationName holds the life of the sequences at the backup: by it a restore knows documents that it has put itself.
	incarnationName = "INCARNATION"
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
	incarnation, err := b.Incarnation(ctx)
	if err != nil {
		return err
	}
	if err := writeSynced(filepath.Join(dir, incarnationName), []byte(incarnation+"\n")); err != nil {
		return err
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
