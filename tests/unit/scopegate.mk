# tests of what a user has: scopegate and scopegate-askpass
EXTRA_DIST += tests/unit/scopegate_stage.sh \
	tests/unit/scopegate_agent.sh tests/unit/scopegate_askpass.sh \
	tests/unit/scopegate_login.sh \
	tests/unit/scopegate_token.sh
if GATEWAYD
TESTS += tests/unit/scopegate_askpass.sh
endif
if BROKERD
TESTS += tests/unit/scopegate_agent.sh tests/unit/scopegate_login.sh \
	tests/unit/scopegate_token.sh
endif
if TESTS_C
SCOPEGATE_TESTS = tests/unit/test_scopegate_answer \
	tests/unit/test_scopegate_parts \
	tests/unit/test_scopegate_prompt
check_PROGRAMS += $(SCOPEGATE_TESTS)
TESTS += $(SCOPEGATE_TESTS)
SCOPEGATE_TEST_INCLUDES = $(AM_CPPFLAGS) -I$(top_srcdir)/client
SCOPEGATE_TEST_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS)
SCOPEGATE_TEST_LDADD = client/libuser.la $(CMOCKA_LIBS)

tests_unit_test_scopegate_answer_SOURCES = tests/unit/test_scopegate_answer.c
tests_unit_test_scopegate_answer_CPPFLAGS = $(SCOPEGATE_TEST_INCLUDES)
tests_unit_test_scopegate_answer_CFLAGS = $(SCOPEGATE_TEST_CFLAGS)
tests_unit_test_scopegate_answer_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_scopegate_answer_LDADD = $(SCOPEGATE_TEST_LDADD)

tests_unit_test_scopegate_parts_SOURCES = tests/unit/test_scopegate_parts.c
tests_unit_test_scopegate_parts_CPPFLAGS = $(SCOPEGATE_TEST_INCLUDES)
tests_unit_test_scopegate_parts_CFLAGS = $(SCOPEGATE_TEST_CFLAGS)
tests_unit_test_scopegate_parts_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_scopegate_parts_LDADD = $(SCOPEGATE_TEST_LDADD)

tests_unit_test_scopegate_prompt_SOURCES = tests/unit/test_scopegate_prompt.c
tests_unit_test_scopegate_prompt_CPPFLAGS = $(SCOPEGATE_TEST_INCLUDES)
tests_unit_test_scopegate_prompt_CFLAGS = $(SCOPEGATE_TEST_CFLAGS)
tests_unit_test_scopegate_prompt_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_scopegate_prompt_LDADD = $(SCOPEGATE_TEST_LDADD)
endif
