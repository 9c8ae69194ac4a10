// Package config says how a process is set up: one struct, whose tags hold each key's name, default and meaning, filled
// from a YAML file, then OVATION_* variables, then flags, the later winning. A key that does not exist is an error that
// names the nearest one. load.go reads, keys.go walks the struct, print.go renders, check.go holds the rules.
package config

import (
	"fmt"
	"time"
)

// Config is every setting of a process. The zero value of a field stands for its default, so that the zero Config works
// after WithDefaults, and so does an old file under a newer version.
type Config struct {
	Data   string `key:"data" default:"./data" doc:"Directory of the embedded store and of the keys that are made on loopback. One process at a time."`
	Listen string `key:"listen" default:"127.0.0.1:8080" doc:"HOST:PORT of pages and sockets. Port 0 takes a free one. Other hosts than loopback need keys.files."`
	GRPC   string `key:"grpc" default:"127.0.0.1:8081" doc:"HOST:PORT of the gRPC services."`
	Admin  string `key:"admin" default:"127.0.0.1:8082" doc:"HOST:PORT of readiness, metrics, drain and profiles. It asks nobody for a token: keep it private."`

	NATS       NATS     `key:"nats"`
	Durability string   `key:"durability" default:"balanced" doc:"balanced or strict, for the embedded store. Balanced: a power cut may lose the last 200 ms of what was acknowledged. Strict: nothing, at about a hundredth of the writes."`
	Broker     Broker   `key:"broker"`
	Store      Store    `key:"store"`
	Gateway    Gateway  `key:"gateway"`
	Origins    []string `key:"origins" doc:"Origins besides our own whose pages may open a socket, such as https://app.example.com or https://*.example.com."`

	MediaOrigins []string `key:"media_origins" doc:"Origins from which rooms may bring a picture onto the viewer page's stage, such as https://media.example.com or https://*.example.com. Empty leaves the drawn scene."`

	TrustedProxies []string `key:"trusted_proxies" doc:"Addresses or networks (10.0.0.0/8) of proxies whose word for a client's address is believed: the right-most address in the header that is none of theirs."`
	ProxyHeader    string   `key:"proxy_header" default:"X-Forwarded-For" doc:"Header in which they say it: X-Forwarded-For or Forwarded. The other is not read."`
	ProxyProtocol  bool     `key:"proxy_protocol" doc:"Whether trusted proxies begin each connection with a PROXY protocol header, version 2. A connection of theirs without it, or for a client without a TCP address, is refused, and proxy_header is not read. Default false."`

	Limits     Limits  `key:"limits"`
	TLS        TLS     `key:"tls"`
	GRPCTLS    GRPCTLS `key:"grpc_tls"`
	Reflection bool    `key:"reflection" doc:"Whether the gRPC server describes itself to tools such as grpcurl. Default false."`

	Moderation Moderation `key:"moderation"`
	Filter     Filter     `key:"filter"`

	Keys  Keys  `key:"keys"`
	Log   Log   `key:"log"`
	OTLP  OTLP  `key:"otlp"`
	Trace Trace `key:"trace"`
	Drain Drain `key:"drain"`
}

// NATS is where the store is, for processes that do not bring their own.
type NATS struct {
	URL         string `key:"url" doc:"Servers to connect to, comma-separated: nats://host:4222. Needed by gateway and services; serve then starts no store of its own."`
	Credentials string `key:"credentials" doc:"Path of a NATS credentials file."`
	TokenFile   string `key:"token_file" doc:"File with a secret of at least 16 bytes that ovation broker asks of everyone, and that gateways and services send."`
	CA          string `key:"ca" doc:"File with the certificates that the NATS servers' must be signed by. Empty trusts the system's. TLS is used where nats.url says tls://."`
	Cert        string `key:"cert" doc:"File with a client certificate for NATS, with nats.key."`
	Key         string `key:"key" doc:"File with the key of nats.cert."`
	Listen      string `key:"listen" default:"127.0.0.1:4222" doc:"HOST:PORT on which the broker command takes connections."`
}

// Broker is what a server of a cluster of ovation broker needs.
type Broker struct {
	Name    string   `key:"name" doc:"Name of this server, another one in each of a cluster. Empty takes the host's name in a cluster."`
	Cluster string   `key:"cluster" doc:"HOST:PORT on which the other servers of a cluster reach this one. Empty for a server alone. A cluster is always strict."`
	Routes  []string `key:"routes" doc:"HOST:PORT of the servers of the cluster; this one's own may be among them."`
}

// Store is what the streams are made with; it is not applied to streams that exist.
type Store struct {
	MaxBytes Bytes `key:"max_bytes" default:"8GiB" doc:"Space for all streams together. A full store refuses writes until there is room. Streams that stand grow to their share of it, and never shrink."`
	Replicas int   `key:"replicas" default:"1" doc:"Copies of each stream: 1, or 3 or 5 in a cluster."`
	Recreate bool  `key:"recreate" doc:"Whether a start puts an empty stream in the place of one that was deleted. Default false: then such a start fails and names it."`
}

// Gateway is what a gateway alone needs.
type Gateway struct {
	Services   string        `key:"services" default:"127.0.0.1:8081" doc:"gRPC target of the services, for a gateway in a process of its own. Use dns:///name:8081 to spread calls over replicas."`
	TokenFile  string        `key:"token_file" doc:"File with a service token for the gateway's calls, read anew each minute. Needed where keys.files can only verify."`
	Handshakes int           `key:"handshakes" default:"2000" doc:"Handshakes a second that are let in; more are told when to come back, and four times as many refused."`
	NoCanary   bool          `key:"no_canary" doc:"Leaves out the canary, a viewer of the gateway's own that taps in the room ovation-canary, which takes no guests, and times the way to the frame. Default false; serve has none."`
	MaxAge     time.Duration `key:"max_age" default:"0s" doc:"How old a socket may become, less up to a quarter of it; then it is closed with MAX_AGE and comes back in a moment, perhaps at another gateway. 0 is for ever; else 1m at least."`
	MaxSockets int           `key:"max_sockets" default:"200000" doc:"Sockets that a gateway holds at once; more are refused with FULL and told when to come back."`
}

// Moderation is the operator's second opinion on what people write.
type Moderation struct {
	Address  string        `key:"address" doc:"gRPC target of a ModerationHookService, such as moderation:9000 or dns:///moderation:9000. Empty asks nobody."`
	TLS      bool          `key:"tls" doc:"Whether that connection is TLS, with the system's roots. Default false."`
	Deadline time.Duration `key:"deadline" default:"200ms" doc:"How long an answer may take; a later one counts as none, and then the room's setting decides."`
}

// Filter is what nobody but hosts and moderators may write, in all rooms.
type Filter struct {
	TermsFile string `key:"terms_file" doc:"File of blocked terms for all rooms, a term a line; lines that begin with # and a space say nothing. Read anew when it changes; a broken one is told in the log with its lines, and the last good one stays."`
}

// Log is what is written to standard error.
type Log struct {
	Level  string `key:"level" default:"info" doc:"debug, info, warn or error. The admin port's /loglevel changes it in a running process."`
	Format string `key:"format" default:"auto" doc:"text, json, or auto: text on a terminal, JSON elsewhere."`
}

// OTLP is where traces and metrics go.
type OTLP struct {
	Endpoint string `key:"endpoint" doc:"Collector for traces over gRPC: http://host:4317 in clear, https://host:4317 with TLS. Empty sends none."`
	Metrics  bool   `key:"metrics" doc:"Whether metrics go there, too, every 30 s, with those of the Go runtime. /metrics stays. Default false."`
}

// Trace is which requests are traced.
type Trace struct {
	Sample float64 `key:"sample" default:"0.01" doc:"Share of requests to trace, above 0 to 1, where the caller has not decided. Nothing is sent without otlp.endpoint."`
}

// Drain is how a gateway says goodbye.
type Drain struct {
	Window time.Duration `key:"window" default:"60s" doc:"Time over which a gateway that ends sends its viewers away, so that they do not all come back at once. serve uses 2s unless this is set."`
}

// Bytes is a size, written as a number of bytes or with KiB, MiB, GiB or TiB.
type Bytes int64

var units = []struct {
	name string
	size Bytes
}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

// String writes the size in its largest whole unit.
func (b Bytes) String() string {
	for _, u := range units {
		if b != 0 && b%u.size == 0 {
			return fmt.Sprintf("%d%s", b/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d", int64(b))
}
