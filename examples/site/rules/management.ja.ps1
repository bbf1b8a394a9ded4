# Portbook: サイトtokyo、ホストmanagement
# データ: EDITION
# Windowsファイアウォールのルール (再実行で置き換え)
#Requires -Version 5.1
#Requires -RunAsAdministrator
#Requires -Modules NetSecurity
$ErrorActionPreference = 'Stop'
$group = 'Portbook tokyo management'

# 以前の実行で作成したルールの削除
Get-NetFirewallRule -Group $group -ErrorAction SilentlyContinue | Remove-NetFirewallRule

$rule = @{
  Name          = 'portbook-tokyo-management-r9ba41eb3df47e139-ipv4-tcp'
  DisplayName   = 'Portbook: clients-east 443/tcp: サービス開始後のエージェントからの初回接続 (+3)'
  Description   = 'itms/symantec-management-agent/initial-connection: サービス開始後のエージェントからの初回接続 (The console and the agents use HTTPS); itms/symantec-management-agent/policy-and-events: エージェントのポリシー更新とイベント送信 (The console and the agents use HTTPS); itms/notification-server/windows-agents: WindowsクライアントからNotification Serverへの接続の受け付け (The console and the agents use HTTPS); itms/symantec-management-agent/notification-server: WindowsエージェントからNotification Serverへの接続 (The console and the agents use HTTPS)'
  Group         = $group
  Direction     = 'Inbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  LocalPort     = @('443')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.0/25')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-r4c29c20e356c6b00-ipv4-tcp'
  DisplayName   = 'Portbook: clients-west 443/tcp: サービス開始後のエージェントからの初回接続 (+3)'
  Description   = 'itms/symantec-management-agent/initial-connection: サービス開始後のエージェントからの初回接続 (The console and the agents use HTTPS); itms/symantec-management-agent/policy-and-events: エージェントのポリシー更新とイベント送信 (The console and the agents use HTTPS); itms/notification-server/windows-agents: WindowsクライアントからNotification Serverへの接続の受け付け (The console and the agents use HTTPS); itms/symantec-management-agent/notification-server: WindowsエージェントからNotification Serverへの接続 (The console and the agents use HTTPS)'
  Group         = $group
  Direction     = 'Inbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  LocalPort     = @('443')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.128-198.51.100.250')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-r5648cf9352df6b32-ipv4-tcp'
  DisplayName   = 'Portbook: packages-east 445/tcp: Package ServerからNotification ServerへのUNCアクセス'
  Description   = 'itms/package-server/unc-outbound: Package ServerからNotification ServerへのUNCアクセス'
  Group         = $group
  Direction     = 'Inbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  LocalPort     = @('445')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('192.0.2.61')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-rd3fcaabe87091763-ipv4-tcp'
  DisplayName   = 'Portbook: packages-west 445/tcp: Package ServerからNotification ServerへのUNCアクセス'
  Description   = 'itms/package-server/unc-outbound: Package ServerからNotification ServerへのUNCアクセス'
  Group         = $group
  Direction     = 'Inbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  LocalPort     = @('445')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('192.0.2.62')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-rb06bc4b322fe0748-ipv4-tcp'
  DisplayName   = 'Portbook: clients-east 445/tcp: エージェントのインストール先コンピューターへの初回接続 (SMB) (+1)'
  Description   = 'itms/notification-server/agent-install-smb: エージェントのインストール先コンピューターへの初回接続 (SMB); itms/symantec-management-agent/push-install: Windowsコンピューターへのエージェントのプッシュインストール'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  RemotePort    = @('445')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.0/25')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-r4483c855fcfaa620-ipv4-tcp'
  DisplayName   = 'Portbook: clients-east 52028/tcp: Windowsエージェントへのティックルと電源管理の指示 (TCP)'
  Description   = 'itms/symantec-management-agent/tickle-tcp: Windowsエージェントへのティックルと電源管理の指示 (TCP)'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  RemotePort    = @('52028')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.0/25')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-r2a58f767d43140df-ipv4-udp'
  DisplayName   = 'Portbook: clients-east 138/udp: エージェントのインストール先コンピューターへの初回接続 (NETLOGON)'
  Description   = 'itms/notification-server/agent-install-netlogon: エージェントのインストール先コンピューターへの初回接続 (NETLOGON)'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'UDP'
  RemotePort    = @('138')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.0/25')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-r9ffaa8a3c2e6e4c2-ipv4-udp'
  DisplayName   = 'Portbook: clients-east 52028/udp: Windowsエージェントへのティックルと電源管理の指示 (UDP)'
  Description   = 'itms/symantec-management-agent/tickle-udp: Windowsエージェントへのティックルと電源管理の指示 (UDP)'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'UDP'
  RemotePort    = @('52028')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.0/25')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-rd43933cc056eec14-ipv4-tcp'
  DisplayName   = 'Portbook: clients-west 445/tcp: エージェントのインストール先コンピューターへの初回接続 (SMB) (+1)'
  Description   = 'itms/notification-server/agent-install-smb: エージェントのインストール先コンピューターへの初回接続 (SMB); itms/symantec-management-agent/push-install: Windowsコンピューターへのエージェントのプッシュインストール'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  RemotePort    = @('445')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.128-198.51.100.250')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-r185a1c81368bb412-ipv4-tcp'
  DisplayName   = 'Portbook: clients-west 52028/tcp: Windowsエージェントへのティックルと電源管理の指示 (TCP)'
  Description   = 'itms/symantec-management-agent/tickle-tcp: Windowsエージェントへのティックルと電源管理の指示 (TCP)'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  RemotePort    = @('52028')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.128-198.51.100.250')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-rd52b859a77fd5f42-ipv4-udp'
  DisplayName   = 'Portbook: clients-west 138/udp: エージェントのインストール先コンピューターへの初回接続 (NETLOGON)'
  Description   = 'itms/notification-server/agent-install-netlogon: エージェントのインストール先コンピューターへの初回接続 (NETLOGON)'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'UDP'
  RemotePort    = @('138')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.128-198.51.100.250')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-r6529353c473c29de-ipv4-udp'
  DisplayName   = 'Portbook: clients-west 52028/udp: Windowsエージェントへのティックルと電源管理の指示 (UDP)'
  Description   = 'itms/symantec-management-agent/tickle-udp: Windowsエージェントへのティックルと電源管理の指示 (UDP)'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'UDP'
  RemotePort    = @('52028')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('198.51.100.128-198.51.100.250')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-rd168cc3174947e40-ipv4-tcp'
  DisplayName   = 'Portbook: database 1433/tcp: Notification ServerによるリモートのSQL Serverデータベースの利用'
  Description   = 'itms/notification-server/sql-database: Notification ServerによるリモートのSQL Serverデータベースの利用'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  RemotePort    = @('1433')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('192.0.2.50')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-r7de8d26440511440-ipv4-tcp'
  DisplayName   = 'Portbook: directory 53/tcp 53/udp: 検出したコンピューターのホスト名とFQDNの名前解決'
  Description   = 'itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  RemotePort    = @('53')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('192.0.2.51-192.0.2.52')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-r7de8d26440511440-ipv4-udp'
  DisplayName   = 'Portbook: directory 53/tcp 53/udp: 検出したコンピューターのホスト名とFQDNの名前解決'
  Description   = 'itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'UDP'
  RemotePort    = @('53')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('192.0.2.51-192.0.2.52')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-rb676dc228b8516f9-ipv4-tcp'
  DisplayName   = 'Portbook: directory 389/tcp 389/udp: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
  Description   = 'itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'TCP'
  RemotePort    = @('389')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('192.0.2.51-192.0.2.52')
}
New-NetFirewallRule @rule | Out-Null

$rule = @{
  Name          = 'portbook-tokyo-management-rb676dc228b8516f9-ipv4-udp'
  DisplayName   = 'Portbook: directory 389/tcp 389/udp: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
  Description   = 'itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'UDP'
  RemotePort    = @('389')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('192.0.2.51-192.0.2.52')
}
New-NetFirewallRule @rule | Out-Null

# ルールで許可していない通信の双方向でのブロック (このスクリプト以外のルールは有効のまま)
Set-NetFirewallProfile -Profile @('Domain', 'Private', 'Public') -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block
