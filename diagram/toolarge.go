package diagram

import "fmt"

// TooLargeError says that a diagram has more nodes or edges than a renderer can
// lay out in reasonable time, and a reader can follow.
type TooLargeError struct {
	Nodes, Edges       int // of the diagram
	MaxNodes, MaxEdges int // that the renderer accepts
}

// Error has the size of the diagram and the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("a diagram of %d components and %d connections is too large (expected: at most %d components and %d connections): select fewer flows, or divide them by product or section",
		e.Nodes, e.Edges, e.MaxNodes, e.MaxEdges)
}
