/* SPDX-License-Identifier: ISC */
/* The tables behind the codes, where no scripted daemon can reach. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <security/pam_appl.h>
#include <string.h>

#include "outcome.h"
#include "printable.h"
#include "scopegate/cleanup.h"
#include "user_text.h"

static int
no_conversation(
    int n, const struct pam_message **m, struct pam_response **r, void *context)
{
	(void)n;
	(void)m;
	(void)r;
	(void)context;
	return PAM_CONV_ERR;
}

static int
code_of(const struct outcome *o)
{
	static const struct pam_conv conversation = {no_conversation, NULL};
	struct options options = {.quiet = true};
	pam_handle_t *ph = NULL;
	int code;

	assert_int_equal(
	    pam_start("scopegate-test", "alice", &conversation, &ph),
	    PAM_SUCCESS);
	code = outcome_refuse(o, ph, 0, &options, 0);
	(void)pam_end(ph, code);
	return code;
}

static void
statuses(void **state)
{
	static const struct {
		enum status status;
		int code;
	} cases[] = {
	    {STATUS_NOMEM, PAM_BUF_ERR},
	    {STATUS_INVALID, PAM_SYSTEM_ERR},
	    {STATUS_TOO_BIG, PAM_SYSTEM_ERR},
	    {STATUS_NOT_FOUND, PAM_SYSTEM_ERR},
	    {STATUS_ABSENT, PAM_AUTHINFO_UNAVAIL},
	    {STATUS_UNTRUSTED, PAM_AUTHINFO_UNAVAIL},
	    {STATUS_TIMEOUT, PAM_AUTHINFO_UNAVAIL},
	    {STATUS_CLOSED, PAM_AUTHINFO_UNAVAIL},
	    {STATUS_MALFORMED, PAM_SYSTEM_ERR},
	    {STATUS_VERSION, PAM_SYSTEM_ERR},
	    {STATUS_FORBIDDEN, PAM_SYSTEM_ERR},
	    {STATUS_BUSY, PAM_AUTHINFO_UNAVAIL},
	    {STATUS_IO, PAM_AUTHINFO_UNAVAIL},
	    {(enum status)999, PAM_SYSTEM_ERR},
	};
	struct message empty = {0};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct outcome o =
		    outcome_of_reply(PHASE_AUTH, cases[i].status, &empty);

		assert_false(outcome_allows(&o));
		if (code_of(&o) != cases[i].code)
			fail_msg("%s", status_text(cases[i].status));
	}
}

/* Neither what is zeroed nor what is half a verdict allows or succeeds. */
static void
nothing_allows_by_default(void **state)
{
	const struct reason_row *granted = reason_row(REASON_GRANTED);
	struct message empty = {0};
	const struct outcome cases[] = {
	    {0},
	    outcome_of_end(PHASE_AUTH, END_VERDICT),
	    outcome_of_end(PHASE_ACCOUNT, END_VERDICT),
	    outcome_of_reply(PHASE_AUTH, STATUS_OK, &empty),
	    {.end = END_FAULT, .row = granted},
	    {.end = END_JUNK, .row = granted},
	    {.end = END_VERDICT, .row = reason_row(REASON_NO_POLICY)},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		int code = code_of(&cases[i]);

		assert_false(outcome_allows(&cases[i]));
		assert_int_not_equal(code, PAM_SUCCESS);
		assert_int_not_equal(code, PAM_IGNORE);
	}
}

/* The codec refuses such verdicts too; the module does not lean on it. */
static void
verdicts_are_looked_at_again(void **state)
{
	static const struct {
		enum message_type type;
		const char *verdict, *reason;
		bool allows;
	} cases[] = {
	    {MESSAGE_VERDICT, "\1", "\0\1", true},
	    {MESSAGE_DOCUMENT, "\1", "\0\1", false},
	    {MESSAGE_VERDICT, "\1", "\0\2", false},
	    {MESSAGE_VERDICT, "\1", "\0\x29", false},
	    {MESSAGE_VERDICT, "\2", "\0\1", false},
	    {MESSAGE_VERDICT, "\3", "\0\1", false},
	    {MESSAGE_VERDICT, "\0", "\0\1", false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct message m = {.type = cases[i].type};
		struct outcome o;

		m.value[TAG_VERDICT] = (struct text){cases[i].verdict, 1};
		m.value[TAG_REASON] = (struct text){cases[i].reason, 2};
		o = outcome_of_reply(PHASE_AUTH, STATUS_OK, &m);
		assert_int_equal(outcome_allows(&o), cases[i].allows);
		assert_int_equal(code_of(&o), PAM_SYSTEM_ERR);
	}
}

/* Even a grant, sent the way of refusals, is none. */
static void
refusing_never_succeeds(void **state)
{
	struct outcome o = {
	    .end = END_VERDICT, .row = reason_row(REASON_GRANTED)};

	(void)state;
	assert_true(outcome_allows(&o));
	assert_int_equal(code_of(&o), PAM_SYSTEM_ERR);
}

static void
own_texts_fit_the_screen(void **state)
{
	(void)state;
	for (int end = 0; end <= END_REJECTED; end++) {
		struct outcome o = outcome_of_end(PHASE_AUTH, (enum end)end);
		char text[USER_TEXT_MAX];

		o.ref = text_of("K7Q2M9XY");
		assert_true(
		    user_text_of(&o, text) == (end != END_CONVERSATION));
		if (end == END_CONVERSATION)
			continue;
		for (const char *c = text; *c != '\0'; c += *c == '\n') {
			assert_true(strcspn(c, "\n") <= USER_TEXT_COLUMNS);
			c += strcspn(c, "\n");
		}
	}
}

static void
log_fields(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"alice", "alice"},
	    {NULL, "-"},
	    {"", "-"},
	    {"a b", "a\\x20b"},
	    {"x\nforged: line", "x\\x0aforged:\\x20line"},
	    {"\\", "\\x5c"},
	    {"\xff", "\\xff"},
	    {"\x7f", "\\x7f"},
	};
	struct printable p;
	char most[300];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		assert_string_equal(
		    printable_of(&p, text_of(cases[i].in)), cases[i].out);
	memset(most, '\n', sizeof(most));
	(void)printable_of(&p, (struct text){most, 255});
	assert_int_equal(strlen(p.text), 4 * 255);
	(void)printable_of(&p, (struct text){most, 256});
	assert_string_equal(p.text + strlen(p.text) - 7, "\\x0a...");
	assert_true(strlen(p.text) < sizeof(p.text));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(statuses),
	    cmocka_unit_test(nothing_allows_by_default),
	    cmocka_unit_test(verdicts_are_looked_at_again),
	    cmocka_unit_test(refusing_never_succeeds),
	    cmocka_unit_test(own_texts_fit_the_screen),
	    cmocka_unit_test(log_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
