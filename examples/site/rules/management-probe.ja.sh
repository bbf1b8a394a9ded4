#!/usr/bin/env bash
# Portbook: サイトtokyo、ホストmanagement
# データ: EDITION
# 疎通確認 (実行ホスト: management)
# ホストに必要な接続の試行 (TCPではデータを送信しない)。接続できない通信がある場合の終了ステータスは1
# shellcheck disable=SC1003,SC1112,SC2016 # nothing in texts is expanded
# shellcheck disable=SC2034,SC2317 # not every test and result has to occur
set -u
export LC_ALL=C # in which the messages are that are looked for below

limit=${PORTBOOK_WAIT:-3} # 応答を待つ秒数
open='接続可        '
refused='拒否          '
no_answer='応答なし      '
unreachable='到達不可      '
unknown_name='名前解決不可  '
not_refused='拒否なし      '
untested='未確認        '
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

printf '%s\n' '結果          宛先ホスト    宛先アドレス                   ポート番号  用途'
row "$untested" 'clients-east  198.51.100.0/25                445/tcp     itms/notification-server/agent-install-smb: エージェントのインストール先コンピューターへの初回接続 (SMB); itms/symantec-management-agent/push-install: Windowsコンピューターへのエージェントのプッシュインストール'
row "$untested" 'clients-east  198.51.100.0/25                52028/tcp   itms/symantec-management-agent/tickle-tcp: Windowsエージェントへのティックルと電源管理の指示 (TCP)'
row "$untested" 'clients-east  198.51.100.0/25                138/udp     itms/notification-server/agent-install-netlogon: エージェントのインストール先コンピューターへの初回接続 (NETLOGON)'
row "$untested" 'clients-east  198.51.100.0/25                52028/udp   itms/symantec-management-agent/tickle-udp: Windowsエージェントへのティックルと電源管理の指示 (UDP)'
row "$untested" 'clients-west  198.51.100.128-198.51.100.250  445/tcp     itms/notification-server/agent-install-smb: エージェントのインストール先コンピューターへの初回接続 (SMB); itms/symantec-management-agent/push-install: Windowsコンピューターへのエージェントのプッシュインストール'
row "$untested" 'clients-west  198.51.100.128-198.51.100.250  52028/tcp   itms/symantec-management-agent/tickle-tcp: Windowsエージェントへのティックルと電源管理の指示 (TCP)'
row "$untested" 'clients-west  198.51.100.128-198.51.100.250  138/udp     itms/notification-server/agent-install-netlogon: エージェントのインストール先コンピューターへの初回接続 (NETLOGON)'
row "$untested" 'clients-west  198.51.100.128-198.51.100.250  52028/udp   itms/symantec-management-agent/tickle-udp: Windowsエージェントへのティックルと電源管理の指示 (UDP)'
tcp_port '192.0.2.50' 1433 'database      192.0.2.50                     1433/tcp    itms/notification-server/sql-database: Notification ServerによるリモートのSQL Serverデータベースの利用'
tcp_port '192.0.2.51' 53 'directory     192.0.2.51                     53/tcp      itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
udp_port '192.0.2.51' 53 'directory     192.0.2.51                     53/udp      itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
tcp_port '192.0.2.52' 53 'directory     192.0.2.52                     53/tcp      itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
udp_port '192.0.2.52' 53 'directory     192.0.2.52                     53/udp      itms/computer-discovery/dns: 検出したコンピューターのホスト名とFQDNの名前解決'
tcp_port '192.0.2.51' 389 'directory     192.0.2.51                     389/tcp     itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
udp_port '192.0.2.51' 389 'directory     192.0.2.51                     389/udp     itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
tcp_port '192.0.2.52' 389 'directory     192.0.2.52                     389/tcp     itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
udp_port '192.0.2.52' 389 'directory     192.0.2.52                     389/udp     itms/notification-server/active-directory: インポートルールまたはData ConnectorのLDAPデータソースによるActive Directoryデータのインポート'
printf '%s\n' 'UDPで確実に判別できるのは拒否のみ (拒否がない場合、応答しないアプリケーションとファイアウォールによる破棄は区別不可)'
exit "$failed"
