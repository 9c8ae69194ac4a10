package config_test

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/ovation-live/ovation/internal/config"
)

// load takes a file's text, an environment and a command line's flags.
func load(t *testing.T, file string, env, args []string) (*config.Loaded, error) {
	t.Helper()
	s := config.Sources{Env: env, Flags: pflag.NewFlagSet("test", pflag.ContinueOnError)}
	config.Flags(s.Flags, config.Names()...)
	if err := s.Flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	if file != "" {
		s.File = filepath.Join(t.TempDir(), "ovation.yaml")
		if err := os.WriteFile(s.File, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config.Load(s)
}

func TestPrecedence(t *testing.T) {
	for name, tc := range map[string]struct {
		file string
		env  []string
		args []string
		want string
		set  bool
	}{
		"default":                   {want: "127.0.0.1:8080"},
		"file over default":         {file: "listen: 127.0.0.1:1", want: "127.0.0.1:1", set: true},
		"environment over file":     {file: "listen: 127.0.0.1:1", env: []string{"OVATION_LISTEN=127.0.0.1:2"}, want: "127.0.0.1:2", set: true},
		"flag over environment":     {file: "listen: 127.0.0.1:1", env: []string{"OVATION_LISTEN=127.0.0.1:2"}, args: []string{"--listen", "127.0.0.1:3"}, want: "127.0.0.1:3", set: true},
		"flag alone":                {args: []string{"--listen=127.0.0.1:3"}, want: "127.0.0.1:3", set: true},
		"an empty variable is none": {env: []string{"OVATION_LISTEN="}, want: "127.0.0.1:8080", set: true},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := load(t, tc.file, tc.env, tc.args)
			if err != nil {
				t.Fatal(err)
			}
			if c.Listen != tc.want || c.Set("listen") != tc.set {
				t.Fatalf("listen = %q (set: %v), want %q (%v)", c.Listen, c.Set("listen"), tc.want, tc.set)
			}
		})
	}
}

func TestEveryKindOfValueFromEverySource(t *testing.T) {
	want := config.Config{
		NATS:       config.NATS{URL: "nats://a:4222,nats://b:4222"},
		Store:      config.Store{MaxBytes: 512 << 20, Replicas: 3},
		Reflection: true,
		Origins:    []string{"https://a.example", "https://*.b.example"},
		Trace:      config.Trace{Sample: 0.5},
		Drain:      config.Drain{Window: 90 * time.Second},
	}.WithDefaults()
	for name, from := range map[string]func() (*config.Loaded, error){
		"file": func() (*config.Loaded, error) {
			return load(t, `
nats: {url: "nats://a:4222,nats://b:4222"}
store:
  max_bytes: 512MiB
  replicas: 3
reflection: true
origins:
  - https://a.example
  - https://*.b.example
trace: {sample: 0.5}
drain: {window: 1m30s}
log:
`, nil, nil)
		},
		"environment": func() (*config.Loaded, error) {
			return load(t, "", []string{"OVATION_NATS_URL=nats://a:4222,nats://b:4222", "OVATION_STORE_MAX_BYTES=536870912",
				"OVATION_STORE_REPLICAS=3", "OVATION_REFLECTION=true", "OVATION_ORIGINS=https://a.example, https://*.b.example",
				"OVATION_TRACE_SAMPLE=0.5", "OVATION_DRAIN_WINDOW=90s"}, nil)
		},
		"flags": func() (*config.Loaded, error) {
			return load(t, "", nil, []string{"--nats-url", "nats://a:4222,nats://b:4222", "--store-max-bytes=512MiB",
				"--store-replicas=3", "--reflection", "--origins=https://a.example", "--origins=https://*.b.example",
				"--trace-sample=0.5", "--drain-window=90s"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := from()
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(c.Config, want) {
				t.Fatalf("got  %+v\nwant %+v", c.Config, want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		file string
		env  []string
		args []string
		want string
	}{
		"unknown key":              {file: "nats: {ulr: x}", want: `there is no key "nats.ulr"; did you mean "nats.url"?`},
		"unknown key, at the top":  {file: "listne: x", want: `did you mean "listen"?`},
		"two at once":              {file: "listne: x\ngrcp: y", want: `did you mean "grpc"?`},
		"a section with a value":   {file: "nats: here", want: "nats is a section: give nats.url"},
		"unknown variable":         {env: []string{"OVATION_NATS_ULR=x"}, want: `OVATION_NATS_ULR; did you mean "OVATION_NATS_URL"?`},
		"no YAML":                  {file: "listen: [", want: "no YAML"},
		"twice the same key":       {file: "listen: a:1\nlisten: a:2", want: "already defined"},
		"wrong number":             {file: "store: {replicas: two}", want: `store.replicas (file): "two" is no whole number`},
		"wrong duration":           {env: []string{"OVATION_DRAIN_WINDOW=60"}, want: `drain.window (environment): "60" is no duration`},
		"wrong size":               {args: []string{"--store-max-bytes=8GB"}, want: `store.max_bytes (flag): "8GB" is no size`},
		"size beyond all disks":    {args: []string{"--store-max-bytes=9000000000GiB"}, want: `is no size`},
		"wrong bool":               {file: "reflection: maybe", want: `neither true nor false`},
		"list for one value":       {file: "listen: [a, b]", want: "want one value"},
		"one value for a list":     {file: "origins: 5", want: "want a list"},
		"address without port":     {file: "listen: localhost", want: `listen: "localhost" is not HOST:PORT`},
		"port too high":            {file: "grpc: :70000", want: `no port from 0 to 65535`},
		"level":                    {file: "log: {level: loud}", want: `"loud" is none of debug, info, warn, error`},
		"durability":               {file: "durability: maybe", want: `none of balanced, strict`},
		"replicas":                 {file: "store: {replicas: 2}", want: "none of 1, 3, 5"},
		"no sockets":               {file: "gateway: {max_sockets: -1}", want: "less than 1"},
		"tiny store":               {file: "store: {max_bytes: 1MiB}", want: "too little"},
		"sample":                   {file: "trace: {sample: 2}", want: "not above 0 and at most 1"},
		"sample, no number":        {file: "trace: {sample: .nan}", want: "not above 0 and at most 1"},
		"collector with a secret":  {file: "otlp: {endpoint: 'https://ada:MARKED@collector:4317'}", want: "and nothing else"},
		"collector":                {file: "otlp: {endpoint: 'collector:4317'}", want: "want http://host:port"},
		"origin without scheme":    {file: "origins: [app.example.com]", want: "want a scheme"},
		"star within a label":      {file: "origins: ['https://*example.com']", want: "a star stands only for the first label"},
		"star alone":               {file: "origins: ['https://*']", want: "a star stands only for the first label"},
		"origin with a path":       {file: "origins: ['https://a.example/x']", want: "only a scheme and a host"},
		"15 other letters":         {file: "origins: ['https://b\u00fccher.example']", want: "with xn-- for other letters"},
		"15 capitals":              {file: "origins: ['https://App.example']", want: "in lower case"},
		"everybody a proxy":        {file: "trusted_proxies: ['0.0.0.0/0']", want: "any client could then claim any address"},
		"everybody, as IPv6":       {file: "trusted_proxies: ['::ffff:0:0/96']", want: "any client could then claim any address"},
		"half an IPv4 network":     {file: "trusted_proxies: ['::ffff:10.0.0.0/90']", want: "want an address or a network"},
		"15 letters that fold":     {file: "origins: ['https://\uff41.example']", want: "with xn-- for other letters"},
		"hook with a password":     {file: "moderation: {address: 'dns:///ada:MARKED@moderation:9000'}", want: "without a name or password"},
		"services with a password": {file: "gateway: {services: 'ada:MARKED@services:8081'}", want: "without a name or password"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, tc.file, tc.env, tc.args)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v, want %q in it", err, tc.want)
			}
		})
	}
}

// However a proxy's address is written, it holds those that peers have.
func TestProxiesWrittenAsIPv6(t *testing.T) {
	c, err := load(t, "trusted_proxies: ['::ffff:10.0.0.0/104', '::ffff:192.0.2.1', 'fd00::/8']", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("fd00::/8")}
	if got := c.ProxyNetworks(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestVariablesThatAreNotOurs(t *testing.T) {
	_, err := load(t, "", []string{"OVATION_SERVICE_HOST=10.0.0.1", "OVATION_SERVICE_PORT_HTTP=8080", "OVATION_PORT=tcp://10.0.0.1:8080",
		"OVATION_GATEWAY_PORT_8080_TCP_ADDR=10.0.0.1", "OVATION_TOKEN=x", "OTHER=y"}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

func TestFileNamedByTheEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte("data: /elsewhere"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.Sources{Env: []string{"OVATION_CONFIG=" + file}})
	if err != nil || c.Data != "/elsewhere" {
		t.Fatalf("data = %q, %v", c.Data, err)
	}
	if _, err := config.Load(config.Sources{File: file + ".not"}); err == nil {
		t.Fatal("a file that is named and missing must be an error")
	}
}

func TestDocIsAFileOfItsOwnDefaults(t *testing.T) {
	var doc bytes.Buffer
	if err := config.Doc(&doc); err != nil {
		t.Fatal(err)
	}
	if c, err := load(t, doc.String(), nil, nil); err != nil || !reflect.DeepEqual(c.Config, config.Config{}.WithDefaults()) {
		t.Fatalf("as it is: %v", err)
	}
	// each key, its mark taken away, is set to its default
	uncommented := doc.String()
	for _, name := range config.Names() {
		leaf := name[strings.LastIndex(name, ".")+1:]
		if !strings.Contains(doc.String(), "#"+leaf+":") {
			t.Errorf("%s is not in it", name)
		}
		uncommented = strings.ReplaceAll(uncommented, "#"+leaf+":", leaf+":")
	}
	c, err := load(t, uncommented, nil, nil)
	if err != nil {
		t.Fatalf("%v in\n%s", err, uncommented)
	}
	if want := (config.Config{}).WithDefaults(); !equal(c.Config, want) {
		t.Fatalf("got  %+v\nwant %+v", c.Config, want)
	}
	for _, name := range config.Names() {
		if !c.Set(name) {
			t.Errorf("%s was not read", name)
		}
	}
}

func TestPrintCanBeReadAgain(t *testing.T) {
	c, err := load(t, "nats: {url: 'nats://me:secret@a:4222,nats://b:4222'}\nkeys: {jwks: 'https://a.example/keys?code=secret'}\norigins: ['https://a.example']", []string{"OVATION_LOG_LEVEL=debug"}, []string{"--drain-window=5m"})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"window: 5m # flag", "level: debug # environment", `origins: ["https://a.example"] # file`, "data: ./data # default", `url: "nats://xxxxx@a:4222,nats://b:4222"`, `jwks: "https://a.example/keys?xxxxx"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "secret") {
		t.Errorf("a secret is in\n%s", out.String())
	}
	again, err := load(t, out.String(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	again.NATS.URL, again.Keys.JWKS = c.NATS.URL, c.Keys.JWKS // but for the masks
	if !equal(again.Config, c.Config) {
		t.Fatalf("got  %+v\nwant %+v", again.Config, c.Config)
	}
}

// equal compares two configs, an empty list being no list.
func equal(a, b config.Config) bool {
	for _, c := range []*config.Config{&a, &b} {
		if len(c.Origins) == 0 {
			c.Origins = nil
		}
		if len(c.Keys.Files) == 0 {
			c.Keys.Files = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

func TestLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:8080": true, "127.8.9.1:1": true, "[::1]:8080": true, "localhost:80": true, "LOCALHOST:80": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.168.1.4:8080": false, "example.com:80": false,
		"localhost.example.com:80": false, "127.0.0.1.example.com:80": false, "localhost": true, "": false,
	} {
		if got := config.Loopback(address); got != want {
			t.Errorf("Loopback(%q) = %v", address, got)
		}
	}
}

func FuzzFile(f *testing.F) {
	for _, s := range []string{"listen: a:1", "nats: {url: x}", "nats:", "a: &a [*a]", "store: {max_bytes: -1}", "? [x]: y", "- 1", "nats.url: x", "1: 2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file string) {
		c, err := load(t, file+"\n", nil, nil)
		if err != nil {
			return
		}
		if err := c.Check(); err != nil {
			t.Fatalf("loaded, but %v", err)
		}
		var out bytes.Buffer
		if err := c.Print(&out); err != nil {
			t.Fatal(err)
		}
		again, err := load(t, out.String(), nil, nil)
		if err != nil {
			t.Fatalf("cannot read its own print: %v\n%s", err, out.String())
		}
		again.NATS.URL = c.NATS.URL
		if !equal(again.Config, c.Config) {
			t.Fatalf("printed and read again\n%+v\nbecame\n%+v", c.Config, again.Config)
		}
	})
}

// Whoever reaches the port of a cluster without a secret is one of it.
func TestAClusterThatOthersReachHasASecret(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"all interfaces":   {"broker: {cluster: ':6222'}", "broker.cluster: :6222 can be reached from other machines"},
		"a name":           {"broker: {cluster: 'broker1:6222'}", "give nats.token_file"},
		"with a secret":    {"broker: {cluster: ':6222'}\nnats: {token_file: secret}", ""},
		"on this machine":  {"broker: {cluster: '127.0.0.1:6222'}", ""},
		"without a server": {"broker: {routes: ['127.0.0.1:6222']}", "broker.routes: give broker.cluster, too"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, c.file+"\n", nil, nil)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
