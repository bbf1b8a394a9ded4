package dataset

import (
	"maps"

	"github.com/portbook/portbook/internal/table"
)

// allDescriptions returns descriptions and those of the fields of flows.
func allDescriptions() map[string]string {
	all := maps.Clone(descriptions)
	for _, x := range table.Fields {
		all["flows."+x.Key] = x.About
	}
	return all
}

// descriptions are what an editor shows of each key, by its path: the keys of
// lists and mappings from the top of the file, after "texts." in files of
// texts. "*." stands for any place, and keys of overrides are described as
// those of flows, which table.Fields describes.
var descriptions = map[string]string{
	"*.cite":     "Where it is written: numbers of rows and ids of sections of the document.",
	"*.document": "The document that is cited. Left out: the first one of the product.",

	"product":         "The product that this file is about. There is one file for each, named after its id.",
	"product.id":      "The name of the file, and the first part of every other id: lower-case words joined by hyphens.",
	"product.vendor":  "Who makes the product, as its name is written.",
	"product.version": "The version that the data is about.",

	"documents":                   "Where the flows are written down.",
	"documents.id":                "Unique over all products.",
	"documents.publisher":         "Who publishes the document.",
	"documents.language":          "The language of the published page, such as en or ja.",
	"documents.url":               "The address of the page; of its site, where only `page` is known of the rest.",
	"documents.page":              "The name of the page, where its full address is not known.",
	"documents.version":           "The version of the document.",
	"documents.file":              "The name of a copy that the data is compared with, without folders.",
	"documents.counts":            "What a citation's number counts: rows of tables, or entries of lists.",
	"documents.rows":              "How many rows or entries there are in the whole document, counted from 1.",
	"documents.sections":          "The sections in order of appearance. Together they hold every row.",
	"documents.sections.id":       "The id that citations use.",
	"documents.sections.rows":     "The rows of the section, such as 1-2 or 3. Left out: it has none that are counted.",
	"documents.sections.inferred": "The heading is not in the document: we named the section.",
	"documents.excluded":          "Rows that are no flow.",
	"documents.excluded.row":      "The number of the row.",
	"documents.excluded.reason":   "Names the text that tells why.",

	"regions":    "Where clouds have hosts of their own. A site answers which one is used.",
	"regions.id": "Unique over all products, in lower-case words joined by hyphens, such as japan.",

	"components":                      "Who takes part in flows: servers, agents, consoles, and partners outside of the product.",
	"components.id":                   "product/name, in lower-case words joined by hyphens. It holds no port number, and never changes once published.",
	"components.hosting":              "Where it runs: on the premises of the customer, or in a cloud that is not theirs.",
	"components.aliases":              "Other names that the document uses.",
	"components.hosts":                "DNS names, addresses, prefixes or ranges of addresses, such as *.example.com or 192.0.2.1-192.0.2.9.",
	"components.regionalHosts":        "Hosts that the component has in one region alone.",
	"components.regionalHosts.region": "The region.",
	"components.regionalHosts.hosts":  "Its hosts there, in the forms of `hosts`.",
	"components.inherits":             "The flows of these components are flows of this one too.",

	"conditions":    "Circumstances on which flows depend. Flows that depend on the same one name the same id.",
	"conditions.id": "product/name, in lower-case words joined by hyphens.",

	"settings":             "What changes a port, turns a flow on, or names its peer.",
	"settings.id":          "product/name, in lower-case words joined by hyphens.",
	"settings.kind":        "The field of a screen; page: a page of a console; file: a configuration file; external: the configuration of another product.",
	"settings.component":   "Where it is set.",
	"settings.governs":     "What it decides of the flows that name it: their port, whether they are used, or their peer. Empty for none of these.",
	"settings.default":     "The published default of a port, such as 443/tcp.",
	"settings.group":       "The group of fields on the screen.",
	"settings.position":    "The place among the fields of the screen, from 1.",
	"settings.requirement": "Whether it must be set; conditional: the text `help` tells when.",

	"notes":            "What else is to be known of products, components and flows.",
	"notes.id":         "product/name, in lower-case words joined by hyphens.",
	"notes.kind":       "What the note is for.",
	"notes.products":   "Products that it is about.",
	"notes.components": "Components that it is about. Flows name their notes themselves.",
	"notes.addresses":  "An address, a prefix, or a range of addresses that the note states.",
	"notes.duration":   "A duration that the note states, such as 20m or 1h30m.",

	"ports":       "Port numbers with a role of their own, which become constants.",
	"ports.id":    "product/name, in lower-case words joined by hyphens.",
	"ports.ports": "One port number, of one or more protocols, such as 4119/tcp.",

	"flows":                     "The network flows: who connects to whom, on which ports.",
	"flows.also":                "What other documents of the product say about the flow. A field that they state otherwise is a discrepancy; one that the flow leaves out is taken from them.",
	"flows.published.protocol":  "The protocol cell.",
	"flows.published.ports":     "The port cell.",
	"flows.published.direction": "The direction cell.",

	"overrides":      "Flows of other products that are different at your site: only the fields that are. The reason is a text.",
	"overrides.flow": "The flow of another product.",

	"actionMappings":          "What the product does with a suspicious object when Apex Central asks for an action.",
	"actionMappings.object":   "The kind of object, such as file.",
	"actionMappings.setting":  "The action that Apex Central asks for.",
	"actionMappings.scans":    "The scans that it holds for.",
	"actionMappings.result":   "What the product does.",
	"actionMappings.inferred": "Fields that the document does not state.",
	"decisionOrders":          "Which source of verdicts decides first.",
	"decisionOrders.object":   "The kind of object, such as file.",
	"decisionOrders.steps":    "The sources, the first to decide first.",

	"texts.product":          "The product itself.",
	"texts.product.name":     "Its name, as the vendor writes it.",
	"texts.product.summary":  "What it is, in one line.",
	"texts.documents":        "Titles of documents, by id.",
	"texts.sections":         "Titles of sections, by document/section.",
	"texts.excluded":         "Why rows are no flow, by document/reason.",
	"texts.regions":          "Names of regions, by id.",
	"texts.components":       "Components, by id.",
	"texts.components.name":  "Its name.",
	"texts.components.role":  "What it does, in one line.",
	"texts.conditions":       "Conditions, by id: \"Only if ...\".",
	"texts.settingGroups":    "Names of groups of fields on a screen, by id.",
	"texts.settings":         "Settings, by id.",
	"texts.settings.label":   "Its label on the screen, or the name of the file.",
	"texts.settings.help":    "What it does, in one line.",
	"texts.notes":            "Notes, by id.",
	"texts.ports":            "Names of the port numbers that have a role of their own, by id.",
	"texts.flows":            "Flows, by id.",
	"texts.flows.purpose":    "What the communication is for, in one line.",
	"texts.overrides":        "Overrides, by the id of the flow.",
	"texts.overrides.reason": "Why the flow is different.",
}
