package questions

import (
	"slices"
	"strings"

	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// Short names of the states, as the diagram in doc.go has them.
const (
	pending   = eventv1.QuestionState_QUESTION_STATE_PENDING
	open      = eventv1.QuestionState_QUESTION_STATE_OPEN
	answering = eventv1.QuestionState_QUESTION_STATE_ANSWERING
	answered  = eventv1.QuestionState_QUESTION_STATE_ANSWERED
	rejected  = eventv1.QuestionState_QUESTION_STATE_REJECTED
	archived  = eventv1.QuestionState_QUESTION_STATE_ARCHIVED
	withdrawn = eventv1.QuestionState_QUESTION_STATE_WITHDRAWN
	merged    = eventv1.QuestionState_QUESTION_STATE_MERGED
)

// Short names of the steps that are more than an arrow.
const (
	withdraw  = questionsv1.StepQuestionRequest_STEP_WITHDRAW
	highlight = questionsv1.StepQuestionRequest_STEP_HIGHLIGHT
	reject    = questionsv1.StepQuestionRequest_STEP_REJECT
	answer    = questionsv1.StepQuestionRequest_STEP_ANSWER
	edit      = questionsv1.StepQuestionRequest_STEP_EDIT
	label     = questionsv1.StepQuestionRequest_STEP_LABEL
	reorder   = questionsv1.StepQuestionRequest_STEP_REORDER
	merge     = questionsv1.StepQuestionRequest_STEP_MERGE
	unmerge   = questionsv1.StepQuestionRequest_STEP_UNMERGE
	undo      = questionsv1.StepQuestionRequest_STEP_UNDO
)

// untouched is the revision of a question as it was asked; each change of it is the next.
const untouched = 1

type (
	state = eventv1.QuestionState
	step  = questionsv1.StepQuestionRequest_Step
)

// arrow is one kind of step: from where it may start, where it leads, and the word for it in the audit trail.
type arrow struct {
	from []state
	// fromEnded are more of them once the room has ended: nobody can approve then, but what waited can be answered.
	fromEnded []state
	to        state // 0: stays where it is, or goes back to where it was
	verb      string
	// afterwards steps are taken in a room that has ended, too: what stayed unanswered is answered then.
	afterwards bool
	// inPassing steps belong to the show as it goes on; they do not wait for a moderator's claim.
	inPassing bool
}

// arrows are the whole state machine; undo is not in it, since it leads wherever the question came from.
var arrows = map[step]arrow{
	questionsv1.StepQuestionRequest_STEP_APPROVE: {from: []state{pending, rejected}, to: open, verb: "approve_question"},
	reject:    {from: []state{pending, open}, to: rejected, verb: "reject_question", afterwards: true},
	highlight: {from: []state{open}, to: answering, verb: "highlight_question", inPassing: true},
	questionsv1.StepQuestionRequest_STEP_UNHIGHLIGHT: {from: []state{answering}, to: open, verb: "unhighlight_question", inPassing: true},
	questionsv1.StepQuestionRequest_STEP_QUEUE:       {from: []state{open}, verb: "queue_question", inPassing: true},
	questionsv1.StepQuestionRequest_STEP_UNQUEUE:     {from: []state{open}, verb: "unqueue_question", inPassing: true},
	answer: {from: []state{open, answering}, fromEnded: []state{pending}, to: answered, verb: "answer_question", afterwards: true},
	questionsv1.StepQuestionRequest_STEP_ARCHIVE: {from: []state{open, answering, answered, rejected}, to: archived, verb: "archive_question", afterwards: true},
	questionsv1.StepQuestionRequest_STEP_RESTORE: {from: []state{archived}, verb: "restore_question", afterwards: true},
	withdraw: {from: []state{pending, open}, to: withdrawn, verb: "withdraw_question"},
	edit:     {from: []state{pending, open, answering, answered}, verb: "edit_question"},
	label:    {from: []state{pending, open, answering, answered}, verb: "label_question"},
	reorder:  {from: []state{open, answering}, verb: "reorder_question", inPassing: true},
	merge:    {from: []state{pending, open}, to: merged, verb: "merge_question"},
	unmerge:  {from: []state{merged}, verb: "unmerge_question"},
	undo:     {verb: "undo_question", inPassing: true, afterwards: true},
}

// brings is what a step brings along, read and judged before.
type brings struct {
	nowMs    int64
	ended    bool   // the room has ended
	streamMs int64  // highlight
	reason   string // reject
	text     uint64 // edit: sequence of the new text
	answer   uint64 // answer: sequence of the written answer, 0 for none
	label    string // label
	place    string // reorder
	into     string // merge
}

// move takes a step on a question in place: state, marks and times. A step that has no arrow from where the question
// stands is the fault WRONG_STATE and changes nothing.
func move(q *eventv1.Question, s step, b brings) error {
	a, ok := arrows[s]
	if !ok || s == undo {
		return fault.New(fault.FieldRequired, "say which step to take").On("step")
	}
	from := a.from
	if b.ended {
		from = slices.Concat(from, a.fromEnded)
	}
	if !slices.Contains(from, q.GetState()) {
		return standing(fault.New(fault.WrongState, "a question that is %s cannot take this step; it must be %s",
			word(q.GetState()), words(from)), q)
	}
	was := q.GetState()
	if a.to != 0 {
		q.State = a.to
	}
	switch s {
	case questionsv1.StepQuestionRequest_STEP_APPROVE:
		q.Reason = ""
		if q.GetOpenedMs() == 0 {
			q.OpenedMs = b.nowMs
		}
	case reject:
		q.Reason = b.reason
	case highlight:
		q.AnsweringMs, q.AnsweringStreamMs = b.nowMs, b.streamMs
	case questionsv1.StepQuestionRequest_STEP_QUEUE:
		q.Next = true
	case questionsv1.StepQuestionRequest_STEP_UNQUEUE:
		q.Next = false
	case answer:
		q.AnsweredMs = b.nowMs
		if q.GetOpenedMs() == 0 { // it waited until the end, and is shown with its answer
			q.OpenedMs = b.nowMs
		}
		if b.answer != 0 {
			q.AnswerSequence = b.answer
		}
	case questionsv1.StepQuestionRequest_STEP_ARCHIVE:
		q.BeforeArchive = was
	case questionsv1.StepQuestionRequest_STEP_RESTORE:
		q.State, q.BeforeArchive = q.GetBeforeArchive(), 0
		if q.GetState() == answering { // the show has gone on meanwhile
			q.State = open
		}
	case edit:
		if q.GetOriginalSequence() == 0 {
			q.OriginalSequence = q.GetTextSequence()
		}
		q.TextSequence, q.EditedMs = b.text, b.nowMs
	case label:
		q.Label = b.label
	case reorder:
		q.Place = b.place
	case merge:
		q.BeforeMerge, q.MergedInto = was, b.into
	case unmerge:
		q.State, q.BeforeMerge = q.GetBeforeMerge(), 0
		q.MergedInto, q.PartedFrom = "", q.GetMergedInto()
	}
	if q.GetState() != open {
		q.Next = false
	}
	return nil
}

// standing adds where a question stands, for whoever was slower.
func standing(f *fault.Fault, q *eventv1.Question) *fault.Fault {
	return f.With("question", q.GetId()).With("state", word(q.GetState())).With("revision", revision(q))
}

func word(s state) string {
	return strings.ToLower(strings.TrimPrefix(s.String(), "QUESTION_STATE_"))
}

func words(states []state) string {
	all := make([]string, len(states))
	for i, s := range states {
		all[i] = word(s)
	}
	return strings.Join(all, " or ")
}

// votable are the states in which votes are taken.
func votable(s state) bool { return s == open || s == answering }

// public are the states that the audience sees.
func public(s state) bool { return s == open || s == answering || s == answered }
