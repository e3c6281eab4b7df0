/* SPDX-License-Identifier: ISC */
/* What a person reads at each prompt, and what stays of it without memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "../unit/allocations.h"
#include "answer.h"
#include "prompt_text.h"
#include "scopegate/cleanup.h"

#define LINK "https://gate.example.com/l/K7QXM2RT"
#define OPEN "Open this link in your browser:\n  " LINK "\n"
#define QR "\xe2\x96\x88\xe2\x96\x80\xe2\x96\x88\n\xe2\x96\x84 \xe2\x96\x84"

static const struct options options = {.prompt = "Access token: "};

struct shown {
	enum prompt prompt;
	enum prompt asked; /* 0: the same */
	uint8_t logins, tries;
	const char *link, *user_code, *number, *qr;
	const char *text;
};

static const struct shown shown[] = {
    {.prompt = PROMPT_TOKEN, .text = "Access token: "},
    {.prompt = PROMPT_TOKEN, .logins = LOGIN_ALL, .text = "Access token: "},
    {.prompt = PROMPT_BROWSER,
	.link = LINK,
	.text = OPEN "Type here the code that it shows in the end.\nCode: "},
    {.prompt = PROMPT_BROWSER,
	.link = LINK,
	.logins = LOGIN_BROWSER | LOGIN_DEVICE,
	.text = OPEN "Type here the code that it shows in the end.\nCode: "},
    {.prompt = PROMPT_BROWSER,
	.link = LINK,
	.logins = LOGIN_TOKEN,
	.qr = QR,
	.tries = 3,
	.text = OPEN QR "\nType here the code that it shows in the end.\n"
			"Code, or access token: "},
    {.prompt = PROMPT_BROWSER,
	.link = LINK,
	.qr = QR "\n",
	.text =
	    OPEN QR "\nType here the code that it shows in the end.\nCode: "},
    {.prompt = PROMPT_REDIRECT,
	.link = LINK,
	.logins = LOGIN_TOKEN,
	.text = OPEN "Then paste here the address where the browser ends, also "
		     "if no page loads.\nAddress, or access token: "},
    {.prompt = PROMPT_DEVICE_NUMBER,
	.link = LINK,
	.user_code = "WDJB-MJHT",
	.number = "47",
	.text = OPEN "Enter there the code: WDJB-MJHT\n"
		     "And the number that it asks for: 47\n"
		     "Approve there, then press Enter here.\n"
		     "Enter when approved: "},
    {.prompt = PROMPT_DEVICE_ENTER,
	.link = LINK,
	.user_code = "WDJB-MJHT",
	.logins = LOGIN_TOKEN,
	.text = OPEN "Enter there the code: WDJB-MJHT\n"
		     "Approve there, then press Enter here.\n"
		     "Enter when approved, or access token: "},
    {.prompt = PROMPT_BROWSER_AGAIN,
	.link = LINK,
	.tries = 2,
	.text = "That is not the code that the browser shows. "
		"2 tries are left.\n  " LINK "\nCode: "},
    {.prompt = PROMPT_BROWSER_AGAIN,
	.tries = 1,
	.logins = LOGIN_TOKEN,
	.text = "That is not the code that the browser shows. "
		"1 try is left.\nCode, or access token: "},
    {.prompt = PROMPT_BROWSER_AGAIN,
	.text = "That is not the code that the browser shows.\nCode: "},
    {.prompt = PROMPT_REDIRECT_AGAIN,
	.tries = 1,
	.text = "That is not the address where it ends. "
		"1 try is left.\nAddress: "},
    {.prompt = PROMPT_DEVICE_AGAIN,
	.tries = 255,
	.text = "That is not the number that it shows. "
		"255 tries are left.\nNumber: "},
    {.prompt = PROMPT_NOT_YET,
	.asked = PROMPT_BROWSER,
	.tries = 3,
	.text = "The link has not been gone through yet.\nCode: "},
    {.prompt = PROMPT_NOT_YET,
	.asked = PROMPT_REDIRECT_AGAIN,
	.link = LINK,
	.text =
	    "The link has not been gone through yet.\n  " LINK "\nAddress: "},
    {.prompt = PROMPT_NOT_YET,
	.asked = PROMPT_DEVICE_ENTER,
	.logins = LOGIN_TOKEN,
	.text = "The link has not been gone through yet.\n"
		"Enter when approved, or access token: "},
};

static struct message
prompt_of(const struct shown *s)
{
	static uint8_t octets[3];
	struct message m = {.type = MESSAGE_PROMPT};

	octets[0] = (uint8_t)s->prompt;
	octets[1] = s->logins;
	octets[2] = s->tries;
	m.value[TAG_PROMPT] = (struct text){(const char *)octets, 1};
	m.value[TAG_LOGINS] = (struct text){(const char *)octets + 1, 1};
	m.value[TAG_TRIES] = (struct text){(const char *)octets + 2, 1};
	m.value[TAG_LINK] = text_of(s->link);
	m.value[TAG_USER_CODE] = text_of(s->user_code);
	m.value[TAG_NUMBER] = text_of(s->number);
	m.value[TAG_QR] = text_of(s->qr);
	return m;
}

static void
each_prompt(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(shown); i++) {
		const struct shown *s = &shown[i];
		struct message m = prompt_of(s);
		_cleanup_(buf_clear) struct buf b;

		buf_init(&b, PROMPT_TEXT_MAX);
		assert_int_equal(
		    prompt_text(
			&m, s->asked != 0 ? s->asked : s->prompt, &options, &b),
		    END_VERDICT);
		assert_string_equal(buf_string(&b), s->text);
		for (const char *c = s->text; *c != '\0'; c += *c == '\n') {
			assert_true(strcspn(c, "\n") <= PROMPT_TEXT_COLUMNS);
			c += strcspn(c, "\n");
		}
	}
}

/* A long link begins at the left, and is whole; so is the widest drawing. */
static void
the_longest(void **state)
{
	static char link[LINK_MAX + 1], qr[QR_MAX + 1], wide[3 * 80 + 1];
	static char code[USER_CODE_MAX + 1];
	struct shown s = {.prompt = PROMPT_DEVICE_NUMBER,
	    .link = link,
	    .user_code = code,
	    .qr = qr};
	struct message m;
	_cleanup_(buf_clear) struct buf b;

	(void)state;
	memset(link, 'x', LINK_MAX);
	memset(code, 'c', USER_CODE_MAX);
	for (size_t i = 0; i + 3 <= QR_MAX; i += 3)
		memcpy(qr + i, i % 240 == 237 ? "  \n" : "\xe2\x96\x88", 3);
	m = prompt_of(&s);
	buf_init(&b, PROMPT_TEXT_MAX);
	assert_int_equal(prompt_text(&m, s.prompt, &options, &b), END_VERDICT);
	assert_non_null(strstr(buf_string(&b), "browser:\nxxx"));
	assert_null(strstr(buf_string(&b), "\xe2\x96\x88"));
	for (size_t i = 0; i < 80; i++)
		memcpy(wide + 3 * i, "\xe2\x96\x88", 4);
	s.qr = wide;
	m = prompt_of(&s);
	buf_clear(&b);
	assert_int_equal(prompt_text(&m, s.prompt, &options, &b), END_VERDICT);
	assert_null(strstr(buf_string(&b), "\xe2\x96\x88"));
	wide[3 * 79] = '\0';
	m = prompt_of(&s);
	buf_clear(&b);
	assert_int_equal(prompt_text(&m, s.prompt, &options, &b), END_VERDICT);
	assert_non_null(strstr(buf_string(&b), wide));
}

static void
what_a_terminal_must_not_get(void **state)
{
	static const struct shown cases[] = {
	    {.prompt = PROMPT_BROWSER, .link = LINK "\033[2J"},
	    {.prompt = PROMPT_BROWSER, .link = LINK "\nb"},
	    {.prompt = PROMPT_BROWSER, .link = LINK " b"},
	    {.prompt = PROMPT_BROWSER, .link = LINK "\x7f"},
	    {.prompt = PROMPT_BROWSER, .link = LINK "\xc3\xa4"},
	    {.prompt = PROMPT_DEVICE_ENTER, .link = LINK, .user_code = "A\rB"},
	    {.prompt = PROMPT_DEVICE_ENTER, .link = LINK, .user_code = "A B"},
	    {.prompt = PROMPT_DEVICE_NUMBER, .link = LINK, .number = "4 7"},
	    {.prompt = PROMPT_BROWSER, .link = LINK, .qr = "\033[2J"},
	    {.prompt = PROMPT_BROWSER, .link = LINK, .qr = "\xe2\x96\x81"},
	    {.prompt = PROMPT_BROWSER, .link = LINK, .qr = "\xe2\x96"},
	    {.prompt = PROMPT_BROWSER, .link = LINK, .qr = "\t"},
	    {.prompt = PROMPT_NOT_YET, .asked = PROMPT_NOT_YET},
	    {.prompt = PROMPT_NOT_YET, .asked = PROMPT_COUNT},
	    {.prompt = PROMPT_COUNT},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const struct shown *s = &cases[i];
		struct message m = prompt_of(s);
		_cleanup_(buf_clear) struct buf b;

		buf_init(&b, PROMPT_TEXT_MAX);
		if (prompt_text(&m, s->asked != 0 ? s->asked : s->prompt,
			&options, &b) != END_REPLY)
			fail_msg("case %zu is shown", i);
		assert_int_equal(b.length, 0);
	}
}

static void
no_memory(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(shown); i++) {
		const struct shown *s = &shown[i];
		struct message m = prompt_of(s);
		_cleanup_(buf_clear) struct buf b;

		buf_init(&b, PROMPT_TEXT_MAX);
		allocation_fail_next();
		assert_int_equal(
		    prompt_text(
			&m, s->asked != 0 ? s->asked : s->prompt, &options, &b),
		    END_NO_MEMORY);
	}
}

/* A stand-in that cannot be made is no reason to send what was typed. */
static void
no_memory_for_a_stand_in(void **state)
{
	static const enum end locks[] = {
	    END_USER_UNKNOWN, END_UID_REFUSED, END_VERDICT};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(locks); i++) {
		_cleanup_(secret_clear) struct secret answer = {0};

		assert_int_equal(secret_set(&answer, "K7QX\b", 5), STATUS_OK);
		allocation_fail_next();
		assert_int_equal(
		    answer_prepare(PROMPT_BROWSER, false, locks[i], &answer),
		    END_NO_MEMORY);
	}
}

/* The typed text is gone from memory when the stand-in is there. */
static void
what_was_typed_is_wiped(void **state)
{
	_cleanup_(secret_clear) struct secret answer = {0};

	(void)state;
	assert_int_equal(secret_set(&answer, "K7QX-2MRT", 9), STATUS_OK);
	frees_watch("K7QX");
	assert_int_equal(
	    answer_prepare(PROMPT_BROWSER, true, END_USER_UNKNOWN, &answer),
	    END_VERDICT);
	assert_string_equal(answer.bytes, "-");
	assert_true(frees_seen() > 0);
	assert_int_equal(frees_with_text(), 0);
	frees_watch(NULL);
}

static void
the_longest_answer(void **state)
{
	static char text[ANSWER_MAX + 1];
	_cleanup_(secret_clear) struct secret answer = {0};

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(secret_set(&answer, text, ANSWER_MAX), STATUS_OK);
	assert_int_equal(
	    answer_prepare(PROMPT_BROWSER, true, END_VERDICT, &answer),
	    END_VERDICT);
	assert_int_equal(secret_set(&answer, text, ANSWER_MAX + 1), STATUS_OK);
	assert_int_equal(
	    answer_prepare(PROMPT_BROWSER, true, END_VERDICT, &answer),
	    END_TOO_LONG);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_prompt),
	    cmocka_unit_test(the_longest),
	    cmocka_unit_test(what_a_terminal_must_not_get),
	    cmocka_unit_test(no_memory),
	    cmocka_unit_test(no_memory_for_a_stand_in),
	    cmocka_unit_test(what_was_typed_is_wiped),
	    cmocka_unit_test(the_longest_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
