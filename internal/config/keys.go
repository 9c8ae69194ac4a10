package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// key is one leaf of Config.
type key struct {
	name     string // dotted, such as nats.url
	fallback string // the default, as it would be written; empty for the zero value
	doc      string
	value    reflect.Value // the field, settable
}

// env is the key's variable: nats.url is OVATION_NATS_URL.
func (k key) env() string { return "OVATION_" + strings.ToUpper(strings.ReplaceAll(k.name, ".", "_")) }

// flag is the key's flag: store.max_bytes is --store-max-bytes.
func (k key) flag() string { return strings.NewReplacer(".", "-", "_", "-").Replace(k.name) }

// keys lists the leaves of a config in the order in which they are written in it.
func (c *Config) keys() []key { return leaves("", reflect.ValueOf(c).Elem()) }

func leaves(prefix string, v reflect.Value) []key {
	var all []key
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := prefix + field.Tag.Get("key")
		if field.Type.Kind() == reflect.Struct {
			all = append(all, leaves(name+".", v.Field(i))...)
			continue
		}
		all = append(all, key{name: name, fallback: field.Tag.Get("default"), doc: field.Tag.Get("doc"), value: v.Field(i)})
	}
	return all
}

// Names lists every key.
func Names() []string {
	var names []string
	for _, k := range new(Config).keys() {
		names = append(names, k.name)
	}
	return names
}

// section tells whether a name stands for several keys, such as nats.
func section(name string) []string {
	var below []string
	for _, n := range Names() {
		if strings.HasPrefix(n, name+".") {
			below = append(below, n)
		}
	}
	return below
}

// set puts a value, as YAML, a variable or a flag gave it, into the field.
func (k key) set(raw any) error {
	if _, ok := k.value.Interface().([]string); ok {
		list, err := parseList(raw)
		if err != nil {
			return err
		}
		k.value.Set(reflect.ValueOf(list))
		return nil
	}
	var text string
	switch raw := raw.(type) {
	case string:
		text = strings.TrimSpace(raw)
	case bool, int, int64, uint64, float64:
		text = fmt.Sprint(raw)
	case nil: // a key without a value: as if it were not there
		return nil
	default:
		return fmt.Errorf("want one value, not a list or a section")
	}
	if text == "" { // an empty variable is one that nobody set
		return nil
	}
	switch k.value.Interface().(type) {
	case string:
		k.value.SetString(text)
	case bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		k.value.SetBool(b)
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is no whole number", text)
		}
		k.value.SetInt(int64(n))
	case float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%q is no number", text)
		}
		k.value.SetFloat(f)
	case Bytes:
		b, err := parseBytes(text)
		if err != nil {
			return err
		}
		k.value.SetInt(int64(b))
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is no duration such as 500ms, 30s or 2m", text)
		}
		k.value.SetInt(int64(d))
	default:
		panic("config: no parser for the type of " + k.name)
	}
	return nil
}

// text writes the field's value the way set reads it.
func (k key) text() string {
	switch v := k.value.Interface().(type) {
	case []string:
		return strings.Join(v, ",")
	case time.Duration:
		return duration(v)
	default:
		return fmt.Sprint(v)
	}
}

// duration is d without the empty units that time.Duration prints: 1m0s is 1m. A whole number of seconds below two
// minutes stays in seconds, the unit of the docs.
func duration(d time.Duration) string {
	if d%time.Second == 0 && d < 2*time.Minute {
		return fmt.Sprintf("%ds", d/time.Second)
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func parseList(raw any) ([]string, error) {
	var parts []string
	switch raw := raw.(type) {
	case nil:
	case string:
		parts = strings.Split(raw, ",")
	case []string:
		parts = raw
	case []any:
		for _, item := range raw {
			s, ok := item.(string)
			if !ok {
				return nil, fmt.Errorf("want a list of words, and %v is none", item)
			}
			parts = append(parts, s)
		}
	default:
		return nil, fmt.Errorf("want a list, not %v", raw)
	}
	var list []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return list, nil
}

func parseBytes(text string) (Bytes, error) {
	number, unit := text, Bytes(1)
	for _, u := range units {
		if n, ok := strings.CutSuffix(text, u.name); ok {
			number, unit = strings.TrimSpace(n), u.size
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > int64(1<<62)/int64(unit) {
		return 0, fmt.Errorf("%q is no size such as 8GiB, 512MiB or a number of bytes", text)
	}
	return Bytes(n) * unit, nil
}
