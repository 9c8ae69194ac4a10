package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func newRoom() *cobra.Command {
	return group("room", "Make, see, change, start, end and delete rooms",
		newRoomCreate(), newRoomList(), newRoomShow(), newRoomSet(),
		newRoomStep("start", "Take a scheduled room live", func(ctx context.Context, c roomsv1.RoomsServiceClient, room string, actor *roomsv1.Actor) (*roomsv1.Room, error) {
			r, err := c.StartRoom(ctx, &roomsv1.StartRoomRequest{Room: room, Actor: actor})
			return r.GetRoom(), err
		}),
		newRoomStep("end", "End a live room: reading goes on, writing is refused", func(ctx context.Context, c roomsv1.RoomsServiceClient, room string, actor *roomsv1.Actor) (*roomsv1.Room, error) {
			r, err := c.EndRoom(ctx, &roomsv1.EndRoomRequest{Room: room, Actor: actor})
			return r.GetRoom(), err
		}),
		newRoomStep("reopen", "Undo the end of a room, within 60 s", func(ctx context.Context, c roomsv1.RoomsServiceClient, room string, actor *roomsv1.Actor) (*roomsv1.Room, error) {
			r, err := c.ReopenRoom(ctx, &roomsv1.ReopenRoomRequest{Room: room, Actor: actor})
			return r.GetRoom(), err
		}),
		newRoomDelete(), newRoomRecount(), newRoomUnanswered(), newRoomAnswer(),
	)
}

func newRoomCreate() *cobra.Command {
	var title string
	var scheduled bool
	cmd := &cobra.Command{
		Use:     "create ROOM",
		Short:   "Make a room, live at once",
		Example: "  ovation room create launch --title 'Launch day' --kinds heart,clap --slow-mode-seconds 5",
		Args:    want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, _, err := readSettings(cmd)
			if err != nil {
				return err
			}
			return call(cmd, func(ctx context.Context, c *client) error {
				r, err := roomsv1.NewRoomsServiceClient(c).CreateRoom(ctx, &roomsv1.CreateRoomRequest{
					Room: args[0], Title: title, Settings: settings, Scheduled: scheduled, Actor: c.actor,
				})
				if err != nil {
					return err
				}
				return printRoom(cmd, r.GetRoom())
			})
		},
	}
	roomFlags(cmd)
	settingFlags(cmd.Flags())
	cmd.Flags().StringVar(&title, "title", "", "Title, 1 to 100 letters. Default: the room's id")
	cmd.Flags().BoolVar(&scheduled, "scheduled", false, "Make it without taking it live; 'ovation room start' does that")
	return cmd
}

func newRoomShow() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show ROOM",
		Short: "Show a room and its settings",
		Args:  want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return call(cmd, func(ctx context.Context, c *client) error {
				r, err := roomsv1.NewRoomsServiceClient(c).GetRoom(ctx, &roomsv1.GetRoomRequest{Room: args[0]})
				if err != nil {
					return err
				}
				return printRoom(cmd, r.GetRoom())
			})
		},
	}
	roomFlags(cmd)
	return cmd
}

func newRoomList() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the rooms",
		Args:  want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return connected(cmd, func(ctx context.Context, c *client) error {
				rooms, err := listRooms(ctx, roomsv1.NewRoomsServiceClient(c))
				if err != nil {
					return err
				}
				return printRooms(cmd, rooms)
			})
		},
	}
	roomFlags(cmd)
	return cmd
}

// listRooms asks for every room.
func listRooms(ctx context.Context, c roomsv1.RoomsServiceClient) (rooms []*roomsv1.Room, err error) {
	err = pages(ctx, func(ctx context.Context, token string) (string, error) {
		r, err := c.ListRooms(ctx, &roomsv1.ListRoomsRequest{PageSize: pageSize, PageToken: token})
		rooms = append(rooms, r.GetRooms()...)
		return r.GetNextPageToken(), err
	})
	return rooms, err
}

// newRoomStep makes a command that moves a room along its life.
func newRoomStep(verb, short string, step func(context.Context, roomsv1.RoomsServiceClient, string, *roomsv1.Actor) (*roomsv1.Room, error)) *cobra.Command {
	cmd := &cobra.Command{
		Use:   verb + " ROOM",
		Short: short,
		Args:  want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return call(cmd, func(ctx context.Context, c *client) error {
				r, err := step(ctx, roomsv1.NewRoomsServiceClient(c), args[0], c.actor)
				if err != nil {
					return err
				}
				return printRoom(cmd, r)
			})
		},
	}
	roomFlags(cmd)
	return cmd
}

func newRoomDelete() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "delete ROOM",
		Short: "Erase a room with everything said in it, for good",
		Args:  want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return call(cmd, func(ctx context.Context, c *client) error {
				r, err := roomsv1.NewRoomsServiceClient(c).DeleteRoom(ctx, &roomsv1.DeleteRoomRequest{Room: args[0], Actor: c.actor})
				if err != nil {
					return err
				}
				said := "is deleted"
				if !r.GetErased() {
					said = "is deleted; what it held is still being erased, which goes on by itself"
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", args[0], said)
				return err
			})
		},
	}
	clientFlags(cmd)
	return cmd
}

// pageSize is the most that one page may hold.
const pageSize = 500

func roomFlags(cmd *cobra.Command) {
	clientFlags(cmd)
	cmd.Flags().Bool("json", false, "Print JSON as in the protos rather than lines for a person")
}

func asJSON(flags *pflag.FlagSet) bool {
	on, err := flags.GetBool("json")
	return err == nil && on
}

// printJSON prints a message as in the protos. protojson puts in spaces as it likes, on purpose; here they are always the
// same, so that scripts may compare.
func printJSON(cmd *cobra.Command, m proto.Message) error {
	loose, err := protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true}.Marshal(m)
	if err != nil {
		return fmt.Errorf("render the answer: %w", err)
	}
	var body bytes.Buffer
	if err := json.Indent(&body, loose, "", "  "); err != nil {
		return fmt.Errorf("render the answer: %w", err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", body.Bytes())
	return err
}

func printRoom(cmd *cobra.Command, r *roomsv1.Room) error {
	w := cmd.OutOrStdout()
	if asJSON(cmd.Flags()) {
		return printJSON(cmd, r)
	}
	var rows [][]any
	line := func(name string, value any) { rows = append(rows, []any{name, value}) }
	line("room", r.GetRoom())
	line("title", r.GetTitle())
	line("state", stateName(r))
	line("revision", r.GetRevision())
	line("epoch", r.GetEpoch())
	for _, at := range []struct {
		name string
		time interface {
			IsValid() bool
			AsTime() time.Time
		}
	}{{"created", r.GetCreateTime()}, {"started", r.GetStartTime()}, {"ended", r.GetEndTime()}} {
		if at.time.IsValid() && at.time.AsTime().Unix() > 0 {
			line(at.name, at.time.AsTime().Format(time.RFC3339))
		}
	}
	for _, s := range settingTable {
		line(s.name, s.show(r.GetSettings()))
	}
	return table(w, rows)
}

func printRooms(cmd *cobra.Command, rooms []*roomsv1.Room) error {
	w := cmd.OutOrStdout()
	if asJSON(cmd.Flags()) {
		return printJSON(cmd, &roomsv1.ListRoomsResponse{Rooms: rooms})
	}
	if len(rooms) == 0 {
		_, err := fmt.Fprintln(w, "no rooms yet; 'ovation room create NAME' makes one")
		return err
	}
	rows := [][]any{{"ROOM", "STATE", "CREATED", "TITLE"}}
	for _, r := range rooms {
		rows = append(rows, []any{r.GetRoom(), stateName(r), r.GetCreateTime().AsTime().Format(time.DateTime), r.GetTitle()})
	}
	return table(w, rows)
}

// table lines columns up.
func table(w io.Writer, rows [][]any) error {
	var lines strings.Builder
	t := tabwriter.NewWriter(&lines, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			end := "\t"
			if i == len(row)-1 {
				end = "\n"
			}
			if _, err := fmt.Fprint(t, cell, end); err != nil {
				return err
			}
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, lines.String())
	return err
}

func stateName(r *roomsv1.Room) string {
	return strings.ToLower(strings.TrimPrefix(r.GetState().String(), "STATE_"))
}
