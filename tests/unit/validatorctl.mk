# tests of validatorctl; they use the protocol's words of daemon_driver.py.
EXTRA_DIST += tests/unit/ctl_driver.py tests/unit/ctl_cases.py \
	tests/unit/ctl_as.py tests/unit/ctl_asking.py \
	tests/unit/ctl_command_line.py tests/unit/ctl_issuer.py \
	tests/unit/ctl_log.py tests/unit/ctl_offline.py \
	tests/unit/ctl_real.py tests/unit/ctl_texts.py tests/unit/ctl_tokens.py
dist_check_SCRIPTS += tests/unit/test_validatorctl.sh
TESTS += tests/unit/test_validatorctl.sh
