brokerd_libbrokerd_la_SOURCES += \
	%D%/command.c \
	%D%/command.h \
	%D%/command_app.c \
	%D%/command_fault.c \
	%D%/command_init.c \
	%D%/command_key.c \
	%D%/command_receiver.c \
	%D%/command_serve.c \
	%D%/command_token.c \
	%D%/options.c \
	%D%/options.h
