# tests of gatewayd
EXTRA_DIST += tests/unit/gatewayd_stage.sh tests/unit/gatewayd_decide.py
if GATEWAYD
GATEWAYD_TESTS = \
	tests/unit/gatewayd_login.sh \
	tests/unit/gatewayd_nginx.sh \
	tests/unit/gatewayd_process.sh \
	tests/unit/gatewayd_programs.sh
dist_check_SCRIPTS += $(GATEWAYD_TESTS)
TESTS += $(GATEWAYD_TESTS)

if TESTS_C
check_PROGRAMS += tests/unit/test_gatewayd_limits tests/unit/test_gatewayd_address
TESTS += tests/unit/test_gatewayd_limits tests/unit/test_gatewayd_address
GATEWAYD_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/gatewayd
GATEWAYD_TEST_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) -pthread
GATEWAYD_TEST_LDADD = gatewayd/libgatewayd.la $(CMOCKA_LIBS)

tests_unit_test_gatewayd_limits_SOURCES = tests/unit/test_gatewayd_limits.c
tests_unit_test_gatewayd_limits_CPPFLAGS = $(GATEWAYD_TEST_CPPFLAGS)
tests_unit_test_gatewayd_limits_CFLAGS = $(GATEWAYD_TEST_CFLAGS)
tests_unit_test_gatewayd_limits_LDADD = $(GATEWAYD_TEST_LDADD)

tests_unit_test_gatewayd_address_SOURCES = tests/unit/test_gatewayd_address.c
tests_unit_test_gatewayd_address_CPPFLAGS = $(GATEWAYD_TEST_CPPFLAGS)
tests_unit_test_gatewayd_address_CFLAGS = $(GATEWAYD_TEST_CFLAGS)
tests_unit_test_gatewayd_address_LDADD = $(GATEWAYD_TEST_LDADD)
endif
endif
