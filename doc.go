// Package portbook knows which network flows documented products need.
package portbook

//go:generate go run ./gen
