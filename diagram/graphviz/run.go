//go:build !js

package graphviz

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/goccy/go-graphviz"
	"github.com/portbook/portbook/diagram/graphviz/internal/cache"
)

func init() { cache.Done() } // go-graphviz is initialised

// running guards the one WebAssembly instance of the process, which is not safe for concurrent use, and engine, which is made when
// it is first needed and kept: closing it does not free all that it holds.
var (
	running sync.Mutex
	engine  *graphviz.Graphviz
)

// run lays out a graph in DOT and returns the layout as JSON.
func run(source string) (layout []byte, err error) {
	running.Lock()
	defer running.Unlock()
	ctx := context.Background()
	if engine == nil {
		if engine, err = graphviz.New(ctx); err != nil {
			return nil, fmt.Errorf("graphviz: starting: %w", err)
		}
	}
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
