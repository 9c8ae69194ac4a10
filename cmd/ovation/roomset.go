package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/fault"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func newRoomSet() *cobra.Command {
	var title string
	var revision uint64
	var all bool
	cmd := &cobra.Command{
		Use:   "set ROOM... | --all",
		Short: "Change the title or settings that are given, and no others",
		Long: `Change the title or settings that are given, and no others. It acts at once, everywhere, without a restart.

Pause what hurts with --comment-mode frozen, --hearts-paused or --questions-paused, and let it go on with --comment-mode
everyone, --hearts-paused=false or --questions-paused=false. --min-tick-ms 1000 takes load off gateways. With --all it
acts on every room that has not ended.`,
		Example: "  ovation room set launch --slow-mode-seconds 10\n  ovation room set --all --hearts-paused --min-tick-ms 1000",
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case all && (len(args) > 0 || revision != 0 || title != ""):
				return misuse(cmd, "--all is for settings alone: leave the rooms, --title and --revision out")
			case !all && len(args) == 0:
				return misuse(cmd, "say which room, or --all")
			case len(args) > 1 && revision != 0:
				return misuse(cmd, "--revision is of one room")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, mask, err := readSettings(cmd)
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("title") {
				mask = append(mask, "title")
			}
			if len(mask) == 0 {
				return misuse(cmd, "say what to change, such as --title or --slow-mode-seconds")
			}
			return connected(cmd, func(ctx context.Context, c *client) error {
				rooms := roomsv1.NewRoomsServiceClient(c)
				update := func(ctx context.Context, room string) (*roomsv1.Room, error) {
					ctx, cancel := context.WithTimeout(ctx, callTimeout)
					defer cancel()
					r, err := rooms.UpdateRoom(ctx, &roomsv1.UpdateRoomRequest{
						Room:       &roomsv1.Room{Room: room, Title: title, Settings: settings, Revision: revision},
						UpdateMask: &fieldmaskpb.FieldMask{Paths: mask},
						Actor:      c.actor,
					})
					return r.GetRoom(), err
				}
				if len(args) == 1 {
					r, err := update(ctx, args[0])
					if err != nil {
						return err
					}
					return printRoom(cmd, r)
				}
				if all {
					if args, err = notEnded(ctx, rooms); err != nil {
						return err
					}
				}
				return setEach(ctx, cmd.OutOrStdout(), args, update)
			})
		},
	}
	roomFlags(cmd)
	settingFlags(cmd.Flags())
	cmd.Flags().StringVar(&title, "title", "", "Title, 1 to 100 letters")
	cmd.Flags().BoolVar(&all, "all", false, "Change every room that has not ended")
	cmd.Flags().Uint64Var(&revision, "revision", 0, "Change it only if it still stands at this revision. Default: whatever it is")
	return cmd
}

// setAtOnce is how many rooms are changed at a time.
const setAtOnce = 8

// setEach changes many rooms, and tells of each when it is changed. One that fails, or does not answer, must not keep the
// others from being paused.
func setEach(ctx context.Context, w io.Writer, rooms []string, update func(context.Context, string) (*roomsv1.Room, error)) error {
	var (
		mu      sync.Mutex
		failed  []error // guarded by mu
		working sync.WaitGroup
	)
	next := make(chan string)
	for range min(setAtOnce, len(rooms)) {
		working.Go(func() {
			for room := range next {
				r, err := update(ctx, room)
				mu.Lock()
				if err == nil {
					_, err = fmt.Fprintf(w, "%s  revision %d\n", room, r.GetRevision())
				} else {
					err = fmt.Errorf("%s: %w", room, fault.FromGRPC(err))
				}
				if err != nil {
					failed = append(failed, err)
				}
				mu.Unlock()
			}
		})
	}
	for _, room := range rooms {
		next <- room
	}
	close(next)
	working.Wait()
	return errors.Join(failed...)
}

// notEnded lists the rooms in which something can still happen.
func notEnded(ctx context.Context, c roomsv1.RoomsServiceClient) ([]string, error) {
	rooms, err := listRooms(ctx, c)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, r := range rooms {
		if r.GetState() != roomsv1.Room_STATE_ENDED && r.GetRoom() != canaryRoom { // pausing that would only raise an alarm
			names = append(names, r.GetRoom())
		}
	}
	if len(names) == 0 {
		return nil, errors.New("there is no room that has not ended")
	}
	return names, nil
}
