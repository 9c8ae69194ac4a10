// Command moderation-hook is an example of an operator's second opinion: it rejects shouting, holds links for a moderator,
// takes telephone numbers out, and allows the rest. Run it, and tell Ovation where it is:
//
//	go run ./examples/moderation-hook -listen 127.0.0.1:9000
//	ovation serve --moderation-address 127.0.0.1:9000
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"unicode"

	"google.golang.org/grpc"

	moderationv1 "github.com/ovation-live/ovation/proto/gen/ovation/moderation/v1"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:9000", "HOST:PORT to answer on; keep it where only Ovation reaches it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "moderation-hook:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, address string) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	moderationv1.RegisterModerationHookServiceServer(server, judge{})
	defer context.AfterFunc(ctx, server.GracefulStop)()
	fmt.Println("answering on", l.Addr())
	return server.Serve(l)
}

type judge struct {
	moderationv1.UnimplementedModerationHookServiceServer
}

var (
	link  = regexp.MustCompile(`(?i)\bhttps?://|\bwww\.`)
	phone = regexp.MustCompile(`\+?\d[\d ()/-]{7,}\d`)
)

// Judge gives the verdict on one text.
func (judge) Judge(_ context.Context, r *moderationv1.JudgeRequest) (*moderationv1.JudgeResponse, error) {
	words := r.GetText()
	switch {
	case shouting(words):
		return &moderationv1.JudgeResponse{Verdict: moderationv1.JudgeResponse_VERDICT_REJECT, Reason: "please do not shout"}, nil
	case link.MatchString(words):
		return &moderationv1.JudgeResponse{Verdict: moderationv1.JudgeResponse_VERDICT_HOLD, Reason: "it holds a link"}, nil
	case phone.MatchString(words):
		return &moderationv1.JudgeResponse{Verdict: moderationv1.JudgeResponse_VERDICT_REWRITE, Text: phone.ReplaceAllString(words, "(number)")}, nil
	}
	return &moderationv1.JudgeResponse{Verdict: moderationv1.JudgeResponse_VERDICT_ALLOW}, nil
}

// shouting is ten letters or more, nearly all of them capitals.
func shouting(s string) bool {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) && unicode.ToLower(r) != unicode.ToUpper(r) {
			return r
		}
		return -1
	}, s)
	capitals := 0
	for _, r := range letters {
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	n := len([]rune(letters))
	return n >= 10 && capitals*10 >= n*9
}
