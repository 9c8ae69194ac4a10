package test

import (
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/strvals"
)

const (
	keys = "keys: {existingSecret: k}\n"
	good = keys + "nats: {token: {existingSecret: k}}\n"
)

// Every refusal names the key, so that whoever typed it finds it.
func Test55RefusalsNameTheKey(t *testing.T) {
	for name, c := range map[string]struct{ values, want string }{
		"no keys":                    {"{}", "keys.existingSecret is needed"},
		"unknown key":                {good + "gatway: {}", "gatway"},
		"unknown key, deep":          {good + "gateway: {replica: 2}", "replica"},
		"a string for a number":      {good + "gateway: {replicas: two}", "/gateway/replicas"},
		"replicas below zero":        {good + "gateway: {replicas: -1}", "/gateway/replicas"},
		"two brokers":                {good + "broker: {replicas: 2}", "/broker/replicas"},
		"three without a token":      {keys + "broker: {replicas: 3}", "nats.token.existingSecret is needed"},
		"one without a token":        {keys, "nats.token.existingSecret is needed"},
		"no store at all":            {good + "broker: {enabled: false}", "nats.url is needed"},
		"two stores":                 {keys + "nats: {url: 'nats://x:4222'}", "nats.url and broker.enabled exclude one another"},
		"a level that is none":       {good + "log: {level: loud}", "/log/level"},
		"config of the chart's own":  {good + "config: {drain: {window: 5s}}", "config.drain is set by the chart: use gateway.drainSeconds instead"},
		"ports":                      {good + "config: {listen: ':80'}", "config.listen is set by the chart"},
		"drain without end":          {good + "gateway: {drainSeconds: 86400}", "/gateway/drainSeconds"},
		"full before more come":      {good + "gateway: {maxSockets: 100, autoscaling: {enabled: true, connections: 200}}", "gateway.maxSockets is below"},
		"a certificate without key":  {keys + "nats: {token: {existingSecret: k}, tls: {existingSecret: s, certKey: tls.crt}}", "nats.tls.keyKey is needed"},
		"no parents":                 {good + "gateway: {httpRoute: {enabled: true}}", "/gateway/httpRoute"},
		"a pull policy that is none": {good + "image: {pullPolicy: Sometimes}", "/image/pullPolicy"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := render(t, load(t), values(t, c.values))
			// jsonschema writes a path as '/a/b' or as at '/a/b'.
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

// What helm users do without thinking: a null takes a default away, --set gives numbers, a parent hands down global.
func Test55WhatMustPass(t *testing.T) {
	for name, v := range map[string]string{
		"one":                     "",
		"three":                   "gateway: {replicas: 3}\nservices: {replicas: 3}",
		"fifty":                   "gateway: {replicas: 50}",
		"none":                    "gateway: {replicas: 0}",
		"null resources":          "gateway: {resources: null}",
		"null annotations":        "commonAnnotations: null",
		"global":                  "global: {imageRegistry: mirror.example, other: {a: 1}}",
		"enabled, as a condition": "enabled: true",
		"anything in config":      "config: {gateway: {handshakes: 100}}",
	} {
		t.Run(name, func(t *testing.T) {
			docs, err := render(t, load(t), values(t, good+v))
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range docs {
				if d.object != nil {
					if err := validate(t, d); err != nil {
						t.Errorf("%s: %v\n%s", d.file, err, d.text)
					}
				}
			}
		})
	}
}

// 55: --set makes numbers of what looks like one, --set-string does not; each is taken or refused by the key's name.
func Test55SetTypes(t *testing.T) {
	for name, c := range map[string]struct{ set, text, want string }{
		"a number":             {"gateway.replicas=3", "", ""},
		"a list":               {"trustedProxies={10.0.0.0/8,192.168.0.0/16}", "", ""},
		"a null":               {"gateway.resources=null", "", ""},
		"a number as a string": {"", "gateway.replicas=3", "/gateway/replicas"},
		"a word for a number":  {"gateway.replicas=many", "", "/gateway/replicas"},
		"a list for a map":     {"gateway={a,b}", "", "gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			v := values(t, good)
			if err := strvals.ParseInto(c.set, v); err != nil {
				t.Fatal(err)
			}
			if err := strvals.ParseIntoString(c.text, v); err != nil {
				t.Fatal(err)
			}
			_, err := render(t, load(t), v)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
