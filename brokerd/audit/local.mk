brokerd_libbrokerd_la_SOURCES += \
	%D%/audit_log.c \
	%D%/audit_log.h \
	%D%/audit_read.c \
	%D%/audit_read.h \
	%D%/audit_verify.c \
	%D%/audit_verify.h
