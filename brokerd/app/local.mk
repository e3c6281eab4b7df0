brokerd_libbrokerd_la_SOURCES += \
	%D%/app_store.c \
	%D%/app_store.h \
	%D%/redirect.c \
	%D%/redirect.h
