package config

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Print writes the settings in force as YAML that Load reads, with each value's source beside it. Passwords in NATS
// addresses are masked.
func (l *Loaded) Print(w io.Writer) error {
	var b strings.Builder
	inSection := ""
	for _, k := range l.keys() {
		source := l.source[k.name]
		if source == "" {
			source = "default"
		}
		indent := openSection(&b, k.name, &inSection)
		fmt.Fprintf(&b, "%s%s: %s # %s\n", indent, leaf(k.name), k.yaml(), source)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Doc writes every key with its default and meaning, as a YAML file in which nothing is set: a start for one's own.
func Doc(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Settings of Ovation. A file like this one is read with --config; a variable wins over the file and a flag over both.\n")
	inSection := ""
	c := Config{}.WithDefaults()
	for _, k := range c.keys() {
		b.WriteString("\n")
		indent := openSection(&b, k.name, &inSection)
		for _, line := range wrap(k.doc, 100) {
			fmt.Fprintf(&b, "%s# %s\n", indent, line)
		}
		fmt.Fprintf(&b, "%s# Variable %s, flag --%s.\n", indent, k.env(), k.flag())
		fmt.Fprintf(&b, "%s#%s: %s\n", indent, leaf(k.name), k.yaml())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// openSection writes a section's head when a key is the first of it, and gives the key's indent.
func openSection(b *strings.Builder, name string, in *string) string {
	head, _, nested := strings.Cut(name, ".")
	if !nested {
		*in = ""
		return ""
	}
	if head != *in {
		fmt.Fprintf(b, "%s:\n", head)
		*in = head
	}
	return "  "
}

func leaf(name string) string { return name[strings.LastIndex(name, ".")+1:] }

// plain are the strings that YAML takes as strings without quotes.
var plain = regexp.MustCompile(`^[A-Za-z./][A-Za-z0-9_./-]*$`)

func (k key) yaml() string {
	switch v := k.value.Interface().(type) {
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = strconv.Quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case string:
		if k.name == "nats.url" {
			v = maskPasswords(v)
		}
		if plain.MatchString(v) {
			return v
		}
		return strconv.Quote(v)
	case time.Duration, Bytes, bool, int, float64:
		return k.text()
	}
	panic("config: cannot print " + k.name)
}

func maskPasswords(servers string) string {
	list := strings.Split(servers, ",")
	for i, s := range list {
		if u, err := url.Parse(strings.TrimSpace(s)); err == nil && u.User != nil {
			u.User = url.User("xxxxx")
			list[i] = u.String()
		}
	}
	return strings.Join(list, ",")
}

// wrap breaks a sentence into lines of at most width letters.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
