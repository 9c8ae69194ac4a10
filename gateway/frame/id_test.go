package frame_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

func TestAnIDIsFoundWithoutDecoding(t *testing.T) {
	for in, want := range map[string]string{
		`{"id":"7","post":{"text":"a"}}`:                           "7",
		`{ "post" : {"id":"no","text":"}{\""} , "id" : "behind" }`: "behind",
		`{"post":{"text":"id"},"id":"x"}`:                          "x",
		`{"text":"id","id":"x"}`:                                   "x",
		`{"id":7,"post":{}}`:                                       "",
		`{"id":{"a":"b"}}`:                                         "",
		`{"id":"a\u0062"}`:                                         "",
		`{"id":"` + strings.Repeat("x", 65) + `"}`:                 "",
		`{"id":"open`:                                              "",
		`[{"id":"x"}]`:                                             "",
		``:                                                         "",
		`{"post":{"text":"` + strings.Repeat(`{"`, 40) + `"},"id":"`: "",
	} {
		if got := frame.ID(frame.JSON, []byte(in)); got != want {
			t.Errorf("%.60s: %q, want %q", in, got, want)
		}
	}
	whole, err := proto.Marshal(&gatewayv1.ClientFrame{Id: "7", Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{Text: strings.Repeat("x", 1000)}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := frame.ID(frame.Binary, whole); got != "7" {
		t.Errorf("binary: %q", got)
	}
}

// sameID: what is found in a frame that can be decoded is the frame's id, or nothing.
func sameID(t *testing.T, p frame.Protocol, payload []byte) {
	t.Helper()
	in := new(gatewayv1.ClientFrame)
	if frame.Decode(p, payload, in) != nil {
		frame.ID(p, payload) // whatever it is, it must come to an end
		return
	}
	if got := frame.ID(p, payload); got != "" && got != in.GetId() {
		t.Fatalf("%q: found %q, decoded %q", payload, got, in.GetId())
	}
}
