/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "fetch/frame.h"
#include "scopegate/cleanup.h"

/*
 * The door between decide and fetch: what goes in comes out, and nothing else
 * does.
 */

struct pair {
	struct channel near, far;
};

static int
open_pair(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	int fds[2];

	assert_non_null(p);
	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
	    0);
	assert_int_equal(channel_open(&p->near, fds[0]), STATUS_OK);
	assert_int_equal(channel_open(&p->far, fds[1]), STATUS_OK);
	*state = p;
	return 0;
}

static int
close_pair(void **state)
{
	struct pair *p = *state;

	channel_close(&p->near);
	channel_close(&p->far);
	free(p);
	return 0;
}

static void
assert_text(struct text got, struct text expected)
{
	assert_int_equal(got.length, expected.length);
	if (expected.length > 0)
		assert_memory_equal(got.bytes, expected.bytes, got.length);
}

static void
every_field_arrives(void **state)
{
	static const struct frame sent[] = {
	    {.kind = FRAME_ASK,
		.id = 7,
		.code = FETCH_INTROSPECT,
		.time_us = INT64_MAX,
		.name = {"acme", 4},
		.text = {"https://a.example/i", 19},
		.body = {"token=\0x", 8}},
	    {.kind = FRAME_CANCEL, .id = UINT32_MAX},
	    {.kind = FRAME_RELOAD, .id = 1},
	    {.kind = FRAME_ANSWER,
		.id = 2,
		.code = FETCH_ANSWERED,
		.status = 429,
		.retry_after = 86400,
		.encoded = true,
		.time_us = 12,
		.name = {"text/html", 9},
		.body = {"{}", 2}},
	    {.kind = FRAME_LOADED, .code = 1},
	};
	struct pair *p = *state;

	for (size_t i = 0; i < ELEMENTS(sent); i++) {
		struct frame got;

		assert_int_equal(channel_send(&p->near, &sent[i]), STATUS_OK);
		assert_int_equal(channel_receive(&p->far, &got), STATUS_OK);
		assert_int_equal(got.kind, sent[i].kind);
		assert_int_equal(got.id, sent[i].id);
		assert_int_equal(got.code, sent[i].code);
		assert_int_equal(got.status, sent[i].status);
		assert_int_equal(got.retry_after, sent[i].retry_after);
		assert_int_equal(got.encoded, sent[i].encoded);
		assert_int_equal(got.time_us, sent[i].time_us);
		assert_text(got.name, sent[i].name);
		assert_text(got.text, sent[i].text);
		assert_text(got.body, sent[i].body);
	}
}

static void
limits_hold_at_n_and_n_plus_1(void **state)
{
	static const struct {
		size_t name, text, body;
		enum status expected;
	} rows[] = {
	    {FRAME_NAME_MAX, FRAME_TEXT_MAX, FRAME_BODY_MAX, STATUS_OK},
	    {FRAME_NAME_MAX + 1, 0, 0, STATUS_TOO_BIG},
	    {0, FRAME_TEXT_MAX + 1, 0, STATUS_TOO_BIG},
	    {0, 0, FRAME_BODY_MAX + 1, STATUS_TOO_BIG},
	};
	struct pair *p = *state;
	_cleanup_(free_ptr) char *bytes = calloc(1, FRAME_BODY_MAX + 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct frame got, f = {
				      .kind = FRAME_ANSWER,
				      .name = {bytes, rows[i].name},
				      .text = {bytes, rows[i].text},
				      .body = {bytes, rows[i].body},
				  };

		assert_int_equal(channel_send(&p->near, &f), rows[i].expected);
		if (rows[i].expected != STATUS_OK)
			continue;
		assert_int_equal(channel_receive(&p->far, &got), STATUS_OK);
		assert_int_equal(got.body.length, rows[i].body);
	}
}

/* The packet of one good frame, for breaking. */
static size_t
good_packet(struct pair *p, uint8_t *packet, size_t size)
{
	struct frame f = {.kind = FRAME_ASK,
	    .name = {"acme", 4},
	    .text = {"url", 3},
	    .body = {"form", 4}};
	ssize_t n;

	assert_int_equal(channel_send(&p->near, &f), STATUS_OK);
	n = recv(p->far.fd, packet, size, 0);
	assert_int_equal(n, FRAME_HEAD_SIZE + 11);
	return (size_t)n;
}

static void
broken_packets_are_malformed(void **state)
{
	struct pair *p = *state;
	uint8_t packet[128] = {0};
	struct frame got;
	size_t n = good_packet(p, packet, sizeof(packet));
	static const struct {
		size_t offset;
		uint8_t value;
	} changes[] = {
	    {0, 0}, /* no such kind */
	    {0, FRAME_LOADED + 1},
	    {12, 2}, /* encoded is neither 0 nor 1 */
	    {14, 5}, /* lengths that do not add up */
	    {24, 2},
	    {28, 0xff},
	    {31, 0xff},
	};

	assert_int_equal(frame_read(packet, n, &got), STATUS_OK);
	for (size_t size = 0; size < n; size++)
		assert_int_equal(
		    frame_read(packet, size, &got), STATUS_MALFORMED);
	assert_int_equal(frame_read(packet, n + 1, &got), STATUS_MALFORMED);
	for (size_t i = 0; i < ELEMENTS(changes); i++) {
		uint8_t kept = packet[changes[i].offset];

		packet[changes[i].offset] = changes[i].value;
		assert_int_equal(frame_read(packet, n, &got), STATUS_MALFORMED);
		packet[changes[i].offset] = kept;
	}
}

static void
a_queue_keeps_order_and_has_an_end(void **state)
{
	struct pair *p = *state;
	_cleanup_(free_ptr) char *body = calloc(1, FRAME_BODY_MAX);
	struct frame got, f = {.kind = FRAME_ANSWER};
	enum status s = STATUS_OK;
	uint32_t sent = 0, received = 0;

	assert_non_null(body);
	f.body = (struct text){body, 4096};
	while (s == STATUS_OK) {
		f.id = sent;
		s = channel_send(&p->near, &f);
		sent += s == STATUS_OK;
	}
	assert_int_equal(s, STATUS_BUSY);
	assert_int_equal(p->near.waiting, FRAMES_WAITING_MAX);
	while (received < sent) {
		s = channel_receive(&p->far, &got);
		if (s == STATUS_NOT_FOUND) {
			assert_int_equal(channel_flush(&p->near), STATUS_OK);
			continue;
		}
		assert_int_equal(s, STATUS_OK);
		assert_int_equal(got.id, received);
		received++;
	}
	assert_false(channel_has_waiting(&p->near));
	assert_int_equal(channel_receive(&p->far, &got), STATUS_NOT_FOUND);
}

static void
the_other_side_going_is_seen(void **state)
{
	struct pair *p = *state;
	struct frame got, f = {.kind = FRAME_CANCEL};

	channel_close(&p->far);
	assert_int_equal(channel_receive(&p->near, &got), STATUS_CLOSED);
	assert_int_equal(channel_send(&p->near, &f), STATUS_CLOSED);
}

static void
a_received_frame_is_wiped_by_the_next_receive(void **state)
{
	struct pair *p = *state;
	struct frame got, f = {.kind = FRAME_ASK, .body = {"secret", 6}};

	assert_int_equal(channel_send(&p->near, &f), STATUS_OK);
	assert_int_equal(channel_receive(&p->far, &got), STATUS_OK);
	assert_memory_equal(p->far.packet + FRAME_HEAD_SIZE, "secret", 6);
	assert_int_equal(channel_receive(&p->far, &got), STATUS_NOT_FOUND);
	assert_memory_equal(p->far.packet + FRAME_HEAD_SIZE, "\0\0\0\0\0\0", 6);
}

#define PAIR_TEST(f) cmocka_unit_test_setup_teardown(f, open_pair, close_pair)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PAIR_TEST(every_field_arrives),
	    PAIR_TEST(limits_hold_at_n_and_n_plus_1),
	    PAIR_TEST(broken_packets_are_malformed),
	    PAIR_TEST(a_queue_keeps_order_and_has_an_end),
	    PAIR_TEST(the_other_side_going_is_seen),
	    PAIR_TEST(a_received_frame_is_wiped_by_the_next_receive),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
