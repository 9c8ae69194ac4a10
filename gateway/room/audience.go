package room

import (
	"strings"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/presence"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// The copies below are the only way from what is stored to what an audience receives: a field that is not named here is
// not seen. rules_test.go enumerates the fields, so that a new one is a decision.

// ForAudience is a room as its audience sees it.
func ForAudience(r *eventv1.Room) *gatewayv1.Room {
	s := r.GetSettings()
	return &gatewayv1.Room{
		Room:               r.GetId(),
		Title:              r.GetTitle(),
		State:              word(r.GetState().String(), "ROOM_STATE_"),
		Kinds:              s.GetKinds(),
		Labels:             s.GetLabels(),
		SlowModeSeconds:    s.GetSlowModeSeconds(),
		CommentMode:        commentMode(s.GetCommentMode()),
		AnonymousQuestions: s.GetAnonymousQuestions(),
		OpenQuestions:      s.GetOpenQuestions(),
		StartedMs:          r.GetStartedMs(),
		EndedMs:            r.GetEndedMs(),
		UniqueComments:     s.GetUniqueComments(),
		EmojiOnly:          s.GetEmojiOnly(),
		Links:              linkWord(s.GetLinks()),
		EditWindowSeconds:  s.GetEditWindowSeconds(),
		CalmSinceMs:        r.GetCalm().GetSinceMs(),
		ViewerCount:        viewerCount(s.GetViewerCount()),
		Source:             s.GetSource(),
		HeartsPaused:       s.GetHeartsPaused(),
		QuestionsPaused:    s.GetQuestionsPaused(),
		QuestionRanking:    rankingWord(s.GetQuestionRanking()),
		AnsweringSlots:     max(1, s.GetAnsweringSlots()),
		IgnoreGuestVotes:   s.GetIgnoreGuestVotes(),
		HoldComments:       holdMode(s.GetHoldComments()),
		PreviewDelayMs:     s.GetPreviewDelayMs(),
	}
}

func viewerCount(c eventv1.ViewerCount) string {
	switch c {
	case eventv1.ViewerCount_VIEWER_COUNT_ROUNDED:
		return "rounded"
	case eventv1.ViewerCount_VIEWER_COUNT_HIDDEN:
		return "hidden"
	}
	return "exact"
}

// countFor is how many watch, as an audience is told it.
func countFor(a frame.Audience, c eventv1.ViewerCount, n uint64) uint64 {
	if a == frame.Moderator {
		return n
	}
	return presence.ForViewers(c, n)
}

func commentMode(m eventv1.CommentMode) string {
	switch m {
	case eventv1.CommentMode_COMMENT_MODE_MODERATORS:
		return "moderators"
	case eventv1.CommentMode_COMMENT_MODE_FROZEN:
		return "frozen"
	case eventv1.CommentMode_COMMENT_MODE_MEMBERS:
		return "members"
	}
	return "everyone"
}

func linkWord(p eventv1.LinkPolicy) string {
	switch p {
	case eventv1.LinkPolicy_LINK_POLICY_MEMBERS:
		return "members"
	case eventv1.LinkPolicy_LINK_POLICY_MODERATORS:
		return "moderators"
	}
	return "everyone"
}

// CommentFor is a comment as its audience sees it.
func CommentFor(c *eventv1.Comment) *gatewayv1.Comment {
	return &gatewayv1.Comment{
		Comment:      c.GetId(),
		Person:       c.GetAuthor().GetPerson(),
		Name:         c.GetAuthor().GetName(),
		Role:         RoleWord(c.GetAuthor().GetRole()),
		Guest:        c.GetAuthor().GetGuest(),
		Text:         c.GetText(),
		AtMs:         c.GetPostedMs(),
		StreamTimeMs: c.GetStreamTimeMs(),
		Reply:        replyFor(c.GetReply()),
		EditedMs:     c.GetEditedMs(),
		Place:        c.GetPlace(),
	}
}

func commentsFor(list []*eventv1.Comment) (all []*gatewayv1.Comment) {
	for _, c := range list {
		all = append(all, CommentFor(c))
	}
	return all
}

func replyFor(r *eventv1.Reply) *gatewayv1.Reply {
	if r == nil {
		return nil
	}
	return &gatewayv1.Reply{Comment: r.GetComment(), Person: r.GetPerson(), Name: r.GetName()}
}

// RoleWord is a role in lower case, as frames carry it.
func RoleWord(r eventv1.Role) string { return word(r.String(), "ROLE_") }

func word(name, prefix string) string { return strings.ToLower(strings.TrimPrefix(name, prefix)) }

// visible tells whether the audience may see a question in this state.
func visible(s eventv1.QuestionState) bool {
	switch s {
	case eventv1.QuestionState_QUESTION_STATE_OPEN, eventv1.QuestionState_QUESTION_STATE_ANSWERING, eventv1.QuestionState_QUESTION_STATE_ANSWERED:
		return true
	}
	return false
}

// forViewers is a question as the audience sees it: an anonymous asker is left out.
func (q *question) forViewers() *gatewayv1.Question {
	g := &gatewayv1.Question{
		Question:          q.doc.GetId(),
		Anonymous:         q.doc.GetAnonymous(),
		Text:              q.text,
		State:             word(q.doc.GetState().String(), "QUESTION_STATE_"),
		Revision:          q.doc.GetRevision(),
		Next:              q.doc.GetNext(),
		Label:             q.doc.GetLabel(),
		Answer:            q.answer,
		Votes:             q.tally.GetVotes(),
		GuestVotes:        q.tally.GetGuests(),
		VotesUpto:         q.tally.GetUpto(),
		AskedMs:           q.doc.GetAskedMs(),
		OpenedMs:          q.doc.GetOpenedMs(),
		AnsweringMs:       q.doc.GetAnsweringMs(),
		AnsweringStreamMs: q.doc.GetAnsweringStreamMs(),
		AnsweredMs:        q.doc.GetAnsweredMs(),
		Edited:            q.doc.GetEditedMs() > 0,
		Place:             q.doc.GetPlace(),
	}
	if !q.doc.GetAnonymous() {
		g.Person, g.Name = q.doc.GetAuthor().GetPerson(), q.doc.GetAuthor().GetName()
	}
	return g
}

// forModerators is a question with what only moderators may know.
func (q *question) forModerators() *gatewayv1.ModeratorQuestion {
	g := q.forViewers()
	g.Reason, g.MergedInto = q.doc.GetReason(), q.doc.GetMergedInto()
	m := &gatewayv1.ModeratorQuestion{
		Question:     g,
		Asker:        q.doc.GetAuthor().GetPerson(),
		AskerName:    q.doc.GetAuthor().GetName(),
		AskerGuest:   q.doc.GetAuthor().GetGuest(),
		OriginalText: q.original,
	}
	if q.doc.GetUndo() != nil {
		m.UndoBy, m.UndoUntilMs = q.doc.GetLastBy(), q.doc.GetUndoUntilMs()
	}
	if r := q.doc.GetHoldReason(); r != 0 {
		m.Why, m.Detail = word(r.String(), "HOLD_REASON_"), q.doc.GetHoldDetail()
	}
	return m
}

func (q *question) votes() *gatewayv1.Votes {
	return &gatewayv1.Votes{
		Question: q.doc.GetId(), Votes: q.tally.GetVotes(), GuestVotes: q.tally.GetGuests(), Upto: q.tally.GetUpto(),
	}
}
