package frame_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

func TestJSONOnTheWire(t *testing.T) {
	m := &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Tick{Tick: &gatewayv1.Tick{
		Cursor: &gatewayv1.Cursor{Epoch: "e", Log: 41, State: 7}, Hearts: map[string]uint64{"heart": 1260},
	}}}
	f, err := frame.Encode(frame.JSON, m)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"tick":{"cursor":{"epoch":"e","log":"41","state":"7"},"hearts":{"heart":"1260"}}}`
	if got := string(f.Bytes()); got != "\x81"+string(rune(len(want)))+want {
		t.Fatalf("%q", got)
	}
}

func TestHeaderLengths(t *testing.T) {
	for size, header := range map[int]int{10: 2, 200: 4, 70_000: 10} {
		m := &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Fault{Fault: &gatewayv1.Fault{Message: strings.Repeat("x", size)}}}
		f, err := frame.Encode(frame.Binary, m)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Len() - proto.Size(m); got != header || f.Bytes()[0] != 0x82 {
			t.Errorf("%d bytes have a header of %d, want %d", size, got, header)
		}
	}
}

func Test31DecodeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in, id string
		reason fault.Reason
	}{
		"not JSON":          {in: `hello`, reason: fault.FrameInvalid},
		"array":             {in: `[]`, reason: fault.FrameInvalid},
		"empty":             {in: `{}`, reason: fault.UnknownVerb},
		"trailing":          {in: `{"mine":{}}x`, reason: fault.FrameInvalid},
		"BOM":               {in: "\ufeff" + `{"mine":{}}`, reason: fault.FrameInvalid},
		"unknown verb":      {in: `{"id":"7","dance":{}}`, id: "7", reason: fault.UnknownVerb},
		"other case":        {in: `{"id":"7","Tap":{"kind":"heart","count":1}}`, id: "7", reason: fault.UnknownVerb},
		"deep and unknown":  {in: `{"mine":{"a":` + strings.Repeat(`[`, 20) + strings.Repeat(`]`, 20) + `}}`, reason: fault.FrameInvalid},
		"repeated key":      {in: `{"id":"7","tap":{"kind":"a","kind":"b"}}`, id: "7", reason: fault.FrameInvalid},
		"two verbs":         {in: `{"id":"7","tap":{},"mine":{}}`, id: "7", reason: fault.FrameInvalid},
		"negative count":    {in: `{"tap":{"kind":"heart","count":-1}}`, reason: fault.FrameInvalid},
		"huge count":        {in: `{"tap":{"kind":"heart","count":9223372036854775807}}`, reason: fault.FrameInvalid},
		"float count":       {in: `{"tap":{"kind":"heart","count":1e308}}`, reason: fault.FrameInvalid},
		"lone surrogate":    {in: `{"post":{"text":"\ud800"}}`, reason: fault.FrameInvalid},
		"deep":              {in: `{"post":` + strings.Repeat(`{"a":`, 20_000) + `1` + strings.Repeat(`}`, 20_001), reason: fault.FrameInvalid},
		"an id of a novel":  {in: `{"id":"` + strings.Repeat("x", 65) + `","mine":{}}`, reason: fault.FrameInvalid},
		"UTF-16":            {in: "{\x00}\x00", reason: fault.FrameInvalid},
		"broken UTF-8":      {in: "{\"id\":\"\xff\",\"mine\":{}}", reason: fault.FrameInvalid},
		"prototype of JS":   {in: `{"id":"7","__proto__":{}}`, id: "7", reason: fault.UnknownVerb},
		"comment in a JSON": {in: `{"mine":{}/**/}`, reason: fault.FrameInvalid},
	} {
		in := new(gatewayv1.ClientFrame)
		err := frame.Decode(frame.JSON, []byte(c.in), in)
		if f, ok := fault.Of(err); !ok || f.Reason != c.reason || in.GetId() != c.id {
			t.Errorf("%s: %v with id %q, want %s with id %q", name, err, in.GetId(), c.reason, c.id)
		}
	}
	nested := []byte{0x0a, 0} // an id
	for range 100 {
		nested = append(binary.AppendUvarint([]byte{0x12}, uint64(len(nested))), nested...)
	}
	for name, in := range map[string][]byte{
		"wrong wire type": {0x0d, 1}, "longer than it is": {0x0a, 0x7f, 'x'}, "group": {0x0b}, "broken UTF-8": {0x0a, 1, 0xff},
		"100 deep": nested, "a length of 2^63": {0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, "field 0": {0x02, 0},
	} {
		if err := frame.Decode(frame.Binary, in, new(gatewayv1.ClientFrame)); !fault.Is(err, fault.FrameInvalid) {
			t.Errorf("binary, %s: %v", name, err)
		}
	}
	if err := frame.Decode(frame.Binary, []byte{0xfa, 0x7f, 1, 'x'}, new(gatewayv1.ClientFrame)); !fault.Is(err, fault.UnknownVerb) {
		t.Errorf("binary, a verb of the future: %v", err)
	}
	// What this version does not know goes no further.
	with := append([]byte{0x0a, 1, '7'}, 0xfa, 0x7f, 1, 'x')
	mine, err := proto.Marshal(&gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Mine{Mine: &gatewayv1.GetMine{}}})
	if err != nil {
		t.Fatal(err)
	}
	in := new(gatewayv1.ClientFrame)
	if err := frame.Decode(frame.Binary, append(with, mine...), in); err != nil || in.GetId() != "7" || len(in.ProtoReflect().GetUnknown()) > 0 {
		t.Errorf("binary, a field of the future: %v %v", in, err)
	}
}

func Test30AFaultSaysWhere(t *testing.T) {
	for in, where := range map[string]string{
		`{"id":"7","mine":{}} {}`:                  "at byte 22",
		`{"mine":{}/**/}`:                          "at byte 11",
		`{"id":"7","tap":{"kind":"a","kind":"b"}}`: "at line 1, column 29",
		`{"tap":{"kind":"heart","count":-1}}`:      "at line 1, column 32",
	} {
		f, ok := fault.Of(frame.Decode(frame.JSON, []byte(in), new(gatewayv1.ClientFrame)))
		if !ok || !strings.Contains(f.Message, where) {
			t.Errorf("%s: %v, want %q", in, f, where)
		}
	}
}

// The fast path for taps must mean what the long way means, whatever was read into the tap before.
func sameTap(t *testing.T, p frame.Protocol, payload []byte) {
	t.Helper()
	got := &gatewayv1.Tap{Kind: "clap", Count: 7, StreamTimeMs: 9}
	if !frame.Tap(p, payload, got) {
		return
	}
	want := new(gatewayv1.ClientFrame)
	if err := frame.Decode(p, payload, want); err != nil || !proto.Equal(&gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Tap{Tap: got}}, want) {
		t.Fatalf("%q is %v the short way and %v (%v) the long way", payload, got, want, err)
	}
}

// What our own clients send goes the short way, again and again for nothing.
func TestTapsAllocateNothing(t *testing.T) {
	for _, tap := range []*gatewayv1.Tap{{Kind: "heart", Count: 1}, {Kind: "heart_2", Count: 999_999, StreamTimeMs: 1_795_462_943_413}} {
		message := &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Tap{Tap: tap}}
		asBinary, err := proto.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		asJSON := fmt.Sprintf(`{"tap":{"kind":%q,"count":%d}}`, tap.GetKind(), tap.GetCount())
		if tap.GetStreamTimeMs() > 0 {
			asJSON = fmt.Sprintf(`{"tap":{"kind":%q,"count":%d,"streamTimeMs":"%d"}}`, tap.GetKind(), tap.GetCount(), tap.GetStreamTimeMs())
		}
		for p, payload := range map[frame.Protocol][]byte{frame.JSON: []byte(asJSON), frame.Binary: asBinary} {
			into := new(gatewayv1.Tap)
			if !frame.Tap(p, payload, into) || !proto.Equal(into, tap) {
				t.Errorf("%q is read as %v", payload, into)
			}
			if n := testing.AllocsPerRun(100, func() { frame.Tap(p, payload, into) }); n != 0 {
				t.Errorf("%q: %g allocations", payload, n)
			}
		}
	}
}

func Test27ACountInQuotesIsNone(t *testing.T) {
	for in, refused := range map[string]bool{
		`{"id":"7","tap":{"kind":"heart","count":"5"}}`:                       true,
		`{"tap":{"kind":"heart","c\u006funt":"5"}}`:                           true,
		`{"tap":{"count" : "5","kind":"heart"}}`:                              true,
		`{"of":{"count":"5"},"tap":{"kind":"heart","count":5}}`:               false,
		`{"tap":{"kind":"heart","count":5,"stream_time_ms":"1795462943413"}}`: false,
		`{"tap":{"kind":"heart","count":5,"streamTimeMs":"1795462943413"}}`:   false,
		`{"tap":{"kind":"heart", "count": 5}}`:                                false,
		`{"id":"7","post":{"requestId":"abcdefgh","text":"\"count\":\"5\""}}`: false,
	} {
		into := new(gatewayv1.ClientFrame)
		err := frame.Decode(frame.JSON, []byte(in), into)
		if fault.Is(err, fault.FrameInvalid) != refused || err == nil == refused || refused && into.GetTap() != nil {
			t.Errorf("%s: %v, %v", in, into, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"tap":{"kind":"heart","count":3}}`, `{"tap":{"kind":"heart","count":3,"streamTimeMs":"1795462943413"}}`,
		`{"tap":{"kind":"heart","count":3,"streamTimeMs":"01"}}`, `{"tap":{"kind":"heart","count":3,"streamTimeMs":"0"}}`,
		`{"tap":{"kind":"heart","count":3,"streamTimeMs":""}}`, `{"tap":{"kind":"heart","count":3,"streamTimeMs":1795462943413}}`,
		`{"tap":{"kind":"","count":0}}`, `{"tap":{"kind":"heart","count":03}}`,
		`{"tap":{"kind":"heart","count":3},"id":"1"}`, `{"id":"1","post":{"requestId":"abcdefgh","text":"hi"}}`, `{"hello":{"room":"a"}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		sameTap(t, frame.JSON, payload)
		sameID(t, frame.JSON, payload)
		if err := frame.Decode(frame.JSON, payload, new(gatewayv1.ClientFrame)); err != nil {
			if _, ok := fault.Of(err); !ok {
				t.Fatalf("%v is no fault", err)
			}
		}
	})
}

func FuzzDecodeBinary(f *testing.F) {
	seed, _ := proto.Marshal(&gatewayv1.ClientFrame{Id: "1", Body: &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: "heart", Count: 3}}})
	f.Add(seed)
	for _, s := range []string{
		"\x1a\x09\x0a\x05heart\x10\x03", "\x1a\x0d\x0a\x05heart\x10\x80\x00\x18\xff\x01", "\x1a\x07\x0a\x05heart", "\x1a\x09\x10\x03\x0a\x05heart",
		"\x1a\x09\x0a\x05heart\x10\x03\x0a\x011", "\x1a\x12\x0a\x05heart\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		sameTap(t, frame.Binary, payload)
		sameID(t, frame.Binary, payload)
		if err := frame.Decode(frame.Binary, payload, new(gatewayv1.ClientFrame)); err != nil {
			if _, ok := fault.Of(err); !ok {
				t.Fatalf("%v is no fault", err)
			}
		}
	})
}

func BenchmarkTap(b *testing.B) {
	payload, into := []byte(`{"tap":{"kind":"heart","count":3}}`), new(gatewayv1.Tap)
	for b.Loop() {
		if !frame.Tap(frame.JSON, payload, into) {
			b.Fatal("it went the long way")
		}
	}
}
