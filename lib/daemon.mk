# libdaemon: what the programs share beyond libclient.
lib_libdaemon_la_SOURCES = \
	lib/base64url.c \
	lib/base64url_decode.c \
	lib/conf.c \
	lib/conf_file.c lib/conf_file.h \
	lib/conf_line.c lib/conf_line.h \
	lib/conf_print.c \
	lib/conf_store.c \
	lib/conf_value.c lib/conf_value.h \
	lib/json.c \
	lib/json_check.c lib/json_plain.h \
	lib/json_scan.c lib/json_scan.h \
	lib/json_write.c \
	lib/daemon_options.c lib/daemon_options.h \
	lib/log.c \
	lib/notify.c lib/notify.h \
	lib/privileges.c lib/privileges.h
lib_libdaemon_la_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS) $(INIH_CFLAGS)
lib_libdaemon_la_LIBADD = lib/libclient.la $(CJSON_LIBS) $(INIH_LIBS) -lm

# libsandbox: what a daemon can no longer do once it has started.
lib_libsandbox_la_SOURCES = lib/sandbox.c lib/sandbox.h
lib_libsandbox_la_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
lib_libsandbox_la_LIBADD = $(SECCOMP_LIBS)
