package room

import (
	"log/slog"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// keepEntries is how many log entries a room keeps for snapshots and returning clients.
const keepEntries = 2000

// question is a question with its text, answer and votes.
type question struct {
	doc      *eventv1.Question
	sequence uint64
	text     string
	original string // as it was asked, where it was edited
	answer   string
	tally    *eventv1.Tally
	seen     bool // the audience was given it
}

// model is the room's state as of the last tick. It belongs to the goroutine of Run.
type model struct {
	log *slog.Logger

	room     *eventv1.Room
	epoch    string
	position struct{ log, state uint64 }

	now       func() time.Time
	born      time.Time         // when it began to follow
	aired     uint64            // everything up to this sequence of the log was told to viewers, where it concerns them
	airs      time.Time         // when the next entry is due for viewers; zero when none waits
	taken     uint64            // entries of the log so far
	lag       time.Duration     // from the store to here, of the newest
	entries   []entry           // in log order, the newest keepEntries
	floor     uint64            // everything above this sequence of the log is in entries
	comments  map[string]uint64 // sequence by id of the comments in entries
	holders   map[string]uint64 // sequence by id of the entries that hold the comments
	removed   map[string]bool   // comments whose removal stands in entries, gone until they are restored, whatever else is stored of them
	display   display
	modView   display
	shown     uint64 // to viewers, since the room was opened here
	notShown  uint64 // running total for viewers
	modHidden uint64 // the same for moderators
	pin       *eventv1.Pin
	pinned    *eventv1.Comment // the comment that the pin names, once it is here
	air       onAir

	questions map[string]*question
	texts     map[uint64]string          // by sequence of the text stream
	waiting   map[string]follow.Document // question documents whose text is not here yet
	tallies   map[string]*eventv1.Tally  // of questions that are not here yet, too
	top       map[string]bool            // open questions that every client is kept exact about: those of a snapshot
	modsTop   map[string]bool            // open questions that every moderator is kept exact about
	owed      map[string]bool            // questions whose votes are yet to be told
	claims    map[string]claim
	people    map[string]standing    // by key; the last empty ones included, by settle
	held      map[string]heldComment // by id; the last decided ones included
	heldBy    map[string][]string    // their ids by author
	heldTop   map[string]uint64      // those of them that every moderator knows, with what document they came to be so
	reports   map[string]reported    // by id of the item; the last settled ones included
	reportTop map[string]uint64      // the same of them
	settle    settle
	blocs     blocs

	named uint64 // sequence of the names of hosts and moderators

	hearts   map[string]uint64
	applause applause
	viewers  uint64
	overlays uint64
	told     [2]uint64 // viewers, as each audience was told last
	degraded bool
}

func newModel(log *slog.Logger) *model {
	return &model{
		log: log, now: time.Now, born: time.Now(), comments: make(map[string]uint64), holders: make(map[string]uint64), removed: make(map[string]bool), questions: make(map[string]*question), texts: make(map[uint64]string),
		waiting: make(map[string]follow.Document), tallies: make(map[string]*eventv1.Tally), hearts: make(map[string]uint64),
		owed: make(map[string]bool), claims: make(map[string]claim), applause: applause{excluded: make(map[string]uint64), clock: time.Now},
		people: make(map[string]standing), settle: settle{lookAt: 2 * keepSettled}, blocs: newBlocs(),
	}
}

// changes is what a tick has to tell.
type changes struct {
	commentChanges
	heldChanges
	questions map[string]bool
	gone      []string
	votes     map[string]bool
	risen     map[string]bool // questions that moderators may not know yet, though they did not change
	claims    []string        // questions whose claims changed
	hearts    heartChanges
	people    map[string]bool              // whose own questions changed
	need      []uint64                     // texts to read
	standings map[string]*eventv1.Standing // people about whom something was decided, lifted or has ended
	reports   map[string]bool              // items whose reports changed
	blocs     []string                     // questions that became blocs, changed as such, or are none any more
	newBlocs  int                          // how many of them became one
	names     *people.Names                // of hosts and moderators, where they changed
	passes    map[string]bool              // links that changed, with whether they are revoked
	room      bool
	viewers   [2]bool // by audience
	overlays  bool
	notShown  bool
	modHidden bool
	status    bool
}

func newChanges() *changes {
	return &changes{
		questions: make(map[string]bool), votes: make(map[string]bool), risen: make(map[string]bool), people: make(map[string]bool),
		hearts: heartChanges{totals: make(map[string]bool), excluded: make(map[string]bool)},
	}
}

// apply takes a batch in. upTo is the state follower's position before the batch was drained.
func (m *model) apply(b batch, upTo, version uint64) *changes {
	c := newChanges()
	for _, d := range b.docs { // settings first: a budget that changed holds for the comments that came with it
		if d.Key == follow.RoomKey {
			m.takeRoom(d, c)
		}
	}
	for _, r := range b.log {
		m.takeRecord(r, version, c)
	}
	m.airDue(version, c)
	if n := len(b.log); n > 0 {
		m.taken += uint64(n)
		if newest := b.log[n-1].Time; newest.After(m.born) { // what was stored before is history, however old
			m.lag = max(0, time.Since(newest))
		}
	}
	for _, f := range b.texts {
		if f.gone {
			f.text = ""
		}
		m.texts[f.sequence] = f.text
	}
	for _, d := range b.docs {
		if strings.HasPrefix(d.Key, "q.") || strings.HasPrefix(d.Key, heldPrefix) {
			m.waiting[d.Key] = d
		}
		m.takeClaim(d, c)
		m.takeStanding(d, c)
		m.takeReports(d, c)
		m.takePin(d, c)
		m.takeOnAir(d, c)
		m.takeNames(d, c)
		m.takeMilestones(d)
	}
	for _, r := range b.pins {
		m.takePinned(r, c)
		m.takeAired(r, c)
	}
	c.passes = passes(b.docs)
	for key, d := range m.waiting {
		take := m.takeQuestion
		if strings.HasPrefix(key, heldPrefix) {
			take = m.takeHeld
		}
		if take(d, c) {
			delete(m.waiting, key)
		}
	}
	for _, d := range b.tallies {
		m.takeTally(d, c)
	}
	m.takeBlocs(b.tallies, c)
	m.rank(c)
	m.rankHeld(c)
	m.rankReports(c)
	if b.sockets != nil {
		c.overlays = m.overlays != b.sockets.Overlays
		m.viewers, m.overlays = b.sockets.Viewers, b.sockets.Overlays
	}
	for a := range m.told { // a setting that changed tells them anew, too
		if n := m.count(frame.Audience(a)); n != m.told[a] {
			m.told[a], c.viewers[a] = n, true
		}
	}
	m.takeTotals(b.totals, version, c)
	if b.degraded != nil && *b.degraded != m.degraded {
		m.degraded, c.status = *b.degraded, true
	}
	// The cursor may not pass a document that waits for its text: a client that returns with it would never be told.
	for _, d := range m.waiting {
		upTo = min(upTo, d.Sequence-1)
	}
	m.position.state = max(m.position.state, upTo)
	m.trim()
	m.forgetSettled(m.now())
	return c
}

// count is how many watch, as an audience is told it.
func (m *model) count(a frame.Audience) uint64 {
	return countFor(a, m.room.GetSettings().GetViewerCount(), m.viewers)
}

func (m *model) takeRoom(d follow.Document, c *changes) {
	if d.Body == nil {
		if m.room != nil {
			gone := proto.CloneOf(m.room)
			gone.State = eventv1.RoomState_ROOM_STATE_DELETED
			m.room, c.room = gone, true
		}
		return
	}
	room := new(eventv1.Room)
	if err := proto.Unmarshal(d.Body, room); err != nil {
		m.log.Error("a room's settings cannot be read", "error", err)
		return
	}
	m.room, c.room = room, true
	m.display.budget = room.GetSettings().GetDisplayBudget()
	m.modView.budget = room.GetSettings().GetModeratorDisplayBudget()
}

// takeQuestion is false when a text has to be read first.
func (m *model) takeQuestion(d follow.Document, c *changes) bool {
	id := strings.TrimPrefix(d.Key, "q.")
	q := m.questions[id]
	if q != nil && d.Sequence <= q.sequence {
		return true
	}
	if d.Body == nil { // only when the room is being erased
		if q != nil && q.seen {
			c.gone = append(c.gone, id)
		}
		delete(m.questions, id)
		return true
	}
	doc := new(eventv1.Question)
	if err := proto.Unmarshal(d.Body, doc); err != nil {
		m.log.Error("a question cannot be read; passing over it", "error", err)
		return true
	}
	ok := true
	for _, sequence := range []uint64{doc.GetTextSequence(), doc.GetOriginalSequence(), doc.GetAnswerSequence()} {
		if _, known := m.texts[sequence]; !known && sequence != 0 {
			c.need = append(c.need, sequence)
			ok = false
		}
	}
	if !ok {
		return false
	}
	if q == nil {
		q = &question{tally: m.tallies[id]}
		m.questions[id] = q
	}
	q.doc, q.sequence = doc, d.Sequence
	q.text, q.original, q.answer = m.texts[doc.GetTextSequence()], m.texts[doc.GetOriginalSequence()], m.texts[doc.GetAnswerSequence()]
	now := visible(doc.GetState())
	if q.seen && !now {
		c.gone = append(c.gone, id)
	}
	q.seen = now
	c.questions[id] = true
	c.people[doc.GetAuthor().GetPerson()] = true
	return true
}

func (m *model) takeTally(d follow.Document, c *changes) {
	if d.Body == nil {
		return
	}
	t := new(eventv1.Tally)
	if err := proto.Unmarshal(d.Body, t); err != nil {
		m.log.Error("a tally cannot be read; passing over it", "error", err)
		return
	}
	m.tallies[d.Key] = t
	if q := m.questions[d.Key]; q != nil {
		q.tally = t
		c.votes[d.Key] = true
	}
}
