package golden

import (
	"bytes"
	"testing"
)

// CheckWithout is [Check] of what names the version of the data: golden files
// have EDITION in its place, so that they change only when what they show does.
func CheckWithout(t *testing.T, version, name string, got []byte) {
	t.Helper()
	Check(t, name, bytes.ReplaceAll(got, []byte(version), []byte("EDITION")))
}
