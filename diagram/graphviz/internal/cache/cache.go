// Package cache chooses where compiled Graphviz is kept.
//
// When it is initialised, github.com/goccy/go-graphviz compiles its WebAssembly, and keeps the machine code in a folder of
// fixed name among temporary files. On systems whose temporary folder all users share, another user could put code of his own
// there first. This package, which is initialised before that one, has the folder made in the user's own cache instead; without
// one there is no cache, and every start compiles anew. [Done] undoes it.
//
// The order is certain: packages are initialised by import path as soon as all that they import are
// (go.dev/ref/spec#Program_initialization). This one imports little; go-graphviz imports wazero, whose path comes after this
// one and which needs os too.
package cache

import (
	"os"
	"runtime"
)

// variable tells where temporary files go. On Windows each user has a temporary folder of his own.
const variable = "TMPDIR"

var former, wasSet = os.LookupEnv(variable)

func init() {
	if runtime.GOOS != "windows" && runtime.GOOS != "js" {
		os.Setenv(variable, folder())
	}
}

// folder returns a folder that only this user can write to, or one that nobody can make.
func folder() string {
	if base, err := os.UserCacheDir(); err == nil {
		name := base + "/portbook" // not path/filepath: every import delays the initialisation
		if os.MkdirAll(name, 0o700) == nil {
			return name
		}
	}
	return os.DevNull
}

// Done gives temporary files their place back.
func Done() {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		return
	}
	if wasSet {
		os.Setenv(variable, former)
	} else {
		os.Unsetenv(variable)
	}
}
