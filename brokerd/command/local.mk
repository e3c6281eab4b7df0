brokerd_libbrokerd_la_SOURCES += \
	%D%/command.c \
	%D%/command.h \
	%D%/app_acts.h \
	%D%/command_app.c \
	%D%/command_fault.c \
	%D%/command_app_acts.c \
	%D%/command_audit.c \
	%D%/command_grant.c \
	%D%/command_init.c \
	%D%/command_key.c \
	%D%/command_live.c \
	%D%/command_receiver.c \
	%D%/command_serve.c \
	%D%/command_token.c \
	%D%/command_user.c \
	%D%/options.c \
	%D%/options.h \
	%D%/verbs.c \
	%D%/verbs.h
