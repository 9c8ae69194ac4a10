package config

// Live are the keys that a running process takes anew; the others need a restart. Certificates, gateway.token_file and
// the contents of nats.credentials are read anew by themselves.
var Live = []string{
	"log.level", "keys.files", "filter.terms_file", "gateway.handshakes", "gateway.max_sockets",
	"limits.source_handshakes", "limits.source_sockets", "limits.source_requests", "limits.source_connections", "limits.person_handshakes", "limits.person_sockets", "limits.verbs", "limits.frames", "limits.bytes", "limits.errors",
}

// Text is a key's value as one would write it.
func (l *Loaded) Text(name string) string {
	for _, k := range l.keys() {
		if k.name == name {
			return k.text()
		}
	}
	return ""
}

// Reload reads the same sources again: the file as it is now, the environment and the flags of the start. Changed are the
// keys that have another value than in l.
func (l *Loaded) Reload() (fresh *Loaded, changed []string, err error) {
	if fresh, err = Load(l.from); err != nil {
		return nil, nil, err
	}
	now := fresh.keys()
	for i, k := range l.keys() {
		if k.text() != now[i].text() {
			changed = append(changed, k.name)
		}
	}
	return fresh, changed, nil
}
