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

/* The writer's one path, the getters, and the small words beside them. */

static void
test_a_packet_of_64_kib_and_one_octet_more(void **state)
{
	static const char padding[60000];

	(void)state;
	for (unsigned int more = 0; more < 2; more++) {
		_cleanup_(buf_clear) struct buf b;
		struct message m;

		buf_init(&b, MESSAGE_MAX + 1);
		raw_start(&b, 1, MESSAGE_ACK, 1);
		raw_tlv(&b, 4711, padding, sizeof(padding));
		raw_tlv(&b, 4712, padding,
		    MESSAGE_MAX - b.length - TLV_HEADER_SIZE + more);
		raw_finish(&b);
		assert_int_equal(b.length, MESSAGE_MAX + more);
		assert_int_equal(
		    message_open(b.data, b.length, DIRECTION_REPLY, &m),
		    more ? STATUS_MALFORMED : STATUS_OK);
	}
}

static void
test_the_fullest_messages_fit(void **state)
{
	static char filler[DOCUMENT_MAX + 1];
	static const struct {
		enum message_tag tag;
		size_t max;
	} texts[] = {
	    {TAG_SERVICE, SERVICE_MAX},
	    {TAG_USER, USER_MAX},
	    {TAG_RHOST, RHOST_MAX},
	    {TAG_TTY, TTY_MAX},
	    {TAG_RUSER, USER_MAX},
	    {TAG_POLICY, POLICY_NAME_MAX},
	    {TAG_TOKEN, TOKEN_MAX},
	};
	_cleanup_(buf_clear) struct buf b;

	(void)state;
	memset(filler, 'x', sizeof(filler) - 1);
	buf_init_sensitive(&b, MESSAGE_MAX);
	message_start(&b, MESSAGE_CHECK, UINT32_MAX);
	for (size_t i = 0; i < ELEMENTS(texts); i++)
		message_put(
		    &b, texts[i].tag, (struct text){filler, texts[i].max});
	message_put_u32(&b, TAG_BUDGET_MS, BUDGET_MS_MAX);
	message_put_u32(&b, TAG_UID, UINT32_MAX);
	assert_int_equal(message_finish(&b), STATUS_OK);
	buf_clear(&b);
	message_start(&b, MESSAGE_DOCUMENT, 0);
	message_put_string(&b, TAG_DOCUMENT, filler);
	assert_int_equal(message_finish(&b), STATUS_OK);
}

static void
put_nothing(struct buf *b)
{
	(void)b;
}

static void
put_without_start(struct buf *b)
{
	message_put_string(b, TAG_SERVICE, "sshd");
}

static void
put_no_tag(struct buf *b)
{
	message_start(b, MESSAGE_ACK, 1);
	message_put_string(b, TAG_NONE, "x");
}

static void
put_tag_past_the_last(struct buf *b)
{
	message_start(b, MESSAGE_ACK, 1);
	message_put_string(b, TAG_COUNT, "x");
}

static void
put_null(struct buf *b)
{
	message_start(b, MESSAGE_CONTROL, 1);
	message_put_string(b, TAG_COMMAND, NULL);
}

static void
put_twice(struct buf *b)
{
	message_start(b, MESSAGE_CONTROL, 1);
	message_put_string(b, TAG_COMMAND, "status");
	message_put_string(b, TAG_COMMAND, "status");
}

static void
put_too_little(struct buf *b)
{
	message_start(b, MESSAGE_CHECK, 1);
	message_put_string(b, TAG_SERVICE, "sshd");
}

static void
put_unknown_type(struct buf *b)
{
	message_start(b, (enum message_type)99, 1);
}

static void
put_good_after_bad(struct buf *b)
{
	message_start(b, MESSAGE_CONTROL, 1);
	message_put_string(b, TAG_SERVICE, "");
	message_put_string(b, TAG_COMMAND, "status");
}

static void
put_a_verdict_that_lies(struct buf *b)
{
	message_start(b, MESSAGE_VERDICT, 1);
	message_put_u8(b, TAG_VERDICT, VERDICT_ALLOW);
	message_put_u16(b, TAG_REASON, REASON_SCOPE_MISSING);
	message_put_string(b, TAG_REF, "K7Q");
}

static void
test_the_writer_refuses(void **state)
{
	static const struct {
		const char *name;
		void (*put)(struct buf *b);
	} cases[] = {
	    {"nothing", put_nothing},
	    {"no start", put_without_start},
	    {"tag 0", put_no_tag},
	    {"a tag past the last", put_tag_past_the_last},
	    {"NULL", put_null},
	    {"a tag twice", put_twice},
	    {"too little", put_too_little},
	    {"an unknown type", put_unknown_type},
	    {"a bad value, then a good one", put_good_after_bad},
	    {"a verdict that lies", put_a_verdict_that_lies},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(buf_clear) struct buf b;

		print_message("# %s\n", cases[i].name);
		buf_init(&b, MESSAGE_MAX);
		cases[i].put(&b);
		assert_int_equal(message_finish(&b), STATUS_INVALID);
		assert_int_equal(b.length, 0);
		assert_int_equal(b.error, STATUS_INVALID);
	}
}

/* The first error is the one that is told. */
static void
test_a_full_buffer_stays_too_big(void **state)
{
	_cleanup_(buf_clear) struct buf b;

	(void)state;
	buf_init(&b, MESSAGE_HEADER_SIZE + 5);
	message_start(&b, MESSAGE_CONTROL, 1);
	message_put_string(&b, TAG_COMMAND, "status");
	message_put_string(&b, TAG_NONE, "x");
	assert_int_equal(message_finish(&b), STATUS_TOO_BIG);
}

static void
test_getters_fall_back(void **state)
{
	struct message m = {0};

	(void)state;
	assert_int_equal(message_u32(&m, TAG_UID, 7), 7);
	assert_int_equal(message_u16(&m, TAG_REASON, 8), 8);
	assert_int_equal(message_u8(&m, TAG_VERDICT, 9), 9);
	/* A text asked for as a number. */
	m.value[TAG_SERVICE] = text_of("sshd!");
	assert_int_equal(message_u32(&m, TAG_SERVICE, 7), 7);
	assert_int_equal(message_u16(&m, TAG_SERVICE, 8), 8);
	assert_int_equal(message_u8(&m, TAG_SERVICE, 9), 9);
	m.value[TAG_UID] = (struct text){"\xfe\xdc\xba\x98", 4};
	assert_int_equal(message_u32(&m, TAG_UID, 7), 0xfedcba98);
	m.value[TAG_REASON] = (struct text){"\xfe\xdc", 2};
	assert_int_equal(message_u16(&m, TAG_REASON, 8), 0xfedc);
	m.value[TAG_VERDICT] = (struct text){"\xfe", 1};
	assert_int_equal(message_u8(&m, TAG_VERDICT, 9), 0xfe);
}

static void
test_texts_are_equal_octet_by_octet(void **state)
{
	struct text absent = {0}, empty = {"", 0};

	(void)state;
	assert_true(text_equal(absent, absent));
	assert_false(text_equal(absent, empty));
	assert_false(text_equal(empty, absent));
	assert_true(text_equal(empty, empty));
	assert_true(text_equal_string(absent, NULL));
	assert_false(text_equal_string(absent, ""));
	assert_true(text_equal_string((struct text){"evelyn", 3}, "eve"));
	assert_false(text_equal_string((struct text){"eve", 3}, "evelyn"));
	assert_false(text_equal_string((struct text){"eve", 3}, "Eve"));
	assert_false(text_equal_string((struct text){"e\0e", 3}, "e"));
}

static void
test_user_names(void **state)
{
	static const struct {
		const char *name;
		bool valid;
	} cases[] = {
	    {"a", true},
	    {"_", true},
	    {"_apt", true},
	    {"z0-9._", true},
	    {"systemd-network", true},
	    {"aaaaaaaaaabbbbbbbbbbccccccccccdd", true},
	    {"aaaaaaaaaabbbbbbbbbbccccccccccddd", false},
	    {"", false},
	    {"0day", false},
	    {"-rf", false},
	    {".hidden", false},
	    {"Alice", false},
	    {"aLice", false},
	    {"a b", false},
	    {"a@b", false},
	    {"a/b", false},
	    {"a\\b", false},
	    {"a:b", false},
	    {"a\n", false},
	    {"a$", false},
	    {"a`", false},
	    {"a{", false},
	    {"\xc3\xa4", false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		print_message("# case %zu\n", i);
		assert_int_equal(
		    user_name_valid(text_of(cases[i].name)), cases[i].valid);
	}
	assert_false(user_name_valid((struct text){0}));
	assert_false(user_name_valid((struct text){"a\0b", 3}));
	assert_false(user_name_valid((struct text){"a\0", 2}));
}

static void
test_every_error_has_a_text(void **state)
{
	(void)state;
	assert_string_equal(protocol_error_text(PROTOCOL_ERROR_VERSION),
	    "protocol version not supported");
	for (unsigned int i = 1; i <= 8; i++)
		assert_string_not_equal(
		    protocol_error_text(i), protocol_error_text(0));
	assert_string_equal(protocol_error_text(0), "unknown error");
	assert_string_equal(protocol_error_text(9), "unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_packet_of_64_kib_and_one_octet_more),
	    cmocka_unit_test(test_the_fullest_messages_fit),
	    cmocka_unit_test(test_the_writer_refuses),
	    cmocka_unit_test(test_a_full_buffer_stays_too_big),
	    cmocka_unit_test(test_getters_fall_back),
	    cmocka_unit_test(test_texts_are_equal_octet_by_octet),
	    cmocka_unit_test(test_user_names),
	    cmocka_unit_test(test_every_error_has_a_text),
	};

	return cmocka_run_group_tests_name("message writer", tests, NULL, NULL);
}
