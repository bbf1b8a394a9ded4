package graphviz

import "errors"

// run fails: the library that runs Graphviz does not compile for js.
func run(string) ([]byte, error) {
	return nil, errors.New("graphviz: no SVG can be drawn in js/wasm: write DOT or Mermaid instead")
}
