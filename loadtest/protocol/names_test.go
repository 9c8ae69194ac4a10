package protocol_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// mint makes a token with a name, with the server's own keys.
func mint(t *testing.T, dir any, role, name string) string {
	t.Helper()
	data, _ := dir.(string)
	out, err := exec.CommandContext(t.Context(), shared.binary, "token", "mint", "--data", data, "--role", role, "--room", "show", "--subject", name+role, "--name", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// 28: nobody comes in under a name that looks like that of a moderator who is there, by whatever way the name is given.
func TestFault28NobodyIsCalledLikeAModerator(t *testing.T) {
	t.Parallel()
	s := start(t)
	dir, _ := directories.Load(s)
	enter := func(token, name string) (you, told object) {
		t.Helper()
		w := open(t, s)
		hello, err := json.Marshal(object{"hello": object{"room": "show", "token": token, "name": name}})
		if err != nil {
			t.Fatal(err)
		}
		w.send(string(hello))
		you, _ = w.until("welcome")["you"].(object)
		if you["name"] != name || name == "" {
			told = w.until("fault")
		}
		w.lives()
		return you, told
	}
	join(t, s, "show", mint(t, dir, "moderator", "Hanna"))
	for until := time.Now().Add(8 * time.Second); ; time.Sleep(100 * time.Millisecond) { // the gateway follows what it noted
		if _, told := enter("", "Hanna"); told != nil {
			break
		}
		if time.Now().After(until) {
			t.Fatal("a guest can still be called as the moderator is")
		}
	}
	guest, _ := enter("", "Ada")
	token, _ := guest["guestToken"].(string)
	for _, name := range []string{"Hanna", "Наnnа", "ＨＡＮＮＡ", "Hanna (mod)", "Μoderator"} {
		if you, told := enter("", name); you["name"] != nil || told["reason"] != "NAME_IMITATES" || told["field"] != "name" {
			t.Errorf("a new guest as %q is called %v and told %v", name, you["name"], told)
		}
		if you, told := enter(token, name); you["name"] != "Ada" || told["reason"] != "NAME_IMITATES" {
			t.Errorf("a guest who wants to be %q is called %v and told %v", name, you["name"], told)
		}
	}
	if you, told := enter(mint(t, dir, "viewer", "Hаnna"), ""); you["name"] != nil || told["reason"] != "NAME_IMITATES" {
		t.Errorf("a member is called %v and told %v", you["name"], told)
	}
	if you, _ := enter("", "Hannah"); you["name"] != "Hannah" {
		t.Errorf("Hannah is called %v", you["name"])
	}
}
