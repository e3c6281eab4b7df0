/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "raw_packet.h"
#include "scopegate/cleanup.h"
#include "scopegate/message.h"

/*
 * What a value may be. Each case is asked twice, of the reader with a packet
 * written by hand and of the writer, since a daemon that sends what its
 * callers refuse is as broken as one that takes everything.
 */

static enum message_direction
direction_of(enum message_type type)
{
	return type >= MESSAGE_ACK ? DIRECTION_REPLY : DIRECTION_REQUEST;
}

/* The required tags of `type` with good values, without the tag `but`. */
static void
put_others(struct buf *b, enum message_type type, enum message_tag but)
{
	static const struct {
		enum message_type type;
		enum message_tag tag;
		const char *octets;
		size_t size;
	} rows[] = {
	    {MESSAGE_CHECK, TAG_SERVICE, "sshd", 4},
	    {MESSAGE_CHECK, TAG_USER, "eve", 3},
	    {MESSAGE_CHECK, TAG_TOKEN, "t", 1},
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "\0\0\0\1", 4},
	    {MESSAGE_ACCOUNT, TAG_SERVICE, "sshd", 4},
	    {MESSAGE_ACCOUNT, TAG_USER, "eve", 3},
	    {MESSAGE_ACCOUNT, TAG_HANDLE, "h", 1},
	    {MESSAGE_ACCOUNT, TAG_BUDGET_MS, "\0\0\0\1", 4},
	    {MESSAGE_CONTROL, TAG_COMMAND, "status", 6},
	    {MESSAGE_VERDICT, TAG_VERDICT, "\1", 1},
	    {MESSAGE_VERDICT, TAG_REASON, "\0\1", 2},
	    {MESSAGE_VERDICT, TAG_REF, "K7Q", 3},
	    {MESSAGE_ERROR, TAG_ERROR, "\0\3", 2},
	    {MESSAGE_DOCUMENT, TAG_DOCUMENT, "{}", 2},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++)
		if (rows[i].type == type && rows[i].tag != but)
			raw_tlv(b, rows[i].tag, rows[i].octets, rows[i].size);
}

static void
assert_value(enum message_type type, enum message_tag tag, const void *value,
    size_t size, bool allowed)
{
	_cleanup_(buf_clear) struct buf raw, written;
	struct message m;

	buf_init(&raw, MESSAGE_MAX);
	raw_start(&raw, 1, type, 1);
	put_others(&raw, type, tag);
	raw_tlv(&raw, tag, value, size);
	raw_finish(&raw);
	assert_int_equal(
	    message_open(raw.data, raw.length, direction_of(type), &m),
	    allowed ? STATUS_OK : STATUS_MALFORMED);

	buf_init(&written, MESSAGE_MAX);
	message_start(&written, type, 1);
	put_others(&written, type, tag);
	message_put(&written, tag, (struct text){value, size});
	assert_int_equal(
	    message_finish(&written), allowed ? STATUS_OK : STATUS_INVALID);
	if (!allowed) {
		assert_null(written.data);
		return;
	}
	assert_int_equal(written.length, raw.length);
	assert_memory_equal(written.data, raw.data, raw.length);
	assert_int_equal(m.value[tag].length, size);
	assert_memory_equal(m.value[tag].bytes, value, size);
}

static void
test_texts_up_to_their_limit(void **state)
{
	static const struct {
		enum message_type type;
		enum message_tag tag;
		size_t max;
	} rows[] = {
	    {MESSAGE_CHECK, TAG_SERVICE, 64},
	    {MESSAGE_CHECK, TAG_USER, 32},
	    {MESSAGE_CHECK, TAG_TOKEN, 16384},
	    {MESSAGE_CHECK, TAG_RHOST, 255},
	    {MESSAGE_CHECK, TAG_TTY, 64},
	    {MESSAGE_CHECK, TAG_RUSER, 32},
	    {MESSAGE_CHECK, TAG_POLICY, 64},
	    {MESSAGE_ACCOUNT, TAG_SERVICE, 64},
	    {MESSAGE_ACCOUNT, TAG_HANDLE, 64},
	    {MESSAGE_ACCOUNT, TAG_RHOST, 255},
	    {MESSAGE_CONTROL, TAG_COMMAND, 32},
	    {MESSAGE_CONTROL, TAG_TOKEN, 16384},
	    {MESSAGE_CONTROL, TAG_REF, 32},
	    {MESSAGE_VERDICT, TAG_REF, 32},
	    {MESSAGE_VERDICT, TAG_HANDLE, 64},
	    {MESSAGE_VERDICT, TAG_DETAIL, 512},
	    {MESSAGE_DOCUMENT, TAG_DOCUMENT, 60000},
	};
	static char value[60001];

	(void)state;
	memset(value, 'a', sizeof(value));
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		print_message("# type %d tag %d\n", rows[i].type, rows[i].tag);
		assert_value(rows[i].type, rows[i].tag, value, 0, false);
		assert_value(rows[i].type, rows[i].tag, value, 1, true);
		assert_value(
		    rows[i].type, rows[i].tag, value, rows[i].max, true);
		assert_value(
		    rows[i].type, rows[i].tag, value, rows[i].max + 1, false);
	}
}

static void
test_numbers(void **state)
{
	static const struct {
		enum message_type type;
		enum message_tag tag;
		const char *octets;
		size_t size;
		bool allowed;
	} cases[] = {
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "\0\0\0\0", 4, false},
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "\0\0\0\1", 4, true},
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "\0\4\x93\xe0", 4, true},
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "\0\4\x93\xe1", 4, false},
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "\xff\xff\xff\xff", 4, false},
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "\0\0\1", 3, false},
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "\0\0\0\0\1", 5, false},
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "", 0, false},
	    {MESSAGE_CHECK, TAG_UID, "\0\0\0\0", 4, true},
	    {MESSAGE_CHECK, TAG_UID, "\xff\xff\xff\xff", 4, true},
	    {MESSAGE_CHECK, TAG_UID, "\0\1", 2, false},
	    {MESSAGE_VERDICT, TAG_VERDICT, "\1", 1, true},
	    {MESSAGE_VERDICT, TAG_VERDICT, "\0", 1, false},
	    {MESSAGE_VERDICT, TAG_VERDICT, "\4", 1, false},
	    {MESSAGE_VERDICT, TAG_VERDICT, "\xff", 1, false},
	    {MESSAGE_VERDICT, TAG_VERDICT, "\0\1", 2, false},
	    {MESSAGE_VERDICT, TAG_REASON, "\0\1", 2, true},
	    {MESSAGE_VERDICT, TAG_REASON, "\1", 1, false},
	    {MESSAGE_VERDICT, TAG_REASON, "\0\0\1", 3, false},
	    {MESSAGE_VERDICT, TAG_RETRY_AFTER, "\0\0\0\0", 4, true},
	    {MESSAGE_VERDICT, TAG_RETRY_AFTER, "\0\0\1", 3, false},
	    {MESSAGE_ERROR, TAG_ERROR, "\xff\xff", 2, true},
	    {MESSAGE_ERROR, TAG_ERROR, "\3", 1, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		print_message("# case %zu\n", i);
		assert_value(cases[i].type, cases[i].tag, cases[i].octets,
		    cases[i].size, cases[i].allowed);
	}
}

/* RFC 3629 section 4, and no control character at all. */
static void
test_what_a_string_may_hold(void **state)
{
	static const struct {
		const char *octets;
		size_t size;
		bool string, document;
	} cases[] = {
	    {" ~", 2, true, true},
	    {"a\0b", 3, false, false},
	    {"a\0", 2, false, false},
	    {"\n", 1, false, true},
	    {"\x1f", 1, false, true},
	    {"\x7f", 1, false, true},
	    {"\x1b[2J", 4, false, true},
	    {"\xc2\x80", 2, false, true},
	    {"\xc2\x9f", 2, false, true},
	    {"\xc2\xa0", 2, true, true},
	    {"\xdf\xbf", 2, true, true},
	    {"\xe0\xa0\x80", 3, true, true},
	    {"\xed\x9f\xbf", 3, true, true},
	    {"\xef\xbf\xbf", 3, true, true},
	    {"\xf0\x90\x80\x80", 4, true, true},
	    {"\xf4\x8f\xbf\xbf", 4, true, true},
	    {"\x80", 1, false, false},
	    {"\xc0\x80", 2, false, false},
	    {"\xc1\xbf", 2, false, false},
	    {"\xe0\x9f\xbf", 3, false, false},
	    {"\xed\xa0\x80", 3, false, false},
	    {"\xf0\x8f\xbf\xbf", 4, false, false},
	    {"\xf4\x90\x80\x80", 4, false, false},
	    {"\xf5\x80\x80\x80", 4, false, false},
	    {"\xff", 1, false, false},
	    {"\xc3", 1, false, false},
	    {"\xe2\x82", 2, false, false},
	    {"\xe2\x82x", 3, false, false},
	    {"\xf0\x9f\x98", 3, false, false},
	    {"\xf0\x9f\x98x", 4, false, false},
	    {"\xc3(", 2, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		print_message("# case %zu\n", i);
		assert_value(MESSAGE_CHECK, TAG_RHOST, cases[i].octets,
		    cases[i].size, cases[i].string);
		assert_value(MESSAGE_DOCUMENT, TAG_DOCUMENT, cases[i].octets,
		    cases[i].size, cases[i].document);
	}
}

static void
test_a_token_is_visible_ascii(void **state)
{
	(void)state;
	for (unsigned int c = 0; c < 256; c++) {
		const char token[] = {'a', (char)c, 'b'};

		assert_value(MESSAGE_CHECK, TAG_TOKEN, token, sizeof(token),
		    c >= 0x21 && c <= 0x7e);
	}
}

/* Every tag in every type, against the grammar written out once more. */
static void
test_which_type_carries_which_tag(void **state)
{
	static const struct {
		enum message_type type;
		const char *tags; /* by number, TAG_SERVICE first */
	} rows[] = {
	    {MESSAGE_CHECK, "111111101100000000"},
	    {MESSAGE_ACCOUNT, "111111011100000000"},
	    {MESSAGE_CONTROL, "111000100011000000"},
	    {MESSAGE_ACK, "000000000000000000"},
	    {MESSAGE_VERDICT, "000000010001111100"},
	    {MESSAGE_ERROR, "000000000000000010"},
	    {MESSAGE_DOCUMENT, "000000000000000001"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		assert_int_equal(strlen(rows[i].tags), TAG_COUNT - 1);
		for (unsigned int tag = 1; tag < TAG_COUNT; tag++) {
			bool number = tag == TAG_BUDGET_MS || tag == TAG_UID ||
				      tag == TAG_RETRY_AFTER;
			bool two = tag == TAG_REASON || tag == TAG_ERROR;

			print_message("# type %d tag %u\n", rows[i].type, tag);
			assert_value(rows[i].type, (enum message_tag)tag,
			    number || two        ? "\0\1\0\1"
			    : tag == TAG_VERDICT ? "\1"
						 : "{}",
			    number               ? 4
			    : tag == TAG_VERDICT ? 1
						 : 2,
			    rows[i].tags[tag - 1] == '1');
		}
	}
}

/* Each reason with each verdict, with and without a handle. */
static void
test_verdict_reason_and_handle_agree(void **state)
{
	(void)state;
	for (unsigned int reason = 0; reason <= UINT16_MAX; reason++) {
		const struct reason_row *row = reason_row(reason);

		for (unsigned int n = 1; n <= 6; n++) {
			unsigned int verdict = n > 3 ? n - 3 : n;
			bool handle = n > 3;
			_cleanup_(buf_clear) struct buf b;
			struct message m;

			/* Unknown ones are alike: a sample of them. */
			if (row == NULL && reason > 200 && reason % 256 != 1)
				continue;
			buf_init(&b, MESSAGE_MAX);
			raw_start(&b, 1, MESSAGE_VERDICT, 1);
			raw_u8(&b, TAG_VERDICT, verdict);
			raw_u16(&b, TAG_REASON, reason);
			raw_string(&b, TAG_REF, "K7Q");
			if (handle)
				raw_string(&b, TAG_HANDLE, "h");
			raw_finish(&b);
			assert_int_equal(
			    message_open(b.data, b.length, DIRECTION_REPLY, &m),
			    row != NULL && row->verdict == verdict &&
				    (!handle || verdict == VERDICT_ALLOW)
				? STATUS_OK
				: STATUS_MALFORMED);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts_up_to_their_limit),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_what_a_string_may_hold),
	    cmocka_unit_test(test_a_token_is_visible_ascii),
	    cmocka_unit_test(test_which_type_carries_which_tag),
	    cmocka_unit_test(test_verdict_reason_and_handle_agree),
	};

	return cmocka_run_group_tests_name("message values", tests, NULL, NULL);
}
