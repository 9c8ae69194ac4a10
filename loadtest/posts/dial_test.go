package posts

import (
	"strings"
	"testing"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func TestAnExchangeIsTheMessagesOfTheAPI(t *testing.T) {
	x := new(exchange)
	x.request.Room, x.request.Text, x.request.Actor = "main", "hello", &roomsv1.Actor{Subject: "someone"}
	sent, err := exchanging{}.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	read := new(commentsv1.PostCommentRequest)
	if err := proto.Unmarshal(sent.Materialize(), read); err != nil || !proto.Equal(read, &x.request) {
		t.Errorf("it sent %v, %v", read, err)
	}
	id := strings.Repeat("a", 26)
	for name, c := range map[string]struct {
		answer *commentsv1.PostCommentResponse
		want   string
	}{
		"a comment":         {&commentsv1.PostCommentResponse{Held: true, Comment: &commentsv1.Comment{Room: "main", Comment: id, Text: "hello", Sequence: 7}}, id},
		"one without an id": {&commentsv1.PostCommentResponse{Comment: &commentsv1.Comment{Room: "main"}}, ""},
		"none":              {&commentsv1.PostCommentResponse{Held: true}, ""},
	} {
		body, err := proto.Marshal(c.answer)
		if err != nil {
			t.Fatal(err)
		}
		if err := (exchanging{}).Unmarshal(mem.BufferSlice{mem.SliceBuffer(body)}, x); err != nil || x.comment != c.want {
			t.Errorf("%s: %q, %v", name, x.comment, err)
		}
	}
	body, err := proto.Marshal(&commentsv1.PostCommentResponse{Comment: &commentsv1.Comment{Comment: id}})
	if err != nil {
		t.Fatal(err)
	}
	if err := (exchanging{}).Unmarshal(mem.BufferSlice{mem.SliceBuffer(body[:len(body)-1])}, x); err == nil {
		t.Error("half an answer was read")
	}
}
