package show

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"time"
)

// arrival is one comment to come: when, from the start, and how long.
type arrival struct {
	at     time.Duration
	length int
}

// steady spreads comments evenly, as a machine would; an open loop sends them at these moments whatever the server does.
func steady(rate float64, during time.Duration) (all []arrival) {
	for i := range int(rate * during.Seconds()) {
		all = append(all, arrival{time.Duration(float64(i) / rate * float64(time.Second)), 40})
	}
	return all
}

// ReadTrace reads comments as a real crowd wrote them, speeded up; within a second of the trace they are scattered at
// random by a seed, since the trace knows whole seconds only.
func ReadTrace(r io.Reader, speed float64, during time.Duration) ([]arrival, error) {
	rows := csv.NewReader(r)
	head, err := rows.Read()
	if err != nil || len(head) < 3 || head[0] != "offset_s" || head[2] != "length_chars" {
		return nil, fmt.Errorf("the trace must begin with the columns offset_s, author, length_chars")
	}
	dice := rand.New(rand.NewPCG(1, 2))
	var all []arrival
	for line := 2; ; line++ {
		row, err := rows.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the trace, line %d: %w", line, err)
		}
		second, err1 := strconv.ParseFloat(row[0], 64)
		length, err2 := strconv.Atoi(row[2])
		if err1 != nil || err2 != nil || second < 0 || length < 0 {
			return nil, fmt.Errorf("the trace, line %d: offset_s and length_chars must be numbers", line)
		}
		at := time.Duration((second + dice.Float64()) / speed * float64(time.Second))
		if at >= during {
			return all, nil
		}
		all = append(all, arrival{at, max(1, min(length, 300))})
	}
}
