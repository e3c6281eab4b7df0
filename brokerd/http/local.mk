brokerd_libbrokerd_la_SOURCES += \
	%D%/form.c \
	%D%/form.h \
	%D%/http_server.c \
	%D%/http_server.h \
	%D%/respond.c \
	%D%/respond.h \
	%D%/template.c \
	%D%/template.h \
	%D%/upload.c \
	%D%/upload.h
