package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
)

// brokerToken reads what ovation broker asks of everyone; empty asks nobody.
func (n *node) brokerToken() (string, error) {
	if n.cfg.NATS.TokenFile == "" {
		return "", nil
	}
	body, err := os.ReadFile(n.cfg.NATS.TokenFile)
	if err != nil {
		return "", fmt.Errorf("read nats.token_file: %w", err)
	}
	token := strings.TrimSpace(string(body))
	if len(token) < 16 {
		return "", fmt.Errorf("nats.token_file %s holds %d bytes: a token has at least 16", n.cfg.NATS.TokenFile, len(token))
	}
	return token, nil
}

// tokenOr reads the broker's token anew at each connect, so that it can be turned without a restart; while the file
// cannot be read, the one of the start stays.
func (n *node) tokenOr(first string) func() string {
	return func() string {
		if token, err := n.brokerToken(); err == nil {
			return token
		}
		return first
	}
}

// serviceToken gives the token with which a gateway calls the services: made with our keys, or read from a file where
// the keys can only verify.
func (n *node) serviceToken() (func() string, error) {
	if file := n.cfg.Gateway.TokenFile; file != "" {
		return n.renewed(tokenLife/60, func() (string, error) {
			body, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			token := strings.TrimSpace(string(body))
			return token, forGateways(token)
		})
	}
	if !n.keys.CanSign() {
		return nil, errors.New("the keys can only verify: give the gateway a service token with gateway.token_file")
	}
	return n.renewed(tokenLife/2, func() (string, error) {
		return n.keys.Mint(auth.Claims{Subject: "gateway", Rooms: []string{"*"}, Role: auth.Service}, tokenLife)
	})
}

// forGateways refuses a token with which a gateway would lose whole windows of hearts, or what people do in other rooms.
func forGateways(token string) error {
	claims, err := readToken(token)
	switch {
	case err != nil:
		return fmt.Errorf("gateway.token_file: %w", err)
	case claims.Role != string(auth.Service) || !slices.Contains(slices.Concat(claims.Room, claims.Rooms), "*"):
		return errors.New(`gateway.token_file: its token must be a service's for every room (rooms: "*"): a gateway's windows of hearts are of all its rooms`)
	}
	return nil
}

// renewed gives the token that get gave, and asks it again when that is older than the age, or of a key that was taken away since. As
// long as its key stays it is kept: those who take it may be told of a new key later. A failure later keeps the old one.
func (n *node) renewed(age time.Duration, get func() (string, error)) (func() string, error) {
	turn := n.keys.Turns() // before it is made: what the keys of before signed must not stand under the newer turn
	value, err := get()
	if err != nil {
		return nil, fmt.Errorf("get the service token: %w", err)
	}
	var mu sync.Mutex
	taken := time.Now()
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		stands := true
		if now := n.keys.Turns(); now != turn {
			_, err := n.keys.Verify(value)
			turn, stands = now, err == nil
		}
		if time.Since(taken) < age && stands {
			return value
		}
		taken = time.Now()
		if fresh, err := get(); err != nil {
			n.log.Error("no new service token, going on with the old one", "error", err)
		} else {
			value = fresh
		}
		return value
	}, nil
}
