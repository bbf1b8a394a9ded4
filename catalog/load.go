// Package catalog adds catalogs of your own to the built-in one: it loads them
// from folders of YAML, merges them, and writes them back.
//
// A folder has data/ and i18n/ like the repository of Portbook; data/README.md
// there describes the format. What is loaded is a *[portbook.Catalog] like the
// built-in one, with the same lookups, filters, algebra and reports:
//
//	ours, err := catalog.Load(os.DirFS("network"), catalog.Extending(portbook.Builtin()))
//	ours.Flows().Touching(portbook.MustParsePortSet("1433/tcp"))
//
// [Merge] combines loaded catalogs, [Export] writes one back as YAML, and
// [MissingTexts] lists what is not translated yet. Package diff compares two
// versions of a catalog.
//
// The package links YAML and package i18n with all languages of the built-in
// catalog.
package catalog

import (
	"io/fs"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/table"
	"github.com/portbook/portbook/internal/translations"
)

// Option changes how [Load] works.
type Option func(*loading)

type loading struct {
	limits Limits
	base   *portbook.Catalog
}

// Extending makes [Load] return a catalog that holds all of base as well. The
// entries of the folder can then refer to products, components, settings, notes
// and documents of base, give base's texts in further languages, and override
// fields of its flows: see [portbook.Catalog.Overrides]. The ids of the folder
// must be new. A nil base is not a base.
//
// Several folders are loaded one over the other: each extends the catalog of those before it.
func Extending(base *portbook.Catalog) Option { return func(l *loading) { l.base = base } }

// WithLimits bounds what [Load] reads.
func WithLimits(limits Limits) Option { return func(l *loading) { l.limits = limits } }

// Limits bound what [Load] reads, so that a hostile folder can exhaust neither
// memory nor time. The zero value stands for the defaults, and so does each
// field that is 0 or below.
//
// Further bounds are no options: a value or text has at most 8 KiB, a list of
// values 1,000 of them, a document 65,535 rows, a catalog 65,535 sections of
// documents, 64 languages, 1 Mi ranges of ports and 4 Mi pairs of a component
// and one that it inherits from. Aliases of YAML are refused, and never
// expanded. Within the defaults, the worst file that we know of, 4 MiB of empty
// entries, takes about 1 GB while it is read; that grows and shrinks with
// FileSize.
type Limits struct {
	FileSize  int // bytes of a file; 4 MiB by default, which is about 10,000 flows
	TotalSize int // bytes of all files; 128 MiB by default
	Files     int // files in the folders that are read; 10,000 by default
	Entries   int // flows, components and other entries of lists; 1,000,000 by default
	Depth     int // nesting of YAML; 20 by default
	Problems  int // problems that are reported; 1,000 by default
}

func (l Limits) dataset() dataset.Limits {
	return dataset.Limits{
		FileSize: max(l.FileSize, 0), TotalSize: max(l.TotalSize, 0), Files: max(l.Files, 0), Entries: max(l.Entries, 0), Depth: max(l.Depth, 0),
		Problems: max(l.Problems, 0),
	}
}

// Load reads a catalog from a file system that holds data/ and i18n/: a
// directory (os.DirFS), an embed.FS, an archive (*zip.Reader). It validates all
// of it by the rules of the built-in data, with these differences:
//
//   - data/ids.txt is optional, and checked where it stands.
//   - data/version.txt is optional; without it, and without a base that has
//     one, the version of the catalog is "undated" and a hash of its content.
//   - A text is required in one language, which need not be English.
//     [MissingTexts] lists what the other languages lack.
//   - Labels, the words of reports, are not read: package i18n has them.
//
// An error is a *[Error] that lists every problem. Load takes time and memory
// in proportion to the size of the folder and of the base.
func Load(fsys fs.FS, options ...Option) (*portbook.Catalog, error) {
	var l loading
	for _, option := range options {
		option(&l)
	}
	var base *dataset.Source
	if l.base != nil {
		base = sourceOf(l.base, "the extended catalog")
	}
	return compile(dataset.ReadOver(fsys, l.limits.dataset(), base))
}

// compile turns a source into a catalog.
func compile(s *dataset.Source) (*portbook.Catalog, error) {
	if err := s.Err(); err != nil {
		return nil, newError(s)
	}
	t, err := s.Compile()
	if err != nil {
		return nil, err
	}
	return handle.Catalog(t), nil
}

// sourceOf turns a catalog back into its source, with every language that
// package i18n has for it. Problems name it as where.
func sourceOf(c *portbook.Catalog, where string) *dataset.Source {
	var texts []table.Language
	if c == portbook.Builtin() {
		texts = translations.Builtin()
	}
	return dataset.FromTable(handle.Table(c), where, texts...)
}
