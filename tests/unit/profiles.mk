# tests of probes and profiles
if TESTS_C
PROFILE_TESTS = tests/unit/test_probe tests/unit/test_probe_budget \
	tests/unit/test_probe_read
check_PROGRAMS += $(PROFILE_TESTS)
TESTS += $(PROFILE_TESTS)
PROFILE_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
PROFILE_TEST_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS)
PROFILE_TEST_LDADD = tests/unit/libprofiles.la validatord/libvalidatord.la \
	$(CMOCKA_LIBS)

check_LTLIBRARIES += tests/unit/libprofiles.la
tests_unit_libprofiles_la_SOURCES = \
	tests/unit/probe_make.c tests/unit/probe_make.h
tests_unit_libprofiles_la_CPPFLAGS = $(PROFILE_TEST_CPPFLAGS)
tests_unit_libprofiles_la_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)

tests_unit_test_probe_CPPFLAGS = $(PROFILE_TEST_CPPFLAGS)
tests_unit_test_probe_CFLAGS = $(PROFILE_TEST_CFLAGS)
tests_unit_test_probe_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_probe_LDADD = $(PROFILE_TEST_LDADD)

tests_unit_test_probe_budget_CPPFLAGS = $(PROFILE_TEST_CPPFLAGS)
tests_unit_test_probe_budget_CFLAGS = $(PROFILE_TEST_CFLAGS)
tests_unit_test_probe_budget_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_probe_budget_LDADD = $(PROFILE_TEST_LDADD)

tests_unit_test_probe_read_CPPFLAGS = $(PROFILE_TEST_CPPFLAGS)
tests_unit_test_probe_read_CFLAGS = $(PROFILE_TEST_CFLAGS)
tests_unit_test_probe_read_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_probe_read_LDADD = $(PROFILE_TEST_LDADD)
endif
