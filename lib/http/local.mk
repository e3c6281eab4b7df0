# libhttp: what the programs that serve HTTP share. Its glue is the only user of
# libmicrohttpd.
noinst_LTLIBRARIES += lib/libhttp.la
lib_libhttp_la_SOURCES = \
	%D%/form.c \
	%D%/form.h \
	%D%/http_server.c \
	%D%/http_server.h \
	%D%/request_head.c \
	%D%/request_head.h \
	%D%/respond.c \
	%D%/respond.h \
	%D%/template.c \
	%D%/template.h \
	%D%/upload.c \
	%D%/upload.h
lib_libhttp_la_CFLAGS = $(AM_CFLAGS) -pthread $(MICROHTTPD_CFLAGS)
lib_libhttp_la_LIBADD = lib/libdaemon.la $(MICROHTTPD_LIBS)
