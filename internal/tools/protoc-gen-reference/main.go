// Command protoc-gen-reference is a plugin of buf that writes the reference of the gRPC services in Markdown, and that of
// the socket as an AsyncAPI document, from the protos' own comments, so that they cannot differ. buf generate runs it; the output is committed with the other
// generated files, and CI compares.
package main

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/pluginpb"
)

func main() {
	protogen.Options{}.Run(func(p *protogen.Plugin) error {
		p.SupportedFeatures = uint64(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL)
		out := p.NewGeneratedFile("reference.md", "")
		out.P("# Reference of the protos")
		out.P()
		out.P("Written by `make generate` from the comments in [proto/ovation](../ovation). What a service's methods may be called")
		out.P("by, and how to call them, stands in [docs/grpc.md](../../docs/grpc.md); the reasons of refusals in")
		out.P("[docs/protocol.md](../../docs/protocol.md#fault-reasons).")
		files := slices.Clone(p.Files)
		slices.SortFunc(files, func(a, b *protogen.File) int { return strings.Compare(a.Desc.Path(), b.Desc.Path()) })
		for _, f := range files {
			if f.Generate {
				page{out}.file(f)
			}
		}
		return new(asyncAPI).write(p)
	})
}

type page struct{ *protogen.GeneratedFile }

func (p page) file(f *protogen.File) {
	p.P()
	p.P("## ", f.Desc.Package())
	for _, s := range f.Services {
		p.P()
		p.P("### ", s.Desc.FullName())
		p.words(s.Comments.Leading)
		p.P()
		p.P("| method | takes | gives | |")
		p.P("|---|---|---|---|")
		for _, m := range s.Methods {
			p.P("| `", m.Desc.Name(), "` | ", stream(m.Desc.IsStreamingClient()), link(m.Input.Desc), " | ", stream(m.Desc.IsStreamingServer()), link(m.Output.Desc), " | ", cell(m.Comments.Leading), " |")
		}
	}
	for _, e := range f.Enums {
		p.enum(e)
	}
	for _, m := range f.Messages {
		p.message(m)
	}
}

func (p page) message(m *protogen.Message) {
	if m.Desc.IsMapEntry() {
		return
	}
	p.heading(m.Desc)
	p.words(m.Comments.Leading)
	if len(m.Fields) > 0 {
		p.P()
		p.P("| field | type | |")
		p.P("|---|---|---|")
		for _, f := range m.Fields {
			p.P("| `", f.Desc.Name(), "` = ", f.Desc.Number(), " | ", typeOf(f.Desc), " | ", cell(f.Comments.Leading), " |")
		}
	}
	for _, e := range m.Enums {
		p.enum(e)
	}
	for _, inner := range m.Messages {
		p.message(inner)
	}
}

func (p page) enum(e *protogen.Enum) {
	p.heading(e.Desc)
	p.words(e.Comments.Leading)
	p.P()
	p.P("| value | |")
	p.P("|---|---|")
	for _, v := range e.Values {
		p.P("| `", v.Desc.Name(), "` = ", v.Desc.Number(), " | ", cell(v.Comments.Leading), " |")
	}
}

// heading names a message; its anchor is the full name, since several packages have a Room.
func (p page) heading(d protoreflect.Descriptor) {
	p.P()
	p.P(`<a id="`, d.FullName(), `"></a>`)
	p.P()
	p.P("#### ", strings.TrimPrefix(string(d.FullName()), string(d.ParentFile().Package())+"."))
}

func (p page) words(c protogen.Comments) {
	if text := strings.TrimSpace(string(c)); text != "" {
		p.P()
		for line := range strings.Lines(text) {
			p.P(strings.TrimSpace(line))
		}
	}
}

// cell is a comment on one line; a bar would end the cell.
func cell(c protogen.Comments) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(string(c)), " "), "|", `\|`)
}

func stream(on bool) string {
	if on {
		return "a stream of "
	}
	return ""
}

// link leads to a message of ours; others have pages elsewhere.
func link(d protoreflect.Descriptor) string {
	name := string(d.FullName())
	if !strings.HasPrefix(name, "ovation.") {
		return "`" + name + "`"
	}
	return fmt.Sprintf("[%s](#%s)", d.Name(), name)
}

func typeOf(f protoreflect.FieldDescriptor) string {
	if f.IsMap() {
		return "map of " + typeOf(f.MapKey()) + " to " + typeOf(f.MapValue())
	}
	t := f.Kind().String()
	switch f.Kind() {
	case protoreflect.MessageKind:
		t = link(f.Message())
	case protoreflect.EnumKind:
		t = link(f.Enum())
	}
	switch {
	case f.IsList():
		return "list of " + t
	case f.HasOptionalKeyword():
		return t + ", optional"
	case f.ContainingOneof() != nil:
		return t + ", one of " + string(f.ContainingOneof().Name())
	}
	return t
}
