# tests of libdaemon and of the configuration
if TESTS_C
DAEMON_TESTS = tests/unit/test_base64url_encode \
	tests/unit/test_log tests/unit/test_json_check \
	tests/unit/test_json tests/unit/test_json_write \
	tests/unit/test_vectors
check_PROGRAMS += $(DAEMON_TESTS)
TESTS += $(DAEMON_TESTS)
DAEMON_TEST_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS)
DAEMON_TEST_LDADD = lib/libdaemon.la $(CMOCKA_LIBS)

tests_unit_test_base64url_encode_SOURCES = tests/unit/test_base64url_encode.c \
	tests/unit/base64url_read.c tests/unit/base64url_read.h
tests_unit_test_base64url_encode_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_base64url_encode_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_base64url_encode_LDADD = $(DAEMON_TEST_LDADD)

tests_unit_test_log_SOURCES = tests/unit/test_log.c \
	tests/unit/captured.c tests/unit/captured.h
tests_unit_test_log_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_log_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_log_LDADD = $(DAEMON_TEST_LDADD)

tests_unit_test_json_check_SOURCES = tests/unit/test_json_check.c
tests_unit_test_json_check_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_json_check_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_json_check_LDADD = $(DAEMON_TEST_LDADD)

tests_unit_test_json_SOURCES = tests/unit/test_json.c \
	tests/unit/allocations.c tests/unit/allocations.h
tests_unit_test_json_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_json_LDFLAGS = $(PROGRAM_LINK) $(WRAP_ALLOCATIONS)
tests_unit_test_json_LDADD = $(DAEMON_TEST_LDADD)

tests_unit_test_json_write_SOURCES = tests/unit/test_json_write.c \
	tests/unit/allocations.c tests/unit/allocations.h
tests_unit_test_json_write_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_json_write_LDFLAGS = $(PROGRAM_LINK) $(WRAP_ALLOCATIONS)
tests_unit_test_json_write_LDADD = $(DAEMON_TEST_LDADD)

tests_unit_test_vectors_SOURCES = tests/unit/test_vectors.c \
	tests/unit/captured.c tests/unit/captured.h
tests_unit_test_vectors_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_vectors_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_vectors_LDADD = $(DAEMON_TEST_LDADD)

CONFIG_TESTS = tests/unit/test_config tests/unit/test_config_faults \
	tests/unit/test_config_sample tests/unit/test_config_trust \
	tests/unit/test_config_join tests/unit/test_config_sign_in \
	tests/unit/test_config_client tests/unit/test_config_pins \
	tests/unit/test_config_warnings tests/unit/test_folders \
	tests/unit/test_rich_rules
check_PROGRAMS += $(CONFIG_TESTS)
TESTS += $(CONFIG_TESTS)
CONFIG_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
CONFIG_TEST_LDADD = validatord/libvalidatord.la $(CMOCKA_LIBS)
CONFIG_MAKE = tests/unit/config_make.c tests/unit/config_make.h

tests_unit_test_config_client_SOURCES = tests/unit/test_config_client.c \
	$(CONFIG_MAKE) tests/unit/key_make.h tests/unit/key_make.c
tests_unit_test_config_client_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_client_CFLAGS = $(DAEMON_TEST_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_config_client_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_client_LDADD = $(CONFIG_TEST_LDADD) $(CRYPTO_LIBS)

tests_unit_test_config_pins_SOURCES = tests/unit/test_config_pins.c \
	$(CONFIG_MAKE)
tests_unit_test_config_pins_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_pins_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_config_pins_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_pins_LDADD = $(CONFIG_TEST_LDADD)

tests_unit_test_config_faults_SOURCES = tests/unit/test_config_faults.c \
	$(CONFIG_MAKE)
tests_unit_test_config_faults_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_faults_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_config_faults_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_faults_LDADD = $(CONFIG_TEST_LDADD)

tests_unit_test_config_SOURCES = tests/unit/test_config.c $(CONFIG_MAKE)
tests_unit_test_config_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_config_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_LDADD = $(CONFIG_TEST_LDADD)

tests_unit_test_config_trust_SOURCES = tests/unit/test_config_trust.c $(CONFIG_MAKE)
tests_unit_test_config_trust_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_trust_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_config_trust_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_trust_LDADD = $(CONFIG_TEST_LDADD)

tests_unit_test_config_join_SOURCES = tests/unit/test_config_join.c $(CONFIG_MAKE)
tests_unit_test_config_join_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_join_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_config_join_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_join_LDADD = $(CONFIG_TEST_LDADD)

tests_unit_test_folders_SOURCES = tests/unit/test_folders.c $(CONFIG_MAKE)
tests_unit_test_folders_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_folders_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_folders_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_folders_LDADD = $(CONFIG_TEST_LDADD)

tests_unit_test_config_warnings_SOURCES = tests/unit/test_config_warnings.c $(CONFIG_MAKE)
tests_unit_test_config_warnings_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_warnings_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_config_warnings_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_warnings_LDADD = $(CONFIG_TEST_LDADD)

tests_unit_test_rich_rules_SOURCES = tests/unit/test_rich_rules.c $(CONFIG_MAKE)
tests_unit_test_rich_rules_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_rich_rules_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_rich_rules_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_rich_rules_LDADD = $(CONFIG_TEST_LDADD)

tests_unit_test_config_sample_SOURCES = tests/unit/test_config_sample.c $(CONFIG_MAKE)
tests_unit_test_config_sample_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_sample_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_config_sample_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_sample_LDADD = $(CONFIG_TEST_LDADD)

tests_unit_test_config_sign_in_SOURCES = tests/unit/test_config_sign_in.c $(CONFIG_MAKE)
tests_unit_test_config_sign_in_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_config_sign_in_CFLAGS = $(DAEMON_TEST_CFLAGS)
tests_unit_test_config_sign_in_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_config_sign_in_LDADD = $(CONFIG_TEST_LDADD)
endif
