# tests of grants and of what makes and uses them
if TESTS_C
GRANTS_LDADD = tests/unit/libgrants.la $(STAGES_LDADD)

check_LTLIBRARIES += tests/unit/libgrants.la
tests_unit_libgrants_la_SOURCES = \
	tests/unit/grants_make.c tests/unit/grants_make.h
tests_unit_libgrants_la_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_libgrants_la_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)

check_PROGRAMS += tests/unit/test_grants
TESTS += tests/unit/test_grants
tests_unit_test_grants_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_grants_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_grants_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_grants_LDADD = $(GRANTS_LDADD)

ASKS_WRAPPED = -Wl,--wrap=fetcher_ask -Wl,--wrap=fetcher_ask_probe \
	-Wl,--wrap=fetcher_cancel
ASKS_CAUGHT = tests/unit/asks_caught.c tests/unit/asks_caught.h

check_PROGRAMS += tests/unit/test_exchange
TESTS += tests/unit/test_exchange
tests_unit_test_exchange_SOURCES = tests/unit/test_exchange.c $(ASKS_CAUGHT)
tests_unit_test_exchange_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_exchange_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_exchange_LDFLAGS = $(PROGRAM_LINK) $(ASKS_WRAPPED)
tests_unit_test_exchange_LDADD = $(GRANTS_LDADD)

check_PROGRAMS += tests/unit/test_grant_owner
TESTS += tests/unit/test_grant_owner
tests_unit_test_grant_owner_SOURCES = tests/unit/test_grant_owner.c \
	$(ASKS_CAUGHT)
tests_unit_test_grant_owner_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_grant_owner_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_grant_owner_LDFLAGS = $(PROGRAM_LINK) $(ASKS_WRAPPED) \
	-Wl,--wrap=request_conclude
tests_unit_test_grant_owner_LDADD = $(GRANTS_LDADD)

RECHECK_MAKE = tests/unit/recheck_make.c tests/unit/recheck_make.h \
	$(ASKS_CAUGHT)
check_PROGRAMS += tests/unit/test_refresh
TESTS += tests/unit/test_refresh
tests_unit_test_refresh_SOURCES = tests/unit/test_refresh.c $(RECHECK_MAKE) \
	tests/unit/captured.c tests/unit/captured.h
tests_unit_test_refresh_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_refresh_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_refresh_LDFLAGS = $(PROGRAM_LINK) $(ASKS_WRAPPED)
tests_unit_test_refresh_LDADD = $(GRANTS_LDADD)

check_PROGRAMS += tests/unit/test_recheck
TESTS += tests/unit/test_recheck
tests_unit_test_recheck_SOURCES = tests/unit/test_recheck.c $(RECHECK_MAKE)
tests_unit_test_recheck_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_recheck_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_recheck_LDFLAGS = $(PROGRAM_LINK) $(ASKS_WRAPPED)
tests_unit_test_recheck_LDADD = $(GRANTS_LDADD)

check_PROGRAMS += tests/unit/test_grant_revoke
TESTS += tests/unit/test_grant_revoke
tests_unit_test_grant_revoke_SOURCES = tests/unit/test_grant_revoke.c \
	$(ASKS_CAUGHT)
tests_unit_test_grant_revoke_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_grant_revoke_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_grant_revoke_LDFLAGS = $(PROGRAM_LINK) $(ASKS_WRAPPED) \
	-Wl,--wrap=audit_write_act \
	-Wl,--wrap=grant_vault_put -Wl,--wrap=reply_document
tests_unit_test_grant_revoke_LDADD = $(GRANTS_LDADD)

check_PROGRAMS += tests/unit/test_token_answer
TESTS += tests/unit/test_token_answer
tests_unit_test_token_answer_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_token_answer_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_token_answer_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_token_answer_LDADD = $(GRANTS_LDADD)

check_PROGRAMS += tests/unit/test_grant_expiry
TESTS += tests/unit/test_grant_expiry
tests_unit_test_grant_expiry_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_grant_expiry_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_grant_expiry_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_grant_expiry_LDADD = $(GRANTS_LDADD)

check_PROGRAMS += tests/unit/test_grant_vault
TESTS += tests/unit/test_grant_vault
tests_unit_test_grant_vault_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_grant_vault_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_grant_vault_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_grant_vault_LDADD = $(GRANTS_LDADD)

check_PROGRAMS += tests/unit/test_grant_rotation
TESTS += tests/unit/test_grant_rotation
tests_unit_test_grant_rotation_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_grant_rotation_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_grant_rotation_LDFLAGS = $(PROGRAM_LINK) \
	-Wl,--wrap=seal_new
tests_unit_test_grant_rotation_LDADD = $(GRANTS_LDADD)

check_PROGRAMS += tests/unit/test_grant_kill
TESTS += tests/unit/test_grant_kill
tests_unit_test_grant_kill_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_grant_kill_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_grant_kill_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_grant_kill_LDADD = $(GRANTS_LDADD)

check_PROGRAMS += tests/unit/grant_seed
tests_unit_grant_seed_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_grant_seed_CFLAGS = $(PROGRAM_COMPILE)
tests_unit_grant_seed_LDFLAGS = $(PROGRAM_LINK)
tests_unit_grant_seed_LDADD = validatord/libvalidatord.la

TESTS += tests/unit/test_grants_daemon.sh
endif
dist_check_SCRIPTS += tests/unit/test_grants_daemon.sh
EXTRA_DIST += tests/unit/grants_cases.py tests/unit/grants_driver.py
