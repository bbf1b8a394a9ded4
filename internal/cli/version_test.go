package cli

import (
	"runtime/debug"
	"testing"
)

// TestProgramVersion covers each way in which a program is built.
func TestProgramVersion(t *testing.T) {
	build := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Path: "github.com/portbook/portbook", Version: version}, Settings: settings}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "583b484c0ffee"}
	for _, c := range []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{"go install of a release", build("v1.2.3"), "v1.2.3"},
		{"go install of a commit", build("v1.2.4-0.20261128090000-583b484c0ffe"), "v1.2.4-0.20261128090000-583b484c0ffe"},
		{"go build of a checkout", build("(devel)", revision, debug.BuildSetting{Key: "vcs.modified", Value: "false"}), "(devel) 583b484c0ffee"},
		{"go build of a changed checkout", build("v1.2.3+dirty", revision, debug.BuildSetting{Key: "vcs.modified", Value: "true"}), "v1.2.3+dirty 583b484c0ffee modified"},
		{"go run", build("(devel)"), "(devel)"},
		{"go test", build(""), "(devel)"},
		{"no module", nil, "(devel)"},
	} {
		if got := programVersion(c.info); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
