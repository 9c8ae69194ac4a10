// Package votes has a great many people vote on one question at an open loop, and counts them again: every vote that was
// acknowledged must be in the tally, none twice, and the acks must be quick. Then it looks for the highest rate at which
// they still are. Begin at Run; cast.go sends one stretch of votes, search.go looks for the rate, report.go says what was
// measured.
//
// Votes are sent over gRPC, each for a person of its own, as gateways send those of their sockets: 100,000 sockets would
// measure what sockets cost, which fanout, herd and show do, and would not fit on the machine that also serves them. A few
// sockets watch all the same, and the run waits until they are shown the exact count.
package votes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Options of a run.
type Options struct {
	// Identities vote once each, on one question.
	Identities int
	// Rate of votes a second.
	Rate float64
	// Limit of the acks' p99.
	Limit time.Duration
	// Search looks for the highest rate within the limit, with stretches of Step.
	Search bool
	Step   time.Duration
	// Server are more arguments for `ovation serve`.
	Server []string
	// Binary is ovation's own.
	Binary string
	// Log says how the run goes.
	Log io.Writer
}

// Bounds of a run, so that it ends.
const (
	mostIdentities = 1_000_000
	mostRate       = 100_000
	guestEvery     = 10 // one in so many is a guest, so that their column is counted again, too
	connections    = 8  // of up to 1,000 calls at once each
	inFlight       = connections * 900
	settle         = 60 * time.Second // in which everything that was acknowledged must be in the tally and on the screens
)

func (o *Options) check() error {
	switch {
	case o.Identities < 100 || o.Identities > mostIdentities:
		return fmt.Errorf("--identities must be 100 to %d, not %d", mostIdentities, o.Identities)
	case o.Rate < 1 || o.Rate > mostRate:
		return fmt.Errorf("--rate must be 1 to %d votes a second, not %g", mostRate, o.Rate)
	case o.Limit < time.Millisecond || o.Limit > 30*time.Second:
		return fmt.Errorf("--limit must be 1ms to 30s, not %s", o.Limit)
	case o.Search && (o.Step < 2*time.Second || o.Step > time.Minute):
		return fmt.Errorf("--step must be 2s to 1m, not %s", o.Step)
	}
	return nil
}

// Run measures. The error says what could not be done; what was found missing is in the report.
func Run(ctx context.Context, o Options) (r *Report, err error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "ovation-votes-")
	if err != nil {
		return nil, fmt.Errorf("make a data directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := server.Start(ctx, o.Binary, filepath.Join(dir, "data"), o.Log, append([]string{"--log-level", "error"}, o.Server...)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	v := &voting{Options: o, server: s}
	for range connections {
		conn, err := s.Dial()
		if err != nil {
			return nil, err
		}
		defer func() { _ = conn.Close() }()
		v.conns = append(v.conns, conn)
	}
	_, _ = fmt.Fprintf(o.Log, "%d people vote on one question, %g a second\n", o.Identities, o.Rate)
	first, err := v.stretch(ctx, o.Identities, o.Rate)
	if err != nil {
		return nil, err
	}
	r = &Report{Stretch: *first, LimitMs: float64(o.Limit.Microseconds()) / 1000}
	if o.Search && ctx.Err() == nil {
		err = v.search(ctx, r)
	}
	return r, err
}

// voting is one run.
type voting struct {
	Options
	server *server.Server
	conns  []*grpc.ClientConn
	rooms  int // that were made
}

var host = &roomsv1.Actor{Subject: "loadtest", Name: "Load test", Role: "host"}

// ballot makes a room with one open question.
func (v *voting) ballot(ctx context.Context) (room, question string, err error) {
	v.rooms++
	room = fmt.Sprintf("votes-%d", v.rooms)
	if _, err := roomsv1.NewRoomsServiceClient(v.conns[0]).CreateRoom(ctx, &roomsv1.CreateRoomRequest{
		Room: room, Title: "Load test", Actor: host, Settings: &roomsv1.Settings{Guests: new(true)},
	}); err != nil {
		return "", "", fmt.Errorf("make the room: %w", err)
	}
	asks := questionsv1.NewQuestionsServiceClient(v.conns[0])
	a, err := asks.AskQuestion(ctx, &questionsv1.AskQuestionRequest{
		Room: room, RequestId: viewer.NewRequestID(), Text: "Which one shall it be?", Actor: &roomsv1.Actor{Subject: "asker", Name: "Asker", Role: "viewer"},
	})
	if err != nil {
		return "", "", fmt.Errorf("ask: %w", err)
	}
	question = a.GetQuestion().GetQuestion()
	_, err = asks.StepQuestion(ctx, &questionsv1.StepQuestionRequest{
		Room: room, Question: question, RequestId: viewer.NewRequestID(), Revision: a.GetQuestion().GetRevision(),
		Step: questionsv1.StepQuestionRequest_STEP_APPROVE, Actor: host,
	})
	if err != nil {
		return "", "", fmt.Errorf("approve: %w", err)
	}
	return room, question, nil
}
