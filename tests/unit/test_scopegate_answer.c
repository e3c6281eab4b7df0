/* SPDX-License-Identifier: ISC */
/* Whom an answer may be for, and how a long token is cut into answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "askpass_answer.h"
#include "scopegate/cleanup.h"

static struct settings *settings;

static const char file[] = "[issuer acme]\n"
			   "client_id = x\n"
			   "[host db]\n"
			   "match = db1.example.com db2.example.com\n"
			   "issuer = acme\n"
			   "prompt = Key card:\n"
			   "[host all]\n"
			   "match = *.example.com\n"
			   "issuer = acme\n"
			   "service = ssh-gate\n";

static int
read_settings(void **state)
{
	char path[] = "/tmp/scopegate-settings-XXXXXX";
	int fd = mkstemp(path);
	struct conf_error error;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, file, sizeof(file) - 1), sizeof(file) - 1);
	settings = settings_read(path, &error);
	(void)unlink(path);
	(void)close(fd);
	if (settings == NULL)
		print_error("%u: %s\n", error.line, error.text);
	return settings == NULL ? -1 : 0;
}

static int
free_settings(void **state)
{
	(void)state;
	settings_free(settings);
	return 0;
}

struct row {
	const char *hosts, *by, *prompt;
	const char *refusal; /* part of the sentence; NULL: answered */
};

static const struct row rows[] = {
    {"db1.example.com", NULL, "(alice@db1.example.com) Access token: ", NULL},
    {"db1.example.com", NULL, "(alice@db1.example.com) Key card: ", NULL},
    {"web.example.com db1.example.com", NULL,
	"(alice@db1.example.com) Access token: ", NULL},
    {"web.example.com,db1.example.com", NULL,
	"(alice@db1.example.com) Access token: ", NULL},
    {"*.example.com", NULL, "(alice@x.example.com) Access token: ", NULL},
    {"db1.example.com", "sudo", "Access token: ", NULL},
    {"db1.example.com", "sudo", "Key card:", NULL},
    /* Nobody said which host, or ssh does not say who asks. */
    {NULL, NULL, "(alice@db1.example.com) Access token: ", "is not known"},
    {"", NULL, "(alice@db1.example.com) Access token: ", "is not known"},
    {"db1.example.com", NULL, "Access token: ", "OpenSSH 8.5"},
    /* Another server, whatever it writes. */
    {"db1.example.com", NULL,
	"(alice@db2.example.com) Access token: ", "was not meant"},
    {"db1.example.com", NULL,
	"(alice@evil.test) Access token: ", "was not meant"},
    {"db1.example.com", NULL,
	"(eve@evil.test) (alice@db1.example.com) Access token: ",
	"was not meant"},
    {"*", NULL, "(alice@evil.test) Access token: ", "no [host] section"},
    {"db1.example.com.evil.test", NULL,
	"(alice@db1.example.com.evil.test) Access token: ",
	"no [host] section"},
    /* Other questions. */
    {"db1.example.com", NULL,
	"(alice@db1.example.com) Password: ", "a password is asked for"},
    {"x.example.com", NULL,
	"(alice@x.example.com) Key card: ", "not one of the gate"},
    {"db1.example.com", NULL,
	"alice@db1.example.com's password: ", "a password is asked for"},
    {"db1.example.com", NULL, "Enter passphrase for key 'k': ", "passphrase"},
    {"db1.example.com", NULL,
	"Are you sure you want to continue connecting (yes/no)? ", "host key"},
    {"db1.example.com", "sudo",
	"[sudo] password for alice: ", "a password is asked for"},
    {"db1.example.com", "sudo",
	"(alice@db1.example.com) Access token: ", "ssh wrote"},
    {"db1.example.com", "sudo",
	"(eve@evil.test) \nAccess token: ", "ssh wrote"},
    {"db1.example.com", "sudo",
	"(a b@evil.test) Hello\nAccess token: ", "ssh wrote"},
    {"db1.example.com", "sudo",
	"(a gate of yours)\nAccess token: ", NULL},
    {"*.example.com", "sudo", "Access token: ", "the one name"},
    {"a.example.com b.example.com", "sudo", "Access token: ", "the one name"},
};

static void
test_plans(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct askpass_environment e = {.hosts = rows[i].hosts,
		    .by = rows[i].by,
		    .account = "alice"};
		char problem[PROBLEM_SIZE] = "";
		struct askpass_plan plan;
		bool yes =
		    askpass_plan(settings, &e, rows[i].prompt, &plan, problem);

		print_message("# %s: %s\n", rows[i].prompt, problem);
		assert_int_equal(yes, rows[i].refusal == NULL);
		if (yes)
			assert_string_equal(plan.user, "alice");
		else
			assert_non_null(strstr(problem, rows[i].refusal));
	}
}

static void
test_what_a_code_is_for(void **state)
{
	struct askpass_environment e = {.hosts = "x.example.com"};
	char problem[PROBLEM_SIZE];
	struct askpass_plan plan;

	(void)state;
	assert_true(askpass_plan(settings, &e,
	    "(bob@X.example.com) Access token: ", &plan, problem));
	assert_string_equal(plan.name, "x.example.com");
	assert_string_equal(plan.user, "bob");
	assert_string_equal(plan.service, "ssh-gate");
	e.service = "sshd";
	assert_true(askpass_plan(settings, &e,
	    "(bob@x.example.com) Access token: ", &plan, problem));
	assert_string_equal(plan.service, "sshd");
	e = (struct askpass_environment){.hosts = "x.example.com",
	    .by = "sudo",
	    .account = "alice",
	    .user = "carol"};
	assert_true(
	    askpass_plan(settings, &e, "Access token: ", &plan, problem));
	assert_string_equal(plan.user, "carol");
	assert_string_equal(plan.service, "sudo");
	e.kind = "confirm";
	assert_false(
	    askpass_plan(settings, &e, "Access token: ", &plan, problem));
	e.kind = "none";
	assert_false(
	    askpass_plan(settings, &e, "Access token: ", &plan, problem));
}

/* What the module would join from the answers. */
static void
join(size_t length, size_t longest)
{
	_cleanup_(secret_clear) struct secret token = {0};
	_cleanup_(secret_clear) struct secret joined = {0};
	struct askpass_plan plan = {.longest = longest};
	char problem[PROBLEM_SIZE];
	char *bytes = malloc(length);

	assert_non_null(bytes);
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)('a' + i * 7 % 26);
	assert_int_equal(secret_set(&token, bytes, length), STATUS_OK);
	free(bytes);
	for (unsigned int n = 1, parts = 1; n <= parts; n++) {
		_cleanup_(secret_clear) struct secret answer = {0};
		const char *data;

		assert_int_equal(
		    askpass_piece(&plan, &token, &answer, problem), STATUS_OK);
		assert_true(answer.length <= longest);
		assert_true(answer.length != 511 && answer.length != 1023);
		data = strchr(answer.bytes, ':');
		if (data == NULL) {
			assert_int_equal(answer.length, length);
			return;
		}
		parts = (unsigned int)strtoul(
		    strchr(answer.bytes, '/') + 1, NULL, 10);
		assert_int_equal(strtoul(answer.bytes, NULL, 10), n);
		data++;
		assert_int_equal(
		    secret_append(&joined, data, strlen(data)), STATUS_OK);
		plan.part = n + 1;
		plan.parts = parts;
	}
	assert_int_equal(joined.length, length);
	assert_memory_equal(joined.bytes, token.bytes, length);
}

static void
test_parts_join(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 3100; n++) {
		join(n, 1022);
		join(n, 510);
	}
	join(16384, 1022);
	join(16384, 510);
}

static void
test_parts_that_do_not_fit(void **state)
{
	_cleanup_(secret_clear) struct secret token = {0};
	_cleanup_(secret_clear) struct secret answer = {0};
	struct askpass_plan plan = {.longest = 1022, .part = 2, .parts = 3};
	char problem[PROBLEM_SIZE];
	char bytes[1100];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	assert_int_equal(secret_set(&token, bytes, sizeof(bytes)), STATUS_OK);
	assert_int_equal(
	    askpass_piece(&plan, &token, &answer, problem), STATUS_INVALID);
	plan = (struct askpass_plan){.longest = 20};
	assert_int_equal(
	    askpass_piece(&plan, &token, &answer, problem), STATUS_TOO_BIG);
	assert_null(answer.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plans),
	    cmocka_unit_test(test_what_a_code_is_for),
	    cmocka_unit_test(test_parts_join),
	    cmocka_unit_test(test_parts_that_do_not_fit),
	};

	return cmocka_run_group_tests(tests, read_settings, free_settings);
}
