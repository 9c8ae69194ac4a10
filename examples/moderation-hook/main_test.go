package main

import (
	"testing"

	moderationv1 "github.com/ovation-live/ovation/proto/gen/ovation/moderation/v1"
)

func TestJudge(t *testing.T) {
	for text, want := range map[string]moderationv1.JudgeResponse_Verdict{
		"Hello from the back row":  moderationv1.JudgeResponse_VERDICT_ALLOW,
		"BUY MY COINS NOW":         moderationv1.JudgeResponse_VERDICT_REJECT,
		"WOW!!!":                   moderationv1.JudgeResponse_VERDICT_ALLOW,
		"see https://example.com":  moderationv1.JudgeResponse_VERDICT_HOLD,
		"call me: +49 30 1234 567": moderationv1.JudgeResponse_VERDICT_REWRITE,
		"素晴らしいショーでした本当に":           moderationv1.JudgeResponse_VERDICT_ALLOW,
	} {
		answer, err := judge{}.Judge(t.Context(), &moderationv1.JudgeRequest{Text: text})
		if err != nil || answer.GetVerdict() != want {
			t.Errorf("%q: %v, %v; want %v", text, answer, err, want)
		}
	}
}
