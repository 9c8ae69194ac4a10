package questions

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/bloc"
	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// ExportQuestions sends the whole of a room's questions.
func (s *Service) ExportQuestions(r *questionsv1.ExportQuestionsRequest, stream grpc.ServerStreamingServer[questionsv1.ExportQuestionsResponse]) error {
	return s.export(stream.Context(), r.GetRoom(), stream.Send)
}

func (s *Service) export(ctx context.Context, room string, send func(*questionsv1.ExportQuestionsResponse) error) error {
	view, who, err := s.reads(ctx, room)
	if err != nil {
		return err
	}
	all := slices.Clone(s.board.all(view, room))
	slices.SortFunc(all, func(a, b *eventv1.Question) int { return strings.Compare(a.GetId(), b.GetId()) })
	blocs, err := s.blocs(ctx, room)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(all, 500) {
		shown, err := s.allOutside(ctx, room, chunk, reader{who.person, true})
		if err != nil {
			return err
		}
		for _, q := range shown {
			if b, unlikely := blocs.Of(q.GetQuestion()); unlikely {
				q.Bloc = &questionsv1.Bloc{People: b.People, Of: b.Of, Expected: b.Expected}
			}
			if err := send(&questionsv1.ExportQuestionsResponse{Item: &questionsv1.ExportQuestionsResponse_Question{Question: q}}); err != nil {
				return err
			}
		}
	}
	if err := s.exportBallots(ctx, room, all, send); err != nil {
		return err
	}
	return s.exportLog(ctx, room, send)
}

// blocs is from where the people of all of a room's tallies came.
func (s *Service) blocs(ctx context.Context, room string) (*bloc.Room, error) {
	records, err := s.bus.ReadAll(ctx, bus.AllInRoom(bus.Tallies, room))
	if err != nil {
		return nil, err
	}
	all := bloc.NewRoom()
	for _, r := range records {
		t := new(eventv1.Tally)
		if err := proto.Unmarshal(r.Body, t); err != nil {
			return nil, fmt.Errorf("tally: %w", err)
		}
		all.Set(t.GetQuestion(), t)
	}
	return all, nil
}

// exportBallots sends how every vote stands, under names that are made for this export alone: a new key each time, and
// another name of the same person for each question that stands for itself. They are sorted by these names, so that
// their order tells nothing of who voted when.
func (s *Service) exportBallots(ctx context.Context, room string, all []*eventv1.Question, send func(*questionsv1.ExportQuestionsResponse) error) error {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	merges := linksOf(all)
	for _, q := range all {
		names := hmac.New(sha256.New, key)
		root := q.GetId()
		if above := merges.above(root); len(above) > 0 {
			root = above[len(above)-1]
		}
		ballots := make(map[string]*questionsv1.Ballot)
		filter := bus.AllInRoom(bus.Votes, room, q.GetId())
		for next, more := uint64(1), true; more; {
			var records []bus.Record
			var err error
			if records, more, err = s.bus.Range(ctx, filter, next, 1000); err != nil {
				return err
			}
			for _, r := range records {
				next = r.Sequence + 1
				v, ok := castOf(r)
				if !ok || v.apart {
					continue
				}
				b := ballots[v.person]
				if b == nil {
					names.Reset()
					_, _ = names.Write([]byte(root + "/" + v.person)) // never fails
					b = &questionsv1.Ballot{Question: q.GetId(), Voter: hex.EncodeToString(names.Sum(nil)[:16])}
					ballots[v.person] = b
				}
				b.Up, b.Guest = v.up, v.guest
				b.Changes++
			}
			more = more && len(records) > 0
		}
		sorted := make([]*questionsv1.Ballot, 0, len(ballots))
		for _, b := range ballots {
			sorted = append(sorted, b)
		}
		slices.SortFunc(sorted, func(a, b *questionsv1.Ballot) int { return cmp.Compare(a.GetVoter(), b.GetVoter()) })
		for _, b := range sorted {
			if err := send(&questionsv1.ExportQuestionsResponse{Item: &questionsv1.ExportQuestionsResponse_Ballot{Ballot: b}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// exportLog sends what moderators did with questions, newest first.
func (s *Service) exportLog(ctx context.Context, room string, send func(*questionsv1.ExportQuestionsResponse) error) error {
	for before := uint64(0); ; {
		entries, next, err := audit.List(ctx, s.bus, room, audit.Query{Before: before, Most: 500})
		if err != nil {
			return err
		}
		for _, e := range entries {
			entry := &questionsv1.LogEntry{
				Time: moment(e.GetAtMs()), Action: e.GetAction(), Person: e.GetActor().GetPerson(), Name: e.GetActor().GetName(), Reason: e.GetReason(),
			}
			switch {
			case strings.HasSuffix(e.GetAction(), "_question"):
				entry.Question = e.GetTarget()
			case strings.HasSuffix(e.GetAction(), "_person_questions"):
				entry.About = e.GetAbout()
			default:
				continue
			}
			if err := send(&questionsv1.ExportQuestionsResponse{Item: &questionsv1.ExportQuestionsResponse_Entry{Entry: entry}}); err != nil {
				return err
			}
		}
		if before = next; next == 0 {
			return nil
		}
	}
}
