package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

func newRoomUnanswered() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "unanswered ROOM",
		Short: "List the questions that wait for an answer, by votes",
		Long: `List the questions that wait for an answer, those with the most votes first: pending, open and answering ones.
After the end of a room it is what can still be answered in writing, with 'ovation room answer'.`,
		Args: want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return connected(cmd, func(ctx context.Context, c *client) error {
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				_, _ = fmt.Fprintln(w, "QUESTION\tVOTES\tSTATE\tASKED\tTEXT") // to a terminal
				err := pages(ctx, func(ctx context.Context, token string) (string, error) {
					r, err := questionsv1.NewQuestionsServiceClient(c).ListUnansweredQuestions(ctx, &questionsv1.ListUnansweredQuestionsRequest{
						Room: args[0], PageSize: pageSize, PageToken: token,
					})
					for _, q := range r.GetQuestions() {
						_, _ = fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\n", q.GetQuestion(), q.GetVotes(),
							strings.ToLower(strings.TrimPrefix(q.GetState().String(), "STATE_")), q.GetCreateTime().AsTime().UTC().Format(time.RFC3339), oneLine(q.GetText()))
					}
					return r.GetNextPageToken(), err
				})
				if err != nil {
					return err
				}
				if err := w.Flush(); err != nil {
					return fmt.Errorf("write the list: %w", err)
				}
				return nil
			})
		},
	}
	clientFlags(cmd)
	return cmd
}

func newRoomAnswer() *cobra.Command {
	var request string
	cmd := &cobra.Command{
		Use:   "answer ROOM QUESTION TEXT",
		Short: "Answer a question in writing, also after the end",
		Long: `Answer a question in writing. Everybody sees the answer, and its asker finds it among their own questions. A question that
was never approved can be answered once the room has ended.`,
		Example: "  ovation room answer launch 6urienw4sgemvzonqcjldcedee 'Yes, from March on.'",
		Args:    want("ROOM", "QUESTION", "TEXT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[2] == "" {
				return misuse(cmd, "%s needs TEXT: what the answer says", cmd.CommandPath())
			}
			if request == "" {
				request = rand.Text()
			}
			return unsure(call(cmd, func(ctx context.Context, c *client) error {
				_, err := questionsv1.NewQuestionsServiceClient(c).StepQuestion(ctx, &questionsv1.StepQuestionRequest{
					Room: args[0], Question: args[1], RequestId: request, Step: questionsv1.StepQuestionRequest_STEP_ANSWER, Answer: args[2], Actor: c.actor,
				})
				return err
			}), "stored", request)
		},
	}
	clientFlags(cmd)
	cmd.Flags().StringVar(&request, "request-id", "", "8 to 64 letters and digits: sent again with the same one it is one answer. Default: a random one.")
	return cmd
}
