package main

import (
	"context"
	"log/slog"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/hook"
	"github.com/ovation-live/ovation/services/comments"
	"github.com/ovation-live/ovation/services/hearts"
	"github.com/ovation-live/ovation/services/questions"
	"github.com/ovation-live/ovation/services/rooms"
)

// service is what the four services have in common.
type service interface {
	Register(grpc.ServiceRegistrar)
	Run(ctx context.Context) error
}

// serviceParts are what services are made of; each takes what it needs.
type serviceParts struct {
	bus   *bus.Bus
	views *follow.Views
	terms *filter.Rooms
	keys  *auth.Keys
	hook  *hook.Hook
	media []string // origins of pictures
	log   *slog.Logger
}

// serviceTable makes each service and tells who may call it.
var serviceTable = []struct {
	name string
	make func(serviceParts) (service, auth.Policy)
}{
	{"rooms", func(p serviceParts) (service, auth.Policy) {
		return rooms.New(rooms.Options{Bus: p.bus, Views: p.views, Keys: p.keys, Media: p.media, Logger: p.log}), rooms.Policy
	}},
	{"comments", func(p serviceParts) (service, auth.Policy) {
		return comments.New(comments.Options{Bus: p.bus, Views: p.views, Terms: p.terms, Hook: p.hook, Logger: p.log}), comments.Policy
	}},
	{"hearts", func(p serviceParts) (service, auth.Policy) {
		return hearts.New(hearts.Options{Bus: p.bus, Views: p.views, Logger: p.log}), hearts.Policy
	}},
	{"questions", func(p serviceParts) (service, auth.Policy) {
		return questions.New(questions.Options{Bus: p.bus, Views: p.views, Filter: p.terms, Hook: p.hook, Logger: p.log}), questions.Policy
	}},
}

// serviceNames lists the services.
func serviceNames() []string {
	var names []string
	for _, s := range serviceTable {
		names = append(names, s.name)
	}
	return names
}
