//go:build !js

package graphviz

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/goccy/go-graphviz"
)

// running guards the one WebAssembly instance of the process, which is not safe for concurrent use.
var running sync.Mutex

// run lays out a graph in DOT and returns the layout as JSON.
func run(source string) (layout []byte, err error) {
	running.Lock()
	defer running.Unlock()
	ctx := context.Background()
	engine, err := graphviz.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("graphviz: starting: %w", err)
	}
	defer engine.Close()
	parsed, err := graphviz.ParseBytes([]byte(source))
	if err != nil {
		return nil, fmt.Errorf("graphviz: reading: %w", err)
	}
	defer parsed.Close()
	var b bytes.Buffer
	if err := engine.Render(ctx, parsed, "json0", &b); err != nil {
		return nil, fmt.Errorf("graphviz: layout: %w", err)
	}
	return b.Bytes(), nil
}
