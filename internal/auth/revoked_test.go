package auth_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
)

// asking is a stream on which one request came in.
type asking struct{ stream }

func (asking) RecvMsg(m any) error {
	m.(*commentsv1.WatchCommentsRequest).Room = "main"
	return nil
}

// 23: a stream that goes on ends soon after its token did, and at none that it knows nothing of.
func Test23AStreamIsJudgedAgain(t *testing.T) {
	since := func(at time.Duration) func(time.Duration) (bool, error) {
		return func(now time.Duration) (bool, error) { return now >= at, nil }
	}
	never := since(24 * time.Hour)
	for name, c := range map[string]struct {
		ends    time.Duration // the token; 0 for never
		revoked func(now time.Duration) (bool, error)
		want    fault.Reason // "": it goes on for an hour
		after   time.Duration
	}{
		"good":                  {0, never, "", time.Hour},
		"ended":                 {time.Minute, never, fault.TokenExpired, time.Minute},
		"taken back":            {0, since(time.Minute), fault.TokenRevoked, time.Minute},
		"taken back, then over": {2 * time.Minute, since(time.Minute), fault.TokenRevoked, time.Minute},
		"taken back before":     {0, since(0), fault.TokenRevoked, 0},
		"nobody can tell": {0, func(now time.Duration) (bool, error) {
			if now > 0 {
				return false, errors.New("the store is away")
			}
			return false, nil
		}, "", time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				caller := auth.Claims{Subject: "mod", ID: "id", Role: auth.Moderator, Rooms: []string{"main"}}
				if c.ends > 0 {
					caller.Expires = began.Add(c.ends)
				}
				judge := auth.Revoked(func(_ context.Context, room, id string) (bool, error) {
					if room != "main" || id != "id" {
						t.Errorf("asked about %s in %s", id, room)
					}
					return c.revoked(time.Since(began))
				})
				err := judge.StreamInterceptor()(nil, asking{stream{ctx: auth.WithCaller(t.Context(), caller)}}, &grpc.StreamServerInfo{}, func(_ any, s grpc.ServerStream) error {
					if err := s.RecvMsg(new(commentsv1.WatchCommentsRequest)); err != nil {
						return err
					}
					select {
					case <-s.Context().Done():
						return s.Context().Err()
					case <-time.After(time.Hour):
						return nil
					}
				})
				if took := time.Since(began); took < c.after || took > c.after+5*time.Second {
					t.Errorf("it ended after %s, not %s", took, c.after)
				}
				if c.want == "" && err != nil || c.want != "" && (err == nil || fault.FromGRPC(err).Reason != c.want) {
					t.Errorf("it ended with %v, want %q", err, c.want)
				}
			})
		})
	}
}
