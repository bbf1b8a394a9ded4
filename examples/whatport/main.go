// Whatport is a web service that answers "what is this port?" in the language of
// the browser that asks:
//
//	go run ./examples/whatport -listen localhost:8080
//	curl -H 'Accept-Language: ja' localhost:8080/ports/tcp/4343
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
)

func main() {
	listen := flag.String("listen", "localhost:8080", "address to listen on")
	flag.Parse()
	log.Fatal(http.ListenAndServe(*listen, handler()))
}

// handler serves GET /ports/{protocol}/{port}.
func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ports/{protocol}/{port}", whatPort)
	return mux
}

// use is what one flow uses a port for.
type use struct {
	Flow    portbook.FlowID `json:"flow"`
	From    []string        `json:"from"`
	To      []string        `json:"to"`
	Purpose string          `json:"purpose"`
	Source  string          `json:"source"`
}

func whatPort(w http.ResponseWriter, r *http.Request) {
	protocol, err := portbook.ParseProtocol(r.PathValue("protocol"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	port, err := portbook.ParsePort(r.PathValue("port"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	l := i18n.FromAcceptLanguage(r.Header.Get("Accept-Language"))
	uses := []use{}
	for f := range portbook.FlowsUsing(protocol, port).All() {
		uses = append(uses, use{
			Flow: f.ID(), From: names(l, f.From()), To: names(l, f.To()),
			Purpose: l.Text(f.Purpose()), Source: portbook.Builtin().CitationURL(f.Citations()[0]),
		})
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Language", l.Language().String())
	w.Header().Set("Vary", "Accept-Language")
	if err := json.NewEncoder(w).Encode(uses); err != nil {
		log.Print(err) // the client is gone
	}
}

// names returns the names of components in the language of a localizer.
func names(l i18n.Localizer, components []portbook.Component) []string {
	var list []string
	for _, c := range components {
		info, _ := portbook.Builtin().Component(c)
		list = append(list, l.Text(info.Name))
	}
	return list
}
