package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// operator speaks NATS's own protocol to a broker, as somebody does who types nats at a shell: it can do what Ovation
// never would, such as delete a stream.
type operator struct {
	conn net.Conn
	r    *bufio.Reader
	asks int
}

// operate connects to the first broker that answers.
func (p *place) operate() (*operator, error) {
	var last error
	for _, b := range p.brokers {
		conn, err := net.DialTimeout("tcp", b.nats, 2*time.Second)
		if err != nil {
			last = err
			continue
		}
		o := &operator{conn: conn, r: bufio.NewReader(conn)}
		if _, err := fmt.Fprintf(conn, "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":false,\"auth_token\":%q}\r\nSUB answers.* 1\r\n", strings.Repeat("k", 50)); err != nil {
			last = err
			continue
		}
		return o, nil
	}
	return nil, fmt.Errorf("no broker takes an operator: %w", last)
}

func (o *operator) close() { _ = o.conn.Close() }

// ask sends a request and gives the answer.
func (o *operator) ask(subject string, body []byte) ([]byte, error) {
	o.asks++
	inbox := "answers." + strconv.Itoa(o.asks)
	if err := o.conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(o.conn, "PUB %s %s %d\r\n%s\r\n", subject, inbox, len(body), body); err != nil {
		return nil, err
	}
	for {
		line, err := o.r.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("%s: %w", subject, err)
		}
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case fields[0] == "PING":
			if _, err := io.WriteString(o.conn, "PONG\r\n"); err != nil {
				return nil, err
			}
		case fields[0] == "-ERR":
			return nil, errors.New(strings.TrimSpace(line))
		case fields[0] == "MSG":
			size, err := strconv.Atoi(fields[len(fields)-1])
			if err != nil {
				return nil, fmt.Errorf("%s: %q", subject, line)
			}
			payload := make([]byte, size+2)
			if _, err := io.ReadFull(o.r, payload); err != nil {
				return nil, err
			}
			if fields[1] == inbox { // answers of earlier asks may come late
				return payload[:size], nil
			}
		}
	}
}

// api asks JetStream and reads the answer into what is wanted; its error is ours.
func (o *operator) api(call, body string, into any) error {
	answer, err := o.ask("$JS.API."+call, []byte(body))
	if err != nil {
		return err
	}
	var failed struct {
		Error *struct{ Description string }
	}
	if err := json.Unmarshal(answer, &failed); err != nil {
		return fmt.Errorf("%s: %w", call, err)
	}
	if failed.Error != nil {
		return fmt.Errorf("%s: %s", call, failed.Error.Description)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

// leader is the broker that leads a stream.
func (p *place) leader(stream string) (*part, error) {
	o, err := p.operate()
	if err != nil {
		return nil, err
	}
	defer o.close()
	var info struct{ Cluster struct{ Leader string } }
	if err := o.api("STREAM.INFO."+stream, "", &info); err != nil {
		return nil, err
	}
	for i, b := range p.brokers {
		if info.Cluster.Leader == fmt.Sprint("n", i) {
			return b, nil
		}
	}
	return nil, fmt.Errorf("%s is led by %q, which is none of ours", stream, info.Cluster.Leader)
}
