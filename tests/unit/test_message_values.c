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

static void
assert_value(enum message_type type, enum message_tag tag, const void *value,
    size_t size, bool allowed)
{
	_cleanup_(buf_clear) struct buf raw, written;
	struct message m;

	buf_init(&raw, MESSAGE_MAX);
	raw_start(&raw, 1, type, 1);
	raw_required(&raw, type, tag);
	raw_tlv(&raw, tag, value, size);
	raw_finish(&raw);
	assert_int_equal(
	    message_open(raw.data, raw.length, direction_of(type), &m),
	    allowed ? STATUS_OK : STATUS_MALFORMED);

	buf_init(&written, MESSAGE_MAX);
	message_start(&written, type, 1);
	raw_required(&written, type, tag);
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

static const struct {
	enum message_type type;
	enum message_tag tag;
	size_t max;
} limits[] = {
    {MESSAGE_CHECK, TAG_SERVICE, 64},
    {MESSAGE_CHECK, TAG_USER, 32},
    {MESSAGE_CHECK, TAG_TOKEN, 16384},
    {MESSAGE_CHECK, TAG_RHOST, 255},
    {MESSAGE_CHECK, TAG_TTY, 64},
    {MESSAGE_CHECK, TAG_RUSER, 32},
    {MESSAGE_CHECK, TAG_POLICY, 64},
    {MESSAGE_CHECK, TAG_SSH_KEY, 2048},
    {MESSAGE_ACCOUNT, TAG_SERVICE, 64},
    {MESSAGE_ACCOUNT, TAG_HANDLE, 64},
    {MESSAGE_ACCOUNT, TAG_RHOST, 255},
    {MESSAGE_ACCOUNT, TAG_SSH_KEY, 2048},
    {MESSAGE_LOGIN_BEGIN, TAG_SERVICE, 64},
    {MESSAGE_LOGIN_BEGIN, TAG_USER, 32},
    {MESSAGE_LOGIN_BEGIN, TAG_TTY, 64},
    {MESSAGE_LOGIN_BEGIN, TAG_POLICY, 64},
    {MESSAGE_LOGIN_BEGIN, TAG_SSH_KEY, 2048},
    {MESSAGE_LOGIN_ANSWER, TAG_ANSWER, 16384},
    {MESSAGE_CONTROL, TAG_COMMAND, 32},
    {MESSAGE_CONTROL, TAG_TOKEN, 16384},
    {MESSAGE_CONTROL, TAG_REF, 32},
    {MESSAGE_GATEWAY, TAG_COMMAND, 32},
    {MESSAGE_GATEWAY, TAG_TOKEN, 16384},
    {MESSAGE_GATEWAY, TAG_DOCUMENT, 60000},
    {MESSAGE_GATEWAY, TAG_LINK, 4096},
    {MESSAGE_GATEWAY, TAG_STATE, 128},
    {MESSAGE_GATEWAY, TAG_CODE, 4096},
    {MESSAGE_GATEWAY, TAG_ISS, 1024},
    {MESSAGE_GATEWAY, TAG_OAUTH_ERROR, 1024},
    {MESSAGE_GATEWAY, TAG_ERROR_DESCRIPTION, 1024},
    {MESSAGE_GATEWAY, TAG_BROWSER, 64},
    {MESSAGE_GATEWAY, TAG_CHOICE, 16},
    {MESSAGE_GATEWAY, TAG_HOST, 255},
    {MESSAGE_GATEWAY, TAG_PATH, 128},
    {MESSAGE_VERDICT, TAG_REF, 32},
    {MESSAGE_VERDICT, TAG_HANDLE, 64},
    {MESSAGE_VERDICT, TAG_DETAIL, 512},
    {MESSAGE_DOCUMENT, TAG_DOCUMENT, 60000},
    {MESSAGE_PROMPT, TAG_LINK, 4096},
    {MESSAGE_PROMPT, TAG_USER_CODE, 64},
    {MESSAGE_PROMPT, TAG_NUMBER, 16},
    {MESSAGE_PROMPT, TAG_QR, 12288},
};

static void
test_texts_up_to_their_limit(void **state)
{
	static char value[60001];

	(void)state;
	memset(value, 'a', sizeof(value));
	for (size_t i = 0; i < ELEMENTS(limits); i++) {
		print_message("# type %d tag %d\n", limits[i].type, limits[i].tag);
		assert_value(limits[i].type, limits[i].tag, value, 0, false);
		assert_value(limits[i].type, limits[i].tag, value, 1, true);
		assert_value(
		    limits[i].type, limits[i].tag, value, limits[i].max, true);
		assert_value(
		    limits[i].type, limits[i].tag, value, limits[i].max + 1,
		    false);
	}
}

static const struct {
	enum message_type type;
	enum message_tag tag;
	const char *octets;
	size_t size;
	bool allowed;
} numbers[] = {
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
    {MESSAGE_LOGIN_BEGIN, TAG_BUDGET_MS, "\0\0\0\0", 4, false},
    {MESSAGE_LOGIN_BEGIN, TAG_METHOD, "\0", 1, false},
    {MESSAGE_LOGIN_BEGIN, TAG_METHOD, "\1", 1, true},
    {MESSAGE_LOGIN_BEGIN, TAG_METHOD, "\7", 1, true},
    {MESSAGE_LOGIN_BEGIN, TAG_METHOD, "\x08", 1, false},
    {MESSAGE_LOGIN_BEGIN, TAG_METHOD, "\0\1", 2, false},
    {MESSAGE_LOGIN_ANSWER, TAG_BUDGET_MS, "\0\4\x93\xe0", 4, true},
    {MESSAGE_LOGIN_ANSWER, TAG_BUDGET_MS, "\0\4\x93\xe1", 4, false},
    {MESSAGE_PROMPT, TAG_PROMPT, "\0", 1, false},
    {MESSAGE_PROMPT, TAG_PROMPT, "\1", 1, true},
    {MESSAGE_PROMPT, TAG_PROMPT, "\x09", 1, true},
    {MESSAGE_PROMPT, TAG_PROMPT, "\x0a", 1, false},
    {MESSAGE_PROMPT, TAG_PROMPT, "\0\1", 2, false},
    {MESSAGE_PROMPT, TAG_LOGINS, "\0", 1, true},
    {MESSAGE_PROMPT, TAG_LOGINS, "\7", 1, true},
    {MESSAGE_PROMPT, TAG_LOGINS, "\x08", 1, false},
    {MESSAGE_PROMPT, TAG_TRIES, "\xff", 1, true},
    {MESSAGE_PROMPT, TAG_TRIES, "", 0, false},
    {MESSAGE_PROMPT, TAG_SECONDS, "\xff\xff\xff\xff", 4, true},
    {MESSAGE_PROMPT, TAG_SECONDS, "\0\1", 2, false},
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

static void
test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(numbers); i++) {
		print_message("# case %zu\n", i);
		assert_value(numbers[i].type, numbers[i].tag, numbers[i].octets,
		    numbers[i].size, numbers[i].allowed);
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

/* A value that the kind of the tag allows. */
static struct text
good_value(enum message_tag tag)
{
	switch (tag) {
	case TAG_VERDICT:
	case TAG_METHOD:
	case TAG_PROMPT:
	case TAG_LOGINS:
	case TAG_TRIES:
		return (struct text){"\1", 1};
	case TAG_REASON:
	case TAG_ERROR:
		return (struct text){"\0\1", 2};
	case TAG_BUDGET_MS:
	case TAG_UID:
	case TAG_RETRY_AFTER:
	case TAG_SECONDS:
		return (struct text){"\0\1\0\1", 4};
	default:
		return (struct text){"{}", 2};
	}
}

/* Every tag in every type, against the grammar written out once more. */
static void
test_which_type_carries_which_tag(void **state)
{
	static const struct {
		enum message_type type;
		enum message_tag tags[TAG_COUNT]; /* ends with 0 */
	} rows[] = {
	    {MESSAGE_CHECK,
		{TAG_SERVICE, TAG_USER, TAG_TOKEN, TAG_BUDGET_MS, TAG_RHOST,
		    TAG_TTY, TAG_RUSER, TAG_UID, TAG_POLICY, TAG_SSH_KEY}},
	    {MESSAGE_ACCOUNT,
		{TAG_SERVICE, TAG_USER, TAG_HANDLE, TAG_BUDGET_MS, TAG_RHOST,
		    TAG_TTY, TAG_RUSER, TAG_UID, TAG_POLICY, TAG_SSH_KEY}},
	    {MESSAGE_LOGIN_BEGIN,
		{TAG_SERVICE, TAG_USER, TAG_BUDGET_MS, TAG_RHOST, TAG_TTY,
		    TAG_RUSER, TAG_UID, TAG_POLICY, TAG_METHOD, TAG_SSH_KEY}},
	    {MESSAGE_LOGIN_ANSWER, {TAG_BUDGET_MS, TAG_ANSWER}},
	    {MESSAGE_CONTROL, {TAG_COMMAND, TAG_SERVICE, TAG_USER, TAG_RHOST,
				  TAG_TOKEN, TAG_REF, TAG_HANDLE, TAG_KIND,
				  TAG_VALUE, TAG_ISSUER}},
	    {MESSAGE_GATEWAY,
		{TAG_COMMAND, TAG_LINK, TAG_RHOST, TAG_BROWSER, TAG_STATE,
		    TAG_CODE, TAG_ISS, TAG_OAUTH_ERROR, TAG_ERROR_DESCRIPTION,
		    TAG_CHOICE, TAG_TOKEN, TAG_SERVICE, TAG_USER, TAG_HOST,
		    TAG_DOCUMENT, TAG_PATH}},
	    {MESSAGE_ACK, {TAG_NONE}},
	    {MESSAGE_VERDICT, {TAG_VERDICT, TAG_REASON, TAG_REF, TAG_HANDLE,
				  TAG_DETAIL, TAG_RETRY_AFTER}},
	    {MESSAGE_ERROR, {TAG_ERROR}},
	    {MESSAGE_DOCUMENT, {TAG_DOCUMENT}},
	    {MESSAGE_PROMPT, {TAG_PROMPT, TAG_LINK, TAG_USER_CODE, TAG_NUMBER,
				 TAG_QR, TAG_LOGINS, TAG_TRIES, TAG_SECONDS}},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		bool carried[TAG_COUNT] = {false};

		for (size_t k = 0; rows[i].tags[k] != TAG_NONE; k++)
			carried[rows[i].tags[k]] = true;
		for (unsigned int tag = 1; tag < TAG_COUNT; tag++) {
			struct text value = good_value((enum message_tag)tag);

			print_message("# type %d tag %u\n", rows[i].type, tag);
			assert_value(rows[i].type, (enum message_tag)tag,
			    value.bytes, value.length, carried[tag]);
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
	};

	return cmocka_run_group_tests_name("message values", tests, NULL, NULL);
}
