# Portbook: site cloud, gateway
# Data: EDITION
# ! through administrators -> application 22/tcp: application has only a selector (expenses app=application tier=backend), but this firewall does not support selectors; no rule is written
# ! through application -> batch 5671/tcp: application has only a selector (expenses app=application tier=backend), but this firewall does not support selectors; no rule is written
# ! through application -> database 1433/tcp: application has only a selector (expenses app=application tier=backend), but this firewall does not support selectors; no rule is written
# ! through application -> directory 53/tcp 53/udp: application has only a selector (expenses app=application tier=backend), but this firewall does not support selectors; no rule is written
# ! through application -> directory 636/tcp: application has only a selector (expenses app=application tier=backend), but this firewall does not support selectors; no rule is written
# ! through application -> logs 6514/tcp: application has only a selector (expenses app=application tier=backend), but this firewall does not support selectors; no rule is written
# ! through application -> mail 587/tcp: application has only a selector (expenses app=application tier=backend), but this firewall does not support selectors; no rule is written
# ! through application -> mail 587/tcp: mail has only DNS names (mail.example.com), but this firewall requires addresses; no rule is written
# ! through batch -> expenses/bank 443/tcp: expenses/bank has only DNS names (transfer.bank.example), but this firewall requires addresses; no rule is written
# ! through employees -> portal 443/tcp: portal has only a selector (expenses app=portal), but this firewall does not support selectors; no rule is written
# AWS security group rules. A security group permits nothing else.

# expenses/application/name-resolution: Finds the addresses of the other servers.
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_tcp_53_07e20eeb" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.11/32"
  ip_protocol       = "tcp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution: Finds the addresses of the other servers."
}

# expenses/application/name-resolution: Finds the addresses of the other servers.
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_tcp_53_288f3644" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.14/32"
  ip_protocol       = "tcp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution: Finds the addresses of the other servers."
}

# expenses/application/name-resolution: Finds the addresses of the other servers.
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_tcp_53_b2560924" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv6         = "2001:db8:1::11/128"
  ip_protocol       = "tcp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution: Finds the addresses of the other servers."
}

# expenses/application/name-resolution: Finds the addresses of the other servers.
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_tcp_53_b590f781" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.12/31"
  ip_protocol       = "tcp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution: Finds the addresses of the other servers."
}

# expenses/application/name-resolution: Finds the addresses of the other servers.
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_udp_53_26b1377c" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv6         = "2001:db8:1::11/128"
  ip_protocol       = "udp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution: Finds the addresses of the other servers."
}

# expenses/application/name-resolution: Finds the addresses of the other servers.
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_udp_53_48bf6851" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.12/31"
  ip_protocol       = "udp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution: Finds the addresses of the other servers."
}

# expenses/application/name-resolution: Finds the addresses of the other servers.
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_udp_53_ac2fa89c" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.14/32"
  ip_protocol       = "udp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution: Finds the addresses of the other servers."
}

# expenses/application/name-resolution: Finds the addresses of the other servers.
resource "aws_vpc_security_group_egress_rule" "egress_batch_directory_udp_53_bd5307b7" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "198.51.100.11/32"
  ip_protocol       = "udp"
  from_port         = 53
  to_port           = 53
  description       = "expenses/application/name-resolution: Finds the addresses of the other servers."
}

# expenses/operation/shell: Administrators maintain the servers.
resource "aws_vpc_security_group_ingress_rule" "ingress_batch_administrators_tcp_22_236b70c3" {
  security_group_id = "sg-0123456789abcdef0"
  cidr_ipv4         = "203.0.113.240/28"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  description       = "expenses/operation/shell: Administrators maintain the servers."
}
