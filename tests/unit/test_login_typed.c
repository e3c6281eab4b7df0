/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "login_typed.h"
#include "scopegate/cleanup.h"

static const struct {
	const char *answer;
	enum typed typed;
	const char *rest, *code;
} rows[] = {
    {"", TYPED_NOTHING, "", ""},
    {"   ", TYPED_NOTHING, "", ""},
    {"K7QX-2MRT", TYPED_CODE, "K7QX-2MRT", "K7QX2MRT"},
    {" k7qx 2mrt ", TYPED_CODE, "k7qx 2mrt", "K7QX2MRT"},
    {"K-7-Q-X-2-M-R-T", TYPED_CODE, "K-7-Q-X-2-M-R-T", "K7QX2MRT"},
    /* Slips: no token is as short as that. */
    {"K7QX-2MR", TYPED_CODE, "K7QX-2MR", "K7QX2MR"},
    {"O0I1", TYPED_CODE, "O0I1", "O0I1"},
    {"--", TYPED_CODE, "--", ""},
    {"42", TYPED_CODE, "42", "42"},
    {"ABCDEFGHJKMNPQRS", TYPED_CODE, "ABCDEFGHJKMNPQRS", "ABCDEFGHJKMNPQRS"},
    {"ABCDEFGHJKMNPQRST", TYPED_TOKEN, "ABCDEFGHJKMNPQRST", ""},
    {"K7QX.2MRT", TYPED_TOKEN, "K7QX.2MRT", ""},
    {"K7QX\xc3\x9f", TYPED_TOKEN, "K7QX\xc3\x9f", ""},
    {"sg-23456789ABCDEFGHJKMNPQRSTV", TYPED_TOKEN,
	"sg-23456789ABCDEFGHJKMNPQRSTV", ""},
    {"https://gate.example.com/callback?code=x", TYPED_ADDRESS,
	"https://gate.example.com/callback?code=x", ""},
    {" http://127.0.0.1/ ", TYPED_ADDRESS, "http://127.0.0.1/", ""},
    {"eyJhbGciOi.eyJzdWIi.c2ln", TYPED_TOKEN, "eyJhbGciOi.eyJzdWIi.c2ln", ""},
};

static void
test_an_answer_is_sorted_by_its_looks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char code[TYPED_CODE_MAX + 1];
		struct text rest;
		enum typed typed =
		    typed_read(text_of(rows[i].answer), &rest, code);

		if (typed != rows[i].typed ||
		    !text_equal(rest, text_of(rows[i].rest)) ||
		    strcmp(code, rows[i].code) != 0)
			fail_msg("\"%s\": %d, \"%.*s\", \"%s\"", rows[i].answer,
			    (int)typed, (int)rest.length, rest.bytes, code);
	}
}

static void
test_no_answer_is_nothing(void **state)
{
	char code[TYPED_CODE_MAX + 1];
	struct text rest;

	(void)state;
	assert_int_equal(
	    typed_read((struct text){0}, &rest, code), TYPED_NOTHING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_an_answer_is_sorted_by_its_looks),
	    cmocka_unit_test(test_no_answer_is_nothing),
	};

	return cmocka_run_group_tests_name("login_typed", tests, NULL, NULL);
}
