package dataset

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// siteSchema returns the schema of site files as a validator reads it.
func siteSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := SiteSchema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("site.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("site.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// readsSite reports whether the reader takes a site file.
func readsSite(data []byte) bool {
	return ReadSite(fstest.MapFS{"x.yaml": {Data: data}}, "x.yaml", Limits{}).Err() == nil
}

// everySiteKey is a site file with every key of the format.
const everySiteKey = `site: tokyo
answeredFor: "2026-11-28"
catalogs: [../network]
hosts:
  a: {addresses: 192.0.2.1, names: a.example.com, roles: x/y, zone: dmz, serves: b, group: no}
  b: {addresses: [192.0.2.1, "2001:db8::/64"], names: [b], roles: [x/y, x/z], serves: [a], securityGroup: sg-01234567, group: "yes"}
  c: {kubernetes: {namespace: shop, labels: {app: worker}}, roles: [x/y]}
answers:
  - {flow: x/y/z, use: yes, ports: "80,443/tcp 53/udp", initiator: from, from: a, to: [b, c], why: because, until: 2027-03-31}
  - {condition: x/c, holds: false, why: because}
  - {setting: x/s, use: true, ports: 8443/tcp, why: because}
  - {component: x/y, absent: true, why: because}
  - {product: x, initiator: either, why: because}
`

// TestSiteSchema checks that the schema accepts all site files that there are,
// and refuses slips.
func TestSiteSchema(t *testing.T) {
	s := siteSchema(t)
	valid := map[string]string{"every key": everySiteKey, "little": "site: x\n"}
	names, err := filepath.Glob("../../examples/site/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no examples", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		valid[name] = string(data)
	}
	for name, text := range valid {
		if err := s.Validate(siteJSON(t, text)); err != nil || !readsSite([]byte(text)) {
			t.Errorf("%s: the schema says %v, the reader takes it: %v", name, err, readsSite([]byte(text)))
		}
	}
	for name, text := range map[string]string{
		"no name":        "hosts: {}\n",
		"an unknown key": "site: x\nhost: {}\n",
		"a host's key":   "site: x\nhosts: {a: {address: 192.0.2.1}}\n",
		"off":            "site: x\nhosts: {a: {group: off}}\n",
		"a date":         "site: x\nansweredFor: today\n",
		"initiator":      "site: x\nanswers: [{flow: x/y/z, initiator: both, why: x}]\n",
		"no reason":      "site: x\nanswers: [{flow: x/y/z, use: no}]\n",
		"a host's name":  "site: x\nhosts: {a/b: {addresses: 192.0.2.1}}\n",
		"ports":          "site: x\nanswers: [{flow: x/y/z, ports: https, why: x}]\n",
		"hosts as list":  "site: x\nhosts: [a]\n",
	} {
		if err := s.Validate(siteJSON(t, text)); err == nil {
			t.Errorf("the schema accepts %s", name)
		}
	}
}

func siteJSON(t *testing.T, text string) any {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return asJSON(t, document.Content[0])
}

// TestSiteSchemaAgreesWithReader puts other values in place of every value of
// a site file, one after the other. What the schema accepts, the reader takes,
// but for what only package site can judge.
func TestSiteSchemaAgreesWithReader(t *testing.T) {
	s := siteSchema(t)
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(everySiteKey), &document); err != nil {
		t.Fatal(err)
	}
	accepted, refused := 0, 0
	var visit func(node *yaml.Node)
	visit = func(node *yaml.Node) {
		original := *node
		for _, other := range []string{"x/y", "yes", "off", "7", "2027-01-01", "443/tcp", "[]", "[a, b]", "{}", "{a: b}", "from", "[[a]]", "true"} {
			var value yaml.Node
			if err := yaml.Unmarshal([]byte(other), &value); err != nil {
				t.Fatal(err)
			}
			*node = *value.Content[0]
			text, err := yaml.Marshal(&document)
			if err != nil {
				t.Fatal(err)
			}
			if s.Validate(siteJSON(t, string(text))) != nil {
				refused++
			} else if accepted++; !readsSite(text) {
				t.Errorf("the schema accepts %s in place of %q, and the reader does not:\n%s", other, original.Value, text)
			}
			*node = original
		}
		for i, child := range node.Content {
			if node.Kind != yaml.MappingNode || i%2 == 1 {
				visit(child)
			}
		}
	}
	visit(document.Content[0])
	if accepted < 50 || refused < 50 {
		t.Errorf("the schema accepts %d and refuses %d variants", accepted, refused)
	}
}
