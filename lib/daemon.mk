lib_libdaemon_la_SOURCES = lib/log.c lib/json.c lib/json_check.c lib/json_scan.c lib/json_scan.h lib/json_write.c
lib_libdaemon_la_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS) $(INIH_CFLAGS)
lib_libdaemon_la_LIBADD = lib/libclient.la $(CJSON_LIBS) $(INIH_LIBS) -lm
