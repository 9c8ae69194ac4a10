package archive

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/rpc"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// CommentRows writes a row for each comment that stands, oldest first, safe to open in a spreadsheet. Where a bound has
// dropped the oldest, the first row says so: a note, and since when all are there.
func CommentRows(ctx context.Context, conn grpc.ClientConnInterface, room string, w io.Writer) error {
	c := commentsv1.NewCommentsServiceClient(conn)
	reach, err := c.GetLogReach(ctx, &commentsv1.GetLogReachRequest{Room: room})
	if err != nil {
		return fmt.Errorf("read how far the log reaches back: %w", err)
	}
	head := []string{"comment", "text", "name", "person", "role", "guest", "posted", "stream_time", "edited", "reply_to", "note"}
	return rows(w, head, func(row func(...string)) error {
		if !reach.GetComplete() {
			why := strings.ToLower(strings.TrimPrefix(reach.GetBound().String(), "BOUND_"))
			row("", "", "", "", "", "", instant(reach.GetSince()), "", "", "", "the log has dropped what was said before this time, or some of it ("+why+")")
		}
		return rpc.Pages(func(token string) (string, error) {
			page, err := c.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: room, PageSize: pageSize, PageToken: token})
			for _, m := range page.GetComments() {
				row(m.GetComment(), m.GetText(), m.GetName(), m.GetPerson(), m.GetRole(), strconv.FormatBool(m.GetGuest()),
					instant(m.GetCreateTime()), instant(m.GetStreamTime()), instant(m.GetEditTime()), m.GetReply().GetComment(), "")
			}
			return page.GetNextPageToken(), err
		})
	})
}

// AuditRows writes a row for each entry of the audit trail, newest first, safe to open in a spreadsheet.
func AuditRows(ctx context.Context, conn grpc.ClientConnInterface, room string, w io.Writer) error {
	c := roomsv1.NewRoomsServiceClient(conn)
	return rows(w, []string{"entry", "time", "action", "name", "role", "person", "target", "about", "reason"}, func(row func(...string)) error {
		return rpc.Pages(func(token string) (string, error) {
			page, err := c.ListAuditEntries(ctx, &roomsv1.ListAuditEntriesRequest{Room: room, PageSize: pageSize, PageToken: token})
			for _, e := range page.GetEntries() {
				row(e.GetEntry(), instant(e.GetTime()), e.GetAction(), e.GetName(), e.GetRole(), e.GetPerson(), e.GetTarget(), e.GetAbout(), e.GetReason())
			}
			return page.GetNextPageToken(), err
		})
	})
}

// rows writes a table with its head.
func rows(w io.Writer, head []string, fill func(row func(...string)) error) error {
	table := csv.NewWriter(w)
	_ = table.Write(head) // told by Error below
	if err := fill(func(cells ...string) { _ = table.Write(plain(cells)) }); err != nil {
		return err
	}
	table.Flush()
	if err := table.Error(); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}
