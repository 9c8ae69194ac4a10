package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"
)

// listen opens a TCP port or explains in one line why it cannot; key is the setting that holds the address. Who is silent is
// found by pings of sockets and of gRPC, and by the times of HTTP: the kernel's keep-alive would tell nothing more, for four
// system calls with each newcomer.
func listen(key, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{KeepAlive: -1}).Listen(context.Background(), "tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("cannot listen on %s: another process has this port; stop it or give another with --%s", address, key)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("cannot listen on %s: this user may not use the port; give one from 1024 with --%s", address, key)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("cannot listen on %s: this machine has no such address; give another with --%s", address, key)
	}
	return nil, fmt.Errorf("cannot listen on %s (--%s): %w", address, key, err)
}

// requestTime is how long a stranger may take to send a request, and to take its answer. A socket's time is its own: a
// handshake takes the deadlines off.
const requestTime = 30 * time.Second

// shutdownTime is how long requests under way have when their server ends.
const shutdownTime = 5 * time.Second

// Bounds of a request's head.
const (
	headTime = 5 * time.Second
	maxHead  = 16 << 10 // a token of 8 KB and a browser's usual headers fit
)

// serveHTTP gives a part of a process that serves a handler until its context ends; within bounds each request's sending
// and answering, 0 for any; more, if any, is told of its connections, too. Requests under way at the end have shutdownTime to
// finish; sockets are not among them, they belong to
// the gateway and have ended before.
func serveHTTP(l net.Listener, h http.Handler, log *slog.Logger, within time.Duration, more func(net.Conn, http.ConnState)) func(context.Context) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headTime,
		ReadTimeout:       within,
		WriteTimeout:      within,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHead,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	newCeiling(mostRequests).over(server, more)
	return func(ctx context.Context) error {
		ended := make(chan error, 1)
		go func() { ended <- server.Serve(l) }()
		select {
		case err := <-ended:
			return fmt.Errorf("serve on %s: %w", l.Addr(), err)
		case <-ctx.Done():
		}
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			log.Warn("requests were cut off", "address", l.Addr().String(), "error", err)
			_ = server.Close() // what Shutdown gave up waiting for
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			log.Warn("serving ended otherwise than asked", "address", l.Addr().String(), "error", err)
		}
		return nil
	}
}
