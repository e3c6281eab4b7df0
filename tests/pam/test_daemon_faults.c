/* SPDX-License-Identifier: ISC */
/*
 * A daemon that is not there, not ours, mute, dying or babbling: nothing of it
 * opens, and outage and fault are told apart. In both phases.
 */
#include "harness.h"

#include <string.h>

#include "scopegate/client.h"

static void
set_length(uint8_t *p, size_t size)
{
	p[12] = 0;
	p[13] = 0;
	p[14] = (uint8_t)(size >> 8);
	p[15] = (uint8_t)size;
}

static void
append(uint8_t *p, size_t *size, const char *tlv, size_t n)
{
	memcpy(p + *size, tlv, n);
	*size += n;
	set_length(p, *size);
}

#define APPEND(p, size, tlv) append(p, size, tlv, sizeof(tlv) - 1)
#define MANGLE(name) static void name(uint8_t *p, size_t *size)

MANGLE(half_packet)
{
	(void)p;
	*size /= 2;
}

MANGLE(half_with_its_length)
{
	*size = MESSAGE_HEADER_SIZE + 6;
	set_length(p, *size);
}

MANGLE(header_alone)
{
	*size = MESSAGE_HEADER_SIZE;
	set_length(p, *size);
}

MANGLE(one_octet)
{
	(void)p;
	*size = 1;
}

MANGLE(other_magic)
{
	(void)size;
	p[0] ^= 1;
}

MANGLE(flags_set)
{
	(void)size;
	p[7] = 1;
}

MANGLE(other_id)
{
	(void)size;
	p[11] ^= 1;
}

MANGLE(length_of_another)
{
	set_length(p, *size + 1);
}

MANGLE(octet_behind)
{
	p[(*size)++] = 0;
}

MANGLE(tlv_past_the_end)
{
	APPEND(p, size, "\0\x0f\xff\xffx");
}

MANGLE(unknown_critical_tag)
{
	APPEND(p, size, "\xff\xfe\0\1x");
}

MANGLE(verdict_twice)
{
	APPEND(p, size, "\0\x0d\0\1\1");
}

MANGLE(token_in_a_reply)
{
	APPEND(p, size, "\0\7\0\1x");
}

MANGLE(control_in_detail)
{
	APPEND(p, size, "\0\x0f\0\2\x1b[");
}

MANGLE(request_type)
{
	(void)size;
	p[6] = MESSAGE_CHECK;
}

MANGLE(unknown_type)
{
	(void)size;
	p[6] = 200;
}

MANGLE(ack_again)
{
	p[6] = MESSAGE_ACK;
	*size = MESSAGE_HEADER_SIZE;
	set_length(p, *size);
}

MANGLE(verdict_none)
{
	(void)size;
	p[VERDICT_AT] = 0;
}

MANGLE(verdict_four)
{
	(void)size;
	p[VERDICT_AT] = 4;
}

MANGLE(verdict_most)
{
	(void)size;
	p[VERDICT_AT] = 255;
}

MANGLE(reason_none)
{
	(void)size;
	p[REASON_AT + 1] = 0;
}

MANGLE(unknown_tag)
{
	APPEND(p, size, "\x7f\xfe\0\1x");
}

MANGLE(version_two)
{
	(void)size;
	p[5] = 2;
}

struct fault_case {
	const char *what;
	struct script script;
	int code;
	unsigned int wrong_owner;
	unsigned int requests; /* that the daemon may have seen */
};

#define SPOILT(name)                                                           \
	{                                                                      \
		.what = #name,                                                 \
		.script = {.ack = true,                                        \
		    .verdict = VERDICT_ALLOW,                                  \
		    .reason = REASON_GRANTED,                                  \
		    .mangle = name},                                           \
		.code = PAM_SYSTEM_ERR, .requests = 1,                         \
	}

static const struct fault_case faults[] = {
    {"absent", {.mode = DAEMON_ABSENT}, PAM_AUTHINFO_UNAVAIL, 0, 0},
    {"stale socket", {.mode = DAEMON_STALE}, PAM_AUTHINFO_UNAVAIL, 0, 0},
    {"silent", {.mode = DAEMON_SILENT}, PAM_AUTHINFO_UNAVAIL, 0, 1},
    {"slow", {.mode = DAEMON_SLOW}, PAM_AUTHINFO_UNAVAIL, 0, 1},
    {"restarted", {.mode = DAEMON_DIES}, PAM_AUTHINFO_UNAVAIL, 0, 1},
    {"hangs up, asked twice", {.mode = DAEMON_HANGS_UP}, PAM_AUTHINFO_UNAVAIL,
	0, 2},
    {"another's", {.verdict = VERDICT_ALLOW, .reason = REASON_GRANTED},
	PAM_AUTHINFO_UNAVAIL, 1, 0},
    {"ERROR busy", {.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_BUSY},
	PAM_AUTHINFO_UNAVAIL, 0, 1},
    {"ERROR ending", {.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_ENDING},
	PAM_AUTHINFO_UNAVAIL, 0, 1},
    {"ERROR type", {.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_TYPE},
	PAM_SYSTEM_ERR, 0, 1},
    {"ERROR malformed",
	{.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_MALFORMED},
	PAM_SYSTEM_ERR, 0, 1},
    {"ERROR peer", {.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_PEER},
	PAM_SYSTEM_ERR, 0, 1},
    {"ERROR internal",
	{.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_INTERNAL},
	PAM_SYSTEM_ERR, 0, 1},
    {"ERROR version", {.type = MESSAGE_ERROR, .error = PROTOCOL_ERROR_VERSION},
	PAM_SYSTEM_ERR, 0, 1},
    {"ERROR unheard of", {.type = MESSAGE_ERROR, .error = 999}, PAM_SYSTEM_ERR,
	0, 1},
    {"a document", {.type = MESSAGE_DOCUMENT}, PAM_SYSTEM_ERR, 0, 1},
    SPOILT(half_packet),
    SPOILT(half_with_its_length),
    SPOILT(header_alone),
    SPOILT(one_octet),
    SPOILT(other_magic),
    SPOILT(flags_set),
    SPOILT(other_id),
    SPOILT(length_of_another),
    SPOILT(octet_behind),
    SPOILT(tlv_past_the_end),
    SPOILT(unknown_critical_tag),
    SPOILT(verdict_twice),
    SPOILT(token_in_a_reply),
    SPOILT(control_in_detail),
    SPOILT(request_type),
    SPOILT(unknown_type),
    SPOILT(ack_again),
    SPOILT(verdict_none),
    SPOILT(verdict_four),
    SPOILT(verdict_most),
    SPOILT(reason_none),
    SPOILT(version_two),
};

static void
faults_in_auth(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(faults); i++) {
		const struct fault_case *f = &faults[i];
		struct attempt a = {
		    .arguments = "timeout=1", .wrong_owner = f->wrong_owner};
		struct login l;
		struct seen seen;
		int code = login_try(&a, &f->script, &l, &seen);

		if (code != f->code)
			fail_msg("%s gives %d", f->what, code);
		/* An answer is given once, whatever becomes of it. */
		if (seen.requests !=
		    (harness_way == BY_TOKEN ? f->requests : f->requests > 0))
			fail_msg("%s: %u requests", f->what, seen.requests);
		assert_int_equal(l.errors, 1);
		assert_non_null(strstr(l.error, "not a refusal"));
	}
}

/* Also there, and never PAM_IGNORE: an outage must not lift the rule. */
static void
faults_in_account(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(faults); i++) {
		const struct fault_case *f = &faults[i];
		struct attempt a = {.arguments = "timeout=1 account=recheck",
		    .wrong_owner = f->wrong_owner};
		struct login l;
		int code;

		login_start(&l, &a, &f->script);
		assert_int_equal(
		    pam_putenv(l.ph, "SCOPEGATE_HANDLE=" HANDLE), PAM_SUCCESS);
		code = login_call(&l, CALL_ACCOUNT);
		if (code != f->code)
			fail_msg("%s gives %d", f->what, code);
		login_end(&l);
	}
}

/* What a later version may add without a critical mark is skipped. */
static void
unknown_tags_are_skipped(void **state)
{
	static const struct attempt a = {0};
	struct script script = script_allow;
	struct login l;

	(void)state;
	script.mangle = unknown_tag;
	assert_int_equal(login_try(&a, &script, &l, NULL), PAM_SUCCESS);
}

/* The deadline holds, and the daemon is told to be done before it. */
static void
deadlines_nest(void **state)
{
	static const struct attempt a = {.arguments = "timeout=2"};
	static const struct script slow = {.mode = DAEMON_SLOW};
	int64_t start = harness_now_us();
	struct login l;
	struct seen seen;
	int64_t took;

	(void)state;
	assert_int_equal(login_try(&a, &slow, &l, &seen), PAM_AUTHINFO_UNAVAIL);
	took = harness_now_us() - start;
	assert_true(took >= 1900000 && took < 15000000);
	assert_true(seen.budget_ms >= 1 && seen.budget_ms < 2000);
}

/* A daemon that was away is believed again at the next login. */
static void
recovers(void **state)
{
	static const struct attempt a = {.arguments = "timeout=1"};
	static const struct script dies = {.mode = DAEMON_DIES};
	struct login l;

	(void)state;
	assert_int_equal(login_try(&a, &dies, &l, NULL), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(login_try(&a, &script_allow, &l, NULL), PAM_SUCCESS);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(faults_in_auth),
	    cmocka_unit_test(faults_in_account),
	    cmocka_unit_test(unknown_tags_are_skipped),
	    cmocka_unit_test(deadlines_nest),
	    cmocka_unit_test(recovers),
	};

	return harness_run(
	    tests, ELEMENTS(tests), harness_setup, harness_teardown);
}
