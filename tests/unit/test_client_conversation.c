/* SPDX-License-Identifier: ISC */
#include <poll.h>
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
 * A conversation with a daemon that asks, ends it by itself, goes away or
 * talks nonsense: at its beginning and at an answer.
 */

static struct buf storage;

static enum status
begin(int64_t ms, struct message *ret, struct client_conversation *c)
{
	const struct client_server to = {server.path, getuid()};
	_cleanup_(buf_clear) struct buf request;

	buf_clear(&storage);
	buf_init(&storage, MESSAGE_MAX);
	put_request(&request, MESSAGE_LOGIN_BEGIN);
	return client_begin(
	    &to, &request, deadline_in_ms(ms), &storage, ret, c);
}

static enum status
answer(int64_t ms, struct message *ret, struct client_conversation *c)
{
	_cleanup_(buf_clear) struct buf request;

	put_request(&request, MESSAGE_LOGIN_ANSWER);
	return client_answer(c, &request, deadline_in_ms(ms), &storage, ret);
}

static const struct beginning {
	const char *name, *script;
	int64_t ms;
	enum status expected;
	enum message_type reply;
	unsigned int connections, received;
} beginnings[] = {
    {"begin: prompt", "rpw", LONG_MS, STATUS_OK, MESSAGE_PROMPT, 1, 1},
    {"begin: ack, prompt", "rapw", LONG_MS, STATUS_OK, MESSAGE_PROMPT, 1, 1},
    {"begin: verdict at once", "rv", LONG_MS, STATUS_OK, MESSAGE_VERDICT, 1, 1},
    {"begin: closed before reading", "|rpw", LONG_MS, STATUS_OK, MESSAGE_PROMPT,
	2, 1},
    {"begin: restarted after reading", "r|rpw", LONG_MS, STATUS_OK,
	MESSAGE_PROMPT, 2, 2},
    {"begin: closed twice", "r|r|rp", LONG_MS, STATUS_CLOSED, 0, 2, 2},
    {"begin: closed after ack", "ra|rp", LONG_MS, STATUS_CLOSED, 0, 1, 1},
    {"begin: document", "rd|rp", LONG_MS, STATUS_MALFORMED, 0, 1, 1},
    {"begin: verdict of another request", "rV|rp", LONG_MS, STATUS_MALFORMED, 0,
	1, 1},
    {"begin: error of another request", "rX|rp", LONG_MS, STATUS_MALFORMED, 0,
	1, 1},
    {"begin: prompt of another request", "rP|rp", LONG_MS, STATUS_MALFORMED, 0,
	1, 1},
    {"begin: error", "re|rp", LONG_MS, STATUS_FORBIDDEN, MESSAGE_ERROR, 1, 1},
    {"begin: garbage", "rg|rp", LONG_MS, STATUS_MALFORMED, 0, 1, 1},
    {"begin: another version", "r2|rp", LONG_MS, STATUS_VERSION, 0, 1, 1},
    {"begin: ack, then silent", "raw|rp", 300, STATUS_TIMEOUT, 0, 1, 1},
    {"begin: no time", "rp", 0, STATUS_TIMEOUT, 0, 0, 0},
};

static void
test_beginning(void **state)
{
	const struct beginning *b = *state;
	_cleanup_(client_end) struct client_conversation c =
	    CLIENT_NO_CONVERSATION;
	struct message reply = {0};
	int lowest;

	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, b->script), 0);
	lowest = lowest_fd();
	assert_int_equal(begin(b->ms, &reply, &c), b->expected);
	assert_int_equal(server.tally->accepted, b->connections);
	assert_int_equal(server.tally->received, b->received);
	assert_int_equal(reply.type, b->reply);
	/* Only a prompt keeps the connection. */
	assert_int_equal(c.fd >= 3, b->reply == MESSAGE_PROMPT);
	client_end(&c);
	assert_int_equal(c.fd, -1);
	client_end(&c);
	assert_int_equal(lowest_fd(), lowest);
}

static const struct answering {
	const char *name, *script;
	int64_t ms;
	enum status expected;
	enum message_type reply;
	unsigned int received;
	/* for the end of the daemon's side: before the answer is sent, or
	 * after that and before the reply is read */
	enum { NO_WAIT, WAIT, WAIT_AFTER } wait;
} answerings[] = {
    {"verdict", "rprv", LONG_MS, STATUS_OK, MESSAGE_VERDICT, 2, NO_WAIT},
    {"ack, verdict", "raprav", LONG_MS, STATUS_OK, MESSAGE_VERDICT, 2, NO_WAIT},
    {"another prompt", "rprpw", LONG_MS, STATUS_OK, MESSAGE_PROMPT, 2, NO_WAIT},
    {"ack, another prompt", "rprapw", LONG_MS, STATUS_OK, MESSAGE_PROMPT, 2,
	NO_WAIT},
    {"later than an ack", "rprasv", LONG_MS, STATUS_OK, MESSAGE_VERDICT, 2,
	NO_WAIT},
    {"error", "rpre", LONG_MS, STATUS_FORBIDDEN, MESSAGE_ERROR, 2, NO_WAIT},
    {"error version", "rprE", LONG_MS, STATUS_VERSION, MESSAGE_ERROR, 2,
	NO_WAIT},

    /* The daemon ended it while the person was asked. */
    {"verdict before, and read", "rprV", LONG_MS, STATUS_OK, MESSAGE_VERDICT, 2,
	NO_WAIT},
    {"error before, and read", "rprX", LONG_MS, STATUS_FORBIDDEN, MESSAGE_ERROR,
	2, NO_WAIT},
    {"ack, verdict before", "rpraV", LONG_MS, STATUS_OK, MESSAGE_VERDICT, 2,
	NO_WAIT},
    {"verdict before, and gone", "rpv", LONG_MS, STATUS_OK, MESSAGE_VERDICT, 1,
	WAIT},
    {"error before, and gone", "rpe", LONG_MS, STATUS_FORBIDDEN, MESSAGE_ERROR,
	1, WAIT},
    {"verdict before, answer left unread", "rpuv", LONG_MS, STATUS_OK,
	MESSAGE_VERDICT, 1, WAIT_AFTER},

    /* Gone, and never asked again: the answer was another daemon's. */
    {"gone", "rp|rv", LONG_MS, STATUS_CLOSED, 0, 1, WAIT},
    {"gone with the answer unread", "rpu|rv", LONG_MS, STATUS_CLOSED, 0, 1,
	NO_WAIT},
    {"gone after reading", "rpr|rv", LONG_MS, STATUS_CLOSED, 0, 2, NO_WAIT},
    {"gone after ack", "rpra|rv", LONG_MS, STATUS_CLOSED, 0, 2, NO_WAIT},
    {"empty packets", "rpr00|rv", LONG_MS, STATUS_CLOSED, 0, 2, NO_WAIT},

    {"prompt of the request before", "rprP|rv", LONG_MS, STATUS_MALFORMED, 0, 2,
	NO_WAIT},
    {"prompt unasked", "rppw|rv", LONG_MS, STATUS_MALFORMED, 0, 1, NO_WAIT},
    {"verdict of a third id", "rpri|rv", LONG_MS, STATUS_MALFORMED, 0, 2,
	NO_WAIT},
    {"ack of a third id", "rprAv|rv", LONG_MS, STATUS_MALFORMED, 0, 2, NO_WAIT},
    {"two acks", "rpraav|rv", LONG_MS, STATUS_MALFORMED, 0, 2, NO_WAIT},
    {"document", "rprd|rv", LONG_MS, STATUS_MALFORMED, 0, 2, NO_WAIT},
    {"a request", "rprq|rv", LONG_MS, STATUS_MALFORMED, 0, 2, NO_WAIT},
    {"a verdict that lies", "rprl|rv", LONG_MS, STATUS_MALFORMED, 0, 2,
	NO_WAIT},
    {"garbage", "rprg|rv", LONG_MS, STATUS_MALFORMED, 0, 2, NO_WAIT},
    {"more than 64 KiB", "rprb|rv", LONG_MS, STATUS_MALFORMED, 0, 2, NO_WAIT},
    {"another version", "rpr2|rv", LONG_MS, STATUS_VERSION, 0, 2, NO_WAIT},
    {"silent", "rprw|rv", 300, STATUS_TIMEOUT, 0, 2, NO_WAIT},
    {"ack, then silent", "rpraw|rv", 300, STATUS_TIMEOUT, 0, 2, NO_WAIT},
    {"no time", "rpw", 0, STATUS_TIMEOUT, 0, 1, NO_WAIT},
};

static void
wait_for_end(int fd)
{
	struct pollfd gone = {.fd = fd};

	assert_int_equal(poll(&gone, 1, LONG_MS), 1);
}

static void
test_answering(void **state)
{
	const struct answering *a = *state;
	_cleanup_(client_end) struct client_conversation c =
	    CLIENT_NO_CONVERSATION;
	struct message reply = {0};
	int lowest;

	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, a->script), 0);
	lowest = lowest_fd();
	assert_int_equal(begin(LONG_MS, &reply, &c), STATUS_OK);
	reply.type = 0;
	if (a->wait == WAIT)
		wait_for_end(c.fd);
	if (a->wait == WAIT_AFTER)
		watch.after_send = wait_for_end;
	assert_int_equal(answer(a->ms, &reply, &c), a->expected);
	assert_int_equal(reply.type, a->reply);
	assert_int_equal(c.fd >= 0, a->reply == MESSAGE_PROMPT);
	if (a->reply == MESSAGE_PROMPT)
		assert_int_equal(reply.id, ANSWER_ID);
	client_end(&c);
	assert_int_equal(lowest_fd(), lowest);
	assert_int_equal(server.tally->accepted, 1);
	assert_int_equal(server.tally->received, a->received);
}

static void
test_a_long_conversation(void **state)
{
	_cleanup_(client_end) struct client_conversation c =
	    CLIENT_NO_CONVERSATION;
	struct message reply;

	(void)state;
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, "rprprprv"), 0);
	assert_int_equal(begin(LONG_MS, &reply, &c), STATUS_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(reply.type, MESSAGE_PROMPT);
		assert_int_equal(answer(LONG_MS, &reply, &c), STATUS_OK);
	}
	assert_int_equal(reply.type, MESSAGE_VERDICT);
	assert_int_equal(answer(LONG_MS, &reply, &c), STATUS_INVALID);
	assert_int_equal(server.tally->received, 4);
}

/* An answer outside a conversation, or another request in its place. */
static void
test_what_is_not_sent(void **state)
{
	const struct client_server to = {server.path, getuid()};
	_cleanup_(client_end) struct client_conversation c =
	    CLIENT_NO_CONVERSATION;
	_cleanup_(buf_clear) struct buf check;
	_cleanup_(buf_clear) struct buf none;
	struct message reply;

	(void)state;
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, "rpw|rpw"), 0);
	put_request(&check, MESSAGE_CHECK);
	buf_init(&none, MESSAGE_MAX);
	assert_int_equal(answer(LONG_MS, &reply, &c), STATUS_INVALID);
	assert_int_equal(client_begin(&to, &check, deadline_in_ms(LONG_MS),
			     &storage, &reply, &c),
	    STATUS_INVALID);
	assert_int_equal(client_begin(&to, &none, deadline_in_ms(LONG_MS),
			     &storage, &reply, &c),
	    STATUS_INVALID);
	assert_int_equal(watch.connects, 0);

	assert_int_equal(begin(LONG_MS, &reply, &c), STATUS_OK);
	assert_int_equal(client_answer(&c, &check, deadline_in_ms(LONG_MS),
			     &storage, &reply),
	    STATUS_INVALID);
	assert_int_equal(c.fd, -1);
	assert_int_equal(begin(LONG_MS, &reply, &c), STATUS_OK);
	none.error = STATUS_TOO_BIG;
	assert_int_equal(
	    client_answer(&c, &none, deadline_in_ms(LONG_MS), &storage, &reply),
	    STATUS_TOO_BIG);
	assert_int_equal(c.fd, -1);
	none.error = STATUS_OK;
	assert_int_equal(server.tally->received, 2);
}

static int
release_storage(void **state)
{
	buf_clear(&storage);
	return close_server(state);
}

#define CASE(function, row)                                                    \
	(struct CMUnitTest)                                                    \
	{                                                                      \
		.name = (row)->name, .test_func = (function),                  \
		.setup_func = open_server, .teardown_func = release_storage,   \
		.initial_state = (void *)(uintptr_t)(row)                      \
	}

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
	    cmocka_unit_test_setup_teardown(
		test_a_long_conversation, open_server, release_storage),
	    cmocka_unit_test_setup_teardown(
		test_what_is_not_sent, open_server, release_storage),
	};
	struct CMUnitTest tests[ELEMENTS(beginnings) + ELEMENTS(answerings) +
				ELEMENTS(fixed)];
	size_t n = 0;

	for (size_t i = 0; i < ELEMENTS(beginnings); i++)
		tests[n++] = CASE(test_beginning, &beginnings[i]);
	for (size_t i = 0; i < ELEMENTS(answerings); i++)
		tests[n++] = CASE(test_answering, &answerings[i]);
	memcpy(tests + n, fixed, sizeof(fixed));
	return cmocka_run_group_tests_name("conversation", tests, NULL, NULL);
}
