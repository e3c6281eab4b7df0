/* SPDX-License-Identifier: ISC */
/* authorization_details of type host_login: what is read, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/host_login.h"
#include "scopegate/cleanup.h"

#define TYPE "\"type\":\"host_login\""
#define HOST "\"host\":\"web-1.example.com\""
#define SERVICE "\"service\":\"ssh\""
#define USER "\"user\":\"alice\""
#define ENTRY "{" TYPE "," HOST "," SERVICE "," USER "}"

static const char *const refused[] = {
    "",
    "x",
    "null",
    "{}",
    ENTRY,
    "[]",
    "[" ENTRY "," ENTRY "]",
    "[" ENTRY "]]",
    "[" ENTRY "],\"more\":[]",
    "[" ENTRY "]} {",
    "[\"host_login\"]",
    "[{}]",
    "[{" HOST "," SERVICE "," USER "}]",
    "[{" TYPE "," SERVICE "," USER "}]",
    "[{" TYPE "," HOST "," USER "}]",
    "[{" TYPE "," HOST "," SERVICE "}]",
    "[{" TYPE "," TYPE "," HOST "," SERVICE "," USER "}]",
    "[{" TYPE "," HOST "," SERVICE "," USER ",\"actions\":[\"read\"]}]",
    "[{\"type\":\"payment\"," HOST "," SERVICE "," USER "}]",
    "[{\"type\":\"Host_Login\"," HOST "," SERVICE "," USER "}]",
    "[{\"type\":7," HOST "," SERVICE "," USER "}]",
    "[{" TYPE ",\"host\":[\"web\"]," SERVICE "," USER "}]",
    "[{" TYPE "," HOST "," SERVICE ",\"user\":null}]",
};

static void
refuses_other_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(refused); i++) {
		struct host_login h = {.host = "untouched"};

		if (host_login_parse(refused[i], &h) != STATUS_MALFORMED)
			fail_msg("accepted: %s", refused[i]);
		assert_string_equal(h.host, "untouched");
	}
}

static enum status
parse_with(const char *host, const char *service, const char *user,
    struct host_login *ret)
{
	char text[4096];

	(void)snprintf(text, sizeof(text),
	    "[{\"user\":\"%s\",\"service\":\"%s\",\"host\":\"%s\"," TYPE "}]",
	    user, service, host);
	return host_login_parse(text, ret);
}

#define A10 "aaaaaaaaaa"
#define A50 A10 A10 A10 A10 A10

static const struct {
	bool good;
	const char *host, *service, *user;
} values[] = {
    {true, "web", "ssh", "alice"},
    {true, "WEB-1.example.com", "sudo-i", "_svc.a-b"},
    {true, "10.0.0.1", "s3", "a"},
    /* 253 and 254; 32 and 33 */
    {true, A50 "." A50 "." A50 "." A50 "." A10 A10 A10 A10 "aaaaaaaaa", "ssh",
	"alice"},
    {false, A50 "." A50 "." A50 "." A50 "." A10 A10 A10 A50, "ssh", "alice"},
    {false, A50 "." A50 "." A50 "." A50 "." A10 A10 A10 A10 A10, "ssh",
	"alice"},
    {true, "web", A10 A10 A10 "aa", "alice"},
    {false, "web", A10 A10 A10 "aaa", "alice"},
    {true, "web", "ssh", A10 A10 A10 "aa"},
    {false, "web", "ssh", A10 A10 A10 "aaa"},
    {false, "", "ssh", "alice"},
    {false, "web", "", "alice"},
    {false, "web", "ssh", ""},
    {false, ".web", "ssh", "alice"},
    {false, "web.", "ssh", "alice"},
    {false, "web..example.com", "ssh", "alice"},
    {false, "-web", "ssh", "alice"},
    {false, "web-", "ssh", "alice"},
    {false, "web.-a", "ssh", "alice"},
    {false, "web-.a", "ssh", "alice"},
    {false, "web example", "ssh", "alice"},
    {false, "web:22", "ssh", "alice"},
    {false,
	"w\xc3\xa9"
	"b",
	"ssh", "alice"},
    {false, "web\\n", "ssh", "alice"},
    {false, "web\\u202ea", "ssh", "alice"},
    {false, "web\\u0000", "ssh", "alice"},
    {false, "<b>web", "ssh", "alice"},
    {false, "web", "SSH", "alice"},
    {false, "web", "1ssh", "alice"},
    {false, "web", "-ssh", "alice"},
    {false, "web", "ssh on other", "alice"},
    {false, "web", "ssh\\u0007", "alice"},
    {false, "web", "ssh", "Alice"},
    {false, "web", "ssh", "al ice"},
    {false, "web", "ssh", "alice\\r"},
    {false, "web", "ssh", "-alice"},
};

static void
judges_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(values); i++) {
		struct host_login h = {0};
		enum status status = parse_with(
		    values[i].host, values[i].service, values[i].user, &h);

		if ((status == STATUS_OK) != values[i].good)
			fail_msg("%zu: %s %s %s", i, values[i].host,
			    values[i].service, values[i].user);
		if (!values[i].good)
			continue;
		assert_string_equal(h.host, values[i].host);
		assert_string_equal(h.service, values[i].service);
		assert_string_equal(h.user, values[i].user);
	}
}

static void
refuses_a_text_over_the_limit(void **state)
{
	static char text[GRANT_DETAILS_SIZE + 64];
	struct host_login h;

	(void)state;
	memset(text, ' ', sizeof(text) - 1);
	memcpy(text, "[" ENTRY "]", strlen("[" ENTRY "]"));
	assert_int_equal(host_login_parse(text, &h), STATUS_MALFORMED);
	text[1024] = '\0';
	assert_int_equal(host_login_parse(text, &h), STATUS_OK);
}

static void
prints_one_form(void **state)
{
	char text[GRANT_DETAILS_SIZE];
	struct host_login h;

	(void)state;
	assert_int_equal(
	    host_login_parse(
		" [ {" USER "," HOST " ," SERVICE "," TYPE "}]", &h),
	    STATUS_OK);
	assert_int_equal(host_login_print(&h, text), STATUS_OK);
	assert_string_equal(text, "[" ENTRY "]");
	assert_int_equal(host_login_parse(text, &h), STATUS_OK);
}

static void
prints_the_longest(void **state)
{
	char text[GRANT_DETAILS_SIZE];
	struct host_login h;

	(void)state;
	memset(&h, 'a', sizeof(h));
	h.host[sizeof(h.host) - 1] = '\0';
	h.service[sizeof(h.service) - 1] = '\0';
	h.user[sizeof(h.user) - 1] = '\0';
	assert_int_equal(host_login_print(&h, text), STATUS_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses_other_shapes),
	    cmocka_unit_test(judges_values),
	    cmocka_unit_test(refuses_a_text_over_the_limit),
	    cmocka_unit_test(prints_one_form),
	    cmocka_unit_test(prints_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
