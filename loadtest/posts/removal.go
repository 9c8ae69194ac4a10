package posts

import (
	"context"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Removal is how everything of one person was removed and erased while others wrote.
type Removal struct {
	// Comments of that person.
	Comments int `json:"comments"`
	// RemovedSeconds is how long the calls took that remove them; ErasedSeconds from the first call until the audit trail
	// said of each that its text is erased.
	RemovedSeconds float64 `json:"removed_seconds"`
	ErasedSeconds  float64 `json:"erased_seconds"`
}

// removal has one person write a lot, and then removes it.
type removal struct {
	comments commentsv1.CommentsServiceClient
	rooms    roomsv1.RoomsServiceClient
	room     string
	person   string
	n        int
	log      io.Writer
}

// mostErasing is how long a run waits for the last text to be erased.
const mostErasing = 5 * time.Minute

// write has the person write so many comments.
func write(ctx context.Context, conn *grpc.ClientConn, room string, o Options) (*removal, error) {
	r := &removal{
		comments: commentsv1.NewCommentsServiceClient(conn), rooms: roomsv1.NewRoomsServiceClient(conn), room: room, n: o.Remove, log: o.Log,
	}
	_, _ = fmt.Fprintf(o.Log, "one person writes %d comments\n", r.n)
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for i := range r.n {
		g.Go(func() error {
			_, err := r.comments.PostComment(inner, &commentsv1.PostCommentRequest{
				Room: room, RequestId: fmt.Sprintf("removed-%d", i), Text: text(o.Callers, i, o.Bytes),
				Actor: &roomsv1.Actor{Subject: "whoever-is-removed", Role: "viewer"},
			})
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("write what is to be removed: %w", err)
	}
	first, err := r.comments.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: room, PageSize: 1})
	if err != nil || len(first.GetComments()) == 0 {
		return nil, fmt.Errorf("look for what is to be removed: %w", err)
	}
	r.person = first.GetComments()[0].GetPerson()
	return r, nil
}

// run removes it all, and waits until the audit trail says that it is erased.
func (r *removal) run(ctx context.Context) (*Removal, error) {
	ctx, cancel := context.WithTimeout(ctx, mostErasing)
	defer cancel()
	report, start := &Removal{}, time.Now()
	for first, next := true, uint64(0); first || next > 0; first = false {
		a, err := r.comments.RemovePersonComments(ctx, &commentsv1.RemovePersonCommentsRequest{
			Room: r.room, Person: r.person, BeforeSequence: next, Actor: &roomsv1.Actor{Subject: "loadtest", Name: "Load test", Role: "host"},
		})
		if err != nil {
			return nil, fmt.Errorf("remove everything of a person: %w", err)
		}
		report.Comments += int(a.GetRemoved())
		next = a.GetNext()
	}
	report.RemovedSeconds = time.Since(start).Seconds()
	_, _ = fmt.Fprintf(r.log, "%d comments were removed; waiting until they are erased\n", report.Comments)
	for erased := 0; erased < report.Comments; {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%d of %d removed comments are erased after %s: %w", erased, report.Comments, mostErasing, ctx.Err())
		case <-time.After(500 * time.Millisecond):
		}
		var err error
		if erased, err = r.erased(ctx); err != nil {
			return nil, err
		}
	}
	report.ErasedSeconds = time.Since(start).Seconds()
	return report, nil
}

// erased counts what the audit trail says is erased.
func (r *removal) erased(ctx context.Context) (n int, err error) {
	for token := ""; ; {
		page, err := r.rooms.ListAuditEntries(ctx, &roomsv1.ListAuditEntriesRequest{Room: r.room, PageSize: 500, PageToken: token})
		if err != nil {
			return 0, fmt.Errorf("read the audit trail: %w", err)
		}
		for _, e := range page.GetEntries() {
			if e.GetAction() == "erase_comment" {
				n++
			}
		}
		if token = page.GetNextPageToken(); token == "" {
			return n, nil
		}
	}
}
