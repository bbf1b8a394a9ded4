# Portbook: site tokyo, host management
# Data: EDITION
# Windows Firewall rules. Run this script again to replace them.
#Requires -Version 5.1
#Requires -RunAsAdministrator
#Requires -Modules NetSecurity
$ErrorActionPreference = 'Stop'
$group = 'Portbook tokyo management'

# Removes the rules of an earlier run.
Get-NetFirewallRule -Group $group -ErrorAction SilentlyContinue | Remove-NetFirewallRule

$rule = @{
  Name          = 'portbook-tokyo-management-r9ba41eb3df47e139-ipv4-tcp'
  DisplayName   = 'Portbook: clients-east 443/tcp: First agent connection after its service starts. (+3)'
  Description   = 'itms/symantec-management-agent/initial-connection: First agent connection after its service starts. (The console and the agents use HTTPS); itms/symantec-management-agent/policy-and-events: Policy updates and event posting. (The console and the agents use HTTPS); itms/notification-server/windows-agents: Connections from Windows clients to Notification Server. (The console and the agents use HTTPS); itms/symantec-management-agent/notification-server: Connections from a Windows agent to its Notification Server. (The console and the agents use HTTPS)'
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
  DisplayName   = 'Portbook: clients-west 443/tcp: First agent connection after its service starts. (+3)'
  Description   = 'itms/symantec-management-agent/initial-connection: First agent connection after its service starts. (The console and the agents use HTTPS); itms/symantec-management-agent/policy-and-events: Policy updates and event posting. (The console and the agents use HTTPS); itms/notification-server/windows-agents: Connections from Windows clients to Notification Server. (The console and the agents use HTTPS); itms/symantec-management-agent/notification-server: Connections from a Windows agent to its Notification Server. (The console and the agents use HTTPS)'
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
  DisplayName   = 'Portbook: packages-east 445/tcp: UNC access to Notification Server.'
  Description   = 'itms/package-server/unc-outbound: UNC access to Notification Server.'
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
  DisplayName   = 'Portbook: packages-west 445/tcp: UNC access to Notification Server.'
  Description   = 'itms/package-server/unc-outbound: UNC access to Notification Server.'
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
  DisplayName   = 'Portbook: clients-east 445/tcp: Initial SMB connection to a computer where the agent will be installed. (+1)'
  Description   = 'itms/notification-server/agent-install-smb: Initial SMB connection to a computer where the agent will be installed.; itms/symantec-management-agent/push-install: Push installation of the agent on a Windows computer.'
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
  DisplayName   = 'Portbook: clients-east 52028/tcp: Tickles and power management commands to Windows agents over TCP.'
  Description   = 'itms/symantec-management-agent/tickle-tcp: Tickles and power management commands to Windows agents over TCP.'
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
  DisplayName   = 'Portbook: clients-east 138/udp: Initial NETLOGON connection to a computer where the agent will be installed.'
  Description   = 'itms/notification-server/agent-install-netlogon: Initial NETLOGON connection to a computer where the agent will be installed.'
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
  DisplayName   = 'Portbook: clients-east 52028/udp: Tickles and power management commands to Windows agents over UDP.'
  Description   = 'itms/symantec-management-agent/tickle-udp: Tickles and power management commands to Windows agents over UDP.'
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
  DisplayName   = 'Portbook: clients-west 445/tcp: Initial SMB connection to a computer where the agent will be installed. (+1)'
  Description   = 'itms/notification-server/agent-install-smb: Initial SMB connection to a computer where the agent will be installed.; itms/symantec-management-agent/push-install: Push installation of the agent on a Windows computer.'
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
  DisplayName   = 'Portbook: clients-west 52028/tcp: Tickles and power management commands to Windows agents over TCP.'
  Description   = 'itms/symantec-management-agent/tickle-tcp: Tickles and power management commands to Windows agents over TCP.'
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
  DisplayName   = 'Portbook: clients-west 138/udp: Initial NETLOGON connection to a computer where the agent will be installed.'
  Description   = 'itms/notification-server/agent-install-netlogon: Initial NETLOGON connection to a computer where the agent will be installed.'
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
  DisplayName   = 'Portbook: clients-west 52028/udp: Tickles and power management commands to Windows agents over UDP.'
  Description   = 'itms/symantec-management-agent/tickle-udp: Tickles and power management commands to Windows agents over UDP.'
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
  DisplayName   = 'Portbook: database 1433/tcp: Access to a remote SQL Server database.'
  Description   = 'itms/notification-server/sql-database: Access to a remote SQL Server database.'
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
  DisplayName   = 'Portbook: directory 53/tcp 53/udp: Resolution of host names and fully qualified domain names during discovery.'
  Description   = 'itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
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
  DisplayName   = 'Portbook: directory 53/tcp 53/udp: Resolution of host names and fully qualified domain names during discovery.'
  Description   = 'itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
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
  DisplayName   = 'Portbook: directory 389/tcp 389/udp: Active Directory imports through import rules or the LDAP source of Data Connector.'
  Description   = 'itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
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
  DisplayName   = 'Portbook: directory 389/tcp 389/udp: Active Directory imports through import rules or the LDAP source of Data Connector.'
  Description   = 'itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
  Group         = $group
  Direction     = 'Outbound'
  Action        = 'Allow'
  Protocol      = 'UDP'
  RemotePort    = @('389')
  LocalAddress  = @('192.0.2.40')
  RemoteAddress = @('192.0.2.51-192.0.2.52')
}
New-NetFirewallRule @rule | Out-Null

# Blocks what no rule permits, in both directions. Rules from other sources stay in effect.
Set-NetFirewallProfile -Profile @('Domain', 'Private', 'Public') -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block
