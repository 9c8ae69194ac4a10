package questions

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// maxTexts bounds the texts in memory; beyond it the cache starts anew.
const maxTexts = 20_000

// texts reads the text stream. A text at a sequence never changes; it can only be erased.
type texts struct {
	bus *bus.Bus

	mu    sync.Mutex
	known map[uint64]string // guarded by mu
}

func newTexts(b *bus.Bus) *texts { return &texts{bus: b, known: make(map[uint64]string)} }

// read gives the text at a sequence; an erased one, and none (0), is empty.
func (t *texts) read(ctx context.Context, sequence uint64) (string, error) {
	if sequence == 0 {
		return "", nil
	}
	t.mu.Lock()
	text, ok := t.known[sequence]
	t.mu.Unlock()
	if ok {
		return text, nil
	}
	r, err := t.bus.At(ctx, bus.Held, sequence)
	if errors.Is(err, bus.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read a text: %w", err)
	}
	m := new(eventv1.QuestionText)
	if err := proto.Unmarshal(r.Body, m); err != nil {
		return "", fmt.Errorf("text %d: %w", sequence, err)
	}
	t.keep(sequence, m.GetText())
	return m.GetText(), nil
}

// load reads the texts of many questions that are not known yet, in one go.
func (t *texts) load(ctx context.Context, room string, list []*eventv1.Question) error {
	want := make(map[string]uint64)
	t.mu.Lock()
	for _, q := range list {
		if _, ok := t.known[q.GetTextSequence()]; !ok {
			want[bus.InRoom(bus.Held, room, "qt", q.GetId()).Subject] = q.GetTextSequence()
		}
	}
	t.mu.Unlock()
	if len(want) == 0 {
		return nil
	}
	records, _, err := t.bus.LastMany(ctx, bus.Held, slices.Collect(maps.Keys(want)))
	if err != nil {
		return fmt.Errorf("read texts: %w", err)
	}
	for _, r := range records {
		m := new(eventv1.QuestionText)
		if want[r.Subject] == r.Sequence && proto.Unmarshal(r.Body, m) == nil {
			t.keep(r.Sequence, m.GetText())
		}
	}
	return nil
}

func (t *texts) keep(sequence uint64, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) >= maxTexts {
		clear(t.known)
	}
	t.known[sequence] = text
}

// write stores a text once per message id; same tells whether a text that was there before is this one.
func (t *texts) write(ctx context.Context, k bus.Key, messageID, text string) (sequence uint64, same bool, err error) {
	body, err := proto.Marshal(&eventv1.QuestionText{Text: text})
	if err != nil {
		return 0, false, fmt.Errorf("text: %w", err)
	}
	stored, err := t.bus.Append(ctx, k, messageID, body)
	if err != nil {
		return 0, false, fmt.Errorf("store a text: %w", err)
	}
	if !stored.Duplicate {
		t.keep(stored.Sequence, text)
		return stored.Sequence, true, nil
	}
	was, err := t.read(ctx, stored.Sequence)
	return stored.Sequence, was == text, err
}
