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

// Print writes the settings in force as YAML that Load reads, with each value's source beside it. In addresses
// the user, the password and the query are masked: what lets somebody in stands there.
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
		v = maskAddresses(v)
		if plain.MatchString(v) {
			return v
		}
		return strconv.Quote(v)
	case time.Duration, Bytes, bool, int, float64:
		return k.text()
	}
	panic("config: cannot print " + k.name)
}

// mask stands for what is not shown.
const mask = "xxxxx"

// maskAddresses masks a value that is an address, or several with commas between them; any other is left as it is.
func maskAddresses(value string) string {
	list := strings.Split(value, ",")
	for i, s := range list {
		u, err := url.Parse(strings.TrimSpace(s))
		if err != nil || u.Host == "" || u.User == nil && u.RawQuery == "" && u.Fragment == "" {
			continue
		}
		if u.User != nil {
			u.User = url.User(mask)
		}
		if u.RawQuery != "" {
			u.RawQuery = mask
		}
		u.Fragment, u.RawFragment = "", ""
		list[i] = u.String()
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
