package config

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"

	"github.com/ovation-live/ovation/internal/process"
)

// Sources are where settings come from; each may be empty. A later one wins over the ones before it.
type Sources struct {
	// File is the path of a YAML file; FileEnv names it where no flag does.
	File string
	// Env is the environment, as os.Environ gives it.
	Env []string
	// Flags is a set that Flags has added to; only flags that were given count.
	Flags *pflag.FlagSet
}

// FileEnv is the variable that names the file.
const FileEnv = "OVATION_CONFIG"

// otherEnv are variables that are no settings of a process: the file, and what the command line's calls use.
var otherEnv = []string{FileEnv, "OVATION_TOKEN"}

// Loaded is a Config with where each value came from.
type Loaded struct {
	Config
	from   Sources
	source map[string]string // key -> file, environment or flag; absent for a default
}

// Set tells whether somebody set a key, rather than leaving it at its default.
func (l *Loaded) Set(name string) bool { return l.source[name] != "" }

// Load reads the sources and checks the result. An error may hold several lines, one for each thing that is wrong.
func Load(s Sources) (*Loaded, error) {
	k := koanf.New(".")
	l := &Loaded{from: s, source: map[string]string{}}
	fromEnv, file, err := readEnv(s.Env)
	if err != nil {
		return nil, err
	}
	if s.File != "" {
		file = s.File
	}
	if file != "" {
		if err := l.addFile(k, file); err != nil {
			return nil, err
		}
	}
	for name, value := range fromEnv {
		if err := k.Set(name, value); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		l.source[name] = "environment"
	}
	if s.Flags != nil {
		if err := l.addFlags(k, s.Flags); err != nil {
			return nil, err
		}
	}
	if err := l.fill(k); err != nil {
		return nil, err
	}
	l.Config = l.WithDefaults()
	return l, l.Check()
}

// WithDefaults gives a copy in which every field that is zero has its default.
func (c Config) WithDefaults() Config {
	for _, k := range c.keys() {
		if k.fallback != "" && k.value.IsZero() {
			if err := k.set(k.fallback); err != nil {
				panic("config: default of " + k.name + ": " + err.Error()) // a slip in the struct's tags
			}
		}
	}
	return c
}

// Flags adds a flag for each of the named keys, and for the file. Load reads them.
func Flags(flags *pflag.FlagSet, names ...string) {
	flags.String("config", "", "YAML file of settings (variable "+FileEnv+")")
	for _, k := range new(Config).keys() {
		if !slices.Contains(names, k.name) {
			continue
		}
		usage := k.doc
		if k.fallback != "" {
			usage += " Default " + k.fallback + "."
		}
		switch k.value.Interface().(type) {
		case []string:
			flags.StringSlice(k.flag(), nil, usage)
		case bool:
			flags.Bool(k.flag(), false, usage)
		default:
			flags.String(k.flag(), "", usage)
		}
	}
}

func (l *Loaded) addFile(k *koanf.Koanf, path string) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	if err := parse(k, body); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, name := range Names() {
		if k.Exists(name) {
			l.source[name] = "file"
		}
	}
	return nil
}

// parse reads YAML and refuses keys that do not exist.
func parse(k *koanf.Koanf, body []byte) error {
	if err := k.Load(rawbytes.Provider(body), yaml.Parser()); err != nil {
		return fmt.Errorf("no YAML of keys and values: %w", err)
	}
	known := Names()
	var errs []error
	for _, name := range k.Keys() {
		if slices.Contains(known, name) {
			continue
		}
		if below := section(name); len(below) > 0 {
			if empty(k.Get(name)) {
				continue
			}
			errs = append(errs, fmt.Errorf("%s is a section: give %s below it", name, strings.Join(below, ", ")))
			continue
		}
		errs = append(errs, fmt.Errorf("there is no key %q%s", name, process.DidYouMean(name, known)))
	}
	return errors.Join(errs...)
}

// empty is a section all of whose keys are commented out.
func empty(v any) bool {
	m, isMap := v.(map[string]any)
	return v == nil || isMap && len(m) == 0
}

func readEnv(environ []string) (values map[string]string, file string, err error) {
	byVariable := map[string]string{}
	known := slices.Clone(otherEnv)
	for _, k := range new(Config).keys() {
		byVariable[k.env()] = k.name
		known = append(known, k.env())
	}
	values = map[string]string{}
	var errs []error
	for _, pair := range environ {
		variable, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(variable, "OVATION_") || serviceLink(variable, value) {
			continue
		}
		switch name, ok := byVariable[variable]; {
		case ok:
			values[name] = value
		case variable == FileEnv:
			file = value
		case !slices.Contains(otherEnv, variable):
			errs = append(errs, fmt.Errorf("there is no setting for the variable %s%s", variable, process.DidYouMean(variable, known)))
		}
	}
	return values, file, errors.Join(errs...)
}

// serviceLink tells variables that Kubernetes makes for each Service of a namespace, such as OVATION_SERVICE_HOST and
// OVATION_GATEWAY_PORT_8080_TCP_ADDR, from ours: a Service called ovation must not keep a pod from starting.
func serviceLink(variable, value string) bool {
	return strings.HasSuffix(variable, "_SERVICE_HOST") || strings.Contains(variable, "_SERVICE_PORT") ||
		strings.Contains(variable, "_PORT_") || strings.HasSuffix(variable, "_PORT") && strings.Contains(value, "://")
}

func (l *Loaded) addFlags(k *koanf.Koanf, flags *pflag.FlagSet) error {
	for _, key := range new(Config).keys() {
		f := flags.Lookup(key.flag())
		if f == nil || !f.Changed {
			continue
		}
		var value any = f.Value.String()
		if list, ok := f.Value.(pflag.SliceValue); ok {
			value = list.GetSlice()
		}
		if err := k.Set(key.name, value); err != nil {
			return fmt.Errorf("--%s: %w", f.Name, err)
		}
		l.source[key.name] = "flag"
	}
	return nil
}

// fill moves the merged values into the struct.
func (l *Loaded) fill(k *koanf.Koanf) error {
	var errs []error
	for _, key := range l.keys() {
		if !k.Exists(key.name) {
			continue
		}
		if err := key.set(k.Get(key.name)); err != nil {
			errs = append(errs, fmt.Errorf("%s (%s): %w", key.name, l.source[key.name], err))
		}
	}
	return errors.Join(errs...)
}
