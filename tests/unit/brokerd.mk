# tests of brokerd
EXTRA_DIST += tests/unit/brokerd_faults.sh
EXTRA_DIST += tests/unit/brokerd_device.sh
EXTRA_DIST += tests/unit/brokerd_account.sh
EXTRA_DIST += tests/unit/brokerd_api.sh
EXTRA_DIST += tests/unit/brokerd_apps.sh
EXTRA_DIST += tests/unit/brokerd_stage.sh
EXTRA_DIST += tests/unit/browser.sh
EXTRA_DIST += tests/unit/brokerd_authorize.sh
EXTRA_DIST += tests/unit/brokerd_cli.sh
EXTRA_DIST += tests/unit/brokerd_confirm.sh
EXTRA_DIST += tests/unit/brokerd_consent.sh
EXTRA_DIST += tests/unit/brokerd_connected.sh
EXTRA_DIST += tests/unit/brokerd_flow.sh
EXTRA_DIST += tests/unit/brokerd_forms.sh
EXTRA_DIST += tests/unit/brokerd_key.sh
EXTRA_DIST += tests/unit/brokerd_operator.sh
EXTRA_DIST += tests/unit/brokerd_operator_cli.sh
EXTRA_DIST += tests/unit/brokerd_push.py
EXTRA_DIST += tests/unit/brokerd_push.sh
EXTRA_DIST += tests/unit/brokerd_token.sh
if BROKERD
TESTS += tests/unit/brokerd_faults.sh
TESTS += tests/unit/brokerd_device.sh
TESTS += tests/unit/brokerd_account.sh
TESTS += tests/unit/brokerd_api.sh
TESTS += tests/unit/brokerd_apps.sh
TESTS += tests/unit/brokerd_authorize.sh
TESTS += tests/unit/brokerd_cli.sh
TESTS += tests/unit/brokerd_confirm.sh
TESTS += tests/unit/brokerd_consent.sh
TESTS += tests/unit/brokerd_connected.sh
TESTS += tests/unit/brokerd_flow.sh
TESTS += tests/unit/brokerd_forms.sh
TESTS += tests/unit/brokerd_key.sh
TESTS += tests/unit/brokerd_operator.sh
TESTS += tests/unit/brokerd_operator_cli.sh
TESTS += tests/unit/brokerd_push.sh
TESTS += tests/unit/brokerd_token.sh
if TESTS_C
BROKERD_TESTS = tests/unit/test_brokerd_api \
	tests/unit/test_brokerd_app_edit \
	tests/unit/test_brokerd_app_form \
	tests/unit/test_brokerd_claims \
	tests/unit/test_brokerd_connection \
	tests/unit/test_brokerd_rate \
	tests/unit/test_brokerd_consent \
	tests/unit/test_brokerd_developer \
	tests/unit/test_brokerd_form \
	tests/unit/test_brokerd_grant \
	tests/unit/test_brokerd_hash \
	tests/unit/test_brokerd_image \
	tests/unit/test_brokerd_host_login \
	tests/unit/test_brokerd_jose \
	tests/unit/test_brokerd_migration \
	tests/unit/test_brokerd_jws \
	tests/unit/test_brokerd_prompt \
	tests/unit/test_brokerd_audit \
	tests/unit/test_brokerd_operator \
	tests/unit/test_brokerd_redirect \
	tests/unit/test_brokerd_refuse \
	tests/unit/test_brokerd_review \
	tests/unit/test_brokerd_session \
	tests/unit/test_brokerd_standing \
	tests/unit/test_brokerd_store \
	tests/unit/test_brokerd_template \
	tests/unit/test_brokerd_token
BROKERD_TESTS += tests/unit/test_brokerd_fault
BROKERD_TESTS += tests/unit/test_brokerd_device
check_PROGRAMS += $(BROKERD_TESTS)
TESTS += $(BROKERD_TESTS)
BROKERD_TEST_INCLUDES = $(AM_CPPFLAGS) -I$(top_srcdir)/brokerd
BROKERD_TEST_COMPILE = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
BROKERD_TEST_LINK = $(PROGRAM_LINK) -pthread
TEMPORARY_STORE = tests/unit/temporary_store.c tests/unit/temporary_store.h
TRADER_STORE = tests/unit/trader_store.c tests/unit/trader_store.h \
	$(TEMPORARY_STORE)
BROKER_CALL = tests/unit/broker_call.c tests/unit/broker_call.h \
	tests/unit/base64url_read.c tests/unit/base64url_read.h \
	$(TEMPORARY_STORE)
BROKERD_TEST_LIBS = brokerd/libbrokerd.la $(CMOCKA_LIBS) $(SQLITE_LIBS)

tests_unit_test_brokerd_app_edit_SOURCES = tests/unit/test_brokerd_app_edit.c \
	$(TRADER_STORE)
tests_unit_test_brokerd_app_edit_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_app_edit_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_app_edit_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_app_edit_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_app_form_SOURCES = tests/unit/test_brokerd_app_form.c
tests_unit_test_brokerd_app_form_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_app_form_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_app_form_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_app_form_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_developer_SOURCES = tests/unit/test_brokerd_developer.c \
	$(TRADER_STORE)
tests_unit_test_brokerd_developer_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_developer_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_developer_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_developer_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_api_SOURCES = tests/unit/test_brokerd_api.c \
	$(TEMPORARY_STORE)
tests_unit_test_brokerd_api_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_api_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_api_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_api_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_fault_SOURCES = tests/unit/test_brokerd_fault.c \
	$(TEMPORARY_STORE)
tests_unit_test_brokerd_fault_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_fault_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_fault_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_fault_LDADD = $(BROKERD_TEST_LIBS)
tests_unit_test_brokerd_connection_SOURCES = \
	tests/unit/test_brokerd_connection.c $(TEMPORARY_STORE)
tests_unit_test_brokerd_connection_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_connection_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_connection_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_connection_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_rate_SOURCES = tests/unit/test_brokerd_rate.c
tests_unit_test_brokerd_rate_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_rate_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_rate_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_rate_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_device_SOURCES = tests/unit/test_brokerd_device.c \
	$(TEMPORARY_STORE)
tests_unit_test_brokerd_device_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_device_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_device_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_device_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_form_SOURCES = tests/unit/test_brokerd_form.c
tests_unit_test_brokerd_form_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_form_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_form_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_form_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_grant_SOURCES = tests/unit/test_brokerd_grant.c
tests_unit_test_brokerd_grant_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_grant_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_grant_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_grant_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_hash_SOURCES = tests/unit/test_brokerd_hash.c
tests_unit_test_brokerd_hash_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_hash_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_hash_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_hash_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_host_login_SOURCES = tests/unit/test_brokerd_host_login.c
tests_unit_test_brokerd_host_login_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_host_login_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_host_login_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_host_login_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_jose_SOURCES = tests/unit/test_brokerd_jose.c \
	$(TEMPORARY_STORE)
tests_unit_test_brokerd_jose_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_jose_CFLAGS = $(BROKERD_TEST_COMPILE) $(CRYPTO_CFLAGS)
tests_unit_test_brokerd_jose_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_jose_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_jws_SOURCES = tests/unit/test_brokerd_jws.c \
	tests/unit/allocations.c tests/unit/allocations.h \
	tests/unit/base64url_read.c tests/unit/base64url_read.h
tests_unit_test_brokerd_jws_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_jws_CFLAGS = $(BROKERD_TEST_COMPILE) $(CRYPTO_CFLAGS)
tests_unit_test_brokerd_jws_LDFLAGS = $(BROKERD_TEST_LINK) $(WRAP_ALLOCATIONS)
tests_unit_test_brokerd_jws_LDADD = $(BROKERD_TEST_LIBS) $(CRYPTO_LIBS)

tests_unit_test_brokerd_consent_SOURCES = tests/unit/test_brokerd_consent.c
tests_unit_test_brokerd_consent_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_consent_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_consent_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_consent_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_prompt_SOURCES = tests/unit/test_brokerd_prompt.c
tests_unit_test_brokerd_prompt_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_prompt_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_prompt_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_prompt_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_session_SOURCES = tests/unit/test_brokerd_session.c $(TEMPORARY_STORE)
tests_unit_test_brokerd_session_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_session_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_session_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_session_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_standing_SOURCES = tests/unit/test_brokerd_standing.c $(TEMPORARY_STORE)
tests_unit_test_brokerd_standing_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_standing_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_standing_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_standing_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_migration_SOURCES = tests/unit/test_brokerd_migration.c
tests_unit_test_brokerd_migration_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_migration_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_migration_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_migration_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_image_SOURCES = tests/unit/test_brokerd_image.c
tests_unit_test_brokerd_image_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_image_CFLAGS = $(BROKERD_TEST_COMPILE) $(GD_CFLAGS)
tests_unit_test_brokerd_image_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_image_LDADD = $(BROKERD_TEST_LIBS) $(GD_LIBS)

tests_unit_test_brokerd_audit_SOURCES = tests/unit/test_brokerd_audit.c \
	$(TEMPORARY_STORE)
tests_unit_test_brokerd_audit_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_audit_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_audit_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_audit_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_operator_SOURCES = tests/unit/test_brokerd_operator.c \
	$(TEMPORARY_STORE)
tests_unit_test_brokerd_operator_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_operator_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_operator_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_operator_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_redirect_SOURCES = tests/unit/test_brokerd_redirect.c
tests_unit_test_brokerd_redirect_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_redirect_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_redirect_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_redirect_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_review_SOURCES = tests/unit/test_brokerd_review.c \
	$(TEMPORARY_STORE)
tests_unit_test_brokerd_review_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_review_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_review_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_review_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_store_SOURCES = tests/unit/test_brokerd_store.c \
	$(TRADER_STORE)
tests_unit_test_brokerd_store_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_store_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_store_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_store_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_template_SOURCES = tests/unit/test_brokerd_template.c
tests_unit_test_brokerd_template_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_template_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_template_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_template_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_claims_SOURCES = tests/unit/test_brokerd_claims.c
tests_unit_test_brokerd_claims_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_claims_CFLAGS = $(BROKERD_TEST_COMPILE)
tests_unit_test_brokerd_claims_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_claims_LDADD = $(BROKERD_TEST_LIBS)

tests_unit_test_brokerd_token_SOURCES = tests/unit/test_brokerd_token.c $(BROKER_CALL)
tests_unit_test_brokerd_token_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_token_CFLAGS = $(BROKERD_TEST_COMPILE) $(CRYPTO_CFLAGS)
tests_unit_test_brokerd_token_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_token_LDADD = $(BROKERD_TEST_LIBS) $(CRYPTO_LIBS)

tests_unit_test_brokerd_refuse_SOURCES = tests/unit/test_brokerd_refuse.c $(BROKER_CALL)
tests_unit_test_brokerd_refuse_CPPFLAGS = $(BROKERD_TEST_INCLUDES)
tests_unit_test_brokerd_refuse_CFLAGS = $(BROKERD_TEST_COMPILE) $(CRYPTO_CFLAGS)
tests_unit_test_brokerd_refuse_LDFLAGS = $(BROKERD_TEST_LINK)
tests_unit_test_brokerd_refuse_LDADD = $(BROKERD_TEST_LIBS) $(CRYPTO_LIBS)
endif
endif
