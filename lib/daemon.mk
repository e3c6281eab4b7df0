# libdaemon: what the programs share beyond libclient.
lib_libdaemon_la_SOURCES = \
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
	lib/log.c
lib_libdaemon_la_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS) $(INIH_CFLAGS)
lib_libdaemon_la_LIBADD = lib/libclient.la $(CJSON_LIBS) $(INIH_LIBS) -lm
