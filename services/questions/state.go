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
)

type (
	state = eventv1.QuestionState
	step  = questionsv1.StepQuestionRequest_Step
)

// arrow is one kind of step: from where it may start, where it leads, and the word for it in the audit trail.
type arrow struct {
	from []state
	to   state // 0: stays where it is, or goes back to where it was
	verb string
}

// arrows are the whole state machine.
var arrows = map[step]arrow{
	questionsv1.StepQuestionRequest_STEP_APPROVE:     {[]state{pending, rejected}, open, "approve_question"},
	questionsv1.StepQuestionRequest_STEP_REJECT:      {[]state{pending, open}, rejected, "reject_question"},
	questionsv1.StepQuestionRequest_STEP_HIGHLIGHT:   {[]state{open}, answering, "highlight_question"},
	questionsv1.StepQuestionRequest_STEP_UNHIGHLIGHT: {[]state{answering}, open, "unhighlight_question"},
	questionsv1.StepQuestionRequest_STEP_QUEUE:       {[]state{open}, 0, "queue_question"},
	questionsv1.StepQuestionRequest_STEP_UNQUEUE:     {[]state{open}, 0, "unqueue_question"},
	questionsv1.StepQuestionRequest_STEP_ANSWER:      {[]state{open, answering}, answered, "answer_question"},
	questionsv1.StepQuestionRequest_STEP_ARCHIVE:     {[]state{open, answering, answered, rejected}, archived, "archive_question"},
	questionsv1.StepQuestionRequest_STEP_RESTORE:     {[]state{archived}, 0, "restore_question"},
	questionsv1.StepQuestionRequest_STEP_WITHDRAW:    {[]state{pending, open}, withdrawn, "withdraw_question"},
}

// move takes a step on a question in place: state, marks and times, at a time in milliseconds. A step that has no arrow
// from where the question stands is the fault WRONG_STATE and changes nothing.
func move(q *eventv1.Question, s step, nowMs int64) error {
	a, ok := arrows[s]
	if !ok {
		return fault.New(fault.FieldRequired, "say which step to take").On("step")
	}
	if !slices.Contains(a.from, q.GetState()) {
		return standing(fault.New(fault.WrongState, "a question that is %s cannot take this step; it must be %s",
			word(q.GetState()), words(a.from)), q)
	}
	was := q.GetState()
	if a.to != 0 {
		q.State = a.to
	}
	if q.GetState() != open {
		q.Next = false
	}
	switch s {
	case questionsv1.StepQuestionRequest_STEP_APPROVE:
		q.Reason = ""
		if q.GetOpenedMs() == 0 {
			q.OpenedMs = nowMs
		}
	case questionsv1.StepQuestionRequest_STEP_HIGHLIGHT:
		q.AnsweringMs = nowMs
	case questionsv1.StepQuestionRequest_STEP_QUEUE:
		q.Next = true
	case questionsv1.StepQuestionRequest_STEP_UNQUEUE:
		q.Next = false
	case questionsv1.StepQuestionRequest_STEP_ANSWER:
		q.AnsweredMs = nowMs
	case questionsv1.StepQuestionRequest_STEP_ARCHIVE:
		q.BeforeArchive = was
	case questionsv1.StepQuestionRequest_STEP_RESTORE:
		q.State, q.BeforeArchive = q.GetBeforeArchive(), 0
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
