package auditbeam

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
)

// Site is a site file with all that it was loaded from, so that workers make
// the same plan of it. They need the same program, since the built-in catalog is
// part of that; runners of Beam send it to them.
type Site struct {
	// Archive is a ZIP file: the site's files below site/, and those of the
	// catalogs below 0/, 1/, and so on.
	Archive  []byte
	Name     string    // of the site file in the archive
	AsOf     time.Time // the day on which answers must still hold
	Catalogs []bool    // whether each is read alone instead of over those before it
}

// Catalog is a folder of a catalog, over which a site is loaded.
type Catalog struct {
	FS fs.FS // with data/ and i18n/
	// Alone says that it is read alone instead of over the catalogs before it,
	// the first of them the built-in one.
	Alone bool
}

// ReadSite reads a site file and the catalogs that it needs: see
// [sitefile.Load] for its arguments and errors.
func ReadSite(fsys fs.FS, name string, asOf time.Time, catalogs ...Catalog) (*Site, error) {
	var b bytes.Buffer
	a := archiver{zip: zip.NewWriter(&b), known: map[string]bool{}}
	s := &Site{Name: name, AsOf: asOf}
	copies := make([]fs.FS, len(catalogs))
	for i, c := range catalogs {
		copies[i] = a.copying(c.FS, fmt.Sprint(i))
		s.Catalogs = append(s.Catalogs, c.Alone)
	}
	if _, err := s.load(a.copying(fsys, "site"), copies); err != nil {
		return nil, err
	}
	err := errors.Join(a.err, a.zip.Close())
	s.Archive = b.Bytes()
	return s, err
}

// load loads the site from folders with its files.
func (s *Site) load(fsys fs.FS, catalogs []fs.FS) (*site.Site, error) {
	base := portbook.Builtin()
	for i, folder := range catalogs {
		if s.Catalogs[i] {
			base = nil
		}
		var err error
		if base, err = catalog.Load(folder, catalog.Extending(base)); err != nil {
			return nil, err
		}
	}
	return sitefile.Load(fsys, s.Name, base, sitefile.AsOf(s.AsOf))
}

// Load loads the site.
func (s *Site) Load() (*site.Site, error) {
	z, err := zip.NewReader(bytes.NewReader(s.Archive), int64(len(s.Archive)))
	if err != nil {
		return nil, fmt.Errorf("auditbeam: site %q: %w", s.Name, err)
	}
	sub := func(dir string) fs.FS {
		f, _ := fs.Sub(z, dir) // it fails for invalid paths alone
		return f
	}
	var catalogs []fs.FS
	for i := range s.Catalogs {
		catalogs = append(catalogs, sub(fmt.Sprint(i)))
	}
	return s.load(sub("site"), catalogs)
}

// matchers has those of the sites that this process has counted for: workers
// set up their functions again for each bundle.
var matchers sync.Map // of func() (*audit.Matcher, error), by the sum of the site

// matcher returns the matcher of the site, compiled once in a process.
func (s *Site) matcher() (*audit.Matcher, error) {
	key := sha256.Sum256(fmt.Appendf(nil, "%q %v %v %x", s.Name, s.AsOf, s.Catalogs, s.Archive))
	compile, _ := matchers.LoadOrStore(key, sync.OnceValues(func() (*audit.Matcher, error) {
		loaded, err := s.Load()
		if err != nil {
			return nil, err
		}
		return audit.Compile(loaded.Plan()), nil
	}))
	return compile.(func() (*audit.Matcher, error))()
}

// archiver writes the files that are opened into an archive, each once.
type archiver struct {
	zip   *zip.Writer
	known map[string]bool
	err   error
}

// copying returns fsys, whose files go to a folder of the archive when they are
// opened.
func (a *archiver) copying(fsys fs.FS, dir string) fs.FS { return copyingFS{a, fsys, dir} }

type copyingFS struct {
	a    *archiver
	fsys fs.FS
	dir  string
}

func (c copyingFS) Open(name string) (fs.File, error) {
	f, err := c.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		c.a.add(c.dir+"/"+name, c.fsys, name)
	}
	return f, nil
}

// add adds a file to the archive.
func (a *archiver) add(key string, fsys fs.FS, name string) {
	if a.known[key] {
		return
	}
	a.known[key] = true
	data, err := fs.ReadFile(fsys, name)
	if err == nil {
		var w io.Writer
		if w, err = a.zip.Create(key); err == nil {
			_, err = w.Write(data)
		}
	}
	a.err = errors.Join(a.err, err)
}
