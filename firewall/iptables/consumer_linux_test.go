package iptables_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/site/sitefile"
)

type writeFunc = func(io.Writer, *firewall.Policy, firewall.Options) error

// load loads a file, and returns what the kernel then has.
func load(t *testing.T, program string, write writeFunc, p *firewall.Policy, o firewall.Options) ruleset {
	t.Helper()
	var file bytes.Buffer
	if err := write(&file, p, o); err != nil {
		t.Fatal(err)
	}
	run := func(input, name string, args ...string) string {
		cmd := exec.Command(name, args...)
		cmd.Stdin = strings.NewReader(input)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s\n%s", name, args, err, out, &file)
		}
		return string(out)
	}
	run(file.String(), program+"-restore", "--noflush", "--test")
	run(file.String(), program+"-restore", "--noflush")
	before := run("", program+"-save", "-t", "filter")
	run(file.String(), program+"-restore", "--noflush")
	after := run("", program+"-save", "-t", "filter")
	run("", program, "-F")
	run("", program, "-X")
	if rulesOf(before) != rulesOf(after) {
		t.Fatalf("loading again makes of\n%s this:\n%s", before, after)
	}
	rules, err := parse(after)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// rulesOf returns the lines of rules, without the time that comments have.
func rulesOf(saved string) string {
	lines := slices.DeleteFunc(strings.Split(saved, "\n"), func(s string) bool { return !strings.HasPrefix(s, "-A") })
	return strings.Join(lines, "\n")
}

// TestLoads loads the rules of random sites and of hostile reasons, and compares
// what the kernel then has with the policy, for every packet of a small universe.
func TestLoads(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	consumer.Program(t, "iptables-restore")
	lab.Run(t, func(t *testing.T) {
		compare := func(p *firewall.Policy) int {
			four := load(t, "iptables", iptables.WriteIPv4, p, firewall.Options{})
			six := load(t, "ip6tables", iptables.WriteIPv6, p, firewall.Options{})
			return lab.Compare(t, p, func(x lab.Packet) bool {
				rules := six
				if x.From.Is4() {
					rules = four
				}
				return rules.permits(chains[x.Direction], x)
			})
		}
		random := rand.New(rand.NewPCG(3, 3))
		permitted := 0
		for range 10 {
			for _, p := range lab.Policies(t, sites.Random(t, random)) {
				permitted += compare(p)
			}
		}
		if permitted < 500 {
			t.Errorf("%d packets are permitted", permitted)
		}
		for _, p := range lab.Policies(t, lab.Hostile(t)) {
			compare(p)
		}
		s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(lab.Policies(t, s), lab.Policies(t, lab.MadeUp(t))...) {
			load(t, "iptables", iptables.WriteIPv4, p, firewall.Options{DefaultDeny: true})
			load(t, "ip6tables", iptables.WriteIPv6, p, firewall.Options{DefaultDeny: true})
		}
	})
}

var chains = map[firewall.Direction]string{
	firewall.Inbound: "PORTBOOK-INPUT", firewall.Outbound: "PORTBOOK-OUTPUT", firewall.Through: "PORTBOOK-FORWARD",
}

// ruleset is the rules of each chain.
type ruleset map[string][]rule

type rule struct {
	matches []func(lab.Packet) bool
	target  string
}

// permits reports whether a chain accepts a packet that opens a connection.
func (r ruleset) permits(chain string, p lab.Packet) bool {
	return slices.ContainsFunc(r[chain], func(x rule) bool {
		for _, holds := range x.matches {
			if !holds(p) {
				return false
			}
		}
		return x.target == "ACCEPT" || r.permits(x.target, p)
	})
}

// parse reads what iptables-save writes. What it does not know is an error.
func parse(saved string) (ruleset, error) {
	r := ruleset{}
	for line := range strings.Lines(saved) {
		words := split(line)
		if len(words) == 0 || words[0] != "-A" {
			continue
		}
		var x rule
		for i := 2; i < len(words); i += 2 {
			if i+1 == len(words) {
				return nil, fmt.Errorf("%q has no value in %s", words[i], line)
			}
			value := words[i+1]
			switch words[i] {
			case "-m", "--comment":
			case "-j":
				x.target = value
			default:
				holds, err := parseMatch(words[i], value)
				if err != nil {
					return nil, fmt.Errorf("%v in %s", err, line)
				}
				x.matches = append(x.matches, holds)
			}
		}
		r[words[1]] = append(r[words[1]], x)
	}
	return r, nil
}

// split returns the words of a line, without quotation marks.
func split(line string) (words []string) {
	var word strings.Builder
	quoted, escaped := false, false
	for _, c := range strings.TrimSpace(line) + " " {
		switch {
		case escaped:
			word.WriteRune(c)
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case c == ' ' && !quoted:
			words = append(words, word.String())
			word.Reset()
		default:
			word.WriteRune(c)
		}
	}
	return words
}

var protocols = map[string]portbook.Protocol{"tcp": 6, "udp": 17, "icmp": 1, "ipv6-icmp": 58, "icmpv6": 58, "sctp": 132, "gre": 47}

func parseMatch(flag, value string) (func(lab.Packet) bool, error) {
	number := func(s string) portbook.Port {
		n, err := strconv.ParseUint(s, 10, 16)
		if err != nil {
			panic(err)
		}
		return portbook.Port(n)
	}
	switch flag {
	case "-s", "-d":
		prefix, err := netip.ParsePrefix(value)
		return func(p lab.Packet) bool { return prefix.Contains(end(p, flag == "-s")) }, err
	case "--src-range", "--dst-range":
		first, last, _ := strings.Cut(value, "-")
		lo, hi := netip.MustParseAddr(first), netip.MustParseAddr(last)
		return func(p lab.Packet) bool {
			a := end(p, flag == "--src-range")
			return lo.Compare(a) <= 0 && a.Compare(hi) <= 0
		}, nil
	case "-p":
		protocol, ok := protocols[value]
		if !ok {
			return nil, fmt.Errorf("unknown protocol %s", value)
		}
		return func(p lab.Packet) bool { return p.Protocol == protocol }, nil
	case "--dports":
		return func(p lab.Packet) bool {
			return slices.ContainsFunc(strings.Split(value, ","), func(s string) bool {
				first, last, several := strings.Cut(s, ":")
				if !several {
					last = first
				}
				return number(first) <= p.Port && p.Port <= number(last)
			})
		}, nil
	case "--icmp-type", "--icmpv6-type":
		return func(p lab.Packet) bool { return number(value) == p.Port }, nil
	case "--ctstate", "-i", "-o", "--hl-eq": // it opens a connection, to another machine, through a router
		return func(lab.Packet) bool { return false }, nil
	}
	return nil, fmt.Errorf("unknown match %s %s", flag, value)
}

func end(p lab.Packet, from bool) netip.Addr {
	if from {
		return p.From
	}
	return p.To
}
