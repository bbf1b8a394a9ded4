// Package terraform writes policies as resources of Terraform and OpenTofu: the
// rules of AWS security groups.
//
//	err := terraform.Write(w, policy, firewall.Options{})
//
// Hosts name their security groups: see site.Host. Package firewall/aws reads the
// rules that are in force.
package terraform

import (
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/zclconf/go-cty/cty"
)

// Gaps returns what no security group of the site can say of a policy, and the
// groups that have more rules than AWS gives them.
func Gaps(p *firewall.Policy) []firewall.Gap {
	_, gaps := rulesOf(p)
	return gaps
}

// Write writes a resource for each rule of a security group, which has one
// place at its other end and one range of ports, with comments in the language
// of the policy. A security group denies what no rule permits, whatever the
// options.
func Write(w io.Writer, p *firewall.Policy, _ firewall.Options) error {
	rules, gaps := rulesOf(p)
	file := hclwrite.NewEmptyFile()
	for _, line := range append(p.Preamble(gaps), label.In(p.Localizer()).Text(label.TerraformTitle)) {
		comment(file.Body(), line)
	}
	for _, r := range rules {
		file.Body().AppendNewline()
		r.write(file.Body())
	}
	_, err := file.WriteTo(w)
	return err
}

// comment writes a comment of one line.
func comment(b *hclwrite.Body, line string) {
	b.AppendUnstructuredTokens(hclwrite.Tokens{{Type: hclsyntax.TokenComment, Bytes: []byte("# " + firewall.Comment(line, 0) + "\n")}})
}

// write writes a rule as a resource.
func (r *rule) write(b *hclwrite.Body) {
	for _, reason := range r.reasons {
		comment(b, reason.String())
	}
	body := b.AppendNewBlock("resource", []string{"aws_vpc_security_group_" + r.way + "_rule", r.name()}).Body()
	body.SetAttributeValue("security_group_id", cty.StringVal(r.group))
	body.SetAttributeValue(r.field, cty.StringVal(r.place))
	body.SetAttributeValue("ip_protocol", cty.StringVal(r.protocol))
	if r.from > none {
		body.SetAttributeValue("from_port", cty.NumberIntVal(int64(r.from)))
		body.SetAttributeValue("to_port", cty.NumberIntVal(int64(r.to)))
	}
	body.SetAttributeValue("description", cty.StringVal(r.description()))
}

// longest is the number of bytes of a description.
const longest = 255

// description returns the reasons of a rule in the characters that AWS takes,
// or the ids of several flows alone where the rest does not fit. Words of other
// scripts are left out: the comment above the resource has them.
func (r *rule) description() string {
	var parts, ids []string
	for _, reason := range r.reasons {
		part := string(reason.Flow)
		if purpose := latin(reason.Purpose); purpose != "" {
			part += ": " + purpose
		}
		for _, a := range reason.Answers {
			if why := latin(a.Why); why != "" {
				part += " (" + why + ")"
			}
		}
		parts, ids = append(parts, part), append(ids, string(reason.Flow))
	}
	text := strings.Join(parts, "; ")
	if len(text) > longest && len(ids) > 1 {
		text = strings.Join(ids, ", ")
	}
	return cut(text)
}

// latin returns a text in the characters of descriptions; "" where words are
// in another script.
func latin(s string) string {
	const marks = " ._-:/()#,@[]+=&;{}!$*"
	other := false
	s = strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.ContainsRune(marks, c):
			return c
		case c > 0x7f:
			other = true
		}
		return ' '
	}, printable.Text(s))
	if other {
		return ""
	}
	return strings.Join(strings.Fields(s), " ")
}

// cut cuts a text of ASCII.
func cut(s string) string {
	const ellipsis = "..."
	if len(s) <= longest {
		return s
	}
	return strings.TrimRight(s[:longest-len(ellipsis)], " ") + ellipsis
}
