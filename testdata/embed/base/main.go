// Command base is what embed_test.go compares the size of lookup with.
package main

import "fmt"

func main() { fmt.Println("nothing") }
