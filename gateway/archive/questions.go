package archive

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// Questions writes a room's questions, their ballots and the moderators' log as lines of JSON.
func Questions(ctx context.Context, conn grpc.ClientConnInterface, room string, w io.Writer) error {
	buffered := bufio.NewWriter(w)
	err := eachExported(ctx, conn, room, func(answer *questionsv1.ExportQuestionsResponse) error {
		switch item := answer.GetItem().(type) {
		case *questionsv1.ExportQuestionsResponse_Question:
			return writeLine(buffered, "question", item.Question)
		case *questionsv1.ExportQuestionsResponse_Ballot:
			return writeLine(buffered, "ballot", item.Ballot)
		case *questionsv1.ExportQuestionsResponse_Entry:
			return writeLine(buffered, "entry", item.Entry)
		}
		return nil // from a newer server
	})
	if err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}

// QuestionRows writes a row for each question, safe to open in a spreadsheet.
func QuestionRows(ctx context.Context, conn grpc.ClientConnInterface, room string, w io.Writer) error {
	table := csv.NewWriter(w)
	_ = table.Write(questionColumns) // told by Error below
	err := eachExported(ctx, conn, room, func(answer *questionsv1.ExportQuestionsResponse) error {
		if q := answer.GetQuestion(); q != nil {
			_ = table.Write(questionRow(q)) // told by Error below
		}
		return nil
	})
	if err != nil {
		return err
	}
	table.Flush()
	if err := table.Error(); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}

func eachExported(ctx context.Context, conn grpc.ClientConnInterface, room string, do func(*questionsv1.ExportQuestionsResponse) error) error {
	stream, err := questionsv1.NewQuestionsServiceClient(conn).ExportQuestions(ctx, &questionsv1.ExportQuestionsRequest{Room: room})
	if err != nil {
		return err
	}
	for {
		answer, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(answer)
		}
		if err != nil {
			return err
		}
	}
}

var questionColumns = []string{
	"question", "state", "text", "original_text", "label", "votes", "guest_votes", "asker", "anonymous", "guest", "answer", "reason", "merged_into",
	"asked", "opened", "answering", "answered", "asked_stream_time", "answering_stream_time",
	"bloc_people", "bloc_of", "bloc_expected",
}

func questionRow(q *questionsv1.Question) []string {
	row := []string{
		q.GetQuestion(), strings.ToLower(strings.TrimPrefix(q.GetState().String(), "STATE_")), q.GetText(), q.GetOriginalText(), q.GetLabel(),
		strconv.FormatUint(q.GetVotes(), 10), strconv.FormatUint(q.GetGuestVotes(), 10), q.GetName(), strconv.FormatBool(q.GetAnonymous()),
		strconv.FormatBool(q.GetGuest()), q.GetAnswer(), q.GetReason(), q.GetMergedInto(),
		instant(q.GetCreateTime()), instant(q.GetOpenTime()), instant(q.GetAnsweringTime()), instant(q.GetAnswerTime()),
		instant(q.GetStreamTime()), instant(q.GetAnsweringStreamTime()),
	}
	return plain(append(row, blocCells(q.GetBloc())...))
}

// blocCells are empty where the votes are no bloc.
func blocCells(b *questionsv1.Bloc) []string {
	if b == nil {
		return []string{"", "", ""}
	}
	return []string{strconv.FormatUint(b.GetPeople(), 10), strconv.FormatUint(b.GetOf(), 10), strconv.FormatUint(b.GetExpected(), 10)}
}

// plain makes every cell of a row safe for a spreadsheet.
func plain(row []string) []string {
	for i, cell := range row {
		row[i] = plainCell(cell)
	}
	return row
}

func instant(t *timestamppb.Timestamp) string {
	if t == nil {
		return ""
	}
	return t.AsTime().UTC().Format(time.RFC3339Nano)
}

// plainCell keeps a spreadsheet from taking what people wrote for a formula: a cell that begins like one gets an
// apostrophe in front (OWASP, CSV injection). Full-width forms and what stands behind spaces are taken for formulas, too.
func plainCell(s string) string {
	if strings.IndexAny(strings.TrimLeft(s, " \u00a0\u3000"), "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}
