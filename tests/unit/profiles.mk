# tests of probes and profiles
EXTRA_DIST += tests/profiles tests/unit/alpaca_cases.py
dist_check_SCRIPTS += tests/unit/test_alpaca.sh
TESTS += tests/unit/test_alpaca.sh
if TESTS_C
PROFILE_TESTS = tests/unit/test_probe tests/unit/test_probe_budget \
	tests/unit/test_probe_read tests/unit/test_profiles \
	tests/unit/test_profile tests/unit/test_profile_fixtures \
	tests/unit/test_config_probe tests/unit/test_probing
check_PROGRAMS += $(PROFILE_TESTS)
TESTS += $(PROFILE_TESTS)
PROFILE_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
PROFILE_TEST_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS)
PROFILE_TEST_LDADD = tests/unit/libprofiles.la validatord/libvalidatord.la \
	$(CMOCKA_LIBS)

check_LTLIBRARIES += tests/unit/libprofiles.la
tests_unit_libprofiles_la_SOURCES = \
	tests/unit/fixture.c tests/unit/fixture.h \
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

tests_unit_test_config_probe_CPPFLAGS = $(PROFILE_TEST_CPPFLAGS)
tests_unit_test_config_probe_CFLAGS = $(PROFILE_TEST_CFLAGS)
tests_unit_test_config_probe_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_probe_LDADD = $(PROFILE_TEST_LDADD)

tests_unit_test_profile_SOURCES = tests/unit/test_profile.c $(CONFIG_MAKE)
tests_unit_test_profile_CPPFLAGS = $(PROFILE_TEST_CPPFLAGS)
tests_unit_test_profile_CFLAGS = $(PROFILE_TEST_CFLAGS)
tests_unit_test_profile_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_profile_LDADD = $(PROFILE_TEST_LDADD)

tests_unit_test_probing_SOURCES = tests/unit/test_probing.c $(ASKS_CAUGHT)
tests_unit_test_probing_CPPFLAGS = $(PROFILE_TEST_CPPFLAGS)
tests_unit_test_probing_CFLAGS = $(PROFILE_TEST_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_probing_LDFLAGS = $(PROGRAM_LINK) $(ASKS_WRAPPED)
tests_unit_test_probing_LDADD = tests/unit/libprofiles.la $(GRANTS_LDADD)

INSTALLED = tests/unit/installed.c tests/unit/installed.h $(CONFIG_MAKE)
tests_unit_test_profiles_SOURCES = tests/unit/test_profiles.c $(INSTALLED)
tests_unit_test_profiles_CPPFLAGS = $(PROFILE_TEST_CPPFLAGS)
tests_unit_test_profiles_CFLAGS = $(PROFILE_TEST_CFLAGS)
tests_unit_test_profiles_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_profiles_LDADD = $(PROFILE_TEST_LDADD)

tests_unit_test_profile_fixtures_SOURCES = \
	tests/unit/test_profile_fixtures.c $(INSTALLED)
tests_unit_test_profile_fixtures_CPPFLAGS = $(PROFILE_TEST_CPPFLAGS) \
	-I$(top_srcdir)/brokerd
tests_unit_test_profile_fixtures_CFLAGS = $(PROFILE_TEST_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_profile_fixtures_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_profile_fixtures_LDADD = brokerd/libbrokerd.la \
	$(PROFILE_TEST_LDADD)
endif
