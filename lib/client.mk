# libclient: libc only; linked into the PAM module.
lib_libclient_la_SOURCES = \
	lib/buf.c \
	lib/channel.c lib/channel.h \
	lib/client.c \
	lib/deadline.c \
	lib/message.c \
	lib/message_table.c lib/message_table.h \
	lib/secret.c \
	lib/status.c \
	lib/utf8.c lib/utf8.h
lib_libclient_la_LIBADD =
