tcp   LISTEN 0      511          0.0.0.0:8443      0.0.0.0:*    users:(("httpd",pid=812,fd=4))
tcp   LISTEN 0      80         127.0.0.1:3306      0.0.0.0:*    users:(("mysqld",pid=790,fd=19))
tcp   LISTEN 0      4096               *:9100            *:*    users:(("node_exporter",pid=655,fd=3))
udp   UNCONN 0      0            0.0.0.0:10323     0.0.0.0:*    users:(("mcp",pid=901,fd=8))
