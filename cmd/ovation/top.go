package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/internal/config"
)

func newTop() *cobra.Command {
	var once bool
	cmd := &cobra.Command{
		Use:   "top",
		Short: "Watch the rooms of a gateway, refreshed each second",
		Args:  want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return watch(cmd.Context(), cmd.OutOrStdout(), "http://"+reachable(c.Admin)+"/rooms", once)
		},
	}
	config.Flags(cmd.Flags(), "admin")
	cmd.Flags().BoolVar(&once, "once", false, "Print once, after a second, and end")
	return cmd
}

// watch draws the rooms until the context ends. A gateway that goes away while it is watched is shown as such, and
// waited for; one that is not there at the start is an error.
func watch(ctx context.Context, w io.Writer, url string, once bool) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	var before *roomsSeen
	for looks := 1; ; looks++ {
		now, err := readRooms(ctx, url)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && (before == nil || once):
			return err
		case err != nil:
			if _, err := fmt.Fprintf(w, "%sno answer just now: %v\n", clearScreen(w), err); err != nil {
				return err
			}
		case once && looks == 1: // what comes a second is known from the second look on
			before = now
		default:
			if err := drawRooms(w, now, before); err != nil {
				return err
			}
			before = now
		}
		if once && looks == 2 {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-second.C:
		}
	}
}

// clearScreen goes to the top left and clears, on a terminal; elsewhere a blank line parts two pictures.
func clearScreen(w io.Writer) string {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return "\x1b[H\x1b[2J"
		}
	}
	return ""
}

// roomsSeen is what the admin port said, and when.
type roomsSeen struct {
	at    time.Time
	rooms []room.Stat
}

func readRooms(ctx context.Context, url string) (*roomsSeen, error) {
	var body roomList
	if err := askAdmin(ctx, url, "a gateway", &body); err != nil {
		return nil, err
	}
	return &roomsSeen{at: time.Now(), rooms: body.Rooms}, nil
}

// askAdmin reads an answer of an admin port; whose says which process would know it.
func askAdmin(ctx context.Context, url, whose string, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("nobody answers at %s: give --admin with the admin address of %s: %w", url, whose, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 200))
		return fmt.Errorf("%s: %s", url, strings.TrimSpace(string(text)))
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<20)).Decode(answer); err != nil {
		return fmt.Errorf("read %s: %w", url, err)
	}
	return nil
}

// drawRooms prints the fullest rooms first, with hearts a second since the picture before.
func drawRooms(w io.Writer, now, before *roomsSeen) error {
	rooms := slices.Clone(now.rooms)
	slices.SortFunc(rooms, func(a, b room.Stat) int {
		if a.Everywhere != b.Everywhere {
			return cmp.Compare(b.Everywhere, a.Everywhere)
		}
		return strings.Compare(a.Room, b.Room)
	})
	here := 0
	for _, r := range rooms {
		here += r.Viewers
	}
	if _, err := fmt.Fprintf(w, "%s%s  %d rooms  %d viewers here\n\n", clearScreen(w), now.at.Format(time.TimeOnly), len(rooms), here); err != nil {
		return err
	}
	if len(rooms) == 0 {
		_, err := fmt.Fprintln(w, "nobody is in a room of this gateway just now")
		return err
	}
	rows := [][]any{{"ROOM", "STATE", "VIEWERS", "HERE", "HEARTS", "HEARTS/S", "LOG", "LOG/S", "LAG", "NOT SHOWN", "SKIPPED/S", "RESYNCS", "CLOSED", "WAITING", "TICK"}}
	for _, r := range rooms {
		rows = append(rows, []any{r.Room, r.State, r.Everywhere, r.Viewers, heartSum(r), rate(r, now, before, heartSum),
			r.Log, rate(r, now, before, entries), fmt.Sprintf("%d ms", r.LagMs), r.NotShown, rate(r, now, before, skipped), r.Drops.Resyncs, r.Drops.Closed, r.Pending, fmt.Sprintf("%d ms", r.IntervalMs)})
	}
	return table(w, rows)
}

func heartSum(r room.Stat) (sum uint64) {
	for n := range maps.Values(r.Hearts) {
		sum += n
	}
	return sum
}

// entries are the comments, edits and removals of a room so far. They are counted by this gateway, since it opened the
// room; the log's position is of all rooms together.
func entries(r room.Stat) uint64 { return r.Entries }

// skipped are ticks that viewers here get later in one piece; many a second mean that their network, or this gateway, does
// not keep up.
func skipped(r room.Stat) uint64 { return r.Drops.Skipped }

// rate is how fast a running figure grew since the picture before.
func rate(r room.Stat, now, before *roomsSeen, figure func(room.Stat) uint64) string {
	if before == nil {
		return "-"
	}
	i := slices.IndexFunc(before.rooms, func(b room.Stat) bool { return b.Room == r.Room })
	seconds := now.at.Sub(before.at).Seconds()
	if i < 0 || seconds <= 0 || figure(r) < figure(before.rooms[i]) {
		return "-"
	}
	return fmt.Sprintf("%.0f", float64(figure(r)-figure(before.rooms[i]))/seconds)
}
