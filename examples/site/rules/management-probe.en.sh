#!/usr/bin/env bash
# Portbook: site tokyo, host management
# Data: EDITION
# Connection test to run on host management
# Opens the connections that the host needs; sends no data over TCP. Exit status 1: a required connection is not open.
# shellcheck disable=SC1003,SC1112,SC2016 # nothing in texts is expanded
# shellcheck disable=SC2034,SC2317 # not every test and result has to occur
set -u
export LC_ALL=C # in which the messages are that are looked for below

limit=${PORTBOOK_WAIT:-3} # Seconds to wait for an answer
open='open          '
refused='refused       '
no_answer='no answer     '
unreachable='unreachable   '
unknown_name='unknown name  '
not_refused='not refused   '
untested='not tested    '
failed=0

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

printf '%s\n' 'Result        Destination host  Destination address            Port       Purpose'
row "$untested" 'clients-east      198.51.100.0/25                445/tcp    itms/notification-server/agent-install-smb: Initial SMB connection to a computer where the agent will be installed.; itms/symantec-management-agent/push-install: Push installation of the agent on a Windows computer.'
row "$untested" 'clients-east      198.51.100.0/25                52028/tcp  itms/symantec-management-agent/tickle-tcp: Tickles and power management commands to Windows agents over TCP.'
row "$untested" 'clients-east      198.51.100.0/25                138/udp    itms/notification-server/agent-install-netlogon: Initial NETLOGON connection to a computer where the agent will be installed.'
row "$untested" 'clients-east      198.51.100.0/25                52028/udp  itms/symantec-management-agent/tickle-udp: Tickles and power management commands to Windows agents over UDP.'
row "$untested" 'clients-west      198.51.100.128-198.51.100.250  445/tcp    itms/notification-server/agent-install-smb: Initial SMB connection to a computer where the agent will be installed.; itms/symantec-management-agent/push-install: Push installation of the agent on a Windows computer.'
row "$untested" 'clients-west      198.51.100.128-198.51.100.250  52028/tcp  itms/symantec-management-agent/tickle-tcp: Tickles and power management commands to Windows agents over TCP.'
row "$untested" 'clients-west      198.51.100.128-198.51.100.250  138/udp    itms/notification-server/agent-install-netlogon: Initial NETLOGON connection to a computer where the agent will be installed.'
row "$untested" 'clients-west      198.51.100.128-198.51.100.250  52028/udp  itms/symantec-management-agent/tickle-udp: Tickles and power management commands to Windows agents over UDP.'
tcp_port '192.0.2.50' 1433 'database          192.0.2.50                     1433/tcp   itms/notification-server/sql-database: Access to a remote SQL Server database.'
tcp_port '192.0.2.51' 53 'directory         192.0.2.51                     53/tcp     itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
udp_port '192.0.2.51' 53 'directory         192.0.2.51                     53/udp     itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
tcp_port '192.0.2.52' 53 'directory         192.0.2.52                     53/tcp     itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
udp_port '192.0.2.52' 53 'directory         192.0.2.52                     53/udp     itms/computer-discovery/dns: Resolution of host names and fully qualified domain names during discovery.'
tcp_port '192.0.2.51' 389 'directory         192.0.2.51                     389/tcp    itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
udp_port '192.0.2.51' 389 'directory         192.0.2.51                     389/udp    itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
tcp_port '192.0.2.52' 389 'directory         192.0.2.52                     389/tcp    itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
udp_port '192.0.2.52' 389 'directory         192.0.2.52                     389/udp    itms/notification-server/active-directory: Active Directory imports through import rules or the LDAP source of Data Connector.'
printf '%s\n' 'UDP: only a refusal is certain. Without one, a silent application and a firewall that drops look the same.'
exit "$failed"
