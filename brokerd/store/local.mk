brokerd_libbrokerd_la_SOURCES += \
	%D%/query.c \
	%D%/store.c \
	%D%/store.h \
	%D%/store_lock.c \
	%D%/store_lock.h \
	%D%/store_private.h \
	%D%/store_schema.c \
	%D%/store_schema.h
