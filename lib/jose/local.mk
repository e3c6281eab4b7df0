# libjose: keys and signed tokens of others, verified; asymmetric only.
noinst_LTLIBRARIES += lib/libjose.la
lib_libjose_la_SOURCES = \
	lib/jose/jwk.c lib/jose/jwk.h \
	lib/jose/jwk_verify.c \
	lib/jose/jwks.c lib/jose/jwks.h \
	lib/jose/jws.c lib/jose/jws.h \
	lib/jose/jws_algorithm.c lib/jose/jws_algorithm.h \
	lib/jose/public_key.c lib/jose/public_key.h
lib_libjose_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
lib_libjose_la_LIBADD = lib/libdaemon.la $(CRYPTO_LIBS)
