# Portbook: サイトtokyo、ホストmanagement
# データ: EDITION
# 疎通確認 (実行ホスト: management)
# ホストに必要な接続の試行 (TCPではデータを送信しない)。接続できない通信がある場合の終了ステータスは1
$ErrorActionPreference = 'Stop'

$limit = 5 # 応答を待つ秒数
$open = '接続可        '
$refused = '拒否          '
$no_answer = '応答なし      '
$unreachable = '到達不可      '
$unknown_name = '名前解決不可  '
$not_refused = '拒否なし      '
$untested = '未確認        '
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

Write-Output '結果          宛先ホスト    宛先アドレス                   ポート番号  用途'
Show-Row $untested 'clients-east  198.51.100.0/25                445/tcp     itms/notification-server/agent-install-smb: エージェントのインストール先コンピューターへの初回接続 (SMB); itms/symantec-management-agent/push-install: Windowsコンピューターへのエージェントのプッシュインストール'
Show-Row $untested 'clients-east  198.51.100.0/25                52028/tcp   itms/symantec-management-agent/tickle-tcp: Windowsエージェントへのティックルと電源管理の指示 (TCP)'
Show-Row $untested 'clients-east  198.51.100.0/25                138/udp     itms/notification-server/agent-install-netlogon: エージェントのインストール先コンピューターへの初回接続 (NETLOGON)'
Show-Row $untested 'clients-east  198.51.100.0/25                52028/udp   itms/symantec-management-agent/tickle-udp: Windowsエージェントへのティックルと電源管理の指示 (UDP)'
Show-Row $untested 'clients-west  198.51.100.128-198.51.100.250  445/tcp     itms/notification-server/agent-install-smb: エージェントのインストール先コンピューターへの初回接続 (SMB); itms/symantec-management-agent/push-install: Windowsコンピューターへのエージェントのプッシュインストール'
Show-Row $untested 'clients-west  198.51.100.128-198.51.100.250  52028/tcp   itms/symantec-management-agent/tickle-tcp: Windowsエージェントへのティックルと電源管理の指示 (TCP)'
Show-Row $untested 'clients-west  198.51.100.128-198.51.100.250  138/udp     itms/notification-server/agent-install-netlogon: エージェントのインストール先コンピューターへの初回接続 (NETLOGON)'
Show-Row $untested 'clients-west  198.51.100.128-198.51.100.250  52028/udp   itms/symantec-management-agent/tickle-udp: Windowsエージェントへのティックルと電源管理の指示 (UDP)'
Test-Tcp '192.0.2.50' 1433 'database      192.0.2.50                     1433/tcp    itms/notification-server/sql-database: Notification ServerによるリモートのSQL Serverデータベースの利用'
Test-Tcp '192.0.2.51' 53 'directory     192.0.2.51                     53/tcp      itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
Test-Udp '192.0.2.51' 53 'directory     192.0.2.51                     53/udp      itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
Test-Tcp '192.0.2.52' 53 'directory     192.0.2.52                     53/tcp      itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
Test-Udp '192.0.2.52' 53 'directory     192.0.2.52                     53/udp      itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
Test-Tcp '192.0.2.51' 389 'directory     192.0.2.51                     389/tcp     itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
Test-Udp '192.0.2.51' 389 'directory     192.0.2.51                     389/udp     itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
Test-Tcp '192.0.2.52' 389 'directory     192.0.2.52                     389/tcp     itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
Test-Udp '192.0.2.52' 389 'directory     192.0.2.52                     389/udp     itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
Write-Output 'UDPで確実に判別できるのは拒否のみ (拒否がない場合、応答しないアプリケーションとファイアウォールによる破棄は区別不可)'
exit $script:failed
