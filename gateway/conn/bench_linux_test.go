package conn

import (
	"io"
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// What a small write to each of many sockets costs, and what is spared by not telling Go's scheduler of it. Readers take
// everything between two rounds, uncounted.
func BenchmarkWrite(b *testing.B) {
	many(b, func(fd int, p []byte) (int, error) { return unix.Write(fd, p) })
}
func BenchmarkSend(b *testing.B) { many(b, Send) }

func many(b *testing.B, write func(fd int, p []byte) (int, error)) {
	const sockets, size = 1000, 200
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var near []transport
	var far []net.Conn
	for range sockets {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		a, err := l.Accept()
		if err != nil {
			b.Fatal(err)
		}
		near, far = append(near, newRaw(a)), append(far, c)
	}
	defer func() {
		for i, t := range near {
			t.kill()
			_ = far[i].Close()
		}
	}()
	frame := make([]byte, size)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		for _, t := range near {
			if n, err := write(t.descriptor(), frame); n != size || err != nil {
				b.Fatal(n, err)
			}
		}
		b.StopTimer()
		for _, c := range far {
			if _, err := io.ReadFull(c, frame); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/sockets, "ns/write")
}
