//go:build unix && !aix

package outfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the tests run this program again, as another user and to be
// interrupted.
func TestMain(m *testing.M) {
	switch os.Getenv("OUTFILE_TEST") {
	case "slow": // writes half of the content, and waits
		err := Write(os.Args[1], func(w io.Writer) error {
			io.WriteString(w, "half")
			fmt.Println("writing")
			time.Sleep(time.Minute)
			return nil
		})
		fmt.Println(err)
		os.Exit(3)
	case "once":
		if err := Write(os.Args[1], content("new")); err != nil {
			fmt.Print(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func content(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// read returns the content of a file, which must be the only one of its folder
// but for those named: nothing is left behind.
func read(t *testing.T, name string, others ...string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	must(t, err)
	entries, err := os.ReadDir(filepath.Dir(name))
	must(t, err)
	for _, e := range entries {
		if e.Name() != filepath.Base(name) && !slices.Contains(others, e.Name()) {
			t.Errorf("%s is left behind", e.Name())
		}
	}
	return string(b)
}

func mode(t *testing.T, name string) os.FileMode {
	t.Helper()
	info, err := os.Stat(name)
	must(t, err)
	return info.Mode()
}

func TestModes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	for _, c := range []struct {
		name     string
		old      os.FileMode // 0 for a new file
		expected os.FileMode
	}{
		{"new", 0, 0o640},
		{"private", 0o600, 0o600},
		{"group", 0o660, 0o660},
		{"open", 0o666, 0o666},
		{"program", 0o755, 0o755},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "report.txt")
			if c.old != 0 {
				must(t, os.WriteFile(name, []byte("a longer old content"), 0o600))
				must(t, os.Chmod(name, c.old))
			}
			must(t, Write(name, content("new")))
			if got := read(t, name); got != "new" {
				t.Errorf("content %q", got)
			}
			if got := mode(t, name); got != c.expected {
				t.Errorf("mode %v, want %v", got, c.expected)
			}
		})
	}
}

// TestAllOrNothing holds that an error of the content leaves the target alone,
// whatever was written before it.
func TestAllOrNothing(t *testing.T) {
	name := filepath.Join(t.TempDir(), "report.txt")
	broken := errors.New("broken")
	failing := func(w io.Writer) error {
		io.WriteString(w, "half")
		return broken
	}
	if err := Write(name, failing); err != broken {
		t.Errorf("error %v, want that of the content", err)
	}
	if _, err := os.Lstat(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the target is there: %v", err)
	}
	must(t, os.WriteFile(name, []byte("old"), 0o600))
	must(t, os.Link(name, name+".link"))
	if err := Write(name, failing); err != broken {
		t.Errorf("error %v, want that of the content", err)
	}
	if got := read(t, name, "report.txt.link"); got != "old" {
		t.Errorf("content %q after an error", got)
	}
}

func TestLinks(t *testing.T) {
	for _, c := range []struct {
		name  string
		links map[string]string // link -> what it holds
		write string
		file  string // that is written
		old   bool   // whether the file is there before
	}{
		{"to a file", map[string]string{"link": "file"}, "link", "file", true},
		{"to nothing", map[string]string{"link": "file"}, "link", "file", false},
		{"chain", map[string]string{"a": "b", "b": "sub/c", "sub/c": "../file"}, "a", "file", true},
		{"through a folder that is a link", map[string]string{"folder": "sub", "sub/c": "../file"}, "folder/c", "file", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			must(t, os.Mkdir(filepath.Join(dir, "sub"), 0o755))
			others := []string{"sub"}
			for link, to := range c.links {
				must(t, os.Symlink(to, filepath.Join(dir, link)))
				others = append(others, link)
			}
			file := filepath.Join(dir, c.file)
			if c.old {
				must(t, os.WriteFile(file, []byte("old"), 0o600))
			}
			must(t, Write(filepath.Join(dir, c.write), content("new")))
			if got := read(t, file, others...); got != "new" {
				t.Errorf("content %q", got)
			}
			for link, to := range c.links {
				if got, err := os.Readlink(filepath.Join(dir, link)); err != nil || got != to {
					t.Errorf("link %s leads to %q, %v", link, got, err)
				}
			}
		})
	}
}

// TestHardLinks holds that every name of a file shows the new content.
func TestHardLinks(t *testing.T) {
	name := filepath.Join(t.TempDir(), "report.txt")
	must(t, os.WriteFile(name, []byte("a longer old content"), 0o640))
	must(t, os.Link(name, name+".link"))
	must(t, Write(name, content("new")))
	if got := read(t, name+".link", "report.txt"); got != "new" {
		t.Errorf("the other name shows %q", got)
	}
}

func TestFIFO(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	must(t, syscall.Mkfifo(name, 0o600))
	got := make(chan string)
	go func() {
		b, _ := os.ReadFile(name)
		got <- string(b)
	}()
	must(t, Write(name, content("new")))
	if s := <-got; s != "new" {
		t.Errorf("the reader saw %q", s)
	}
	if m := mode(t, name); m&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe became %v", m)
	}
}

// TestDevices writes to the null device, and to a node of its own where the
// process may make one: as root, a device in a folder can be replaced.
func TestDevices(t *testing.T) {
	names := []string{os.DevNull}
	own := filepath.Join(t.TempDir(), "null")
	if err := syscall.Mknod(own, syscall.S_IFCHR|0o666, 1<<8|3); err == nil {
		names = append(names, own)
	}
	for _, name := range names {
		if f, err := os.OpenFile(name, os.O_WRONLY, 0); err != nil {
			continue // a file system may forbid nodes
		} else {
			f.Close()
		}
		must(t, Write(name, content("new")))
		if m := mode(t, name); m&os.ModeCharDevice == 0 {
			t.Errorf("%s became %v", name, m)
		}
	}
}

func TestFullDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	err := Write("/dev/full", content("new"))
	if !errors.Is(err, syscall.ENOSPC) || err.Error() != "cannot write /dev/full: no space left on device" {
		t.Errorf("error %v", err)
	}
}

// TestDescriptor writes to what a shell gives for >(command).
func TestDescriptor(t *testing.T) {
	r, w, err := os.Pipe()
	must(t, err)
	defer r.Close()
	name := fmt.Sprintf("/dev/fd/%d", w.Fd())
	if _, err := os.Stat(name); err != nil {
		t.Skip("no /dev/fd here")
	}
	must(t, Write(name, content("new")))
	w.Close()
	if b, _ := io.ReadAll(r); string(b) != "new" {
		t.Errorf("the pipe holds %q", b)
	}
}

func TestLongName(t *testing.T) {
	name := filepath.Join(t.TempDir(), strings.Repeat("n", 251)+".txt")
	for range 2 {
		must(t, Write(name, content("new")))
	}
	if got := read(t, name); got != "new" {
		t.Errorf("content %q", got)
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	must(t, os.Symlink("loop", filepath.Join(dir, "loop")))
	for _, c := range []struct{ name, want string }{
		{"", "cannot write \"\": the name is empty (expected: a file, or - for standard output)"},
		{"x/", "cannot write %s: it is a folder (expected: the name of a file)"},
		{".", "cannot write %s: it is a folder (expected: the name of a file)"},
		{"missing/x", "cannot write %s: no such file or directory"},
		{"file/x", "cannot write %s: not a directory"},
		{"loop", "cannot write %s: too many levels of symbolic links"},
		{strings.Repeat("n", 256), "cannot write %s: file name too long"},
	} {
		name := c.name
		if name != "" {
			name = dir + "/" + name
		}
		want := strings.ReplaceAll(c.want, "%s", name)
		if err := Write(name, content("new")); err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", c.name, err, want)
		}
	}
	if got := read(t, filepath.Join(dir, "file"), "loop"); got != "" {
		t.Errorf("the file holds %q", got)
	}
}

// TestSignals holds that an interrupted program leaves nothing, and ends by
// the signal as its caller expects.
func TestSignals(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			if signal.Ignored(sig) {
				t.Skip("skipped: these tests run without this signal, as under nohup, and so would the program")
			}
			name := filepath.Join(t.TempDir(), "report.txt")
			must(t, os.WriteFile(name, []byte("old"), 0o600))
			cmd := exec.Command(os.Args[0], name)
			cmd.Env = append(os.Environ(), "OUTFILE_TEST=slow")
			out, err := cmd.StdoutPipe()
			must(t, err)
			must(t, cmd.Start())
			line := make([]byte, len("writing"))
			_, err = io.ReadFull(out, line)
			must(t, err)
			must(t, cmd.Process.Signal(sig))
			err = cmd.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != sig {
				t.Errorf("the program ended with %v", err)
			}
			if got := read(t, name); got != "old" {
				t.Errorf("content %q", got)
			}
		})
	}
}

// TestAsUser runs without the rights of root: in a folder that is not
// writable, on files of others and on files that are read-only.
func TestAsUser(t *testing.T) {
	const nobody = 65534
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	binary, err := os.ReadFile(os.Args[0])
	must(t, err)
	must(t, os.WriteFile(program, binary, 0o755))
	for d := dir; d != os.TempDir() && len(d) > 1; d = filepath.Dir(d) {
		must(t, os.Chmod(d, 0o755))
	}
	folder := filepath.Join(dir, "folder")
	must(t, os.Mkdir(folder, 0o755))
	files := map[string]os.FileMode{"writable": 0o666, "readonly": 0o444}
	for name, m := range files {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte("a longer old content"), 0o600))
		must(t, os.Chmod(filepath.Join(folder, name), m))
	}
	must(t, os.Chmod(folder, 0o555))
	defer os.Chmod(folder, 0o755)
	run := func(name string) string {
		cmd := exec.Command(program, filepath.Join(folder, name))
		cmd.Env = append(os.Environ(), "OUTFILE_TEST=once", "TMPDIR=/tmp")
		if os.Getuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
		out, err := cmd.CombinedOutput()
		if err != nil && len(out) == 0 {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(bytes.TrimSpace(out)), folder+"/", "")
	}
	for _, c := range []struct{ name, message, content string }{
		{"writable", "", "new"}, // in place, since no file can be made beside it
		{"readonly", "cannot write readonly: permission denied", "a longer old content"},
		{"missing", "cannot write missing: permission denied", ""},
	} {
		if got := run(c.name); got != c.message {
			t.Errorf("%s: message %q, want %q", c.name, got, c.message)
		}
		if got, _ := os.ReadFile(filepath.Join(folder, c.name)); string(got) != c.content {
			t.Errorf("%s: content %q, want %q", c.name, got, c.content)
		}
	}
}
