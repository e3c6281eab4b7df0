/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/message_table.h"
#include "raw_packet.h"
#include "scopegate/cleanup.h"
#include "scopegate/message.h"

/* The frame of a message: octets, header, tags, what each type demands. */

/* A CHECK of id 0x01020304, octet by octet as protocol.h says. */
static const uint8_t golden_request[] = {
    'S', 'g', 'P', 't', 0, 1, 1, 0, 1, 2, 3, 4, 0, 0, 0, 47, /* header */
    0, 1, 0, 4, 's', 's', 'h', 'd',                          /* service */
    0, 2, 0, 3, 'e', 'v', 'e',                               /* user */
    0, 7, 0, 4, 't', '.', 'o', 'k',                          /* token */
    0, 9, 0, 4, 0, 0, 0x27, 0x10, /* budget_ms: 10,000 */
};

/* A VERDICT: allow, granted, with a handle. */
static const uint8_t golden_reply[] = {
    'S', 'g', 'P', 't', 0, 1, 130, 0, 1, 2, 3, 4, 0, 0, 0, 41, /* header */
    0, 13, 0, 1, 1,                                            /* verdict */
    0, 14, 0, 2, 0, 1,                                         /* reason */
    0, 12, 0, 3, 'K', '7', 'Q',                                /* ref */
    0, 8, 0, 3, 'h', '-', '1',                                 /* handle */
};

static void
put_golden_request(struct buf *b)
{
	message_start(b, MESSAGE_CHECK, 0x01020304);
	message_put_string(b, TAG_SERVICE, "sshd");
	message_put_string(b, TAG_USER, "eve");
	message_put_string(b, TAG_TOKEN, "t.ok");
	message_put_u32(b, TAG_BUDGET_MS, 10000);
}

static void
put_golden_reply(struct buf *b)
{
	message_start(b, MESSAGE_VERDICT, 0x01020304);
	message_put_u8(b, TAG_VERDICT, VERDICT_ALLOW);
	message_put_u16(b, TAG_REASON, REASON_GRANTED);
	message_put_string(b, TAG_REF, "K7Q");
	message_put_string(b, TAG_HANDLE, "h-1");
}

static void
test_the_writer_writes_these_octets(void **state)
{
	_cleanup_(buf_clear) struct buf b;

	(void)state;
	buf_init(&b, MESSAGE_MAX);
	put_golden_request(&b);
	assert_int_equal(message_finish(&b), STATUS_OK);
	assert_int_equal(b.length, sizeof(golden_request));
	assert_memory_equal(b.data, golden_request, sizeof(golden_request));
	buf_clear(&b);
	put_golden_reply(&b);
	assert_int_equal(message_finish(&b), STATUS_OK);
	assert_int_equal(b.length, sizeof(golden_reply));
	assert_memory_equal(b.data, golden_reply, sizeof(golden_reply));
}

static void
test_the_reader_reads_these_octets(void **state)
{
	struct message m;

	(void)state;
	assert_int_equal(message_open(golden_request, sizeof(golden_request),
			     DIRECTION_REQUEST, &m),
	    STATUS_OK);
	assert_int_equal(m.version, 1);
	assert_int_equal(m.type, MESSAGE_CHECK);
	assert_int_equal(m.id, 0x01020304);
	assert_true(text_equal_string(m.value[TAG_SERVICE], "sshd"));
	assert_true(text_equal_string(m.value[TAG_USER], "eve"));
	assert_true(text_equal_string(m.value[TAG_TOKEN], "t.ok"));
	assert_int_equal(message_u32(&m, TAG_BUDGET_MS, 0), 10000);
	assert_false(message_has(&m, TAG_RHOST));
	assert_int_equal(message_open(golden_reply, sizeof(golden_reply),
			     DIRECTION_REPLY, &m),
	    STATUS_OK);
	assert_int_equal(message_u8(&m, TAG_VERDICT, 0), VERDICT_ALLOW);
	assert_int_equal(message_u16(&m, TAG_REASON, 0), REASON_GRANTED);
	assert_true(text_equal_string(m.value[TAG_REF], "K7Q"));
	assert_true(text_equal_string(m.value[TAG_HANDLE], "h-1"));
}

static void
test_any_cut_or_longer_packet_is_malformed(void **state)
{
	uint8_t packet[sizeof(golden_request) + 1] = {0};
	struct message m = {.id = 77};

	(void)state;
	memcpy(packet, golden_request, sizeof(golden_request));
	for (size_t size = 0; size <= sizeof(packet); size++) {
		/* Once as it came, once with a length that fits. */
		for (int fit = 0; fit < 2; fit++) {
			if (size == sizeof(golden_request))
				continue;
			packet[15] =
			    fit ? (uint8_t)size : sizeof(golden_request);
			assert_int_equal(
			    message_open(packet, size, DIRECTION_REQUEST, &m),
			    STATUS_MALFORMED);
		}
	}
	assert_int_equal(m.id, 77); /* nothing was set */
}

static void
test_header(void **state)
{
	static const struct {
		const char *name;
		size_t offset;
		uint8_t octet;
		enum status expected;
	} cases[] = {
	    {"as it is", 0, 'S', STATUS_OK},
	    {"magic, first", 0, 's', STATUS_MALFORMED},
	    {"magic, last", 3, 'T', STATUS_MALFORMED},
	    {"version 0", 5, 0, STATUS_VERSION},
	    {"version 2", 5, 2, STATUS_VERSION},
	    {"version 257", 4, 1, STATUS_VERSION},
	    {"type 0", 6, 0, STATUS_MALFORMED},
	    {"type unknown", 6, 5, STATUS_MALFORMED},
	    {"type of a reply", 6, MESSAGE_VERDICT, STATUS_MALFORMED},
	    {"type with other demands", 6, MESSAGE_ACCOUNT, STATUS_MALFORMED},
	    {"flags", 7, 1, STATUS_MALFORMED},
	    {"another id", 11, 9, STATUS_OK},
	    {"length one less", 15, 46, STATUS_MALFORMED},
	    {"length one more", 15, 48, STATUS_MALFORMED},
	    {"length 2^24 more", 12, 1, STATUS_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		uint8_t packet[sizeof(golden_request)];
		struct message m;

		print_message("# %s\n", cases[i].name);
		memcpy(packet, golden_request, sizeof(packet));
		packet[cases[i].offset] = cases[i].octet;
		assert_int_equal(
		    message_open(packet, sizeof(packet), DIRECTION_REQUEST, &m),
		    cases[i].expected);
	}
}

static void
test_another_version_tells_version_and_id(void **state)
{
	_cleanup_(buf_clear) struct buf b;
	struct message m;

	(void)state;
	/* A type and a body that this version does not know. */
	buf_init(&b, MESSAGE_MAX);
	raw_start(&b, 0x0203, 99, 0xa1b2c3d4);
	(void)buf_append_string(&b, "???");
	raw_finish(&b);
	assert_int_equal(message_open(b.data, b.length, DIRECTION_REQUEST, &m),
	    STATUS_VERSION);
	assert_int_equal(m.version, 0x0203);
	assert_int_equal(m.id, 0xa1b2c3d4);
	assert_false(message_has(&m, TAG_TOKEN));
}

static void
test_direction(void **state)
{
	static const struct {
		unsigned int type;
		bool request;
	} types[] = {
	    {MESSAGE_CHECK, true},
	    {MESSAGE_ACCOUNT, true},
	    {MESSAGE_LOGIN_BEGIN, true},
	    {MESSAGE_LOGIN_ANSWER, true},
	    {MESSAGE_CONTROL, true},
	    {MESSAGE_GATEWAY, true},
	    {MESSAGE_ACK, false},
	    {MESSAGE_VERDICT, false},
	    {MESSAGE_ERROR, false},
	    {MESSAGE_DOCUMENT, false},
	    {MESSAGE_PROMPT, false},
	};

	(void)state;
	for (unsigned int type = 0, row = 0; type < 256; type++) {
		bool listed = row < ELEMENTS(types) && types[row].type == type;
		bool request = listed && types[row].request;

		assert_int_equal(
		    message_type_known(type, DIRECTION_REQUEST), request);
		assert_int_equal(message_type_known(type, DIRECTION_REPLY),
		    listed && !request);
		row += listed;
	}
	for (int reply = 0; reply < 2; reply++) {
		const uint8_t *p = reply ? golden_reply : golden_request;
		struct message m;

		assert_int_equal(
		    message_open(p,
			reply ? sizeof(golden_reply) : sizeof(golden_request),
			reply ? DIRECTION_REQUEST : DIRECTION_REPLY, &m),
		    STATUS_MALFORMED);
	}
}

/* What stands behind a good ACCOUNT request, and what becomes of it. */
static void
test_tlvs(void **state)
{
	static const struct {
		const char *name;
		const char *octets;
		size_t size;
		enum status expected;
	} cases[] = {
	    {"nothing", "", 0, STATUS_OK},
	    {"optional tag", "\0\3\0\1h", 5, STATUS_OK},
	    {"optional tag, critical", "\x80\3\0\1h", 5, STATUS_OK},
	    {"unknown tag", "\0\xf0\0\1x", 5, STATUS_OK},
	    {"unknown tag, empty", "\0\xf0\0\0", 4, STATUS_OK},
	    {"unknown tag, twice", "\0\xf0\0\0\0\xf0\0\0", 8, STATUS_OK},
	    {"highest unknown tag", "\x7f\xff\0\0", 4, STATUS_OK},
	    {"unknown tag, critical", "\x80\xf0\0\1x", 5, STATUS_MALFORMED},
	    {"highest, critical", "\xff\xff\0\0", 4, STATUS_MALFORMED},
	    {"tag 0", "\0\0\0\1x", 5, STATUS_MALFORMED},
	    {"tag 0, critical", "\x80\0\0\1x", 5, STATUS_MALFORMED},
	    {"twice", "\0\2\0\1x", 5, STATUS_MALFORMED},
	    {"twice, critical", "\x80\2\0\1x", 5, STATUS_MALFORMED},
	    {"optional tag, twice", "\0\3\0\1h\0\3\0\1h", 10, STATUS_MALFORMED},
	    {"tag of another type", "\0\7\0\1x", 5, STATUS_MALFORMED},
	    {"tag of a reply", "\0\x0c\0\1x", 5, STATUS_MALFORMED},
	    {"size past the end", "\0\3\0\2h", 5, STATUS_MALFORMED},
	    {"size far past", "\0\3\xff\xffh", 5, STATUS_MALFORMED},
	    {"unknown, past the end", "\0\xf0\0\1", 4, STATUS_MALFORMED},
	    {"half a tag", "\0", 1, STATUS_MALFORMED},
	    {"no size", "\0\3", 2, STATUS_MALFORMED},
	    {"half a size", "\0\3\0", 3, STATUS_MALFORMED},
	    {"trailing octet", "\0\3\0\1h\n", 6, STATUS_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(buf_clear) struct buf b;
		struct message m;

		print_message("# %s\n", cases[i].name);
		buf_init(&b, MESSAGE_MAX);
		raw_start(&b, 1, MESSAGE_ACCOUNT, 1);
		raw_string(&b, TAG_SERVICE, "sudo");
		raw_string(&b, TAG_USER, "eve");
		raw_string(&b, TAG_HANDLE, "h");
		raw_u32(&b, TAG_BUDGET_MS, 1);
		(void)buf_append(&b, cases[i].octets, cases[i].size);
		raw_finish(&b);
		assert_int_equal(
		    message_open(b.data, b.length, DIRECTION_REQUEST, &m),
		    cases[i].expected);
	}
}

/* The first number behind the table is as unknown as any. */
static void
test_the_first_unknown_tag(void **state)
{
	(void)state;
	for (unsigned int critical = 0; critical < 2; critical++) {
		_cleanup_(buf_clear) struct buf b;
		struct message m;

		buf_init(&b, MESSAGE_MAX);
		raw_start(&b, 1, MESSAGE_ACK, 1);
		raw_string(&b, TAG_COUNT | (critical ? TAG_CRITICAL : 0), "x");
		raw_finish(&b);
		assert_int_equal(
		    message_open(b.data, b.length, DIRECTION_REPLY, &m),
		    critical ? STATUS_MALFORMED : STATUS_OK);
	}
}

static void
test_what_a_type_requires(void **state)
{
	static const struct {
		unsigned int type;
		unsigned int tags[5]; /* ends with 0: nothing is left out */
	} types[] = {
	    {MESSAGE_CHECK, {TAG_SERVICE, TAG_USER, TAG_TOKEN, TAG_BUDGET_MS}},
	    {MESSAGE_ACCOUNT,
		{TAG_SERVICE, TAG_USER, TAG_HANDLE, TAG_BUDGET_MS}},
	    {MESSAGE_LOGIN_BEGIN, {TAG_SERVICE, TAG_USER, TAG_BUDGET_MS}},
	    {MESSAGE_LOGIN_ANSWER, {TAG_BUDGET_MS}},
	    {MESSAGE_CONTROL, {TAG_COMMAND}},
	    {MESSAGE_GATEWAY, {TAG_COMMAND}},
	    {MESSAGE_ACK, {TAG_NONE}},
	    {MESSAGE_VERDICT, {TAG_VERDICT, TAG_REASON, TAG_REF}},
	    {MESSAGE_ERROR, {TAG_ERROR}},
	    {MESSAGE_DOCUMENT, {TAG_DOCUMENT}},
	    {MESSAGE_PROMPT, {TAG_PROMPT}},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		unsigned int tag;
		size_t k = 0;

		do {
			_cleanup_(buf_clear) struct buf b;
			struct message m;

			tag = types[i].tags[k++];
			print_message(
			    "# type %u without %u\n", types[i].type, tag);
			buf_init(&b, MESSAGE_MAX);
			raw_start(&b, 1, types[i].type, 1);
			raw_required(&b, types[i].type, tag);
			raw_finish(&b);
			assert_int_equal(message_open(b.data, b.length,
					     types[i].type >= MESSAGE_ACK
						 ? DIRECTION_REPLY
						 : DIRECTION_REQUEST,
					     &m),
			    tag == TAG_NONE ? STATUS_OK : STATUS_MALFORMED);
		} while (tag != TAG_NONE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_writer_writes_these_octets),
	    cmocka_unit_test(test_the_reader_reads_these_octets),
	    cmocka_unit_test(test_any_cut_or_longer_packet_is_malformed),
	    cmocka_unit_test(test_header),
	    cmocka_unit_test(test_another_version_tells_version_and_id),
	    cmocka_unit_test(test_direction),
	    cmocka_unit_test(test_tlvs),
	    cmocka_unit_test(test_the_first_unknown_tag),
	    cmocka_unit_test(test_what_a_type_requires),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
