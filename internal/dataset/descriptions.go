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
	"*.cite":     "Citation: row numbers and section ids of the document.",
	"*.document": "The cited document. Default: the first one of the product.",

	"product":         "The product described in this file. Each product has one file, named after its id.",
	"product.id":      "The name of the file, and the first part of every other id: lowercase words joined by hyphens.",
	"product.vendor":  "Vendor name, as the vendor writes it.",
	"product.version": "The product version that the data describes.",

	"documents":                   "The documents that describe the flows.",
	"documents.id":                "Unique over all products.",
	"documents.publisher":         "Publisher of the document.",
	"documents.language":          "The language of the published page, such as en or ja.",
	"documents.url":               "The URL of the page, or of its site if only `page` is known.",
	"documents.page":              "The name of the page, if its full URL is not known.",
	"documents.version":           "The version of the document.",
	"documents.file":              "The file name of a copy to compare the data with, without folders.",
	"documents.counts":            "What citation numbers count: table rows or list entries.",
	"documents.rows":              "Number of rows or entries in the whole document.",
	"documents.sections":          "The sections in order of appearance. Together they contain every row.",
	"documents.sections.id":       "The id used in citations.",
	"documents.sections.rows":     "The rows of the section, such as 1-2 or 3. Default: none.",
	"documents.sections.inferred": "The heading is not in the document but inferred.",
	"documents.excluded":          "Rows that do not describe a flow.",
	"documents.excluded.row":      "The number of the row.",
	"documents.excluded.reason":   "Id of the text that gives the reason.",

	"regions":    "Regions with their own cloud hosts. A site answers which one it uses.",
	"regions.id": "Unique over all products, in lowercase words joined by hyphens, such as japan.",

	"components":                      "The endpoints of flows: servers, agents, consoles, and peers outside the product.",
	"components.id":                   "product/name, in lowercase words joined by hyphens. It must not contain a port number, and is permanent once published.",
	"components.hosting":              "Where it runs: on your premises, or in someone else's cloud.",
	"components.aliases":              "Other names used in the document.",
	"components.hosts":                "DNS names, addresses, prefixes or ranges of addresses, such as *.example.com or 192.0.2.1-192.0.2.9.",
	"components.regionalHosts":        "Hosts of the component in one region only.",
	"components.regionalHosts.region": "The region.",
	"components.regionalHosts.hosts":  "Its hosts in the region, in the same forms as `hosts`.",
	"components.inherits":             "Components whose flows this one inherits.",

	"conditions":    "Circumstances that flows depend on. Flows that depend on the same one use the same id.",
	"conditions.id": "product/name, in lowercase words joined by hyphens.",

	"settings":             "Settings that change a port, enable a flow, or name its peer.",
	"settings.id":          "product/name, in lowercase words joined by hyphens.",
	"settings.kind":        "The kind of field on the screen; page: a console page; file: a configuration file; external: the configuration of another product.",
	"settings.component":   "The component where it is configured.",
	"settings.governs":     "What it determines for the flows that refer to it: their port, whether they are used, or their peer. Empty: none of these.",
	"settings.default":     "The published default of a port, such as 443/tcp.",
	"settings.group":       "The group of fields on the screen.",
	"settings.position":    "The position of the field on the screen, from 1, if its label is printed there. Reports quote such labels.",
	"settings.requirement": "Whether it must be configured; conditional: the text `help` says when.",

	"notes":            "Additional information about products, components, and flows.",
	"notes.id":         "product/name, in lowercase words joined by hyphens.",
	"notes.kind":       "The kind of note.",
	"notes.products":   "Products that the note applies to.",
	"notes.components": "Components that the note applies to. Flows refer to their notes themselves.",
	"notes.addresses":  "An address, a prefix, or an address range mentioned in the note.",
	"notes.duration":   "A duration mentioned in the note, such as 20m or 1h30m.",

	"ports":       "Port numbers with a specific role; they become constants.",
	"ports.id":    "product/name, in lowercase words joined by hyphens.",
	"ports.ports": "One port number of one or more protocols, such as 4119/tcp.",

	"flows":                     "The network flows: source, destination, and ports.",
	"flows.also":                "What other documents of the product say about the flow. A different value is a discrepancy; a field missing from the flow is taken from them.",
	"flows.published.protocol":  "The protocol cell.",
	"flows.published.ports":     "The port cell.",
	"flows.published.direction": "The direction cell.",

	"overrides":      "Flows of other products that differ at your site, with only the fields that differ. The reason is a text.",
	"overrides.flow": "The flow of another product.",

	"actionMappings":          "What the product does with a suspicious object for an action configured in Apex Central.",
	"actionMappings.object":   "The kind of object, such as file.",
	"actionMappings.setting":  "The action configured in Apex Central.",
	"actionMappings.scans":    "The scans that it applies to.",
	"actionMappings.result":   "What the product does.",
	"actionMappings.inferred": "Fields that the document does not state.",
	"decisionOrders":          "Precedence of the sources of verdicts.",
	"decisionOrders.object":   "The kind of object, such as file.",
	"decisionOrders.steps":    "The sources, highest precedence first.",

	"texts.product":          "The product itself.",
	"texts.product.name":     "Its name, as the vendor writes it.",
	"texts.product.summary":  "What it is, in one line.",
	"texts.documents":        "Titles of documents, by id.",
	"texts.sections":         "Titles of sections, by document/section.",
	"texts.excluded":         "Why rows do not describe a flow, by document/reason.",
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
	"texts.ports":            "Names of port numbers with a specific role, by id.",
	"texts.flows":            "Flows, by id.",
	"texts.flows.purpose":    "The purpose of the communication, in one line.",
	"texts.overrides":        "Overrides, by the id of the flow.",
	"texts.overrides.reason": "Why the flow differs.",
}
