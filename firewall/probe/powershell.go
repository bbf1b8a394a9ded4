package probe

import (
	"fmt"
	"io"
	"strings"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/internal/powershell"
	"github.com/portbook/portbook/internal/label"
)

// WritePowerShell writes the test of a host as a script for Windows PowerShell 5.1
// and for PowerShell 7, in the language of the policy.
func WritePowerShell(w io.Writer, p *firewall.Policy, _ firewall.Options) error {
	t, err := newScript(p)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(powershell.Mark)
	for _, line := range t.intro {
		fmt.Fprintf(&b, "# %s\n", line)
	}
	fmt.Fprintf(&b, "$ErrorActionPreference = 'Stop'\n\n$limit = 5 # %s\n", t.words.Text(label.ProbeWait))
	for i, r := range results {
		fmt.Fprintf(&b, "$%s = %s\n", r.variable, powershell.Quote(t.results[i]))
	}
	b.WriteString(powershellFunctions)
	fmt.Fprintf(&b, "\nWrite-Output %s\n", powershell.Quote(t.head))
	for i, x := range t.tests {
		switch row := powershell.Quote(t.rows[i]); x.kind {
		case none:
			fmt.Fprintf(&b, "Show-Row $untested %s\n", row)
		case ping:
			fmt.Fprintf(&b, "Test-Ping %s %s\n", powershell.Quote(x.address), row)
		case tcp:
			fmt.Fprintf(&b, "Test-Tcp %s %s %s\n", powershell.Quote(x.address), x.port, row)
		case udp:
			fmt.Fprintf(&b, "Test-Udp %s %s %s\n", powershell.Quote(x.address), x.port, row)
		}
	}
	for _, line := range t.remarks() {
		fmt.Fprintf(&b, "Write-Output %s\n", powershell.Quote(line))
	}
	b.WriteString("exit $script:failed\n")
	_, err = io.WriteString(w, b.String())
	return err
}

// powershellFunctions try one port each, by the classes of .NET that every
// edition has.
const powershellFunctions = `$failed = 0

function Show-Row($result, $row) {
  Write-Output ($result + $row)
  if ($refused, $no_answer, $unreachable, $unknown_name -contains $result) { $script:failed = 1 }
}

function Show-Error($failure, $row) {
  $cause = $failure.Exception.GetBaseException()
  $code = if ($cause -is [System.Net.Sockets.SocketException]) { $cause.SocketErrorCode } else { '' }
  switch ($code) {
    'ConnectionRefused' { Show-Row $refused $row }
    'ConnectionReset' { Show-Row $refused $row }
    'TimedOut' { Show-Row $no_answer $row }
    'HostNotFound' { Show-Row $unknown_name $row }
    'NoData' { Show-Row $unknown_name $row }
    'TryAgain' { Show-Row $unknown_name $row }
    default { Show-Row $unreachable $row }
  }
}

function Test-Tcp($address, $port, $row) {
  $client = $null
  try {
    $place = @([System.Net.Dns]::GetHostAddresses($address))[0]
    $client = New-Object System.Net.Sockets.TcpClient($place.AddressFamily)
    $attempt = $client.BeginConnect($place, $port, $null, $null)
    if ($attempt.AsyncWaitHandle.WaitOne($limit * 1000)) {
      $client.EndConnect($attempt)
      Show-Row $open $row
    } else {
      Show-Row $no_answer $row
    }
  } catch {
    Show-Error $_ $row
  } finally {
    if ($client) { $client.Close() }
  }
}

function Test-Udp($address, $port, $row) {
  $client = $null
  try {
    $place = @([System.Net.Dns]::GetHostAddresses($address))[0]
    $client = New-Object System.Net.Sockets.UdpClient($place.AddressFamily)
    $client.Client.ReceiveTimeout = $limit * 1000
    $client.Connect($place, $port)
    [void]$client.Send([byte[]](10), 1)
    $from = New-Object System.Net.IPEndPoint($place, 0)
    [void]$client.Receive([ref]$from)
    Show-Row $open $row
  } catch {
    $cause = $_.Exception.GetBaseException()
    if ($cause -is [System.Net.Sockets.SocketException] -and $cause.SocketErrorCode -eq 'TimedOut') {
      Show-Row $not_refused $row
    } else {
      Show-Error $_ $row
    }
  } finally {
    if ($client) { $client.Close() }
  }
}

function Test-Ping($address, $row) {
  try {
    $reply = (New-Object System.Net.NetworkInformation.Ping).Send($address, $limit * 1000)
    if ($reply.Status -eq 'Success') { Show-Row $open $row }
    elseif ($reply.Status -eq 'TimedOut') { Show-Row $no_answer $row }
    else { Show-Row $unreachable $row }
  } catch {
    Show-Error $_ $row
  }
}
`
