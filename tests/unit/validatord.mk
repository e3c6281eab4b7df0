# tests of validatord
VALIDATORD_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
VALIDATORD_TEST_CFLAGS = $(AM_CFLAGS) $(EVENT_CFLAGS) $(CMOCKA_CFLAGS)
VALIDATORD_TEST_LDADD = validatord/libvalidatord.la $(CMOCKA_LIBS)

EXTRA_DIST += tests/unit/daemon_driver.py tests/unit/daemon_cases.py \
	tests/unit/daemon_clients.py tests/unit/daemon_deny.py \
	tests/unit/daemon_life.py \
	tests/unit/daemon_parts.py tests/unit/daemon_verdicts.py
dist_check_SCRIPTS += tests/unit/test_daemon.sh
TESTS += tests/unit/test_daemon.sh

# logins that wait for a person
EXTRA_DIST += tests/unit/case_runner.py tests/unit/login_driver.py \
	tests/unit/login_cases.py tests/unit/login_attacks.py \
	tests/unit/login_device.py \
	tests/unit/login_flows.py tests/unit/login_life.py \
	tests/unit/login_programs.py tests/unit/login_revoked.py \
	tests/unit/login_ssh_key.py tests/unit/login_tool.py
dist_check_SCRIPTS += tests/unit/test_login.sh
TESTS += tests/unit/test_login.sh

if TESTS_C
check_PROGRAMS += tests/unit/test_chance tests/unit/test_clock_watch \
	tests/unit/test_decide tests/unit/test_endpoints tests/unit/test_flights tests/unit/test_validatord_options
TESTS += tests/unit/test_chance tests/unit/test_clock_watch \
	tests/unit/test_decide tests/unit/test_endpoints tests/unit/test_flights tests/unit/test_validatord_options

tests_unit_test_chance_SOURCES = tests/unit/test_chance.c
tests_unit_test_chance_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_chance_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_chance_LDADD = $(VALIDATORD_TEST_LDADD)

tests_unit_test_clock_watch_SOURCES = tests/unit/test_clock_watch.c
tests_unit_test_clock_watch_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_clock_watch_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_clock_watch_LDADD = $(VALIDATORD_TEST_LDADD)

tests_unit_test_decide_SOURCES = tests/unit/test_decide.c
tests_unit_test_decide_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_decide_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_decide_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_gettime
tests_unit_test_decide_LDADD = $(VALIDATORD_TEST_LDADD)

ENDPOINTS_WRAPPED = -Wl,--wrap=fetcher_ask -Wl,--wrap=fetcher_cancel \
	-Wl,--wrap=deadline_left_ms
tests_unit_test_endpoints_SOURCES = tests/unit/test_endpoints.c \
	tests/unit/endpoints_make.c tests/unit/endpoints_make.h
tests_unit_test_endpoints_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_endpoints_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_endpoints_LDFLAGS = $(AM_LDFLAGS) $(ENDPOINTS_WRAPPED)
tests_unit_test_endpoints_LDADD = $(VALIDATORD_TEST_LDADD)

tests_unit_test_flights_SOURCES = tests/unit/test_flights.c
tests_unit_test_flights_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_flights_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_flights_LDADD = $(VALIDATORD_TEST_LDADD)

tests_unit_test_validatord_options_SOURCES = \
	tests/unit/test_validatord_options.c
tests_unit_test_validatord_options_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_validatord_options_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_validatord_options_LDADD = $(VALIDATORD_TEST_LDADD)
endif

if TESTS_C
LOGIN_TESTS = tests/unit/test_login_code tests/unit/test_login_redirect \
	tests/unit/test_login_table tests/unit/test_login_typed \
	tests/unit/test_login_url
check_PROGRAMS += $(LOGIN_TESTS)
TESTS += $(LOGIN_TESTS)
LOGIN_MAKE = tests/unit/login_make.c tests/unit/login_make.h

tests_unit_test_login_code_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_login_code_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_login_code_LDADD = $(VALIDATORD_TEST_LDADD)

tests_unit_test_login_redirect_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_login_redirect_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_login_redirect_LDADD = $(VALIDATORD_TEST_LDADD)

tests_unit_test_login_table_SOURCES = tests/unit/test_login_table.c \
	$(LOGIN_MAKE)
tests_unit_test_login_table_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_login_table_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_login_table_LDADD = $(VALIDATORD_TEST_LDADD)

tests_unit_test_login_typed_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_login_typed_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_login_typed_LDADD = $(VALIDATORD_TEST_LDADD)

tests_unit_test_login_url_SOURCES = tests/unit/test_login_url.c $(LOGIN_MAKE)
tests_unit_test_login_url_CPPFLAGS = $(VALIDATORD_TEST_CPPFLAGS)
tests_unit_test_login_url_CFLAGS = $(VALIDATORD_TEST_CFLAGS)
tests_unit_test_login_url_LDADD = $(VALIDATORD_TEST_LDADD)
endif
