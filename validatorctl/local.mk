# validatorctl: the operator's tool.
sbin_PROGRAMS += validatorctl/validatorctl
validatorctl_validatorctl_SOURCES = \
	%D%/advice.c %D%/advice.h \
	%D%/ask.c \
	%D%/audit_log.c %D%/audit_log.h \
	%D%/cmd_audit.c \
	%D%/check.h \
	%D%/cmd_check.c \
	%D%/cmd_check_offline.c \
	%D%/cmd_config.c \
	%D%/cmd_deny.c \
	%D%/cmd_config_show.c \
	%D%/cmd_explain.c \
	%D%/cmd_grants.c \
	%D%/cmd_issuer_test.c \
	%D%/cmd_json_check.c \
	%D%/cmd_jws_verify.c \
	%D%/cmd_key.c \
	%D%/findings.c %D%/findings.h \
	%D%/grant_list.c %D%/grant_list.h \
	%D%/cmd_profiles.c \
	%D%/cmd_login_test.c \
	%D%/cmd_reload.c \
	%D%/cmd_status.c \
	%D%/ctl.h \
	%D%/input.c \
	%D%/issuer_credentials.c %D%/issuer_discovery.c %D%/issuer_keys.c \
	%D%/issuer_trial.c %D%/issuer_trial.h \
	%D%/key_file.c %D%/key_file.h \
	%D%/paths.c \
	%D%/print.c %D%/print.h \
	%D%/typed_line.c %D%/typed_line.h \
	%D%/validatorctl.c
validatorctl_validatorctl_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
validatorctl_validatorctl_CFLAGS = $(PROGRAM_COMPILE) $(EVENT_CFLAGS)
validatorctl_validatorctl_LDFLAGS = $(PROGRAM_LINK)
validatorctl_validatorctl_LDADD = validatord/libvalidatord.la lib/libjose.la lib/libdaemon.la
