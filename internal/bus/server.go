package bus

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// ServerOptions configure the embedded server.
type ServerOptions struct {
	// Dir holds the store; the caller holds its lock, since nats-server takes none.
	Dir string
	// Strict syncs every write to disk before it is acknowledged; otherwise a power cut loses up to 200 ms of
	// acknowledged writes, and a killed process loses nothing.
	Strict bool
	// MaxStore bounds the store, so that a full one is an error that heals instead of a full disk. Default 10 GiB.
	MaxStore int64
	// Listen is HOST:PORT for other processes; empty for this process only.
	Listen string
	// Name of the server; in a cluster each has another. Default "ovation".
	Name string
	// Cluster is HOST:PORT on which the other servers of a cluster reach this one; empty for a server alone. A cluster
	// needs Strict and Listen.
	Cluster string
	// Routes are HOST:PORT of the other servers; this one's own may be among them.
	Routes []string
	// Token is what everyone who connects must send, and what servers of a cluster tell each other; empty asks nobody.
	Token string
	// Logger for the server's warnings and errors. Default slog.Default().
	Logger *slog.Logger
}

// Server is an embedded nats-server with JetStream.
type Server struct {
	ns       *server.Server
	dir      string
	low      atomic.Bool
	caughtUp atomic.Bool   // in a cluster, once
	failed   chan struct{} // closed when the store has switched itself off
	stop     chan struct{}
	watches  sync.WaitGroup
	synced   atomic.Pointer[map[string]int64] // descriptions of streams as they were when they were brought to the disk
}

// syncEvery is how often a store that is not strict brings to the disk what was written. A strict one has done so before it
// acknowledges; strictSyncEvery is for what nobody waits for, such as blocks that become smaller.
const (
	syncEvery       = 200 * time.Millisecond
	strictSyncEvery = 5 * time.Second
)

// lowDisk is the free share of the disk below which writes are refused: a store that hits a full disk stays broken until
// a restart, one that is refused in time heals.
const lowDisk = 0.05

// StartServer starts the server and waits until it takes connections.
func StartServer(o ServerOptions) (*Server, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.MaxStore <= 0 {
		o.MaxStore = 10 << 30
	}
	if o.Name == "" {
		o.Name = "ovation"
	}
	opts := &server.Options{
		ServerName:         o.Name,
		DontListen:         o.Listen == "",
		JetStream:          true,
		StoreDir:           filepath.Join(o.Dir, "nats"),
		JetStreamMaxMemory: 64 << 20,
		JetStreamMaxStore:  o.MaxStore,
		MaxPayload:         1 << 20,
		NoSigs:             true,
		NoLog:              true,
		SyncInterval:       syncEvery,
		SyncAlways:         o.Strict,
	}
	if o.Strict {
		opts.SyncInterval = strictSyncEvery
	}
	if err := o.join(opts); err != nil {
		return nil, err
	}
	if o.Listen != "" {
		host, port, err := splitAddress(o.Listen)
		if err != nil {
			return nil, fmt.Errorf("broker address %w", err)
		}
		if opts.Port = port; port == 0 {
			opts.Port = server.RANDOM_PORT
		}
		opts.Host = host
		if probe, err := net.Listen("tcp", o.Listen); err != nil {
			return nil, fmt.Errorf("cannot listen on %s: %w", o.Listen, errors.Unwrap(err))
		} else if err := probe.Close(); err != nil {
			return nil, fmt.Errorf("probe %s: %w", o.Listen, err)
		}
	}
	ns, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("start the embedded NATS server: %w", err)
	}
	ns.SetLoggerV2(serverLog{o.Logger.With("part", "nats")}, false, false, false)
	ns.Start()
	if !ns.ReadyForConnections(20 * time.Second) {
		ns.Shutdown()
		return nil, fmt.Errorf("the embedded NATS server on %s did not become ready in 20 s", o.Dir)
	}
	if !ns.JetStreamEnabled() {
		ns.Shutdown()
		return nil, fmt.Errorf("the embedded NATS server could not open its store in %s: check the log above, the directory's rights and the disk", o.Dir)
	}
	s := &Server{ns: ns, dir: o.Dir, failed: make(chan struct{}), stop: make(chan struct{})}
	s.watches.Go(func() { s.watchDisk(o.Logger) })
	if !o.Strict {
		s.watches.Go(func() { s.watchDescriptions(o.Logger) })
	}
	return s, nil
}

// ClientURL is where other processes connect; empty when the server does not listen.
func (s *Server) ClientURL() string {
	if s.ns.Addr() == nil {
		return ""
	}
	return "nats://" + s.ns.Addr().String()
}

// LowDisk tells whether writes are refused because less than a twentieth of the disk is free.
func (s *Server) LowDisk() bool { return s.low.Load() }

// Failed is closed when the store has switched itself off, as it does at a write that its disk does not take. Only a start
// brings it back.
func (s *Server) Failed() <-chan struct{} { return s.failed }

// Stop ends the server after everything written is on disk. In a cluster it first hands over what it leads, so that
// writes pause for milliseconds instead of the seconds of an election, and sends its clients to the others.
func (s *Server) Stop() {
	close(s.stop)
	s.watches.Wait()
	if s.ns.ClusterAddr() != nil {
		s.ns.LameDuckShutdown()
	}
	s.ns.Shutdown()
	s.ns.WaitForShutdown()
}

func (s *Server) watchDisk(log *slog.Logger) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		free, err := freeShare(s.dir)
		if err == nil && s.low.Swap(free < lowDisk) != (free < lowDisk) {
			log.Warn("free disk space crossed the line below which writes are refused", "free_percent", int(free*100), "refusing", free < lowDisk)
		}
		select {
		case <-s.failed:
		default:
			if !s.ns.JetStreamEnabled() {
				close(s.failed)
			}
		}
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
	}
}

func freeShare(dir string) (float64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil || fs.Blocks == 0 {
		return 1, err
	}
	return float64(fs.Bavail) / float64(fs.Blocks), nil
}

// serverLog passes the server's warnings and errors on; its notices are chatter at this level.
type serverLog struct{ l *slog.Logger }

func (s serverLog) Noticef(format string, v ...any) { s.l.Debug(fmt.Sprintf(format, v...)) }
func (s serverLog) Warnf(format string, v ...any)   { s.l.Warn(fmt.Sprintf(format, v...)) }
func (s serverLog) Fatalf(format string, v ...any)  { s.l.Error(fmt.Sprintf(format, v...)) }
func (s serverLog) Errorf(format string, v ...any)  { s.l.Error(fmt.Sprintf(format, v...)) }
func (s serverLog) Debugf(string, ...any)           {}
func (s serverLog) Tracef(string, ...any)           {}
