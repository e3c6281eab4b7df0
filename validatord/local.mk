# validatord: everything but main() in one convenience library, so that tests
# link what runs.
noinst_LTLIBRARIES += validatord/libvalidatord.la
validatord_libvalidatord_la_SOURCES =
validatord_libvalidatord_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
validatord_libvalidatord_la_CFLAGS = $(AM_CFLAGS) $(EVENT_CFLAGS) $(CRYPTO_CFLAGS) $(CURL_CFLAGS) $(SQLITE_CFLAGS) \
	$(QRENCODE_CFLAGS)
validatord_libvalidatord_la_LIBADD = lib/libjose.la lib/libdaemon.la lib/libsandbox.la $(EVENT_LIBS) $(CRYPTO_LIBS) $(CURL_LIBS) $(SQLITE_LIBS) \
	$(QRENCODE_LIBS)
include validatord/config.mk
include validatord/stages.mk
include validatord/core.mk
include validatord/grants.mk
include validatord/login.mk
include validatord/fetch/fetch.mk
