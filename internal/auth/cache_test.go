package auth_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
)

// counting tells how often it was asked.
type counting struct {
	asked int
	until time.Time
}

func (c *counting) Verify(token string) (auth.Claims, error) {
	c.asked++
	if token == "bad" || time.Now().After(c.until) {
		return auth.Claims{}, fault.New(fault.TokenInvalid, "no")
	}
	return auth.Claims{Subject: token, Expires: c.until}, nil
}

func TestATokenIsVerifiedOnceWhileItIsGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &counting{until: time.Now().Add(time.Minute)}
		v := auth.Remembering(slow)
		for range 5 {
			if c, err := v.Verify("ada"); err != nil || c.Subject != "ada" {
				t.Fatalf("%+v %v", c, err)
			}
		}
		if c, err := v.Verify("bo"); err != nil || c.Subject != "bo" || slow.asked != 2 {
			t.Errorf("%+v %v, verified %d times", c, err, slow.asked)
		}
		for range 3 {
			if _, err := v.Verify("bad"); err == nil {
				t.Fatal("a bad token was taken")
			}
		}
		if slow.asked != 5 {
			t.Errorf("a refusal was remembered: verified %d times", slow.asked)
		}
		time.Sleep(time.Minute + time.Second)
		if _, err := v.Verify("ada"); err == nil {
			t.Error("a token was good past its end")
		}
	})
}

// A key that was taken away ends its tokens within a minute, however long they would live.
func TestATokenIsVerifiedAgainAfterAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &counting{until: time.Now().Add(time.Hour)}
		v := auth.Remembering(slow)
		for range 3 {
			_, _ = v.Verify("ada")
			_, _ = v.Verify("ada")
			time.Sleep(time.Minute)
		}
		if slow.asked != 3 {
			t.Errorf("in three minutes verified %d times, want 3", slow.asked)
		}
	})
}

func TestMemoryOfTokensIsBounded(t *testing.T) {
	slow := &counting{until: time.Now().Add(time.Hour)}
	v := auth.Remembering(slow)
	for i := range 5000 {
		if _, err := v.Verify(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.Verify("0"); err != nil || slow.asked != 5001 {
		t.Errorf("5,000 tokens are all remembered: %d verified, %v", slow.asked, err)
	}
}

// turning is a verifier whose keys change.
type turning struct {
	counting
	turn uint64
}

func (t *turning) Turns() uint64 { return t.turn }

// Keys that were changed in this process end at once what the old ones had verified.
func TestWhatOldKeysVerifiedIsForgottenWithThem(t *testing.T) {
	slow := &turning{counting: counting{until: time.Now().Add(time.Hour)}}
	v := auth.Remembering(slow)
	for range 3 {
		if _, err := v.Verify("ada"); err != nil {
			t.Fatal(err)
		}
	}
	slow.turn, slow.until = 1, time.Time{}
	if _, err := v.Verify("ada"); err == nil || slow.asked != 2 {
		t.Errorf("the old key's token is taken: %v, verified %d times", err, slow.asked)
	}
}
