package cli

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/aws"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/firewall/kubernetes"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/firewall/windows"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// ruleFormat is a form in which a firewall lists its rules.
type ruleFormat string

// The formats, named as the packages that read them.
const (
	rulesOfNftables   ruleFormat = "nftables"
	rulesOfIptables   ruleFormat = "iptables" // of both families
	rulesOfAWS        ruleFormat = "aws"
	rulesOfKubernetes ruleFormat = "kubernetes"
	rulesOfWindows    ruleFormat = "windows"
)

// ruleReader reads a format, and recognizes it by what a file has.
type ruleReader struct {
	format ruleFormat
	marks  []string // any of them is in a file of the format, and in no other
	read   func(io.Reader, *site.Site) (*ruleset.Set, error)
}

var ruleReaders = []ruleReader{
	{rulesOfNftables, []string{`"nftables"`}, nftables.Read},
	{rulesOfIptables, []string{"*filter\n", "*filter\r\n"}, iptables.Read},
	{rulesOfAWS, []string{`"SecurityGroups"`, `"NetworkAcls"`}, aws.Read},
	{rulesOfKubernetes, []string{"NetworkPolicy"}, kubernetes.Read},
	{rulesOfWindows, []string{"portbook-windows-firewall"}, windows.Read},
}

func ruleFormats() []ruleFormat {
	var list []ruleFormat
	for _, r := range ruleReaders {
		list = append(list, r.format)
	}
	return list
}

// readerOf returns the reader of a format, or of what a file has.
func readerOf(format string, data []byte) (ruleReader, error) {
	if format != "" {
		f, err := choice(phrase.KindFormat, format, ruleFormats())
		if err != nil {
			return ruleReader{}, err
		}
		return ruleReaders[slices.Index(ruleFormats(), f)], nil
	}
	data = bytes.ReplaceAll(data, []byte{0}, nil) // what Windows writes as UTF-16
	for _, r := range ruleReaders {
		if slices.ContainsFunc(r.marks, func(mark string) bool { return bytes.Contains(data, []byte(mark)) }) {
			return r, nil
		}
	}
	return ruleReader{}, failure(phrase.ErrorRulesFormat, "known", listed(ruleFormats()))
}

// addRules audits the rule sets that the flags name.
func (a *app) addRules(flags *auditFlags, found *audit.Findings) error {
	for _, value := range flags.rules {
		where, file, ok := strings.Cut(value, "=")
		if !ok {
			where, file = "", value
		}
		if file == "" {
			return failure(phrase.ErrorRulesWhere, "value", quoted(value))
		}
		w := audit.Firewall{Name: file}
		if err := placeFirewall(&w, found.Plan.Site(), value, where); err != nil {
			return err
		}
		err := a.readRules(&w, flags.rulesFormat, found.Plan.Site())
		if err == nil {
			err = found.AddRules(w)
		}
		if err != nil {
			return failure(phrase.ErrorIn, "name", file, "error", err)
		}
	}
	return nil
}

// placeFirewall reads where a firewall is: a host, or zones.
func placeFirewall(w *audit.Firewall, s *site.Site, value, where string) error {
	zones := firewall.ZoneNames(s)
	switch list := strings.Split(where, ","); {
	case where == "":
	case len(list) == 1:
		host, ok := s.End(where)
		if _, isHost := host.Host(); !ok || !isHost {
			if slices.Contains(zones, where) {
				return failure(phrase.ErrorRulesWhere, "value", quoted(value))
			}
			return unknown(phrase.KindHost, where, hostNames(s))
		}
		w.Host = host
	default:
		for _, zone := range list {
			if !slices.Contains(zones, zone) {
				return unknown(phrase.KindZone, zone, zones[1:])
			}
		}
		w.Zones = list
	}
	return nil
}

// readRules reads the rule set of a firewall from the file by which it is named.
func (a *app) readRules(w *audit.Firewall, format string, s *site.Site) error {
	f, err := a.open(w.Name)
	if err != nil {
		return cause(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	r, err := readerOf(format, data)
	if err != nil {
		return err
	}
	w.Rules, err = r.read(bytes.NewReader(data), s)
	return err
}
