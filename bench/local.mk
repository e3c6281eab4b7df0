# bench: built by `make bench-programs`, never by `make`; run by bench/gate.
EXTRA_PROGRAMS = \
	bench/echo_server bench/load bench/pam_login bench/introspect \
	bench/jws_verify
EXTRA_LTLIBRARIES = bench/pam_in_process.la
EXTRA_DIST += bench/broker bench/gate bench/jws bench/jws_peer.c bench/waiting \
	bench/stage.py bench/peers.py
CLEANFILES += $(EXTRA_PROGRAMS) $(EXTRA_LTLIBRARIES)

bench_echo_server_SOURCES = bench/echo_server.c
bench_load_SOURCES = bench/load.c
bench_load_LDADD = lib/libdaemon.la
bench_pam_login_SOURCES = bench/pam_login.c
bench_pam_login_LDADD = lib/libdaemon.la $(PAM_LIBS)
bench_introspect_SOURCES = bench/introspect.c
bench_introspect_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
bench_introspect_LDADD = lib/libdaemon.la $(CURL_LIBS)
bench_pam_in_process_la_SOURCES = bench/pam_in_process.c
bench_pam_in_process_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
bench_pam_in_process_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version \
	-shared -rpath /nowhere
bench_pam_in_process_la_LIBADD = $(PAM_LIBS) $(CURL_LIBS)

bench_jws_verify_SOURCES = bench/jws_verify.c \
	tests/unit/jws_make.c tests/unit/jws_make.h
bench_jws_verify_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
bench_jws_verify_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
bench_jws_verify_LDADD = lib/libjose.la lib/libdaemon.la $(CRYPTO_LIBS)

# The tests run a short round of it.
check_PROGRAMS += bench/forge
bench_forge_SOURCES = bench/forge.c bench/forge.h bench/forge_change.c \
	bench/forge_sign.c \
	tests/unit/jws_make.c tests/unit/jws_make.h
bench_forge_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
bench_forge_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
bench_forge_LDADD = lib/libjose.la lib/libdaemon.la $(CRYPTO_LIBS)

.PHONY: bench-programs
bench-programs: $(EXTRA_PROGRAMS) $(EXTRA_LTLIBRARIES) $(check_LTLIBRARIES) \
	validatord/validatord
