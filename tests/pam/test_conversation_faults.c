/* SPDX-License-Identifier: ISC */
/*
 * A conversation with a daemon that goes away, falls silent or asks what it
 * cannot mean: at the beginning, at the first answer and at the second. None of
 * it opens, and nothing of it reaches the terminal.
 */
#include "harness.h"

#include <string.h>

#define LINK "https://gate.example.com/l/K7QXM2RT"
#define CODE "K7QX-2MRT"

static const char *const answers[] = {CODE, CODE, CODE, NULL};

#define MANGLE(name) static void name(uint8_t *p, size_t *size)

MANGLE(half)
{
	(void)p;
	*size /= 2;
}

MANGLE(other_id)
{
	(void)size;
	p[11] ^= 1;
}

MANGLE(version_two)
{
	(void)size;
	p[5] = 2;
}

MANGLE(ack_again)
{
	p[6] = MESSAGE_ACK;
	*size = MESSAGE_HEADER_SIZE;
	p[14] = 0;
	p[15] = MESSAGE_HEADER_SIZE;
}

MANGLE(request_type)
{
	(void)size;
	p[6] = MESSAGE_LOGIN_BEGIN;
}

/* What the daemon does in place of a good reply. */
static const struct fault {
	const char *what;
	struct script script;
	int code;
} faults[] = {
    {"hangs up", {.mode = DAEMON_HANGS_UP}, PAM_AUTHINFO_UNAVAIL},
    {"dies", {.mode = DAEMON_DIES}, PAM_AUTHINFO_UNAVAIL},
    {"silent", {.mode = DAEMON_SILENT}, PAM_AUTHINFO_UNAVAIL},
    {"slow", {.mode = DAEMON_SLOW}, PAM_AUTHINFO_UNAVAIL},
    {"busy", {.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_BUSY},
	PAM_AUTHINFO_UNAVAIL},
    {"ending", {.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_ENDING},
	PAM_AUTHINFO_UNAVAIL},
    {"error type", {.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_TYPE},
	PAM_SYSTEM_ERR},
    {"error internal",
	{.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_INTERNAL},
	PAM_SYSTEM_ERR},
    {"a document", {.type = MESSAGE_DOCUMENT}, PAM_SYSTEM_ERR},
    {"half a prompt", {.prompt = PROMPT_TOKEN, .mangle = half}, PAM_SYSTEM_ERR},
    {"prompt of another id", {.prompt = PROMPT_TOKEN, .mangle = other_id},
	PAM_SYSTEM_ERR},
    {"prompt of another version",
	{.prompt = PROMPT_TOKEN, .mangle = version_two}, PAM_SYSTEM_ERR},
    {"a second ack", {.ack = true, .mangle = ack_again}, PAM_SYSTEM_ERR},
    {"a request", {.mangle = request_type}, PAM_SYSTEM_ERR},
    {"a verdict of another id",
	{.verdict = VERDICT_ALLOW,
	    .reason = REASON_GRANTED,
	    .mangle = other_id},
	PAM_SYSTEM_ERR},
};

/* `before` prompts are asked well, then comes the fault. */
static void
fault_after(unsigned int before)
{
	for (size_t i = 0; i < ELEMENTS(faults); i++) {
		struct script fault = faults[i].script;
		struct script prompts[] = {
		    {.prompt = PROMPT_BROWSER, .link = LINK},
		    {.prompt = PROMPT_BROWSER_AGAIN, .next = &fault}};
		struct attempt a = {
		    .answers = answers, .arguments = "timeout=1"};
		struct login l;
		struct seen seen;
		int code;

		fault.at_begin = true;
		prompts[0].next = before == 2 ? &prompts[1] : &fault;
		code = login_try(&a, before == 0 ? &fault : prompts, &l, &seen);
		if (code != faults[i].code)
			fail_msg("%s gives %d", faults[i].what, code);
		assert_int_equal(l.prompts, before);
		assert_int_equal(seen.requests, before);
		assert_int_equal(l.errors, 1);
		assert_non_null(strstr(l.error, "not a refusal"));
	}
}

static void
at_the_beginning(void **state)
{
	(void)state;
	fault_after(0);
}

static void
at_the_first_answer(void **state)
{
	(void)state;
	fault_after(1);
}

static void
at_the_second_answer(void **state)
{
	(void)state;
	fault_after(2);
}

/* Before anybody was asked the beginning is tried once more, and no answer. */
static void
what_is_asked_twice(void **state)
{
	static const struct script hangs_up = {
	    .mode = DAEMON_HANGS_UP, .at_begin = true};
	static const struct script browser = {
	    .prompt = PROMPT_BROWSER, .link = LINK, .next = &hangs_up};
	static const struct attempt a = {.answers = answers};
	struct login l;
	struct seen seen;

	(void)state;
	assert_int_equal(
	    login_try(&a, &hangs_up, &l, &seen), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(seen.begins, 2);
	assert_int_equal(
	    login_try(&a, &browser, &l, &seen), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(seen.begins, 1);
	assert_int_equal(seen.requests, 1);
}

/* The codec writes no such prompt; so the number is patched in. */
MANGLE(browser_without_link)
{
	(void)size;
	p[VERDICT_AT] = PROMPT_BROWSER;
}

MANGLE(redirect_without_link)
{
	(void)size;
	p[VERDICT_AT] = PROMPT_REDIRECT;
}

MANGLE(number_without_code)
{
	(void)size;
	p[VERDICT_AT] = PROMPT_DEVICE_NUMBER;
}

MANGLE(enter_without_code)
{
	(void)size;
	p[VERDICT_AT] = PROMPT_DEVICE_ENTER;
}

MANGLE(prompt_none)
{
	(void)size;
	p[VERDICT_AT] = 0;
}

MANGLE(prompt_unknown)
{
	(void)size;
	p[VERDICT_AT] = PROMPT_COUNT;
}

#define QR(drawing)                                                            \
	{                                                                      \
		.prompt = PROMPT_BROWSER, .link = LINK, .qr = (drawing)        \
	}
#define URL(url)                                                               \
	{                                                                      \
		.prompt = PROMPT_BROWSER, .link = (url)                        \
	}
#define USER_CODE(code)                                                        \
	{                                                                      \
		.prompt = PROMPT_DEVICE_ENTER, .link = LINK,                   \
		.user_code = (code)                                            \
	}

static const struct script malformed[] = {
    {.prompt = PROMPT_TOKEN, .mangle = browser_without_link},
    {.prompt = PROMPT_TOKEN, .mangle = redirect_without_link},
    {.prompt = PROMPT_BROWSER, .link = LINK, .mangle = number_without_code},
    {.prompt = PROMPT_BROWSER, .link = LINK, .mangle = enter_without_code},
    {.prompt = PROMPT_TOKEN, .mangle = prompt_none},
    {.prompt = PROMPT_TOKEN, .mangle = prompt_unknown},
    /* Not yet what? */
    {.prompt = PROMPT_NOT_YET},
    URL("https://gate.example.com/l/K7Q X"),
    URL("https://g\xc3\xa4te.example.com/l/K7QX"),
    URL("https://gate.example.com/\xe2\x80\xae"
	"K7QX"),
    USER_CODE("WDJB MJHT"),
    USER_CODE("WDJB\xc2\xa0MJHT"),
    USER_CODE("\xd0\x90"
	      "BCD"),
    QR("#"),
    QR("\xe2\x96\x88\xe2\x96\x81"),
    QR("\xe2\x96\x88\t\n"),
    QR("\xe2\x96\x88\r\n"),
    QR("\x1b[2J"),
    QR("\xe2\x96\x88\n\xe2\x80\xae"),
    QR("\xc2\xa0"),
};

/* A drawing is a document to the codec, which lets control characters pass; a
 * link is a string, so of those the blanks and letters of other scripts. */
static void
malformed_prompts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(malformed); i++) {
		struct script script = malformed[i];
		struct attempt a = {.answers = answers};
		struct login l;
		struct seen seen;
		int code;

		script.next = &script_allow;
		code = login_try(&a, &script, &l, &seen);
		if (code != PAM_SYSTEM_ERR)
			fail_msg("case %zu gives %d", i, code);
		assert_int_equal(l.prompts, 0);
		assert_int_equal(seen.begins, 1);
		assert_int_equal(seen.requests, 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(at_the_beginning),
	    cmocka_unit_test(at_the_first_answer),
	    cmocka_unit_test(at_the_second_answer),
	    cmocka_unit_test(what_is_asked_twice),
	    cmocka_unit_test(malformed_prompts),
	};

	return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
