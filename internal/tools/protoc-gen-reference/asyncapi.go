package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
)

type object = map[string]any

// asyncAPI describes the socket for tools: AsyncAPI 3.0, with a JSON Schema for every message in the form of
// ovation.v1.json, which is that of protojson.
type asyncAPI struct {
	schemas object
	words   map[protoreflect.FullName]string // the protos' comments, by what they stand on
}

const (
	gatewayPackage = "ovation.gateway.v1"
	schemaRef      = "#/components/schemas/"
)

// write makes asyncapi.json of the gateway's frames; without them there is nothing to write.
func (a *asyncAPI) write(p *protogen.Plugin) error {
	a.schemas, a.words = object{}, map[protoreflect.FullName]string{}
	frames := map[string]*protogen.Message{}
	for _, f := range p.Files {
		for _, m := range f.Messages {
			a.remember(m)
			if f.Desc.Package() == gatewayPackage {
				frames[string(m.Desc.Name())] = m
			}
		}
	}
	if frames["ClientFrame"] == nil || frames["ServerFrame"] == nil {
		return nil
	}
	message := func(name, title string) object {
		m := frames[name]
		a.schema(m.Desc)
		return object{"name": name, "title": title, "summary": a.words[m.Desc.FullName()], "contentType": "application/json",
			"payload": object{"$ref": schemaRef + string(m.Desc.FullName())}}
	}
	messages := object{"client": message("ClientFrame", "What a client says"), "server": message("ServerFrame", "What a gateway says")}
	channel := object{"$ref": "#/channels/socket"}
	document := object{
		"asyncapi": "3.0.0",
		"info": object{
			"title": "Ovation's socket", "version": "1.0.0",
			"description": "One socket for one person in one room. Order, limits, close codes and what a client must do stand in docs/protocol.md; this is the form of the frames. The subprotocol ovation.v1.proto carries the same messages in protobuf.",
			"license":     object{"name": "Apache-2.0"},
		},
		"defaultContentType": "application/json",
		"servers":            object{"local": object{"host": "127.0.0.1:8080", "protocol": "ws", "description": "ovation serve"}},
		"channels": object{"socket": object{
			"address": "/v1/ws", "description": "The subprotocol is ovation.v1.json. The first client frame is a hello, within 10 s.",
			"messages": object{"client": object{"$ref": "#/components/messages/client"}, "server": object{"$ref": "#/components/messages/server"}},
			"bindings": object{"ws": object{"method": "GET", "bindingVersion": "0.1.0"}},
		}},
		"operations": object{
			"hear": object{"action": "receive", "channel": channel, "summary": "The gateway takes a frame of a client.", "messages": []any{object{"$ref": "#/channels/socket/messages/client"}}},
			"tell": object{"action": "send", "channel": channel, "summary": "The gateway sends a frame.", "messages": []any{object{"$ref": "#/channels/socket/messages/server"}}},
		},
		"components": object{"messages": messages, "schemas": a.schemas},
	}
	body, err := json.MarshalIndent(document, "", " ")
	if err != nil {
		return fmt.Errorf("render asyncapi.json: %w", err)
	}
	_, err = p.NewGeneratedFile("asyncapi.json", "").Write(append(body, '\n'))
	return err
}

func (a *asyncAPI) remember(m *protogen.Message) {
	note := func(d protoreflect.Descriptor, c protogen.Comments) {
		a.words[d.FullName()] = strings.Join(strings.Fields(string(c)), " ")
	}
	note(m.Desc, m.Comments.Leading)
	for _, f := range m.Fields {
		note(f.Desc, f.Comments.Leading)
	}
	for _, inner := range m.Messages {
		a.remember(inner)
	}
}

// schema adds a message and what it holds to the components.
func (a *asyncAPI) schema(m protoreflect.MessageDescriptor) {
	name := string(m.FullName())
	if a.schemas[name] != nil {
		return
	}
	properties := object{}
	a.schemas[name] = object{"type": "object", "description": a.words[m.FullName()], "additionalProperties": false, "properties": properties}
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		var s object
		switch {
		case f.IsMap():
			s = object{"type": "object", "additionalProperties": a.value(f.MapValue())}
		case f.IsList():
			s = object{"type": "array", "items": a.value(f)}
		default:
			s = a.value(f)
		}
		if _, isRef := s["$ref"]; !isRef { // what stands beside a reference is ignored
			s["description"] = a.words[f.FullName()]
		}
		properties[f.JSONName()] = s
	}
}

// value is one value as protojson writes it: whole numbers of 64 bits are strings, and may be read as numbers.
func (a *asyncAPI) value(f protoreflect.FieldDescriptor) object {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return object{"type": "boolean"}
	case protoreflect.StringKind:
		return object{"type": "string"}
	case protoreflect.BytesKind:
		return object{"type": "string", "contentEncoding": "base64"}
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return object{"type": "number"}
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return object{"type": []string{"string", "integer"}, "pattern": "^-?[0-9]+$"}
	case protoreflect.EnumKind:
		var names []string
		for i := range f.Enum().Values().Len() {
			names = append(names, string(f.Enum().Values().Get(i).Name()))
		}
		return object{"type": "string", "enum": names}
	case protoreflect.MessageKind:
		switch f.Message().FullName() {
		case "google.protobuf.Timestamp":
			return object{"type": "string", "format": "date-time"}
		case "google.protobuf.Duration":
			return object{"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?s$"}
		}
		a.schema(f.Message())
		return object{"$ref": schemaRef + string(f.Message().FullName())}
	}
	return object{"type": "integer"}
}
