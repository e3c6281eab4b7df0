# tests of signed tokens and of the keys that verify them
if TESTS_C
ISSUER_KEYS = tests/unit/issuer_keys.c tests/unit/issuer_keys.h
JWT_MAKE = tests/unit/jwt_make.c tests/unit/jwt_make.h $(ISSUER_KEYS)
JWT_LDADD = $(STAGES_LDADD) $(CRYPTO_LIBS)
JWT_TESTS = tests/unit/test_jwt tests/unit/test_jwt_facts \
	tests/unit/test_facts_both tests/unit/test_last_good \
	tests/unit/test_keys tests/unit/test_keys_rules \
	tests/unit/test_config_signing tests/unit/test_finding_both \
	tests/unit/test_keys_answer
check_PROGRAMS += $(JWT_TESTS)
TESTS += $(JWT_TESTS)

tests_unit_test_jwt_SOURCES = tests/unit/test_jwt.c $(JWT_MAKE)
tests_unit_test_jwt_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_jwt_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_jwt_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_jwt_LDADD = $(JWT_LDADD)

tests_unit_test_jwt_facts_SOURCES = tests/unit/test_jwt_facts.c $(JWT_MAKE)
tests_unit_test_jwt_facts_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_jwt_facts_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_jwt_facts_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_jwt_facts_LDADD = $(JWT_LDADD)

tests_unit_test_facts_both_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_facts_both_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_facts_both_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_facts_both_LDADD = $(STAGES_LDADD)

tests_unit_test_last_good_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_last_good_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_last_good_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_last_good_LDADD = $(GRANTS_LDADD)

KEYS_MAKE = tests/unit/keys_make.c tests/unit/keys_make.h \
	tests/unit/captured.c tests/unit/captured.h $(ISSUER_KEYS) $(ASKS_CAUGHT)
KEYS_WRAPPED = $(ASKS_WRAPPED) -Wl,--wrap=time -Wl,--wrap=clock_gettime

tests_unit_test_keys_SOURCES = tests/unit/test_keys.c $(KEYS_MAKE)
tests_unit_test_keys_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_keys_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_keys_LDFLAGS = $(PROGRAM_LINK) $(KEYS_WRAPPED)
tests_unit_test_keys_LDADD = $(GRANTS_LDADD) $(CRYPTO_LIBS)

tests_unit_test_keys_answer_SOURCES = tests/unit/test_keys_answer.c $(KEYS_MAKE)
tests_unit_test_keys_answer_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_keys_answer_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_keys_answer_LDFLAGS = $(PROGRAM_LINK) $(KEYS_WRAPPED)
tests_unit_test_keys_answer_LDADD = $(GRANTS_LDADD) $(CRYPTO_LIBS)

tests_unit_test_keys_rules_SOURCES = tests/unit/test_keys_rules.c $(KEYS_MAKE)
tests_unit_test_keys_rules_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_keys_rules_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_keys_rules_LDFLAGS = $(PROGRAM_LINK) $(KEYS_WRAPPED)
tests_unit_test_keys_rules_LDADD = $(GRANTS_LDADD) $(CRYPTO_LIBS)

tests_unit_test_finding_both_SOURCES = tests/unit/test_finding_both.c \
	$(KEYS_MAKE)
tests_unit_test_finding_both_CPPFLAGS = $(STAGES_CPPFLAGS)
tests_unit_test_finding_both_CFLAGS = $(STAGES_CFLAGS) $(EVENT_CFLAGS)
tests_unit_test_finding_both_LDFLAGS = $(PROGRAM_LINK) $(KEYS_WRAPPED) \
	-Wl,--wrap=request_conclude
tests_unit_test_finding_both_LDADD = $(GRANTS_LDADD) $(CRYPTO_LIBS) \
	$(EVENT_LIBS)

tests_unit_test_config_signing_SOURCES = \
	tests/unit/test_config_signing.c $(CONFIG_MAKE) $(ISSUER_KEYS)
tests_unit_test_config_signing_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_signing_CFLAGS = $(STAGES_CFLAGS)
tests_unit_test_config_signing_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_signing_LDADD = $(CONFIG_TEST_LDADD) $(CRYPTO_LIBS)

# signs for the cases in Python
check_PROGRAMS += tests/unit/jws_signer
tests_unit_jws_signer_SOURCES = tests/unit/jws_signer.c $(ISSUER_KEYS)
tests_unit_jws_signer_CFLAGS = $(STAGES_CFLAGS)
tests_unit_jws_signer_LDFLAGS = $(PROGRAM_LINK)
tests_unit_jws_signer_LDADD = lib/libdaemon.la $(CRYPTO_LIBS)

TESTS += tests/unit/test_jwt_daemon.sh
endif
dist_check_SCRIPTS += tests/unit/test_jwt_daemon.sh
EXTRA_DIST += tests/unit/jwt_answers.py tests/unit/jwt_both.py tests/unit/jwt_cache.py \
	tests/unit/jwt_cases.py tests/unit/jwt_discovery.py \
	tests/unit/jwt_driver.py \
	tests/unit/jwt_verdicts.py
