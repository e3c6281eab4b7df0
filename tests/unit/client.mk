# tests of client
if TESTS_C
CLIENT_TESTS = tests/unit/test_buf tests/unit/test_client \
	tests/unit/test_client_conversation \
	tests/unit/test_client_host tests/unit/test_client_trust \
	tests/unit/test_deadline \
	tests/unit/test_message tests/unit/test_message_agree \
	tests/unit/test_message_values \
	tests/unit/test_message_writer tests/unit/test_secret
check_PROGRAMS += $(CLIENT_TESTS)
TESTS += $(CLIENT_TESTS)
CLIENT_TEST_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS)
CLIENT_TEST_LDADD = lib/libclient.la $(CMOCKA_LIBS)
WRAP_ALLOCATIONS = -Wl,--wrap=malloc -Wl,--wrap=realloc -Wl,--wrap=free

tests_unit_test_buf_SOURCES = tests/unit/test_buf.c \
	tests/unit/allocations.c tests/unit/allocations.h
tests_unit_test_buf_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_buf_LDFLAGS = $(PROGRAM_LINK) $(WRAP_ALLOCATIONS)
tests_unit_test_buf_LDADD = $(CLIENT_TEST_LDADD)

CLIENT_CALLS = tests/unit/client_calls.c tests/unit/client_calls.h \
	tests/unit/raw_packet.c tests/unit/raw_packet.h \
	tests/unit/scripted_server.c tests/unit/scripted_server.h
WRAP_CALLS = -Wl,--wrap=connect -Wl,--wrap=poll -Wl,--wrap=send
tests_unit_test_client_SOURCES = tests/unit/test_client.c $(CLIENT_CALLS)
tests_unit_test_client_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_client_LDFLAGS = $(PROGRAM_LINK) $(WRAP_CALLS)
tests_unit_test_client_LDADD = $(CLIENT_TEST_LDADD)

tests_unit_test_client_conversation_SOURCES = \
	tests/unit/test_client_conversation.c $(CLIENT_CALLS)
tests_unit_test_client_conversation_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_client_conversation_LDFLAGS = $(PROGRAM_LINK) $(WRAP_CALLS)
tests_unit_test_client_conversation_LDADD = $(CLIENT_TEST_LDADD)

tests_unit_test_client_host_SOURCES = tests/unit/test_client_host.c $(CLIENT_CALLS)
tests_unit_test_client_host_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_client_host_LDFLAGS = $(PROGRAM_LINK) $(WRAP_CALLS)
tests_unit_test_client_host_LDADD = $(CLIENT_TEST_LDADD)

tests_unit_test_client_trust_SOURCES = tests/unit/test_client_trust.c $(CLIENT_CALLS)
tests_unit_test_client_trust_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_client_trust_LDFLAGS = $(PROGRAM_LINK) $(WRAP_CALLS) \
	-Wl,--wrap=lstat -Wl,--wrap=getsockopt
tests_unit_test_client_trust_LDADD = $(CLIENT_TEST_LDADD)

tests_unit_test_deadline_SOURCES = tests/unit/test_deadline.c
tests_unit_test_deadline_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_deadline_LDFLAGS = $(PROGRAM_LINK) -Wl,--wrap=clock_gettime
tests_unit_test_deadline_LDADD = $(CLIENT_TEST_LDADD)

tests_unit_test_message_SOURCES = tests/unit/test_message.c \
	tests/unit/raw_packet.c tests/unit/raw_packet.h
tests_unit_test_message_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_message_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_message_LDADD = $(CLIENT_TEST_LDADD)

tests_unit_test_message_agree_SOURCES = tests/unit/test_message_agree.c \
	tests/unit/raw_packet.c tests/unit/raw_packet.h
tests_unit_test_message_agree_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_message_agree_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_message_agree_LDADD = $(CLIENT_TEST_LDADD)

tests_unit_test_message_values_SOURCES = tests/unit/test_message_values.c \
	tests/unit/raw_packet.c tests/unit/raw_packet.h
tests_unit_test_message_values_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_message_values_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_message_values_LDADD = $(CLIENT_TEST_LDADD)

tests_unit_test_message_writer_SOURCES = tests/unit/test_message_writer.c \
	tests/unit/raw_packet.c tests/unit/raw_packet.h
tests_unit_test_message_writer_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_message_writer_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_message_writer_LDADD = $(CLIENT_TEST_LDADD)

tests_unit_test_secret_SOURCES = tests/unit/test_secret.c \
	tests/unit/allocations.c tests/unit/allocations.h
tests_unit_test_secret_CFLAGS = $(CLIENT_TEST_CFLAGS)
tests_unit_test_secret_LDFLAGS = $(PROGRAM_LINK) $(WRAP_ALLOCATIONS)
tests_unit_test_secret_LDADD = $(CLIENT_TEST_LDADD)
endif
