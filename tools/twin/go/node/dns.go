package main

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// serveDNS answers questions for the addresses of the names it is given, and that there is no other name.
func serveDNS(args []string) error {
	if len(args) < 1 {
		return fmt.Errorf("ADDRESS:PORT is needed")
	}
	known := map[string]netip.Addr{}
	for _, pair := range args[1:] {
		name, text, _ := strings.Cut(pair, "=")
		address, err := netip.ParseAddr(text)
		if err != nil {
			return err
		}
		known[strings.ToLower(name)+"."] = address
	}
	socket, err := net.ListenPacket("udp", args[0])
	if err != nil {
		return err
	}
	buffer := make([]byte, 4096)
	for {
		n, from, err := socket.ReadFrom(buffer)
		if err != nil {
			return err
		}
		answer, err := answerTo(buffer[:n], known)
		if err != nil {
			note(event{Event: "failed", Peer: from.String(), Why: err.Error()})
			continue
		}
		if _, err := socket.WriteTo(answer, from); err != nil {
			note(event{Event: "failed", Peer: from.String(), Why: err.Error()})
		}
	}
}

func answerTo(packet []byte, known map[string]netip.Addr) ([]byte, error) {
	var message dnsmessage.Message
	if err := message.Unpack(packet); err != nil {
		return nil, err
	}
	message.Response, message.RecursionAvailable, message.Authoritative = true, true, true
	message.Answers, message.Authorities, message.Additionals = nil, nil, nil
	for _, question := range message.Questions {
		address, found := known[strings.ToLower(question.Name.String())]
		if !found {
			message.RCode = dnsmessage.RCodeNameError
			continue
		}
		if question.Type == dnsmessage.TypeA {
			message.Answers = append(message.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: question.Name, Type: question.Type, Class: question.Class, TTL: 5},
				Body:   &dnsmessage.AResource{A: address.As4()},
			})
		}
		note(event{Event: "received", Text: question.Name.String()})
	}
	return message.Pack()
}
