package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

func listenAt(at string) (net.Listener, error) {
	kind, address, _ := strings.Cut(at, ":")
	if kind == "unix" {
		_ = os.Remove(address)
	}
	return net.Listen(kind, address)
}

func accept(listener net.Listener, serve func(net.Conn)) error {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go serve(connection)
	}
}

// splice carries bytes both ways until both sides have ended.
func splice(one, other net.Conn, fromOne io.Reader) {
	var both sync.WaitGroup
	carry := func(to net.Conn, from io.Reader) {
		defer both.Done()
		_, _ = io.Copy(to, from)
		if half, can := to.(interface{ CloseWrite() error }); can {
			_ = half.CloseWrite()
		}
	}
	both.Add(2)
	go carry(other, fromOne)
	go carry(one, other)
	both.Wait()
	_, _ = one.Close(), other.Close()
}

// relay carries each connection to one address on to another.
func relay(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("LISTEN and CONNECT are needed")
	}
	listener, err := listenAt(args[0])
	if err != nil {
		return err
	}
	kind, address, _ := strings.Cut(args[1], ":")
	return accept(listener, func(one net.Conn) {
		other, err := net.Dial(kind, address)
		if err != nil {
			log.Printf("%s: %v", args[1], err)
			_ = one.Close()
			return
		}
		splice(one, other, one)
	})
}

// tunnel opens connections for whoever asks by HTTP CONNECT: by it the API server, outside of the node's network, reaches
// the kubelet inside.
func tunnel(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("LISTEN is needed")
	}
	listener, err := listenAt(args[0])
	if err != nil {
		return err
	}
	return accept(listener, func(one net.Conn) {
		from := bufio.NewReader(one)
		request, err := http.ReadRequest(from)
		if err != nil || request.Method != http.MethodConnect {
			_, _ = io.WriteString(one, "HTTP/1.1 405 Method Not Allowed\r\n\r\n")
			_ = one.Close()
			return
		}
		other, err := net.DialTimeout("tcp", request.Host, 10*time.Second)
		if err != nil {
			_, _ = io.WriteString(one, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
			_ = one.Close()
			return
		}
		_, _ = io.WriteString(one, "HTTP/1.1 200 OK\r\n\r\n")
		splice(one, other, from)
	})
}
