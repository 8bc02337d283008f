// Command node has the small programs of the real node: what holds its namespaces, what carries connections into and out
// of them, and the ends of the connections that tests measure.
package main

import (
	"fmt"
	"os"
)

var commands = map[string]struct {
	run   func(args []string) error
	usage string
}{
	"hold":   {hold, "hold -folder F -bind F... -pid FILE: makes the node's namespaces and keeps them"},
	"init":   {initNode, "the first process of the node; hold starts it"},
	"pause":  {pause, "pause: does nothing, for ever"},
	"relay":  {relay, "relay LISTEN CONNECT: carries connections (tcp:ADDRESS:PORT, unix:PATH)"},
	"tunnel": {tunnel, "tunnel LISTEN: opens the connections that HTTP CONNECT asks for"},
	"listen": {listen, "listen [FLAGS] ADDRESS:PORT: one end of measured connections"},
	"dial":   {dial, "dial [FLAGS] ADDRESS:PORT: the other end"},
	"ask":    {ask, "ask [FLAGS] PATH: asks the API server as the pod that it runs in"},
	"dns":    {serveDNS, "dns ADDRESS:PORT NAME=IPV4...: answers for these names"},
	"stamp":  {stamp, "stamp COMMAND...: runs it and notes when its output arrives"},
}

func main() {
	if len(os.Args) > 1 {
		if command, known := commands[os.Args[1]]; known {
			if err := command.run(os.Args[2:]); err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[1], err)
				os.Exit(1)
			}
			return
		}
	}
	for _, command := range commands {
		fmt.Fprintln(os.Stderr, command.usage)
	}
	os.Exit(2)
}
