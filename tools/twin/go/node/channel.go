package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// event is a line that an end of a connection writes: what happened, and when.
type event struct {
	At    string `json:"at"`
	Event string `json:"event"` // listening, opened, received, closed, failed
	Peer  string `json:"peer,omitempty"`
	Bytes int    `json:"bytes,omitempty"`
	Text  string `json:"text,omitempty"`
	Why   string `json:"why,omitempty"`
}

var output sync.Mutex

func note(e event) {
	e.At = time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	output.Lock()
	defer output.Unlock()
	_ = json.NewEncoder(os.Stdout).Encode(e)
}

// end is how one end of a connection behaves.
type end struct {
	network string
	send    string
	every   time.Duration
	echo    bool
	again   time.Duration
	timeout time.Duration
	from    string
}

func parse(name string, args []string) (end, string) {
	e := end{}
	flags := flag.NewFlagSet(name, flag.ExitOnError)
	flags.StringVar(&e.network, "network", "tcp", "tcp or udp")
	flags.StringVar(&e.send, "send", "", "text to send; {n} is the number of the line")
	flags.DurationVar(&e.every, "every", time.Second, "pause between two sends")
	flags.BoolVar(&e.echo, "echo", false, "send back what comes")
	flags.DurationVar(&e.again, "again", 0, "dial: a new connection after this pause, for ever; 0 is once")
	flags.DurationVar(&e.timeout, "timeout", 2*time.Second, "dial: give up an attempt after this")
	flags.StringVar(&e.from, "from", "", "dial: own address")
	_ = flags.Parse(args)
	return e, flags.Arg(0)
}

// talk sends as told and notes all that comes, until the connection ends. A connection of one attempt among many ends by
// itself with the first answer.
func (e end) talk(connection net.Conn, peer string) {
	defer connection.Close()
	done := make(chan struct{})
	defer close(done)
	if e.send != "" {
		go func() {
			for n := 1; ; n++ {
				if _, err := connection.Write([]byte(strings.ReplaceAll(e.send, "{n}", fmt.Sprint(n)) + "\n")); err != nil {
					return
				}
				select {
				case <-done:
					return
				case <-time.After(e.every):
				}
			}
		}()
	}
	buffer := make([]byte, 64*1024)
	for {
		if e.again > 0 {
			_ = connection.SetReadDeadline(time.Now().Add(e.timeout))
		}
		n, err := connection.Read(buffer)
		if n > 0 {
			text := string(buffer[:min(n, 300)])
			note(event{Event: "received", Peer: peer, Bytes: n, Text: text})
			if e.echo {
				_, _ = connection.Write(buffer[:n])
			}
			if e.again > 0 {
				return
			}
		}
		if err != nil {
			note(event{Event: "closed", Peer: peer, Why: err.Error()})
			return
		}
	}
}

func listen(args []string) error {
	e, at := parse("listen", args)
	if e.network == "udp" {
		return e.listenUDP(at)
	}
	listener, err := net.Listen("tcp", at)
	if err != nil {
		return err
	}
	note(event{Event: "listening"})
	return accept(listener, func(connection net.Conn) {
		peer := connection.RemoteAddr().String()
		note(event{Event: "opened", Peer: peer})
		e.talk(connection, peer)
	})
}

func (e end) listenUDP(at string) error {
	connection, err := net.ListenPacket("udp", at)
	if err != nil {
		return err
	}
	note(event{Event: "listening"})
	buffer := make([]byte, 64*1024)
	for {
		n, peer, err := connection.ReadFrom(buffer)
		if err != nil {
			return err
		}
		note(event{Event: "received", Peer: peer.String(), Bytes: n, Text: string(buffer[:min(n, 300)])})
		if e.echo {
			_, _ = connection.WriteTo(buffer[:n], peer)
		}
	}
}

func dial(args []string) error {
	e, to := parse("dial", args)
	dialer := net.Dialer{Timeout: e.timeout}
	if e.from != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(e.from)}
		if e.network == "udp" {
			dialer.LocalAddr = &net.UDPAddr{IP: net.ParseIP(e.from)}
		}
	}
	for {
		connection, err := dialer.Dial(e.network, to)
		if err != nil {
			note(event{Event: "failed", Peer: to, Why: err.Error()})
		} else {
			note(event{Event: "opened", Peer: to})
			e.talk(connection, to)
		}
		if e.again == 0 {
			return nil
		}
		time.Sleep(e.again)
	}
}

// stamp runs a program and notes when what it writes arrives.
func stamp(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("a command is needed")
	}
	program := exec.Command(args[0], args[1:]...)
	from, to, err := os.Pipe()
	if err != nil {
		return err
	}
	program.Stdout, program.Stderr = to, to
	if err := program.Start(); err != nil {
		return err
	}
	_ = to.Close()
	note(event{Event: "opened"})
	buffer := make([]byte, 64*1024)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			note(event{Event: "received", Bytes: n, Text: string(buffer[:min(n, 300)])})
		}
		if err != nil {
			break
		}
	}
	why := "exit code 0"
	if err := program.Wait(); err != nil {
		why = err.Error()
	}
	note(event{Event: "closed", Why: why})
	return nil
}
