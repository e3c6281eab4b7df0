# reading the configuration
validatord_libvalidatord_la_SOURCES += \
	validatord/config.c validatord/config.h \
	validatord/client_key.c validatord/client_key.h \
	validatord/config_check.h \
	validatord/config_client.c \
	validatord/config_files.c validatord/config_files.h \
	validatord/config_issuer.c \
	validatord/config_join.c \
	validatord/config_policy.c \
	validatord/config_probe.c validatord/config_probe.h \
	validatord/config_secret.c validatord/config_secret.h \
	validatord/config_sign_in.c \
	validatord/config_signing.c \
	validatord/config_table.c validatord/config_table.h \
	validatord/config_table_issuer.c \
	validatord/config_template.c \
	validatord/config_text.c validatord/config_text.h \
	validatord/config_url.c validatord/config_url.h \
	validatord/config_validatord.c \
	validatord/config_warnings.c \
	validatord/folders.c validatord/folders.h \
	validatord/profile.c validatord/profile.h \
	validatord/profile_apply.c
