package iptables_test

import (
	"regexp"
	"strings"
)

var hookCommand = regexp.MustCompile(`(?m)^# (ip6?tables -C .*)$`)

// commands returns the commands at the beginning of a file that make the chains
// of the kernel call those of the file.
func commands(file string) string {
	var list []string
	for _, m := range hookCommand.FindAllStringSubmatch(file, -1) {
		list = append(list, m[1])
	}
	return strings.Join(list, "\n")
}
