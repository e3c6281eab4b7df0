brokerd_libbrokerd_la_SOURCES += \
	%D%/app_errors.c \
	%D%/app_errors.h \
	%D%/app_logo.c \
	%D%/app_logo.h \
	%D%/app_store.c \
	%D%/app_store.h \
	%D%/redirect.c \
	%D%/redirect.h \
	%D%/review.c \
	%D%/review.h \
	%D%/review_store.c \
	%D%/scope_list.c \
	%D%/scope_list.h \
	%D%/scope_store.c \
	%D%/scope_store.h
