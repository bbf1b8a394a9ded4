package cli

import (
	"strings"
	"testing"
)

// TestTargets writes the rules of a host and of a gateway for each target. What
// is of a host alone refuses the gateway, and says what is expected.
func TestTargets(t *testing.T) {
	hosts := map[string]bool{"windows": true, "probe": true, "probe-powershell": true}
	begins := map[string]string{
		"nftables": "# Portbook:", "windows": "\ufeff# Portbook:", "probe": "#!/usr/bin/env bash\n# Portbook:", "probe-powershell": "\ufeff# Portbook:",
	}
	for _, x := range targets {
		begin := begins[x.name]
		if begin == "" {
			begin = "# "
		}
		for _, lang := range []string{"en", "ja"} {
			status, stdout, stderr := rulesRun(t, "--for", "management", "--format", x.name, "--lang", lang)
			if status != 0 || !strings.HasPrefix(stdout, begin) || strings.Count(stdout, "\n") < 10 {
				t.Errorf("%s in %s: exit %d, %s, %.100q", x.name, lang, status, stderr, stdout)
			}
		}
		status, stdout, stderr := rulesRun(t, "--between", "--format", x.name)
		if refuses := status == 2 && stdout == "" && strings.Contains(stderr, "(expected: that of a host)"); refuses != hosts[x.name] {
			t.Errorf("%s of a gateway: exit %d, %s", x.name, status, stderr)
		}
		if status, _, stderr := rulesRun(t, "--for", "management", "--format", x.name, "--gaps=json"); status != 0 {
			t.Errorf("gaps of %s: exit %d, %s", x.name, status, stderr)
		}
	}
}

// TestTargetFiles chooses the target by the name of the file.
func TestTargetFiles(t *testing.T) {
	for name, want := range map[string]string{"x.ps1": "windows", "x.tf": "terraform", "x.sh": "probe", "x.nft": "nftables", "x": "nftables"} {
		if got, err := chosenTarget("", name); err != nil || got.name != want {
			t.Errorf("%s: %s, %v; want %s", name, got.name, err, want)
		}
	}
	if _, err := chosenTarget("", "x.docx"); err == nil || !strings.Contains(err.Error(), ".tf") {
		t.Errorf("x.docx: %v", err)
	}
}
