//go:build !unix

package outfile

import (
	"io/fs"
	"os"
)

func links(fs.FileInfo) uint64 { return 1 }

func keepOwner(*os.File, fs.FileInfo) {}

func endings() []os.Signal { return []os.Signal{os.Interrupt} }

func dieOf(os.Signal) { os.Exit(1) }
