package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// socket is the little of a WebSocket client that check needs, written apart from the library that the server uses, so
// that the two do not agree on a mistake. It speaks the JSON subprotocol, one whole frame a message.
type socket struct {
	rwc io.ReadWriteCloser
	in  *bufio.Reader
	end context.CancelFunc
}

// maxMessage is the most that a server's frame may hold here; snapshots are far below it.
const maxMessage = 4 << 20

// openSocket makes the handshake at a public address and explains a refused one.
func openSocket(ctx context.Context, client *http.Client, base string) (*socket, error) {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	key := base64.StdEncoding.EncodeToString(nonce[:])
	// The request's context ends the socket too, so it must outlive this step once the handshake is done.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, end)
	defer stop()
	s, err := shakeHands(life, client, base, key)
	if err != nil {
		end()
		return nil, err
	}
	s.end = end
	return s, nil
}

func shakeHands(ctx context.Context, client *http.Client, base, key string) (*socket, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v1/ws", nil)
	if err != nil {
		return nil, fmt.Errorf("%s is no address: %w", base, err)
	}
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key,
		"Sec-WebSocket-Protocol": "ovation.v1.json",
	} {
		req.Header.Set(name, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the handshake did not come through: %w", err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		defer func() { _ = resp.Body.Close() }()
		return nil, refusedHandshake(resp)
	}
	rwc, ok := resp.Body.(io.ReadWriteCloser)
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	if !ok || resp.Header.Get("Sec-WebSocket-Accept") != base64.StdEncoding.EncodeToString(sum[:]) {
		_ = resp.Body.Close()
		return nil, errors.New("the answer to the handshake is not ours: a proxy between keeps it from an earlier one")
	}
	if got := resp.Header.Get("Sec-WebSocket-Protocol"); got != "ovation.v1.json" {
		_ = rwc.Close()
		return nil, fmt.Errorf("the server chose the subprotocol %q: a proxy between drops Sec-WebSocket-Protocol", got)
	}
	return &socket{rwc: rwc, in: bufio.NewReader(rwc)}, nil
}

func refusedHandshake(resp *http.Response) error {
	var why struct{ Reason, Message string }
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // what came is enough
	switch err := json.Unmarshal(body, &why); {
	case err == nil && why.Reason != "" && why.Reason != "UPGRADE_REQUIRED":
		return fmt.Errorf("refused: %s (%s)", why.Message, why.Reason)
	case resp.StatusCode == http.StatusUpgradeRequired, resp.StatusCode == http.StatusOK:
		return fmt.Errorf("answered %s instead of a socket: a proxy between strips the Upgrade header", resp.Status)
	}
	return fmt.Errorf("answered %s instead of a socket: %s", resp.Status, strings.TrimSpace(string(body)))
}

func (s *socket) close() {
	_ = s.rwc.Close() // nothing is lost with it
	s.end()
}

// send writes a message as one masked text frame.
func (s *socket) send(ctx context.Context, f *gatewayv1.ClientFrame) error {
	payload, err := protojson.Marshal(f)
	if err != nil {
		return fmt.Errorf("render a frame: %w", err)
	}
	return s.write(ctx, opText, payload)
}

// Opcodes of RFC 6455.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

func (s *socket) write(ctx context.Context, opcode byte, payload []byte) error {
	head := []byte{0x80 | opcode}
	switch n := len(payload); {
	case n < 126:
		head = append(head, 0x80|byte(n))
	case n <= 0xffff:
		head = binary.BigEndian.AppendUint16(append(head, 0x80|126), uint16(n))
	default:
		return fmt.Errorf("a frame of %d bytes is more than check sends", n)
	}
	var mask [4]byte
	_, _ = rand.Read(mask[:]) // never fails
	frame := append(head, mask[:]...)
	for i, b := range payload {
		frame = append(frame, b^mask[i%4])
	}
	stop := context.AfterFunc(ctx, s.close)
	defer stop()
	if _, err := s.rwc.Write(frame); err != nil {
		return fmt.Errorf("the socket broke while writing: %w", err)
	}
	return nil
}

// until reads messages, answers pings, and ends when done says so, the server closes or says goodbye, or the time is up.
func (s *socket) until(ctx context.Context, done func(*gatewayv1.ServerFrame) (bool, error)) error {
	stop := context.AfterFunc(ctx, s.close)
	defer stop()
	for {
		opcode, payload, err := s.read()
		if err != nil {
			return fmt.Errorf("the socket broke while reading: %w", err)
		}
		switch opcode {
		case opPing:
			if err := s.write(ctx, opPong, payload); err != nil {
				return err
			}
		case opClose:
			return closed(payload)
		case opText:
			var f gatewayv1.ServerFrame
			if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(payload, &f); err != nil {
				return fmt.Errorf("a frame of the server cannot be read: %w", err)
			}
			if bye := f.GetGoodbye(); bye != nil {
				return fmt.Errorf("the server said goodbye: %s (%s)", bye.GetMessage(), bye.GetReason())
			}
			if ended, err := done(&f); ended || err != nil {
				return err
			}
		}
	}
}

func closed(payload []byte) error {
	if len(payload) < 2 {
		return errors.New("the server closed the socket without a reason")
	}
	return fmt.Errorf("the server closed the socket with %d %s", binary.BigEndian.Uint16(payload), payload[2:])
}

func (s *socket) read() (opcode byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		return 0, nil, err
	}
	if head[0]&0xf0 != 0x80 || head[1]&0x80 != 0 {
		return 0, nil, errors.New("a frame of the server is fragmented, compressed or masked, which ours never are")
	}
	n := uint64(head[1])
	var wide [8]byte
	switch n {
	case 126:
		_, err = io.ReadFull(s.in, wide[6:])
		n = binary.BigEndian.Uint64(wide[:])
	case 127:
		_, err = io.ReadFull(s.in, wide[:])
		n = binary.BigEndian.Uint64(wide[:])
	}
	if err != nil {
		return 0, nil, err
	}
	if n > maxMessage {
		return 0, nil, fmt.Errorf("a frame of the server announces %d bytes", n)
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(s.in, payload)
	return head[0] & 0x0f, payload, err
}
