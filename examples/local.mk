# examples: a configuration and stacks to copy from. Installed as documents.
exampledir = $(docdir)/examples
dist_example_DATA = %D%/validatord.conf %D%/broker.conf
if GATEWAYD
dist_example_DATA += %D%/gatewayd.conf
examplenginxdir = $(exampledir)/nginx
dist_examplenginx_DATA = %D%/nginx/gate.conf %D%/nginx/web-tool.conf
exampletraefikdir = $(exampledir)/traefik
dist_exampletraefik_DATA = %D%/traefik/web-tool.yaml
examplecaddydir = $(exampledir)/caddy
dist_examplecaddy_DATA = %D%/caddy/Caddyfile
endif
examplepolicydir = $(exampledir)/policy.d
dist_examplepolicy_DATA = %D%/policy.d/50-sudo.conf
examplesshddir = $(exampledir)/sshd_config.d
dist_examplesshd_DATA = %D%/sshd_config.d/50-key-and-token.conf
examplepamdir = $(exampledir)/pam.d
dist_examplepam_DATA = \
	%D%/pam.d/local-password-in-outage \
	%D%/pam.d/postgresql \
	%D%/pam.d/sshd \
	%D%/pam.d/sshd-fedora \
	%D%/pam.d/sshd-second-factor \
	%D%/pam.d/sudo
