# System tests: pytest as root against an installed prefix; run by dev/check.
EXTRA_DIST += \
	%D%/accounts.py \
	%D%/alpaca.py \
	%D%/bad_as.py \
	%D%/broker.py \
	%D%/certificates.py \
	%D%/chromium.py \
	%D%/conftest.py \
	%D%/gate.py \
	%D%/layout.py \
	%D%/login_stage.py \
	%D%/nginx_rig.py \
	%D%/oidc_provider.py \
	%D%/owner.py \
	%D%/robot.py \
	%D%/server.mjs \
	%D%/sshd_rig.py \
	%D%/sudo_rig.py \
	%D%/tap.py \
	%D%/terminal.py \
	%D%/test_bad_server.py \
	%D%/test_canary.py \
	%D%/test_control.py \
	%D%/test_load.py \
	%D%/test_login.py \
	%D%/test_long_token.py \
	%D%/test_misconfiguration.py \
	%D%/test_outage.py \
	%D%/test_privilege.py \
	%D%/test_systemd.py \
	%D%/test_unattended.py \
	%D%/wire.py
