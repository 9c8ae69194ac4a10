package docs

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const asyncAPI = "proto/gen/asyncapi.json"

// The AsyncAPI document is made from the protos; here it is held to what is on the wire: every frame that the protocol
// shows is valid by it, as a client's or as the server's, and a frame that is none is not.
func TestAsyncAPITakesTheProtocolsFrames(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(read(t, asyncAPI))))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft7)
	if err := compiler.AddResource("file:///asyncapi.json", document); err != nil {
		t.Fatal(err)
	}
	var payload struct {
		AsyncAPI   string
		Operations map[string]struct{ Action string }
		Components struct {
			Messages map[string]struct {
				Payload struct {
					Ref string `json:"$ref"`
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, asyncAPI)), &payload); err != nil || payload.AsyncAPI != "3.0.0" || len(payload.Operations) != 2 {
		t.Fatalf("%s is no AsyncAPI 3.0 with two operations: %+v, %v", asyncAPI, payload, err)
	}
	var frames []*jsonschema.Schema
	for name, m := range payload.Components.Messages {
		s, err := compiler.Compile("file:///asyncapi.json" + m.Payload.Ref)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		frames = append(frames, s)
	}
	valid := func(line string) bool {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for _, s := range frames {
			if s.Validate(value) == nil {
				return true
			}
		}
		return false
	}
	found := 0
	for _, f := range fences(t, protocol) {
		if f.language != "json" {
			continue
		}
		for line := range strings.Lines(f.body) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			found++
			if !valid(line) {
				t.Errorf("%s shows a frame that %s does not have: run make generate\n%s", protocol, asyncAPI, line)
			}
		}
	}
	if found < 10 {
		t.Fatalf("found only %d frames: this test has lost sight of them", found)
	}
	for _, wrong := range []string{`{"tapp":{"kind":"heart"}}`, `{"tap":{"kind":7}}`, `{"post":{"text":["a"]}}`} {
		if valid(wrong) {
			t.Errorf("%s lets %s pass", asyncAPI, wrong)
		}
	}
}
