package filter

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAListOfAFileNamesItsLines(t *testing.T) {
	l, err := Parse([]byte("\uFEFF# greetings\r\nhello*\r\n\n#hashtag\n"))
	if err != nil || l.Len() != 2 {
		t.Fatalf("%v, %v", l, err)
	}
	if _, err = Parse([]byte("# one\ngood\nx\n\nb*d\n")); err == nil || !strings.Contains(err.Error(), "line 3: \"x\"") || !strings.Contains(err.Error(), "line 5: \"b*d\"") {
		t.Fatalf("got %v", err)
	}
}

// lines is a log that may be read while it is written.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer // guarded by mu
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func TestAFileIsReadAnewAndTheLastGoodListStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "terms.txt")
	write := func(s string) {
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(path, slog.Default()); err == nil {
		t.Fatal("a file that is not there was opened")
	}
	write("x\n")
	if _, err := Open(path, slog.Default()); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Fatalf("a bad first list: %v", err)
	}
	write("apple\n")
	synctest.Test(t, func(t *testing.T) {
		var said lines
		f, err := Open(path, slog.New(slog.NewTextHandler(&said, nil)))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = f.Run(ctx) }()
		finds := func(word string) bool { _, ok := f.List().Find(word); return ok }
		later := func() { time.Sleep(checkEvery + time.Millisecond); synctest.Wait() }
		if !finds("a.p.p.l.e") {
			t.Error("the first list is not used")
		}
		write("apple\npear\n")
		later()
		if !finds("pear") {
			t.Error("a changed file was not read")
		}
		write("plum\nb*d\n")
		later()
		later()
		if finds("plum") || !finds("pear") {
			t.Error("a broken list was taken, or the last good one was dropped")
		}
		if strings.Count(said.String(), "line 2") != 1 {
			t.Errorf("the log says %s", said.String())
		}
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
		later()
		if !finds("pear") {
			t.Error("a file that went took the list with it")
		}
		stop()
		<-done
	})
	var none *File
	if _, ok := none.List().Find("apple"); ok {
		t.Error("no file found something")
	}
}
