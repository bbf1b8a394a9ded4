# Portbook: site tokyo, host management
# Data: EDITION
# Connection test to run on host management
# Opens the connections that the host needs; sends no data over TCP. Exit status 1: a required connection is not open.
$ErrorActionPreference = 'Stop'

$limit = 5 # Seconds to wait for an answer
$open = 'open          '
$refused = 'refused       '
$no_answer = 'no answer     '
$unreachable = 'unreachable   '
$unknown_name = 'unknown name  '
$not_refused = 'not refused   '
$untested = 'not tested    '
$failed = 0

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

Write-Output 'Result        Destination host  Destination address            Port       Purpose'
Show-Row $untested 'clients-east      198.51.100.0/25                445/tcp    itms/notification-server/agent-install-smb: Initial SMB connection to a computer where the agent will be installed.; itms/symantec-management-agent/push-install: Push installation of the agent on a Windows computer.'
Show-Row $untested 'clients-east      198.51.100.0/25                52028/tcp  itms/symantec-management-agent/tickle-tcp: Tickles and power management commands to Windows agents over TCP.'
Show-Row $untested 'clients-east      198.51.100.0/25                138/udp    itms/notification-server/agent-install-netlogon: Initial NETLOGON connection to a computer where the agent will be installed.'
Show-Row $untested 'clients-east      198.51.100.0/25                52028/udp  itms/symantec-management-agent/tickle-udp: Tickles and power management commands to Windows agents over UDP.'
Show-Row $untested 'clients-west      198.51.100.128-198.51.100.250  445/tcp    itms/notification-server/agent-install-smb: Initial SMB connection to a computer where the agent will be installed.; itms/symantec-management-agent/push-install: Push installation of the agent on a Windows computer.'
Show-Row $untested 'clients-west      198.51.100.128-198.51.100.250  52028/tcp  itms/symantec-management-agent/tickle-tcp: Tickles and power management commands to Windows agents over TCP.'
Show-Row $untested 'clients-west      198.51.100.128-198.51.100.250  138/udp    itms/notification-server/agent-install-netlogon: Initial NETLOGON connection to a computer where the agent will be installed.'
Show-Row $untested 'clients-west      198.51.100.128-198.51.100.250  52028/udp  itms/symantec-management-agent/tickle-udp: Tickles and power management commands to Windows agents over UDP.'
Test-Tcp '192.0.2.50' 1433 'database          192.0.2.50                     1433/tcp   itms/notification-server/sql-database: Access to a remote SQL Server database.'
Test-Tcp '192.0.2.51' 53 'directory         192.0.2.51                     53/tcp     itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
Test-Udp '192.0.2.51' 53 'directory         192.0.2.51                     53/udp     itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
Test-Tcp '192.0.2.52' 53 'directory         192.0.2.52                     53/tcp     itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
Test-Udp '192.0.2.52' 53 'directory         192.0.2.52                     53/udp     itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
Test-Tcp '192.0.2.51' 389 'directory         192.0.2.51                     389/tcp    itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
Test-Udp '192.0.2.51' 389 'directory         192.0.2.51                     389/udp    itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
Test-Tcp '192.0.2.52' 389 'directory         192.0.2.52                     389/tcp    itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
Test-Udp '192.0.2.52' 389 'directory         192.0.2.52                     389/udp    itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
Write-Output 'UDP: only a refusal is certain. Without one, a silent application and a firewall that drops look the same.'
exit $script:failed
