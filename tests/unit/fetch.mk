# tests of fetch
if TESTS_C
FETCH_TESTS = tests/unit/test_frame \
	tests/unit/test_sandbox tests/unit/test_settle \
	tests/unit/test_introspect \
	tests/unit/test_facts_read \
	tests/unit/test_metadata \
	tests/unit/test_fetcher \
	tests/unit/test_fetch_process \
	tests/unit/test_fetch_slots tests/unit/test_fetch_wipe \
	tests/unit/test_device_answer tests/unit/test_device \
	tests/unit/test_qr \
	tests/unit/test_bearer tests/unit/test_fetch_bearer \
	tests/unit/test_assertion tests/unit/test_fetch_client \
	tests/unit/test_fetch_tls tests/unit/test_fetch_mtls
check_PROGRAMS += $(FETCH_TESTS)
TESTS += $(FETCH_TESTS)
FETCH_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
FETCH_TEST_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS) $(EVENT_CFLAGS)
FETCH_TEST_LDADD = validatord/libvalidatord.la $(CMOCKA_LIBS)
FETCH_FIXTURE = tests/unit/fetch_fixture.h tests/unit/fetch_fixture.c \
	tests/unit/http_script.h tests/unit/http_script.c \
	tests/unit/http_acts.h tests/unit/http_acts.c

KEY_MAKE = tests/unit/key_make.h tests/unit/key_make.c
ASSERTION_READ = tests/unit/assertion_read.h tests/unit/assertion_read.c \
	tests/unit/base64url_read.h tests/unit/base64url_read.c

tests_unit_test_assertion_SOURCES = tests/unit/test_assertion.c \
	$(KEY_MAKE) $(ASSERTION_READ) \
	tests/unit/allocations.c tests/unit/allocations.h
tests_unit_test_assertion_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_assertion_CFLAGS = $(FETCH_TEST_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_assertion_LDFLAGS = $(PROGRAM_LINK) $(WRAP_ALLOCATIONS) \
	-Wl,--wrap=getrandom -Wl,--wrap=EVP_DigestSign
tests_unit_test_assertion_LDADD = $(FETCH_TEST_LDADD) $(CRYPTO_LIBS)

tests_unit_test_fetch_client_SOURCES = tests/unit/test_fetch_client.c \
	$(FETCH_FIXTURE) $(KEY_MAKE) $(ASSERTION_READ) \
	tests/unit/captured.c tests/unit/captured.h
tests_unit_test_fetch_client_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_fetch_client_CFLAGS = $(FETCH_TEST_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_fetch_client_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_fetch_client_LDADD = $(FETCH_TEST_LDADD) $(CRYPTO_LIBS)

tests_unit_test_bearer_SOURCES = tests/unit/test_bearer.c
tests_unit_test_bearer_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_bearer_CFLAGS = $(FETCH_TEST_CFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_bearer_LDFLAGS = $(PROGRAM_LINK) \
	-Wl,--wrap=pool_ask_own -Wl,--wrap=pool_fail_waiting \
	-Wl,--wrap=transfer_status
tests_unit_test_bearer_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_fetch_bearer_SOURCES = tests/unit/test_fetch_bearer.c \
	$(FETCH_FIXTURE) $(KEY_MAKE) $(ASSERTION_READ) \
	tests/unit/captured.c tests/unit/captured.h
tests_unit_test_fetch_bearer_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_fetch_bearer_CFLAGS = $(FETCH_TEST_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_fetch_bearer_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_fetch_bearer_LDADD = $(FETCH_TEST_LDADD) $(CRYPTO_LIBS)

tests_unit_test_frame_SOURCES = tests/unit/test_frame.c
tests_unit_test_frame_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_frame_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_frame_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_frame_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_sandbox_SOURCES = tests/unit/test_sandbox.c
tests_unit_test_sandbox_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_sandbox_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_sandbox_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_sandbox_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_introspect_SOURCES = tests/unit/test_introspect.c
tests_unit_test_introspect_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_introspect_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_introspect_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_introspect_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_facts_read_SOURCES = tests/unit/test_facts_read.c
tests_unit_test_facts_read_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_facts_read_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_facts_read_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_facts_read_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_metadata_SOURCES = tests/unit/test_metadata.c
tests_unit_test_metadata_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_metadata_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_metadata_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_metadata_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_fetch_wipe_SOURCES = tests/unit/test_fetch_wipe.c
tests_unit_test_fetch_wipe_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_fetch_wipe_CFLAGS = $(FETCH_TEST_CFLAGS) $(CURL_CFLAGS)
tests_unit_test_fetch_wipe_LDFLAGS = $(PROGRAM_LINK) \
	-Wl,--wrap=curl_slist_free_all
tests_unit_test_fetch_wipe_LDADD = $(FETCH_TEST_LDADD) $(CURL_LIBS)

tests_unit_test_fetcher_SOURCES = tests/unit/test_fetcher.c $(FETCH_FIXTURE)
tests_unit_test_fetcher_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_fetcher_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_fetcher_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_fetcher_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_fetch_process_SOURCES = tests/unit/test_fetch_process.c $(FETCH_FIXTURE)
tests_unit_test_fetch_process_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_fetch_process_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_fetch_process_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_fetch_process_LDADD = $(FETCH_TEST_LDADD)

EXTRA_DIST += tests/unit/device_broker.sh
TESTS += tests/unit/device_broker.sh
check_PROGRAMS += tests/unit/device_driver
tests_unit_device_driver_SOURCES = tests/unit/device_driver.c
tests_unit_device_driver_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_device_driver_CFLAGS = $(PROGRAM_COMPILE) $(EVENT_CFLAGS)
tests_unit_device_driver_LDFLAGS = $(PROGRAM_LINK)
tests_unit_device_driver_LDADD = validatord/libvalidatord.la

tests_unit_test_device_SOURCES = tests/unit/test_device.c \
	tests/unit/device_stage.c tests/unit/device_stage.h
tests_unit_test_device_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_device_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_device_LDFLAGS = $(PROGRAM_LINK) \
	-Wl,--wrap=fetcher_ask -Wl,--wrap=fetcher_cancel \
	-Wl,--wrap=exchange_begin -Wl,--wrap=exchange_cancel \
	-Wl,--wrap=event_add
tests_unit_test_device_LDADD = $(FETCH_TEST_LDADD) $(EVENT_LIBS)

tests_unit_test_device_answer_SOURCES = tests/unit/test_device_answer.c
tests_unit_test_device_answer_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_device_answer_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_device_answer_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_device_answer_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_qr_SOURCES = tests/unit/test_qr.c
tests_unit_test_qr_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_qr_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_qr_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_qr_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_settle_SOURCES = tests/unit/test_settle.c
tests_unit_test_settle_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_settle_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_settle_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_settle_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_fetch_slots_SOURCES = tests/unit/test_fetch_slots.c $(FETCH_FIXTURE)
tests_unit_test_fetch_slots_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_fetch_slots_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_fetch_slots_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_fetch_slots_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_fetch_tls_SOURCES = tests/unit/test_fetch_tls.c $(FETCH_FIXTURE)
tests_unit_test_fetch_tls_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_fetch_tls_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_fetch_tls_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_fetch_tls_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_fetch_mtls_SOURCES = tests/unit/test_fetch_mtls.c \
	tests/unit/tls_front.h tests/unit/tls_front.c \
	$(FETCH_FIXTURE) $(KEY_MAKE)
tests_unit_test_fetch_mtls_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_fetch_mtls_CFLAGS = $(FETCH_TEST_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_fetch_mtls_LDFLAGS = $(PROGRAM_LINK)
# libssl comes with libcrypto; the program has it by way of libcurl.
tests_unit_test_fetch_mtls_LDADD = $(FETCH_TEST_LDADD) -lssl $(CRYPTO_LIBS)
endif
