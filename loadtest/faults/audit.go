package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// allowed is what a scenario may lose by the promises.
type allowed struct {
	hearts bool // taps on a socket that ends, a killed gateway's open window, or windows that waited for 5 s; see ledger
}

// audit stops the writing, lets things settle, and holds what was acknowledged against what the backend reads and what
// each person was given.
func (c *crowd) audit(lose allowed) (notes []string, err error) {
	c.writing.Store(false)
	var stored []string
	times := map[string]int{}
	var hearts, votes uint64
	var wrong []string
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(500 * time.Millisecond) {
		stored, hearts, votes, err = c.read()
		wrong = wrong[:0]
		if err != nil {
			wrong = append(wrong, "the backend cannot read: "+err.Error())
		} else {
			wrong = c.compare(stored, times, hearts, votes, lose)
		}
		if out := c.out(); out > 0 {
			wrong = append(wrong, fmt.Sprintf("%d people have not come back", out))
		}
		if len(wrong) == 0 || time.Now().After(deadline) {
			break
		}
	}
	c.stop()
	c.wg.Wait()
	c.ledger.ended.Wait()
	whole := 0
	for _, x := range c.people {
		whole += x.whole
		if missed := c.missed(x, stored); missed != "" {
			wrong = append(wrong, missed)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	wrong = append(wrong, c.complain...)
	notes = append(notes,
		fmt.Sprintf("%d people, %d joins, %d whole snapshots; %d comments acknowledged and %d stored; votes of %d people acknowledged, %d in the tally",
			len(c.people), len(c.joins), whole, len(c.acked), len(stored), len(c.votes), votes),
		c.ledger.note(c.hearts, hearts))
	if len(c.refused) > 0 {
		notes = append(notes, fmt.Sprintf("refused and tried again: %v", c.refused))
	}
	if len(c.acked) == 0 || len(c.votes) == 0 {
		wrong = append(wrong, "nothing was acknowledged: this run proves nothing")
	}
	if len(wrong) > 0 {
		return notes, errors.New(strings.Join(wrong[:min(len(wrong), 8)], "\n"))
	}
	return notes, nil
}

func (c *crowd) read() (texts []string, hearts, votes uint64, err error) {
	conn, err := c.p.backend.Dial()
	if err != nil {
		return nil, 0, 0, err
	}
	defer func() { _ = conn.Close() }() // the answers are in
	token := ""
	for {
		r, err := commentsv1.NewCommentsServiceClient(conn).ListComments(c.p.ctx, &commentsv1.ListCommentsRequest{Room: room, PageSize: 500, PageToken: token})
		if err != nil {
			return nil, 0, 0, err
		}
		for _, comment := range r.GetComments() {
			texts = append(texts, comment.GetText())
		}
		if token = r.GetNextPageToken(); token == "" {
			break
		}
	}
	totals, err := heartsv1.NewHeartsServiceClient(conn).GetHeartTotals(c.p.ctx, &heartsv1.GetHeartTotalsRequest{Room: room})
	if err != nil {
		return nil, 0, 0, err
	}
	questions, err := questionsv1.NewQuestionsServiceClient(conn).ListQuestions(c.p.ctx, &questionsv1.ListQuestionsRequest{Room: room})
	if err != nil {
		return nil, 0, 0, err
	}
	for _, q := range questions.GetQuestions() {
		votes += q.GetVotes() // guests' are among them
	}
	return texts, totals.GetTotals()["heart"], votes, nil
}

// compare says what is missing, double or too much.
func (c *crowd) compare(stored []string, times map[string]int, hearts, votes uint64, lose allowed) (wrong []string) {
	clear(times)
	for _, text := range stored {
		times[text]++
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, text := range slices.Sorted(maps.Keys(c.acked)) {
		if n := times[text]; n != 1 && !(n == 0 && c.lost.holds(c.acked[text])) {
			wrong = append(wrong, fmt.Sprintf("%q was acknowledged and is stored %d times", text, times[text]))
		}
	}
	for text, n := range times {
		if _, acked := c.acked[text]; n > 1 && !acked {
			wrong = append(wrong, fmt.Sprintf("%q is stored %d times", text, n))
		}
	}
	owed := 0
	for _, acks := range c.votes {
		if slices.ContainsFunc(acks, func(at time.Time) bool { return !c.lost.holds(at) }) {
			owed++
		}
	}
	if votes < uint64(owed) {
		wrong = append(wrong, fmt.Sprintf("the votes of %d people were acknowledged, the tally says %d", owed, votes))
	}
	if voters := (len(c.people) + 4) / 5; votes > uint64(voters) {
		wrong = append(wrong, fmt.Sprintf("%d people voted, the tally says %d", voters, votes))
	}
	wrong = append(wrong, c.ledger.check(c.hearts, hearts, c.lost)...)
	if !lose.hearts && hearts < c.hearts {
		wrong = append(wrong, fmt.Sprintf("%d hearts were sent and none may be lost here, %d are counted", c.hearts, hearts))
	}
	return wrong
}

// missed finds a gap or another order in what one person was given. A whole snapshot may leave out what is older than it
// holds; without one nothing may be missing from the first that was seen on.
func (c *crowd) missed(x *person, stored []string) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	seen := slices.DeleteFunc(slices.Clone(x.seen), func(text string) bool { return c.blind.holds(x.ever[text]) })
	if len(seen) == 0 {
		return fmt.Sprintf("person %d was given nothing", x.n)
	}
	at := slices.Index(stored, seen[0])
	if at < 0 {
		return fmt.Sprintf("person %d was given %q, which is not stored", x.n, seen[0])
	}
	for _, text := range seen[1:] {
		next := slices.Index(stored[at+1:], text)
		switch {
		case next < 0:
			return fmt.Sprintf("person %d was given %q out of order", x.n, text)
		case next > 0 && x.whole == 0:
			return fmt.Sprintf("person %d was not given %q, and was not told", x.n, stored[at+1])
		}
		at += next + 1
	}
	return ""
}
