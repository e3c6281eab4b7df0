# tests of lib/jose
EXTRA_DIST += tests/unit/jose_driver.py tests/unit/jose_cases.py
dist_check_SCRIPTS += tests/unit/test_jose_vectors.sh
TESTS += tests/unit/test_jose_vectors.sh
dist_check_SCRIPTS += tests/unit/test_forge.sh tests/unit/test_jws_verify.sh
TESTS += tests/unit/test_forge.sh tests/unit/test_jws_verify.sh
if SANITIZERS
FORGERIES = 2000
else
FORGERIES = 20000
endif
AM_TESTS_ENVIRONMENT += forgeries='$(FORGERIES)'; export forgeries;
check_PROGRAMS += tests/unit/jwk_lines
tests_unit_jwk_lines_CFLAGS = $(PROGRAM_COMPILE) $(CRYPTO_CFLAGS)
tests_unit_jwk_lines_LDFLAGS = $(PROGRAM_LINK)
tests_unit_jwk_lines_LDADD = lib/libjose.la lib/libdaemon.la $(CRYPTO_LIBS)

if TESTS_C
JOSE_TESTS = tests/unit/test_jws_header tests/unit/test_jws_text \
	tests/unit/test_jws_signature tests/unit/test_jwk tests/unit/test_jwks \
	tests/unit/test_base64url
check_PROGRAMS += $(JOSE_TESTS)
TESTS += $(JOSE_TESTS)
JOSE_TEST_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS) $(CRYPTO_CFLAGS)
JOSE_TEST_LDADD = tests/unit/libjosestage.la lib/libjose.la lib/libdaemon.la \
	$(CRYPTO_LIBS) $(CMOCKA_LIBS)

check_LTLIBRARIES += tests/unit/libjosestage.la
tests_unit_libjosestage_la_SOURCES = \
	tests/unit/jws_make.c tests/unit/jws_make.h \
	tests/unit/jws_stage.c tests/unit/jws_stage.h
tests_unit_libjosestage_la_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) \
	$(CRYPTO_CFLAGS)

tests_unit_test_jws_header_CFLAGS = $(JOSE_TEST_CFLAGS)
tests_unit_test_jws_header_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_jws_header_LDADD = $(JOSE_TEST_LDADD)

tests_unit_test_jws_text_CFLAGS = $(JOSE_TEST_CFLAGS)
tests_unit_test_jws_text_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_jws_text_LDADD = $(JOSE_TEST_LDADD)

tests_unit_test_jws_signature_SOURCES = tests/unit/test_jws_signature.c \
	tests/unit/allocations.c tests/unit/allocations.h
tests_unit_test_jws_signature_CFLAGS = $(JOSE_TEST_CFLAGS)
tests_unit_test_jws_signature_LDFLAGS = $(PROGRAM_LINK) $(WRAP_ALLOCATIONS)
tests_unit_test_jws_signature_LDADD = $(JOSE_TEST_LDADD)

tests_unit_test_jwk_CFLAGS = $(JOSE_TEST_CFLAGS)
tests_unit_test_jwk_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_jwk_LDADD = $(JOSE_TEST_LDADD)

tests_unit_test_jwks_SOURCES = tests/unit/test_jwks.c \
	tests/unit/allocations.c tests/unit/allocations.h
tests_unit_test_jwks_CFLAGS = $(JOSE_TEST_CFLAGS)
tests_unit_test_jwks_LDFLAGS = $(PROGRAM_LINK) $(WRAP_ALLOCATIONS)
tests_unit_test_jwks_LDADD = $(JOSE_TEST_LDADD)

tests_unit_test_base64url_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS)
tests_unit_test_base64url_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_base64url_LDADD = lib/libdaemon.la $(CMOCKA_LIBS)
endif
