lib_libclient_la_SOURCES = lib/status.c
lib_libclient_la_LIBADD =
