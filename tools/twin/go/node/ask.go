package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

const account = "/var/run/secrets/kubernetes.io/serviceaccount/"

// ask sends requests to the API server with the token of the pod that it runs in, and notes the answers.
func ask(args []string) error {
	flags := flag.NewFlagSet("ask", flag.ExitOnError)
	every := flags.Duration("every", 0, "pause between two requests, for ever; 0 is once")
	_ = flags.Parse(args)
	authority, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return errors.New("ca.crt has no certificate")
	}
	client := http.Client{
		Timeout:   2 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true},
	}
	url := fmt.Sprintf("https://%s:%s%s", os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"), flags.Arg(0))
	for {
		if err := askOnce(&client, url); err != nil {
			note(event{Event: "failed", Peer: url, Why: err.Error()})
		}
		if *every == 0 {
			return nil
		}
		time.Sleep(*every)
	}
}

func askOnce(client *http.Client, url string) error {
	token, err := os.ReadFile(account + "token")
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	note(event{Event: "received", Peer: url, Bytes: len(body), Text: answer.Status})
	return nil
}
