brokerd_libbrokerd_la_SOURCES += \
	%D%/audit_log.c \
	%D%/audit_log.h \
	%D%/fault.c \
	%D%/fault.h \
	%D%/fault_answer.c \
	%D%/page_faults.c
