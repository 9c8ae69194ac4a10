package journey_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// 23: what is taken back, and what ends by itself, ends the sockets at both gateways within 5 s; who sent a fresh token of its own
// goes on, and so does the link of somebody else.
func Test23WhatEndsEndsAtBothGateways(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys := filepath.Join(dir, "key")
	if err := os.WriteFile(keys, []byte(strings.Repeat("k", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	broker := part(t, "broker", "--data", filepath.Join(dir, "data"), "--nats-listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	grpc := part(t, "services", "--nats-url", broker.NATS, "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--keys-files", keys).GRPC
	var gateways []string
	for range 2 {
		gateways = append(gateways, part(t, "gateway", "--nats-url", broker.NATS, "--gateway-services", grpc, "--listen", "127.0.0.1:0",
			"--admin", "127.0.0.1:0", "--keys-files", keys).URL())
	}
	backend := broker.Ready
	backend.GRPC, backend.Tokens.Service = grpc, mint(t, keys)
	rooms := roomsv1.NewRoomsServiceClient(open(t, &backend, "talk"))
	link := func(role string, life time.Duration) *roomsv1.Link {
		t.Helper()
		r, err := rooms.CreateLinks(t.Context(), &roomsv1.CreateLinksRequest{Room: "talk", Roles: []string{role}, Lifetime: durationpb.New(life)})
		if err != nil {
			t.Fatal(err)
		}
		return r.GetLinks()[0]
	}
	signing, err := auth.LoadKeys([]string{keys})
	if err != nil {
		t.Fatal(err)
	}
	ours := func(life time.Duration) string {
		token, err := signing.Mint(auth.Claims{Subject: "auth0|ada", Name: "Ada", Rooms: []string{"talk"}, Role: auth.Viewer}, life)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	everywhere := func(token string) (all []*viewer.Viewer) {
		for _, url := range gateways {
			all = append(all, join(t, nil, viewer.Options{URL: url, Room: "talk", Token: token}))
		}
		return all
	}
	const life = 4 * time.Second
	taken, other := link("moderator", time.Hour), link("moderator", time.Hour)
	toBeTaken, others := everywhere(taken.GetToken()), everywhere(other.GetToken())
	short := link("viewer", life)
	made := time.Now()
	ending := everywhere(short.GetToken())
	renewed := everywhere(ours(life))
	for _, v := range renewed {
		fresh := func(token string) error {
			_, err := v.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Auth{Auth: &gatewayv1.Auth{Token: token}}})
			return err
		}
		refused(t, string(fault.TokenMismatch), fresh(other.GetToken()))
		if err := fresh(ours(time.Hour)); err != nil {
			t.Errorf("its own fresh token: %v", err)
		}
	}
	ends := func(v *viewer.Viewer, reason string, within time.Duration, since time.Time) {
		t.Helper()
		select {
		case <-v.Done():
		case <-time.After(patience):
			t.Fatalf("its socket stays open, want %s", reason)
		}
		if took := time.Since(since); took > within {
			t.Errorf("%s after %s; %s are promised", reason, took, within)
		}
		v.Look(func(w *viewer.View) {
			if w.Goodbye.GetReason() != reason {
				t.Errorf("the goodbye was %v, and the end %v, want %s", w.Goodbye, v.Err(), reason)
			}
		})
	}
	began := time.Now()
	if _, err := rooms.RevokeLink(t.Context(), &roomsv1.RevokeLinkRequest{Room: "talk", Link: taken.GetLink(), Actor: producer}); err != nil {
		t.Fatal(err)
	}
	for _, v := range toBeTaken {
		ends(v, fault.CloseTokenRevoked.Reason, 5*time.Second, began)
	}
	for _, url := range gateways {
		if v, err := viewer.Dial(t.Context(), viewer.Options{URL: url, Room: "talk", Token: taken.GetToken()}); err == nil {
			ends(v, fault.CloseTokenRevoked.Reason, 5*time.Second, time.Now())
			v.Close()
		} else if !strings.Contains(err.Error(), fault.CloseTokenRevoked.Reason) {
			t.Errorf("at %s it is let in again: %v", url, err)
		}
	}
	for _, v := range ending {
		ends(v, fault.CloseTokenExpired.Reason, life+5*time.Second, made)
	}
	time.Sleep(time.Until(made.Add(life + 5*time.Second))) // by when who was not renewed is gone
	for _, v := range append(others, renewed...) {
		post(t, v, "still here")
	}
}
