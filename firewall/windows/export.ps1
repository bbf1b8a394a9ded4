#Requires -Version 5.1
#Requires -Modules NetSecurity
# Writes the firewall rules that are in force as JSON: numbers and names that
# are the same in every language of Windows. Run it as administrator.
[CmdletBinding()]
param([string]$Path = 'firewall.json')
$ErrorActionPreference = 'Stop'
$store = 'ActiveStore'

function Get-Number($object, [string]$name) { $object.CimInstanceProperties[$name].Value }

$profiles = @(Get-NetFirewallProfile -PolicyStore $store | ForEach-Object {
    [ordered]@{
      name              = [string]$_.Name
      enabled           = Get-Number $_ 'Enabled'
      inbound           = Get-Number $_ 'DefaultInboundAction'
      outbound          = Get-Number $_ 'DefaultOutboundAction'
      allowInboundRules = Get-Number $_ 'AllowInboundRules'
    }
  })
$networks = @(Get-NetConnectionProfile -ErrorAction SilentlyContinue | ForEach-Object { Get-Number $_ 'NetworkCategory' })
$rules = @(Get-NetFirewallRule -PolicyStore $store | ForEach-Object {
    [ordered]@{
      id          = [string]$_.InstanceID
      enabled     = Get-Number $_ 'Enabled'
      direction   = Get-Number $_ 'Direction'
      action      = Get-Number $_ 'Action'
      profiles    = Get-Number $_ 'Profiles'
      owner       = [string]$_.Owner
      enforcement = @(Get-Number $_ 'EnforcementStatus' | Where-Object { $null -ne $_ })
    }
  })
$ports = @(Get-NetFirewallPortFilter -PolicyStore $store | ForEach-Object {
    [ordered]@{
      id         = [string]$_.InstanceID
      protocol   = [string]$_.Protocol
      localPort  = @($_.LocalPort | ForEach-Object { [string]$_ })
      remotePort = @($_.RemotePort | ForEach-Object { [string]$_ })
      icmpType   = @($_.IcmpType | ForEach-Object { [string]$_ })
      transport  = Get-Number $_ 'DynamicTransport'
    }
  })
$addresses = @(Get-NetFirewallAddressFilter -PolicyStore $store | ForEach-Object {
    [ordered]@{
      id      = [string]$_.InstanceID
      local   = @($_.LocalAddress | ForEach-Object { [string]$_ })
      remote  = @($_.RemoteAddress | ForEach-Object { [string]$_ })
      dynamic = @($_.RemoteDynamicKeywordAddresses | Where-Object { $_ } | ForEach-Object { [string]$_ })
    }
  })
$programs = @(Get-NetFirewallApplicationFilter -PolicyStore $store | ForEach-Object {
    [ordered]@{ id = [string]$_.InstanceID; program = [string]$_.Program; package = [string]$_.Package }
  })
$services = @(Get-NetFirewallServiceFilter -PolicyStore $store | ForEach-Object {
    [ordered]@{ id = [string]$_.InstanceID; service = [string]$_.Service }
  })
$interfaces = @(Get-NetFirewallInterfaceFilter -PolicyStore $store | ForEach-Object {
    [ordered]@{ id = [string]$_.InstanceID; alias = @($_.InterfaceAlias | ForEach-Object { [string]$_ }) }
  })
$interfaceTypes = @(Get-NetFirewallInterfaceTypeFilter -PolicyStore $store | ForEach-Object {
    [ordered]@{ id = [string]$_.InstanceID; type = Get-Number $_ 'InterfaceType' }
  })
$security = @(Get-NetFirewallSecurityFilter -PolicyStore $store | ForEach-Object {
    [ordered]@{
      id             = [string]$_.InstanceID
      authentication = Get-Number $_ 'Authentication'
      encryption     = Get-Number $_ 'Encryption'
      overrides      = [bool]$_.OverrideBlockRules
      localUser      = [string]$_.LocalUser
      remoteUser     = [string]$_.RemoteUser
      remoteMachine  = [string]$_.RemoteMachine
    }
  })
$report = [ordered]@{
  format         = 'portbook-windows-firewall'
  version        = 1
  profiles       = $profiles
  networks       = $networks
  rules          = $rules
  ports          = $ports
  addresses      = $addresses
  programs       = $programs
  services       = $services
  interfaces     = $interfaces
  interfaceTypes = $interfaceTypes
  security       = $security
}
$json = ConvertTo-Json -InputObject $report -Depth 5 -Compress
$file = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
[IO.File]::WriteAllText($file, $json, (New-Object Text.UTF8Encoding $false))
