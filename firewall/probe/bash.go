package probe

import (
	"fmt"
	"io"
	"strings"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
)

// WriteBash writes the test of a host as a script for bash, in the language
// of the policy. It needs timeout of GNU or BusyBox, and ping for ICMP.
func WriteBash(w io.Writer, p *firewall.Policy, _ firewall.Options) error {
	t, err := newScript(p)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("#!/usr/bin/env bash\n")
	for _, line := range t.intro {
		fmt.Fprintf(&b, "# %s\n", line)
	}
	b.WriteString("# shellcheck disable=SC1003,SC1112,SC2016 # nothing in texts is expanded\n# shellcheck disable=SC2034,SC2317 # not every test and result has to occur\nset -u\n")
	b.WriteString("export LC_ALL=C # in which the messages are that are looked for below\n\n")
	fmt.Fprintf(&b, "limit=${PORTBOOK_WAIT:-3} # %s\n", t.words.Text(label.ProbeWait))
	for i, r := range results {
		fmt.Fprintf(&b, "%s=%s\n", r.variable, quoteBash(t.results[i]))
	}
	b.WriteString(bashFunctions)
	fmt.Fprintf(&b, "\nprintf '%%s\\n' %s\n", quoteBash(t.head))
	for i, x := range t.tests {
		switch row := quoteBash(t.rows[i]); x.kind {
		case none:
			fmt.Fprintf(&b, "row \"$untested\" %s\n", row)
		case ping:
			fmt.Fprintf(&b, "ping_once %s %s\n", quoteBash(x.address), row)
		default:
			fmt.Fprintf(&b, "%s_port %s %s %s\n", x.kind, quoteBash(x.address), x.port, row)
		}
	}
	for _, line := range t.remarks() {
		fmt.Fprintf(&b, "printf '%%s\\n' %s\n", quoteBash(line))
	}
	b.WriteString("exit \"$failed\"\n")
	_, err = io.WriteString(w, b.String())
	return err
}

// bashFunctions try one port each. The shell that connects is a process of its
// own, so that timeout can end it.
const bashFunctions = `failed=0

row() { # result, rest of the row
  printf '%s%s\n' "$1" "$2"
  case $1 in
    "$refused" | "$no_answer" | "$unreachable" | "$unknown_name") failed=1 ;;
  esac
}

judge() { # status, message, result of success, rest of the row
  case $1:$2 in
    0:*) row "$3" "$4" ;;
    124:* | 143:* | *': Connection timed out'*) row "$no_answer" "$4" ;;
    *': Connection refused'*) row "$refused" "$4" ;;
    *': Name or service not known'* | *' name resolution'* | *': No address associated'*) row "$unknown_name" "$4" ;;
    *) row "$unreachable" "$4" ;;
  esac
}

tcp_port() { # address, port, rest of the row
  local message
  message=$(timeout "$limit" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1)
  judge $? "$message" "$open" "$3"
}

udp_port() { # address, port, rest of the row
  local message
  message=$(timeout "$((limit + 2))" bash -c 'exec 3<>"/dev/udp/$0/$1" && echo >&3 && sleep 1 && echo >&3' "$1" "$2" 2>&1)
  judge $? "$message" "$not_refused" "$3"
}

ping_once() { # address, rest of the row
  local message
  if ! command -v ping >/dev/null; then
    row "$untested" "$2"
    return
  fi
  message=$(ping -n -c 1 -W "$limit" "$1" 2>&1)
  case $?:$message in
    0:*) row "$open" "$2" ;;
    *': Name or service not known'* | *' name resolution'* | *': No address associated'*) row "$unknown_name" "$2" ;;
    *nreachable*) row "$unreachable" "$2" ;;
    *) row "$no_answer" "$2" ;;
  esac
}

if ! command -v timeout >/dev/null; then
  echo 'portbook: this script needs the command "timeout"' >&2
  exit 2
fi
`

// quoteBash returns a text as a string in which a shell expands nothing,
// without characters that cannot be shown.
func quoteBash(s string) string {
	return "'" + strings.ReplaceAll(printable.Line(s), "'", `'\''`) + "'"
}
