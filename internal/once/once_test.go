package once_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ovation-live/ovation/internal/once"
)

func TestIDsAreForEver(t *testing.T) {
	id := once.Of("main", "p1", "request-1")
	if got, want := id.Item(), "rlec4zect4m3i2dcs5sruavhla"; got != want {
		t.Errorf("item %q, stored ids say %q", got, want)
	}
	if got, want := id.Message(), "8ac82e64829f19b4686297651a02a758"; got != want {
		t.Errorf("message id %q, stored ids say %q", got, want)
	}
}

func TestPartsDoNotRunTogether(t *testing.T) {
	seen := map[once.ID][]string{}
	for _, parts := range [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {}} {
		id := once.Of(parts...)
		if other, ok := seen[id]; ok {
			t.Errorf("%q and %q are one id", parts, other)
		}
		seen[id] = parts
	}
}

var numbers = once.Packing[int]{
	Pack:   func(n int) ([]byte, error) { return []byte(strconv.Itoa(n)), nil },
	Unpack: func(b []byte) (int, error) { return strconv.Atoi(string(b)) },
}

func TestMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := once.NewMemory(time.Now, numbers)
		id := once.Of("x")
		var made atomic.Int64
		slow := func() (int, error) { time.Sleep(time.Second); return int(made.Add(1)), nil }
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if v, _, err := m.Do(t.Context(), id, slow); v != 1 || err != nil {
					t.Errorf("got %d, %v", v, err)
				}
			})
		}
		wg.Wait()
		time.Sleep(once.Life - time.Second)
		if _, known, _ := m.Do(t.Context(), id, slow); !known {
			t.Error("forgotten too early")
		}
		time.Sleep(3 * time.Second)
		if v, known, _ := m.Do(t.Context(), id, slow); known || v != 2 {
			t.Errorf("after its life: %d, %v", v, known)
		}
	})
}

func TestFailuresAreNotRemembered(t *testing.T) {
	m := once.NewMemory(time.Now, numbers)
	fail := errors.New("no")
	if _, _, err := m.Do(t.Context(), once.Of("x"), func() (int, error) { return 0, fail }); !errors.Is(err, fail) {
		t.Fatal(err)
	}
	if v, known, err := m.Do(t.Context(), once.Of("x"), func() (int, error) { return 7, nil }); v != 7 || known || err != nil {
		t.Fatalf("%d %v %v", v, known, err)
	}
}

func TestDeadline(t *testing.T) {
	ctx, cancel := once.Deadline(context.Background())
	defer cancel()
	if d, ok := ctx.Deadline(); !ok || time.Until(d) < 9*time.Second {
		t.Errorf("without a deadline a write got %v", time.Until(d))
	}
	short, stop := context.WithTimeout(context.Background(), time.Second)
	defer stop()
	ctx, cancel = once.Deadline(short)
	defer cancel()
	if d, _ := ctx.Deadline(); time.Until(d) > time.Second {
		t.Error("the caller's deadline was stretched")
	}
}
