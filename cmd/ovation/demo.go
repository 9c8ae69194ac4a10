package main

import (
	"context"
	"errors"

	"github.com/ovation-live/ovation/loadtest/crowd"
)

// startDemo lets a made-up crowd in. It stands on top of everything else and is the first to leave.
func (n *node) startDemo(p *ports, room string, tokens tokenSet) error {
	if tokens.Moderator == "" {
		return errors.New("--demo needs keys that can sign: its moderator is made up, too")
	}
	o := crowd.Demo("http://"+reachable(p.http.Addr().String()), room, tokens.Moderator, n.log)
	n.stack.Start("demo", func(ctx context.Context) error {
		if err := crowd.Run(ctx, o); err != nil {
			return err
		}
		<-ctx.Done() // the room stays when the crowd has left
		return nil
	})
	return nil
}
