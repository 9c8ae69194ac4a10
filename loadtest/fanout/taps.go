package fanout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/server"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// TapOptions of a run.
type TapOptions struct {
	// Viewers who watch, at a gateway of their own.
	Viewers int
	// PerSecond is how many tap frames a second come in first; then it is Times as many.
	PerSecond int
	// Times is what they are multiplied by for the second stretch.
	Times int
	// Count of taps in a frame.
	Count uint32
	// Sockets that tap, at another gateway; a socket may send 50 frames a second.
	Sockets int
	// Duration of each stretch.
	Duration time.Duration
	// Binary is ovation's own.
	Binary string
	// Log says how the run goes.
	Log io.Writer
}

// TapStretch is what one stretch measured.
type TapStretch struct {
	// FramesPerSecond and Taps are what was sent.
	FramesPerSecond float64 `json:"tap_frames_per_second"`
	Taps            int64   `json:"taps"`
	// IntakeCPU of the gateway that takes them in, in µs a frame.
	IntakeCPU float64 `json:"intake_cpu_us_per_tap_frame"`
	// FanoutCPU of the gateway of those who watch, in µs a delivered frame.
	FanoutCPU float64 `json:"fanout_cpu_us_per_frame"`
	// Delivered frames, and EgressPerSecond bytes of them.
	Delivered       int64   `json:"frames_delivered"`
	EgressPerSecond float64 `json:"egress_bytes_per_second"`
}

// TapReport is what a run measured. Its JSON is stable: keys are added, never renamed.
type TapReport struct {
	Viewers int        `json:"viewers"`
	Few     TapStretch `json:"few"`
	Many    TapStretch `json:"many"`
	// EgressRatio and FanoutCPURatio are many over few.
	EgressRatio    float64 `json:"egress_ratio"`
	FanoutCPURatio float64 `json:"fanout_cpu_ratio"`
	// FramesPerCPUSecond is how many tap frames a second of one core takes in, with many.
	FramesPerCPUSecond float64 `json:"tap_frames_per_cpu_second"`
	// Sent taps and Counted ones, both stretches together.
	Sent    int64 `json:"taps_sent"`
	Counted int64 `json:"taps_counted"`
}

// Taps measures what taps cost where they come in, and that they cost nothing where they are shown.
func Taps(ctx context.Context, o TapOptions) (r *TapReport, err error) {
	if o.Viewers < 1 || o.Viewers > perProcess || o.PerSecond < 1 || o.Times < 2 || o.Sockets < 1 || o.Duration < time.Second {
		return nil, errors.New("give 1 to 16,000 viewers, a rate and sockets above 0, two times or more, and a second or more")
	}
	if most := o.Sockets * 50; o.PerSecond*o.Times > most {
		return nil, fmt.Errorf("%d sockets send at most %d frames a second; give more sockets", o.Sockets, most)
	}
	s, err := serve(ctx, o.Binary, o.Log, 2)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Kill()) }()
	conn, err := s.Backend.Dial()
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	most, often := uint32(1_000_000_000), uint32(1_000_000)
	_, err = roomsv1.NewRoomsServiceClient(conn).CreateRoom(ctx, &roomsv1.CreateRoomRequest{
		Room: room, Settings: &roomsv1.Settings{HeartCap: &most, TapsPerSecond: &often, TapBurst: &often},
	})
	if err != nil {
		return nil, fmt.Errorf("make the room: %w", err)
	}
	people, err := audience.Start(ctx, o.Binary, audience.Options{Address: s.Gateways[0].Listen, Room: room, Viewers: o.Viewers, From: 2}, o.Log)
	if err != nil {
		return nil, err
	}
	defer people.Kill()
	r = &TapReport{Viewers: o.Viewers}
	for _, stretch := range []struct {
		into *TapStretch
		rate int
	}{{&r.Few, o.PerSecond}, {&r.Many, o.PerSecond * o.Times}} {
		if *stretch.into, err = o.stretch(ctx, s, people, stretch.rate); err != nil {
			return nil, err
		}
		say(o.Log, "%.0f tap frames a second: %.2f µs to take one in, %.1f µs to deliver a frame", stretch.into.FramesPerSecond, stretch.into.IntakeCPU, stretch.into.FanoutCPU)
		r.Sent += stretch.into.Taps
	}
	r.EgressRatio = r.Many.EgressPerSecond / r.Few.EgressPerSecond
	r.FanoutCPURatio = r.Many.FanoutCPU / r.Few.FanoutCPU
	r.FramesPerCPUSecond = 1e6 / r.Many.IntakeCPU
	totals, err := heartsv1.NewHeartsServiceClient(conn).GetHeartTotals(ctx, &heartsv1.GetHeartTotalsRequest{Room: room})
	if err != nil {
		return nil, fmt.Errorf("read the totals: %w", err)
	}
	r.Counted = int64(totals.GetTotals()["heart"])
	return r, nil
}

func (o TapOptions) stretch(ctx context.Context, s *stage, people *audience.Process, rate int) (m TapStretch, err error) {
	watched, tapped := s.Gateways[0].PID(), s.Gateways[1].PID()
	t, err := startTapper(ctx, o.Binary, TapperOptions{Address: s.Gateways[1].Listen, Room: room, Sockets: o.Sockets, PerSecond: rate, Count: o.Count}, o.Log)
	if err != nil {
		return m, err
	}
	defer t.kill()
	time.Sleep(3 * time.Second) // what handshakes left behind
	// Gives the readings in the same order before and after.
	read := func() (watch, tap server.Usage, frames, bytes int64, err error) {
		if watch, err = server.Use(watched); err != nil {
			return
		}
		if tap, err = server.Use(tapped); err != nil {
			return
		}
		if frames, err = people.Frames(); err != nil {
			return
		}
		bytes, err = people.Bytes()
		return
	}
	watch0, tap0, frames0, bytes0, err := read()
	if err != nil {
		return m, err
	}
	begin := time.Now()
	if err := t.begin(); err != nil {
		return m, err
	}
	time.Sleep(o.Duration)
	sent, err := t.stop()
	if err != nil {
		return m, err
	}
	took := time.Since(begin).Seconds()
	time.Sleep(time.Second) // the last tick
	watch1, tap1, frames1, bytes1, err := read()
	if err != nil {
		return m, err
	}
	m = TapStretch{
		FramesPerSecond: float64(sent) / took, Taps: sent * int64(o.Count), Delivered: frames1 - frames0,
		IntakeCPU: float64((tap1.CPU - tap0.CPU).Microseconds()) / float64(sent), EgressPerSecond: float64(bytes1-bytes0) / took,
	}
	m.FanoutCPU = float64((watch1.CPU - watch0.CPU).Microseconds()) / float64(m.Delivered)
	return m, nil
}
