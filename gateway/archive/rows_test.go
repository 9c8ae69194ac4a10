package archive

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
)

// answers is a service that answers each method with one message.
type answers map[string]proto.Message

func (a answers) Invoke(_ context.Context, method string, _, reply any, _ ...grpc.CallOption) error {
	proto.Merge(reply.(proto.Message), a[method])
	return nil
}

func (answers) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	panic("no streams")
}

func table(t *testing.T, reach *commentsv1.GetLogReachResponse) [][]string {
	t.Helper()
	var b strings.Builder
	err := CommentRows(t.Context(), answers{
		commentsv1.CommentsService_ListComments_FullMethodName: &commentsv1.ListCommentsResponse{
			Comments: []*commentsv1.Comment{{Comment: "c1", Text: "=1+1", Person: "p"}},
		},
		commentsv1.CommentsService_GetLogReach_FullMethodName: reach,
	}, "show", &b)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll() // every row has as many cells as the first
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A table says what it lacks, in a row that nobody takes for a comment and no spreadsheet for a formula.
func TestATableOfCommentsSaysWhatTheLogDropped(t *testing.T) {
	whole := table(t, &commentsv1.GetLogReachResponse{Complete: true})
	last := len(whole[0]) - 1
	if len(whole) != 2 || whole[0][last] != "note" || whole[1][0] != "c1" || whole[1][1] != "'=1+1" || whole[1][last] != "" {
		t.Errorf("a whole log is %q", whole)
	}
	since := time.Date(2026, 5, 1, 20, 0, 0, 0, time.UTC)
	for bound, word := range map[commentsv1.GetLogReachResponse_Bound]string{
		commentsv1.GetLogReachResponse_BOUND_AGE: "age", commentsv1.GetLogReachResponse_BOUND_ENTRIES: "entries", commentsv1.GetLogReachResponse_BOUND_BYTES: "bytes",
	} {
		rows := table(t, &commentsv1.GetLogReachResponse{Bound: bound, Since: timestamppb.New(since)})
		if len(rows) != 3 || rows[2][0] != "c1" {
			t.Fatalf("a log that dropped entries is %q", rows)
		}
		told := rows[1]
		want := "the log has dropped what was said before this time, or some of it (" + word + ")"
		if told[6] != "2026-05-01T20:00:00Z" || told[last] != want || strings.Join(append(append([]string{}, told[:6]...), told[7:last]...), "") != "" {
			t.Errorf("what was dropped is told as %q", told)
		}
	}
}
