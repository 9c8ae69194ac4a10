package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/durationpb"

	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func newPeople() *cobra.Command {
	return group("people", "See people of a room, ban and mute them, remove what they wrote",
		newPeopleList(), newPeopleShow(), newPeopleBan(), newPeopleTimeout(), newPeopleUnban(), newPeopleRemove())
}

// whom are the flags that name a person.
type whom struct {
	subject bool
	reason  string
	life    time.Duration
}

func (w *whom) flags(cmd *cobra.Command, reason, life bool) {
	roomFlags(cmd)
	cmd.Flags().BoolVar(&w.subject, "subject", false, "PERSON is the subject (sub) of a token rather than the key that comments carry.")
	if reason {
		cmd.Flags().StringVar(&w.reason, "reason", "", "Why, for the audit trail; a muted or banned person is told.")
	}
	if life {
		cmd.Flags().DurationVar(&w.life, "for", 0, "How long, such as 10m or 24h. Default: as long as the room lives.")
	}
}

// of splits a person into a key and a subject, of which one is empty.
func (w *whom) of(person string) (key, subject string) {
	if w.subject {
		return "", person
	}
	return person, ""
}

func (w *whom) duration() *durationpb.Duration {
	if w.life == 0 {
		return nil
	}
	return durationpb.New(w.life)
}

func newPeopleList() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list ROOM",
		Short: "List the people against whom something holds, the latest first",
		Args:  want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return connected(cmd, func(ctx context.Context, c *client) error {
				all := new(roomsv1.ListPeopleResponse)
				err := pages(ctx, func(ctx context.Context, token string) (string, error) {
					r, err := roomsv1.NewRoomsServiceClient(c).ListPeople(ctx, &roomsv1.ListPeopleRequest{Room: args[0], PageSize: pageSize, PageToken: token})
					all.People = append(all.People, r.GetPeople()...)
					return r.GetNextPageToken(), err
				})
				if err != nil {
					return err
				}
				if asJSON(cmd.Flags()) {
					return printJSON(cmd, all)
				}
				if len(all.GetPeople()) == 0 {
					_, err := fmt.Fprintln(cmd.OutOrStdout(), "nothing holds against anybody")
					return err
				}
				rows := [][]any{{"PERSON", "NAME", "MEASURE", "UNTIL", "BY", "WHY"}}
				for _, p := range all.GetPeople() {
					rows = append(rows, standingRows(p)...)
				}
				return table(cmd.OutOrStdout(), rows)
			})
		},
	}
	roomFlags(cmd)
	return cmd
}

// standingRows are the measures against a person, a row each.
func standingRows(p *roomsv1.Person) (rows [][]any) {
	for _, m := range []struct {
		name string
		of   *roomsv1.Measure
	}{{"banned", p.GetBan()}, {"muted", p.GetTimeout()}, {"hidden", p.GetShadow()}} {
		if m.of == nil {
			continue
		}
		until := "the room's end"
		if m.of.GetEndTime() != nil {
			until = m.of.GetEndTime().AsTime().Format(time.RFC3339)
		}
		rows = append(rows, []any{p.GetPerson(), nameless(p.GetName()), m.name, until, nameless(m.of.GetByName()), nameless(m.of.GetReason())})
	}
	return rows
}

// nameless is a dash for what is empty: a table's column must not be.
func nameless(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func newPeopleShow() *cobra.Command {
	w := new(whom)
	cmd := &cobra.Command{
		Use:   "show ROOM PERSON",
		Short: "Show the card of a person: what holds against them, what they wrote, what was done",
		Args:  want("ROOM", "PERSON"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return call(cmd, func(ctx context.Context, c *client) error {
				key, subject := w.of(args[1])
				r, err := roomsv1.NewRoomsServiceClient(c).GetPerson(ctx, &roomsv1.GetPersonRequest{Room: args[0], Person: key, Subject: subject})
				if err != nil {
					return err
				}
				if asJSON(cmd.Flags()) {
					return printJSON(cmd, r)
				}
				return printCard(cmd, r)
			})
		},
	}
	w.flags(cmd, false, false)
	return cmd
}

func printCard(cmd *cobra.Command, r *roomsv1.GetPersonResponse) error {
	rows := [][]any{
		{"person", r.GetPerson().GetPerson()}, {"name", nameless(r.GetPerson().GetName())}, {"role", nameless(r.GetRole())}, {"guest", r.GetPerson().GetGuest()},
		{"comments", r.GetComments()}, {"removed", r.GetRemoved()}, {"reports", r.GetReports()},
	}
	if at := r.GetFirstSeenTime(); at != nil {
		rows = append(rows, []any{"first seen", at.AsTime().Format(time.RFC3339)})
	}
	for _, row := range standingRows(r.GetPerson()) {
		rows = append(rows, []any{row[2], fmt.Sprintf("until %v by %v: %v", row[3], row[4], row[5])})
	}
	for _, w := range r.GetWritings() {
		rows = append(rows, []any{w.GetKind(), fmt.Sprintf("%s %s %s", w.GetTime().AsTime().Format(time.RFC3339), w.GetId(), oneLine(w.GetText()))})
	}
	for _, e := range r.GetEntries() {
		rows = append(rows, []any{"done", fmt.Sprintf("%s %s by %s: %s", e.GetTime().AsTime().Format(time.RFC3339), e.GetAction(), nameless(e.GetName()), nameless(e.GetReason()))})
	}
	return table(cmd.OutOrStdout(), rows)
}

func newPeopleBan() *cobra.Command {
	w, hidden := new(whom), false
	cmd := &cobra.Command{
		Use:   "ban ROOM PERSON",
		Short: "Keep a person out, or out of sight: sockets close within 5 s on every gateway",
		Example: `  ovation people ban launch bnqkvv4i6wgl2ej2ijtacf7xpg --for 24h --reason advertising
  ovation people ban launch user-4711 --subject --hidden`,
		Args: want("ROOM", "PERSON"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onPerson(cmd, func(ctx context.Context, c *client) (*roomsv1.Person, error) {
				key, subject := w.of(args[1])
				r, err := roomsv1.NewRoomsServiceClient(c).BanPerson(ctx, &roomsv1.BanPersonRequest{
					Room: args[0], Person: key, Subject: subject, Duration: w.duration(), Reason: w.reason, Hidden: hidden, Actor: c.actor, RequestId: rand.Text(),
				})
				return r.GetPerson(), err
			})
		},
	}
	w.flags(cmd, true, true)
	cmd.Flags().BoolVar(&hidden, "hidden", false, "Let the person stay and write, and show that to nobody but moderators.")
	return cmd
}

func newPeopleTimeout() *cobra.Command {
	w := new(whom)
	cmd := &cobra.Command{
		Use:     "timeout ROOM PERSON",
		Short:   "Mute a person: reading goes on, writing is refused",
		Example: "  ovation people timeout launch bnqkvv4i6wgl2ej2ijtacf7xpg --for 10m --reason 'calm down'",
		Args:    want("ROOM", "PERSON"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onPerson(cmd, func(ctx context.Context, c *client) (*roomsv1.Person, error) {
				key, subject := w.of(args[1])
				r, err := roomsv1.NewRoomsServiceClient(c).TimeOutPerson(ctx, &roomsv1.TimeOutPersonRequest{
					Room: args[0], Person: key, Subject: subject, Duration: w.duration(), Reason: w.reason, Actor: c.actor, RequestId: rand.Text(),
				})
				return r.GetPerson(), err
			})
		},
	}
	w.flags(cmd, true, true)
	return cmd
}

func newPeopleUnban() *cobra.Command {
	w := new(whom)
	cmd := &cobra.Command{
		Use:   "unban ROOM PERSON",
		Short: "Lift everything that holds against a person",
		Args:  want("ROOM", "PERSON"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onPerson(cmd, func(ctx context.Context, c *client) (*roomsv1.Person, error) {
				key, subject := w.of(args[1])
				r, err := roomsv1.NewRoomsServiceClient(c).UnbanPerson(ctx, &roomsv1.UnbanPersonRequest{
					Room: args[0], Person: key, Subject: subject, Reason: w.reason, Actor: c.actor, RequestId: rand.Text(),
				})
				return r.GetPerson(), err
			})
		},
	}
	w.flags(cmd, true, false)
	return cmd
}

// onPerson acts on a person and prints what holds then.
func onPerson(cmd *cobra.Command, act func(context.Context, *client) (*roomsv1.Person, error)) error {
	return call(cmd, func(ctx context.Context, c *client) error {
		p, err := act(ctx, c)
		if err != nil {
			return err
		}
		if asJSON(cmd.Flags()) {
			return printJSON(cmd, p)
		}
		rows := standingRows(p)
		if len(rows) == 0 {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "nothing holds against %s\n", p.GetPerson())
			return err
		}
		return table(cmd.OutOrStdout(), append([][]any{{"PERSON", "NAME", "MEASURE", "UNTIL", "BY", "WHY"}}, rows...))
	})
}

func newPeopleRemove() *cobra.Command {
	w := new(whom)
	cmd := &cobra.Command{
		Use:   "remove ROOM PERSON",
		Short: "Remove everything that a person wrote: comments, held ones included, and questions",
		Long: `Remove everything that a person wrote: comments, held ones included, and questions.

It is gone from every screen at once. The comments' text is gone from the store within a minute, or as fast as the store
erases where there are thousands. Questions are rejected where they wait and archived where they stand, with their votes.
For 60 s 'ovation undo ROOM' brings all of it back.`,
		Example: "  ovation people remove launch bnqkvv4i6wgl2ej2ijtacf7xpg --reason advertising",
		Args:    want("ROOM", "PERSON"),
		RunE: func(cmd *cobra.Command, args []string) error {
			person, removed, asked, next := args[1], uint32(0), uint32(0), uint64(0)
			for first := true; first || next > 0; first = false {
				err := call(cmd, func(ctx context.Context, c *client) error { // each piece has a command's time
					if first && w.subject {
						card, err := roomsv1.NewRoomsServiceClient(c).GetPerson(ctx, &roomsv1.GetPersonRequest{Room: args[0], Subject: person})
						if err != nil {
							return err
						}
						person = card.GetPerson().GetPerson()
					}
					if first {
						r, err := questionsv1.NewQuestionsServiceClient(c).RemovePersonQuestions(ctx, &questionsv1.RemovePersonQuestionsRequest{
							Room: args[0], Person: person, Reason: w.reason, Actor: c.actor,
						})
						if err != nil {
							return err
						}
						asked = r.GetRemoved()
					}
					r, err := commentsv1.NewCommentsServiceClient(c).RemovePersonComments(ctx, &commentsv1.RemovePersonCommentsRequest{
						Room: args[0], Person: person, Reason: w.reason, BeforeSequence: next, Actor: c.actor,
					})
					removed, next = removed+r.GetRemoved(), r.GetNext()
					return err
				})
				if err != nil {
					return err
				}
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%d comments and %d questions are removed\n", removed, asked)
			return err
		},
	}
	w.flags(cmd, true, false)
	return cmd
}
