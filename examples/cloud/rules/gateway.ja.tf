# Portbook: サイトcloud、ゲートウェイ
# データ: EDITION
# ! through administrators -> application 22/tcp: applicationはセレクターのみ (expenses app=application tier=backend)。このファイアウォールでは指定不可 (ルールなし)
# ! through application -> batch 5671/tcp: applicationはセレクターのみ (expenses app=application tier=backend)。このファイアウォールでは指定不可 (ルールなし)
# ! through application -> database 1433/tcp: applicationはセレクターのみ (expenses app=application tier=backend)。このファイアウォールでは指定不可 (ルールなし)
# ! through application -> directory 53/tcp 53/udp: applicationはセレクターのみ (expenses app=application tier=backend)。このファイアウォールでは指定不可 (ルールなし)
# ! through application -> directory 636/tcp: applicationはセレクターのみ (expenses app=application tier=backend)。このファイアウォールでは指定不可 (ルールなし)
# ! through application -> logs 6514/tcp: applicationはセレクターのみ (expenses app=application tier=backend)。このファイアウォールでは指定不可 (ルールなし)
# ! through application -> mail 587/tcp: applicationはセレクターのみ (expenses app=application tier=backend)。このファイアウォールでは指定不可 (ルールなし)
# ! through application -> mail 587/tcp: mailは名前のみ (mail.example.com)。このファイアウォールではアドレスが必要 (ルールなし)
# ! through batch -> expenses/bank 443/tcp: expenses/bankは名前のみ (transfer.bank.example)。このファイアウォールではアドレスが必要 (ルールなし)
# ! through employees -> portal 443/tcp: portalはセレクターのみ (expenses app=portal)。このファイアウォールでは指定不可 (ルールなし)
# AWSセキュリティグループのルール (ルールにない通信はすべて拒否)

# expenses/application/name-resolution: 他サーバーの名前解決
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_tcp_53_07e20eeb" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.11/32"
  ip_protocol       = "tcp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution"
}

# expenses/application/name-resolution: 他サーバーの名前解決
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_tcp_53_288f3644" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.14/32"
  ip_protocol       = "tcp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution"
}

# expenses/application/name-resolution: 他サーバーの名前解決
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_tcp_53_b2560924" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv6         = "2001:db8:1::11/128"
  ip_protocol       = "tcp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution"
}

# expenses/application/name-resolution: 他サーバーの名前解決
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_tcp_53_b590f781" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.12/31"
  ip_protocol       = "tcp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution"
}

# expenses/application/name-resolution: 他サーバーの名前解決
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_udp_53_26b1377c" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv6         = "2001:db8:1::11/128"
  ip_protocol       = "udp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution"
}

# expenses/application/name-resolution: 他サーバーの名前解決
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_udp_53_48bf6851" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.12/31"
  ip_protocol       = "udp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution"
}

# expenses/application/name-resolution: 他サーバーの名前解決
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_udp_53_ac2fa89c" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.14/32"
  ip_protocol       = "udp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution"
}

# expenses/application/name-resolution: 他サーバーの名前解決
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_udp_53_bd5307b7" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.11/32"
  ip_protocol       = "udp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution"
}

# expenses/operation/shell: 管理者によるサーバーの保守
resource "aws_vpc_security_group_ingress_rule" "ingress_batch_administrators_tcp_22_236b70c3" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "203.0.113.240/28"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  description       = "expenses/operation/shell"
}
