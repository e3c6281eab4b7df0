brokerd_libbrokerd_la_SOURCES += \
	%D%/developer.h \
	%D%/page_logo.c
