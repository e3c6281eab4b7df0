brokerd_libbrokerd_la_SOURCES += \
	%D%/audit_log.c \
	%D%/audit_log.h
