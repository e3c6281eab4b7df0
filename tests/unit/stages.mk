# tests of stages
if TESTS_C
STAGES_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
STAGES_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS) $(CRYPTO_CFLAGS)
STAGES_LDADD = tests/unit/libstages.la validatord/libvalidatord.la \
	$(CMOCKA_LIBS)

check_LTLIBRARIES += tests/unit/libstages.la
tests_unit_libstages_la_SOURCES = \
	tests/unit/audit_make.c tests/unit/audit_make.h \
	tests/unit/stages_make.c tests/unit/stages_make.h
tests_unit_libstages_la_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_libstages_la_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)

check_PROGRAMS += tests/unit/test_facts
TESTS += tests/unit/test_facts
tests_unit_test_facts_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_facts_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_facts_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_facts_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_claims
TESTS += tests/unit/test_claims
tests_unit_test_claims_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_claims_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_claims_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_claims_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_policy
TESTS += tests/unit/test_policy
tests_unit_test_policy_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_policy_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_policy_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_policy_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_rhost
TESTS += tests/unit/test_rhost
tests_unit_test_rhost_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_rhost_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_rhost_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_rhost_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_account
TESTS += tests/unit/test_account
tests_unit_test_account_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_account_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_account_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_account_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_ssh_key
TESTS += tests/unit/test_ssh_key
tests_unit_test_ssh_key_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_ssh_key_CFLAGS = $(STAGES_CFLAGS) $(EVENT_CFLAGS)
tests_unit_test_ssh_key_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_ssh_key_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_user_map
TESTS += tests/unit/test_user_map
tests_unit_test_user_map_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_user_map_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_user_map_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_user_map_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_throttle
TESTS += tests/unit/test_throttle
tests_unit_test_throttle_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_throttle_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_throttle_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_throttle_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_facts_cache
TESTS += tests/unit/test_facts_cache
tests_unit_test_facts_cache_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_facts_cache_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_facts_cache_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_facts_cache_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_breaker
TESTS += tests/unit/test_breaker
tests_unit_test_breaker_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_breaker_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_breaker_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_breaker_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_handles
TESTS += tests/unit/test_handles
tests_unit_test_handles_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_handles_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_handles_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_handles_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_audit_record
TESTS += tests/unit/test_audit_record
tests_unit_test_audit_record_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_audit_record_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_audit_record_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_audit_record_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_audit_fit
TESTS += tests/unit/test_audit_fit
tests_unit_test_audit_fit_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_audit_fit_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_audit_fit_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_audit_fit_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_audit
TESTS += tests/unit/test_audit
tests_unit_test_audit_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_audit_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_audit_LDFLAGS = $(PROGRAM_LINK) -Wl,--wrap=ftruncate
tests_unit_test_audit_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_policy_choose
TESTS += tests/unit/test_policy_choose
tests_unit_test_policy_choose_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_policy_choose_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_policy_choose_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_policy_choose_LDADD = $(STAGES_LDADD)

check_PROGRAMS += tests/unit/test_audit_verify
TESTS += tests/unit/test_audit_verify
tests_unit_test_audit_verify_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_audit_verify_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_audit_verify_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_audit_verify_LDADD = $(STAGES_LDADD)
endif
