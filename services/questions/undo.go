package questions

import (
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// takenBack is the question as it was before its last step. Who made it may take it back for a minute, and so may a host.
// The step back is a change like any other: it can be taken back itself, but for merges, which are judged anew, and for partings,
// after which the other question must be one to merge into still.
func takenBack(q *eventv1.Question, person string, host bool, nowMs int64) (*eventv1.Question, error) {
	was := q.GetUndo()
	switch {
	case was == nil:
		return nil, standing(fault.New(fault.WrongState, "the last step on this question cannot be taken back"), q)
	case q.GetLastBy() != person && !host:
		return nil, standing(fault.New(fault.PermissionDenied, "the last step was somebody else's; a host may take it back"), q)
	case nowMs > q.GetUndoUntilMs():
		return nil, standing(fault.New(fault.UndoExpired, "a step can be taken back for %d seconds", int(judge.UndoFor.Seconds())), q)
	}
	back := proto.CloneOf(was)
	back.Revision = q.GetRevision()
	// That it was open once stays: who saw it then and comes back later must be told that it is gone.
	back.OpenedMs = q.GetOpenedMs()
	if q.GetMergedInto() != back.GetMergedInto() {
		back.PartedFrom = q.GetMergedInto() // none where it is merged again
		return back, nil
	}
	back.Undo = before(q)
	return back, nil
}

// before is what a step keeps of the question, so that it can be taken back: all but what the step before kept.
func before(q *eventv1.Question) *eventv1.Question {
	was := proto.CloneOf(q)
	was.Undo = nil
	return was
}
