package scrape_test

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ovation-live/ovation/loadtest/scrape"
)

func TestWhatWasAddedBetweenTwoReadings(t *testing.T) {
	values := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		values += 10
		_, _ = fmt.Fprintf(w, "# TYPE took histogram\ntook_bucket{le=\"1\"} %d\ntook_bucket{le=\"2\"} %d\ntook_bucket{le=\"+Inf\"} %d\ntook_sum 1\ntook_count %d\n"+
			"# TYPE open gauge\nopen{kind=\"a\"} 2\nopen{kind=\"b\"} 3\n", values/2, values, values, values)
	}))
	defer s.Close()
	admin := strings.TrimPrefix(s.URL, "http://")
	before, err := scrape.ReadHistogram(t.Context(), "took", admin)
	if err != nil {
		t.Fatal(err)
	}
	after, err := scrape.ReadHistogram(t.Context(), "took", admin)
	if err != nil {
		t.Fatal(err)
	}
	added := after.Since(before)
	if added.Count() != 10 || added[1] != 5 || added[2] != 10 || added[math.Inf(1)] != 10 {
		t.Fatalf("added %v, want 5 up to 1 and 10 up to 2", added)
	}
	for q, want := range map[float64]float64{0.25: 0.5, 0.5: 1, 0.75: 1.5, 1: 2} {
		if got := added.Quantile(q); math.Abs(got-want) > 1e-9 {
			t.Errorf("quantile %g is %g, want %g", q, got, want)
		}
	}
	if n, err := scrape.Sum(t.Context(), "open", admin, admin); err != nil || n != 10 {
		t.Errorf("sum %g %v, want 10", n, err)
	}
	if n, err := scrape.SumOf(t.Context(), "open", "kind", "b", admin, admin); err != nil || n != 6 {
		t.Errorf("sum of b %g %v, want 6", n, err)
	}
	if (scrape.Histogram{}).Quantile(0.5) != 0 {
		t.Error("an empty histogram has a quantile")
	}
}
