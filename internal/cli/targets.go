package cli

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/aerleon"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/firewall/kubernetes"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/firewall/probe"
	"github.com/portbook/portbook/firewall/terraform"
	"github.com/portbook/portbook/firewall/windows"
	"github.com/portbook/portbook/internal/cli/phrase"
)

// target is a format of portbook rules.
type target struct {
	name      string
	extension string // of a file's name; "" where it does not say which target it is for
	gaps      func(*firewall.Policy) []firewall.Gap
	write     func(io.Writer, *firewall.Policy, firewall.Options) error
}

// targets lists the formats of portbook rules. The first is written where
// nothing names another.
var targets = []target{
	{"nftables", ".nft", nftables.Gaps, nftables.Write},
	{"iptables", ".v4", iptables.Gaps, iptables.WriteIPv4},
	{"ip6tables", ".v6", iptables.Gaps, iptables.WriteIPv6},
	{"windows", ".ps1", windows.Gaps, windows.Write},
	{"terraform", ".tf", terraform.Gaps, terraform.Write},
	{"kubernetes", "", kubernetes.Gaps, kubernetes.Write},
	{"aerleon", "", aerleon.Gaps, aerleon.WritePolicy},
	{"aerleon-definitions", "", aerleon.Gaps, aerleon.WriteDefinitions},
	{"probe", ".sh", probe.Gaps, probe.WriteBash},
	{"probe-powershell", "", probe.Gaps, probe.WritePowerShell},
}

func targetNames() []string {
	var names []string
	for _, t := range targets {
		names = append(names, t.name)
	}
	return names
}

// chosenTarget returns the target of a format, or of a file's name where no
// format is given.
func chosenTarget(format, output string) (target, error) {
	if format != "" {
		name, err := choice(phrase.KindFormat, format, targetNames())
		if err != nil {
			return target{}, err
		}
		return targets[slices.Index(targetNames(), name)], nil
	}
	extension := filepath.Ext(output)
	if extension == "" {
		return targets[0], nil
	}
	var known []string
	for _, t := range targets {
		if t.extension == extension {
			return t, nil
		}
		if t.extension != "" {
			known = append(known, t.extension)
		}
	}
	return target{}, failure(phrase.ErrorFileEnding, "file", quoted(output), "known", strings.Join(known, ", "))
}
