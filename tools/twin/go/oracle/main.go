// Says what Go and the API server make of request URIs and texts: what the detector's own readers are held to.
//
// Reads JSON lines {"method": …, "uri": …} or {"text": …} and answers each with a line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"
)

type question struct {
	Method string  `json:"method"`
	URI    string  `json:"uri"`
	Text   *string `json:"text"`
}

type answer struct {
	// Why the server refuses the request before it has an audit event.
	Refused string `json:"refused,omitempty"`
	// As the audit event would hold it.
	RequestURI string `json:"requestURI,omitempty"`
	// Absent where the query has no such parameter.
	DryRun      *string `json:"dryRun,omitempty"`
	Resource    bool    `json:"resource"`
	Verb        string  `json:"verb,omitempty"`
	Group       string  `json:"group,omitempty"`
	Version     string  `json:"version,omitempty"`
	Kind        string  `json:"kind,omitempty"`
	Name        string  `json:"name,omitempty"`
	Subresource string  `json:"subresource,omitempty"`
	Namespace   string  `json:"namespace,omitempty"`
	Parts       int     `json:"parts"`
	// Of the whole path, as go-restful compares it with its routes.
	Segments int    `json:"segments"`
	Quoted   string `json:"quoted,omitempty"`
}

var resolver = request.RequestInfoFactory{
	APIPrefixes:          sets.NewString("api", "apis"),
	GrouplessAPIPrefixes: sets.NewString("api"),
}

func answerTo(q question) answer {
	if q.Text != nil {
		return answer{Quoted: strconv.Quote(*q.Text)}
	}
	parsed, err := url.ParseRequestURI(q.URI)
	if err != nil {
		return answer{Refused: err.Error()}
	}
	a := answer{RequestURI: parsed.RequestURI()}
	if values, there := parsed.Query()["dryRun"]; there {
		a.DryRun = &values[0]
	}
	info, err := resolver.NewRequestInfo(&http.Request{Method: q.Method, URL: parsed})
	if err != nil {
		return answer{Refused: err.Error()}
	}
	a.Resource, a.Verb, a.Group, a.Version = info.IsResourceRequest, info.Verb, info.APIGroup, info.APIVersion
	a.Kind, a.Name, a.Subresource, a.Namespace, a.Parts = info.Resource, info.Name, info.Subresource, info.Namespace, len(info.Parts)
	a.Segments = len(strings.Split(strings.Trim(parsed.Path, "/"), "/"))
	return a
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for decoder.More() {
		var q question
		if err := decoder.Decode(&q); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := encoder.Encode(answerTo(q)); err != nil {
			os.Exit(1)
		}
	}
}
