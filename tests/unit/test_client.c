/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "client_calls.h"
#include "scopegate/cleanup.h"

/*
 * One whole exchange with a daemon that answers, is slow, goes away or talks
 * nonsense.
 */

static const struct exchange {
	const char *name, *script;
	enum message_type request;
	int64_t ms;
	enum status expected;
	unsigned int connections, received;
} exchanges[] = {
    {"verdict", "rv", MESSAGE_CHECK, LONG_MS, STATUS_OK, 1, 1},
    {"ack, verdict", "rav", MESSAGE_CHECK, LONG_MS, STATUS_OK, 1, 1},
    {"document", "rd", MESSAGE_CONTROL, LONG_MS, STATUS_OK, 1, 1},
    {"ack, document", "rad", MESSAGE_CONTROL, LONG_MS, STATUS_OK, 1, 1},
    {"verdict of 64 KiB", "rf", MESSAGE_CHECK, LONG_MS, STATUS_OK, 1, 1},
    {"ack, and the answer after more than the ack's time", "rasv",
	MESSAGE_CHECK, LONG_MS, STATUS_OK, 1, 1},

    /* Nothing came yet: once more, and only once. */
    {"closed before reading", "|rv", MESSAGE_CHECK, LONG_MS, STATUS_OK, 2, 1},
    {"restarted after reading", "r|rv", MESSAGE_CHECK, LONG_MS, STATUS_OK, 2,
	2},
    {"closed twice", "r|r|rv", MESSAGE_CHECK, LONG_MS, STATUS_CLOSED, 2, 2},
    {"empty packet", "r0|rv", MESSAGE_CHECK, LONG_MS, STATUS_OK, 2, 2},
    {"closed, then gone", "r", MESSAGE_CHECK, LONG_MS, STATUS_ABSENT, 1, 1},

    /* Something came: a token is not sent again. */
    {"closed after ack", "ra|rv", MESSAGE_CHECK, LONG_MS, STATUS_CLOSED, 1, 1},
    {"garbage", "rg|rv", MESSAGE_CHECK, LONG_MS, STATUS_MALFORMED, 1, 1},
    {"another version", "r2|rv", MESSAGE_CHECK, LONG_MS, STATUS_VERSION, 1, 1},
    {"another id", "ri|rv", MESSAGE_CHECK, LONG_MS, STATUS_MALFORMED, 1, 1},
    {"ack of another id", "rAv|rv", MESSAGE_CHECK, LONG_MS, STATUS_MALFORMED, 1,
	1},
    {"ack, another id", "rai|rv", MESSAGE_CHECK, LONG_MS, STATUS_MALFORMED, 1,
	1},
    {"two acks", "raav|rv", MESSAGE_CHECK, LONG_MS, STATUS_MALFORMED, 1, 1},
    {"document for a check", "rd|rv", MESSAGE_CHECK, LONG_MS, STATUS_MALFORMED,
	1, 1},
    {"prompt for a control", "rp|rd", MESSAGE_CONTROL, LONG_MS,
	STATUS_MALFORMED, 1, 1},
    {"verdict for a control", "rv|rd", MESSAGE_CONTROL, LONG_MS,
	STATUS_MALFORMED, 1, 1},
    {"a request for a reply", "rq|rv", MESSAGE_CHECK, LONG_MS, STATUS_MALFORMED,
	1, 1},
    {"a verdict that lies", "rl|rv", MESSAGE_CHECK, LONG_MS, STATUS_MALFORMED,
	1, 1},
    {"more than 64 KiB", "rb|rv", MESSAGE_CHECK, LONG_MS, STATUS_MALFORMED, 1,
	1},
    {"error", "re|rv", MESSAGE_CHECK, LONG_MS, STATUS_FORBIDDEN, 1, 1},
    {"ack, error", "rae|rv", MESSAGE_CHECK, LONG_MS, STATUS_FORBIDDEN, 1, 1},
    {"error version", "rE|rv", MESSAGE_CHECK, LONG_MS, STATUS_VERSION, 1, 1},

    {"silent", "rw|rv", MESSAGE_CHECK, LONG_MS, STATUS_TIMEOUT, 1, 1},
    {"ack, then silent", "raw|rv", MESSAGE_CHECK, 500, STATUS_TIMEOUT, 1, 1},
    {"no time at all", "rv", MESSAGE_CHECK, 0, STATUS_TIMEOUT, 0, 0},
    {"no time any more", "rv", MESSAGE_CHECK, -1, STATUS_TIMEOUT, 0, 0},
};

static void
test_exchange(void **state)
{
	const struct exchange *e = *state;
	struct message reply = {.id = 77};
	bool answered =
	    e->expected == STATUS_OK || e->expected == STATUS_FORBIDDEN;

	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, e->script), 0);
	assert_int_equal(call(e->request, e->ms, &reply), e->expected);
	assert_int_equal(server.tally->accepted, e->connections);
	assert_int_equal(server.tally->received, e->received);
	if (answered)
		assert_int_equal(reply.id, REQUEST_ID);
	else if (strchr(e->script, 'E') == NULL)
		assert_int_equal(reply.id, 77);
}

static void
test_an_error_tells_its_code(void **state)
{
	struct message reply;

	(void)state;
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, "re"), 0);
	assert_int_equal(
	    call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_FORBIDDEN);
	assert_int_equal(reply.type, MESSAGE_ERROR);
	assert_int_equal(
	    message_u16(&reply, TAG_ERROR, 0), PROTOCOL_ERROR_BUSY);
}

static void
test_silence_ends_with_the_ack_time(void **state)
{
	struct message reply;
	int64_t before = monotonic_us();

	(void)state;
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, "rw"), 0);
	assert_int_equal(call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_TIMEOUT);
	assert_true(monotonic_us() - before >= CLIENT_ACK_MS * 1000);
	assert_true(monotonic_us() - before < LONG_MS * 1000 / 2);
}

static void
test_only_a_finished_request_is_sent(void **state)
{
	const struct client_server to = {server.path, getuid()};
	_cleanup_(buf_clear) struct buf request;
	_cleanup_(buf_clear) struct buf reply;
	struct message m;

	(void)state;
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	buf_init(&reply, MESSAGE_MAX);
	buf_init(&request, MESSAGE_MAX);
	assert_int_equal(
	    client_call(&to, &request, deadline_in_ms(LONG_MS), &reply, &m),
	    STATUS_INVALID);
	message_start(&request, MESSAGE_ACK, 1);
	assert_int_equal(message_finish(&request), STATUS_OK);
	assert_int_equal(
	    client_call(&to, &request, deadline_in_ms(LONG_MS), &reply, &m),
	    STATUS_INVALID);
	(void)buf_append(&request, NULL, 0);
	request.maximum = request.length;
	(void)buf_append_byte(&request, 0);
	assert_int_equal(
	    client_call(&to, &request, deadline_in_ms(LONG_MS), &reply, &m),
	    STATUS_TOO_BIG);
	assert_int_equal(watch.connects, 0);
}

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
	    ON_SERVER(test_an_error_tells_its_code),
	    ON_SERVER(test_silence_ends_with_the_ack_time),
	    ON_SERVER(test_only_a_finished_request_is_sent),
	};
	struct CMUnitTest tests[ELEMENTS(exchanges) + ELEMENTS(fixed)];

	for (size_t i = 0; i < ELEMENTS(exchanges); i++)
		tests[i] = (struct CMUnitTest){.name = exchanges[i].name,
		    .test_func = test_exchange,
		    .setup_func = open_server,
		    .teardown_func = close_server,
		    .initial_state = (void *)(uintptr_t)&exchanges[i]};
	memcpy(tests + ELEMENTS(exchanges), fixed, sizeof(fixed));
	return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
