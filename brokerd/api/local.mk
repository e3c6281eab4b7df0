brokerd_libbrokerd_la_SOURCES += \
	%D%/api_fault.c \
	%D%/api_fault.h \
	%D%/call_log.c \
	%D%/call_log.h \
	%D%/endpoint_account.c \
	%D%/rate_limit.c \
	%D%/rate_limit.h
