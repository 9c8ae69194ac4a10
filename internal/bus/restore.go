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
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// restoreOrder begins with the documents: among them stands the mark that a restore is under way.
var restoreOrder = [...]Stream{State, Tallies, Votes, Held, Log, Counters, Pulse, Audit}

const (
	// restoring begins the reason of an incarnation while a restore is under way; when the backup was complete follows.
	restoring = "restoring "
	// chunkSize of what a restore sends at once; the server's own for a backup.
	chunkSize = 128 << 10
)

// Restore puts the streams of a backup back: all of them into a store without any, or the one that is named where it is
// missing. Then sequences may name other messages than before, so that cursors get another epoch and tallies are counted
// anew: restart every process. put is told each stream's name.
//
// Until all is done a mark stands in the store, and Ensure refuses it: half a restore that was served would honour cursors
// of the life before. Called again with the same backup it goes on where it was cut short.
func (b *Bus) Restore(ctx context.Context, dir, only string, put func(stream string)) error {
	made, err := os.ReadFile(filepath.Join(dir, completeName))
	if err != nil {
		return fmt.Errorf("%s is no whole backup: it has no file %s", dir, completeName)
	}
	if only != "" && !slices.Contains(streamNames[:], only) {
		return fmt.Errorf("there is no stream %q; there are %v", only, streamNames)
	}
	var wanted []string
	for _, s := range restoreOrder {
		if name := streamNames[s]; only == "" || name == only {
			wanted = append(wanted, name)
		}
	}
	mark := restoring + strings.TrimSpace(string(made))
	missing, err := b.missingFor(ctx, dir, wanted, mark)
	if err != nil {
		return err
	}
	if len(missing) > 0 && missing[0] != streamNames[State] { // else there is nowhere to put it yet
		if err := b.markRestoring(ctx, mark); err != nil {
			return err
		}
	}
	for _, name := range missing {
		if err := b.refill(ctx, name, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("restore the stream %s: %w", name, err)
		}
		if name == streamNames[State] {
			if err := b.markRestoring(ctx, mark); err != nil {
				return err
			}
		}
		put(name)
	}
	return b.Renew(ctx, "restored")
}

func (b *Bus) markRestoring(ctx context.Context, mark string) error {
	if err := b.writeIncarnations(ctx, mark); err != nil {
		return fmt.Errorf("mark the store as being restored: %w", err)
	}
	return nil
}

// missingFor gives those of the wanted streams that a restore has to put. They are all of them, for it overwrites nothing,
// unless the mark says that a restore of this backup was cut short, or nothing stands but the documents that one has put and
// had no time to mark.
func (b *Bus) missingFor(ctx context.Context, dir string, wanted []string, mark string) (missing []string, err error) {
	unfinished, err := b.unfinished(ctx)
	if err != nil {
		return nil, err
	}
	if unfinished != "" && unfinished != mark {
		return nil, fmt.Errorf("a restore of another backup, of %s, was not finished here: go on with that one, or begin with an empty store", strings.TrimPrefix(unfinished, restoring))
	}
	var standing []string
	for _, name := range wanted {
		switch _, err := b.js.Stream(ctx, name); {
		case errors.Is(err, jetstream.ErrStreamNotFound):
			missing = append(missing, name)
		case err != nil:
			return nil, explain(err, name)
		default:
			standing = append(standing, name)
		}
	}
	if len(standing) == 0 || unfinished != "" {
		return missing, nil
	}
	begun := false
	if len(missing) == len(restoreOrder)-1 && standing[0] == streamNames[State] {
		if begun, err = b.documentsOf(ctx, dir); err != nil {
			return nil, err
		}
	}
	if !begun {
		return nil, fmt.Errorf("the stream %s stands, and a restore overwrites nothing: begin with an empty store and start nothing before, or delete that stream and name it alone", standing[0])
	}
	return missing, nil
}

// documentsOf tells whether the documents that stand are of the life of a backup, as a restore puts them.
func (b *Bus) documentsOf(ctx context.Context, dir string) (bool, error) {
	backup, err := os.ReadFile(filepath.Join(dir, incarnationName))
	if errors.Is(err, os.ErrNotExist) { // a backup of before there was this file
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now, err := b.Incarnation(ctx)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && now == strings.TrimSpace(string(backup)), err
}

// unfinished is the mark of a restore that is under way or was cut short; empty without one.
func (b *Bus) unfinished(ctx context.Context) (string, error) {
	if _, err := b.js.Stream(ctx, streamNames[State]); errors.Is(err, jetstream.ErrStreamNotFound) {
		return "", nil
	} else if err != nil {
		return "", explain(err, streamNames[State])
	}
	for _, s := range cursorStreams {
		doc, err := b.incarnation(ctx, s)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return "", err
		}
		if strings.HasPrefix(doc.GetReason(), restoring) {
			return doc.GetReason(), nil
		}
	}
	return "", nil
}

// refuseUnfinished keeps a process from a store of which a part is yet to be restored.
func (b *Bus) refuseUnfinished(ctx context.Context) error {
	mark, err := b.unfinished(ctx)
	if err != nil || mark == "" {
		return err
	}
	return fmt.Errorf("a restore of the backup of %s is not finished: run it again, it goes on where it was cut short, or begin with an empty store", strings.TrimPrefix(mark, restoring))
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
