// Package outfile writes the file that a user names with --output, as a
// careful Unix program does: as a whole or not at all where that is possible,
// through links, and into pipes and devices without replacing them.
package outfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write gives the file with the given name the content that write makes.
//
// A regular file is replaced only when all of the content could be written. It
// keeps its mode and, where the process may set them, its owner and group; a
// new file has the mode that the umask leaves of 0666. A symbolic link stays,
// and the file that it leads to is written. What is not a regular file, such as a
// pipe or a device, is opened and written to. A file that has further names
// (hard links), or that is in a folder where nothing can be created, is
// overwritten in place once the content is complete. An interrupt leaves
// nothing behind.
//
// Errors of write are returned unchanged; others are an *[Error].
func Write(name string, write func(io.Writer) error) error {
	if err := checkName(name); err != nil {
		return err
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return &Error{name, ErrFolder}
	case err == nil && !info.Mode().IsRegular():
		return through(name, write)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return cannot(name, err)
	}
	target, err := resolve(name)
	if err != nil {
		return cannot(name, err)
	}
	return replace(name, target, info, write)
}

// Error says why a file cannot be written.
type Error struct {
	Name string
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("cannot write %s: %v", e.Name, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// What is wrong with a name.
var (
	ErrNoName = errors.New("the name is empty (expected: a file, or - for standard output)")
	ErrFolder = errors.New("it is a folder (expected: the name of a file)")
)

func checkName(name string) error {
	if name == "" {
		return &Error{`""`, ErrNoName}
	}
	if os.IsPathSeparator(name[len(name)-1]) {
		return &Error{name, ErrFolder}
	}
	return nil
}

// cannot says that the file cannot be written, with the cause alone: the
// paths of temporary files in it would mean nothing to the user.
func cannot(name string, err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return &Error{name, err}
}

// through writes to what is not a regular file.
func through(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return cannot(name, err)
	}
	w := &writer{file: f}
	if err := w.run(write); err != nil {
		f.Close()
		return w.explain(name, err)
	}
	if err := f.Close(); err != nil {
		return cannot(name, err)
	}
	return nil
}

// maxLinks is the number of symbolic links after which a chain counts as a
// loop, as in Linux.
const maxLinks = 40

// resolve follows symbolic links to the file that is to be written, which need
// not be there yet.
func resolve(name string) (string, error) {
	for range maxLinks {
		info, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSymlink == 0 {
			return name, nil
		}
		if err != nil {
			return "", err
		}
		to, err := os.Readlink(name)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			// The folder may be a link itself, and ".." leads out of what it leads to.
			dir, err := filepath.EvalSymlinks(filepath.Dir(name))
			if err != nil {
				return "", err
			}
			to = filepath.Join(dir, to)
		}
		name = to
	}
	return "", errors.New("too many levels of symbolic links")
}

// replace stages the content in a file beside the target and renames it. old
// describes the target, and is nil when there is none.
func replace(name, target string, old fs.FileInfo, write func(io.Writer) error) error {
	if old != nil {
		// Renaming needs no right to the file itself: ask for it as
		// overwriting would, so that a read-only file is not replaced.
		f, err := os.OpenFile(target, os.O_WRONLY, 0)
		if err != nil {
			return cannot(name, err)
		}
		f.Close()
	}
	inPlace := old != nil && links(old) > 1
	dir := filepath.Dir(target)
	staged, err := createTemp(dir)
	if err != nil && old != nil && errors.Is(err, fs.ErrPermission) {
		inPlace = true
	}
	if inPlace {
		if err == nil {
			discard(staged)
		}
		staged, err = createTemp(os.TempDir())
	}
	if err != nil {
		return cannot(name, err)
	}
	defer discard(staged)
	defer removeOnSignal(staged.Name())()
	w := &writer{file: staged}
	if err := w.run(write); err != nil {
		return w.explain(name, err)
	}
	if inPlace {
		err = overwrite(target, staged)
	} else {
		err = rename(staged, target, old)
	}
	if err != nil {
		return cannot(name, err)
	}
	return nil
}

// rename closes the staged file and gives it the place, mode and owner of the
// target.
func rename(staged *os.File, target string, old fs.FileInfo) error {
	if old != nil {
		keepOwner(staged, old) // first: it may clear bits of the mode
		if err := staged.Chmod(old.Mode().Perm()); err != nil && !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	if err := staged.Close(); err != nil {
		return err
	}
	return os.Rename(staged.Name(), target)
}

// overwrite copies the staged content into a file that is there.
func overwrite(target string, staged *os.File) error {
	if _, err := staged.Seek(0, io.SeekStart); err != nil {
		return err
	}
	f, err := os.OpenFile(target, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, staged); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// createTemp makes a file with a short name, so that a target with the longest
// name that a folder takes can be written too. Unlike os.CreateTemp it leaves
// the mode to the umask.
func createTemp(dir string) (*os.File, error) {
	for n := os.Getpid(); ; n++ {
		f, err := os.OpenFile(filepath.Join(dir, fmt.Sprintf(".portbook-%d.tmp", n)), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// discard closes and removes a staged file; after a rename both fail.
func discard(f *os.File) {
	f.Close()
	os.Remove(f.Name())
}

// writer tells errors of the file apart from errors of the content.
type writer struct {
	file *os.File
	err  error
}

func (w *writer) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	if err != nil && w.err == nil {
		w.err = err
	}
	return n, err
}

func (w *writer) run(write func(io.Writer) error) error {
	if err := write(w); err != nil {
		return err
	}
	return w.err
}

// explain names the file in an error of the file.
func (w *writer) explain(name string, err error) error {
	if w.err != nil {
		return cannot(name, w.err)
	}
	return err
}
