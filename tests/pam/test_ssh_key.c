/* SPDX-License-Identifier: ISC */
/* What the module makes of SSH_AUTH_INFO_0, and to whom it tells it. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ssh_key.h"

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIER0"
#define OTHER "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYQ=="

static const struct {
	const char *info;
	const char *key; /* NULL: none is told */
} rows[] = {
    {NULL, NULL},
    {"", NULL},
    {"\n", NULL},
    {"publickey " KEY, KEY},
    {"publickey " KEY "\n", KEY},
    {"publickey " KEY "\n\n", KEY},
    {"password\npublickey " KEY "\nkeyboard-interactive/pam\n", KEY},
    {"publickey sk-ssh-ed25519@openssh.com AAAA\n",
	"sk-ssh-ed25519@openssh.com AAAA"},
    {"publickey a A+/=\n", "a A+/="},
    {"publickey a AA==\n", "a AA=="},
    /* The last one counts, and nothing stands in for it. */
    {"publickey " KEY "\npublickey " OTHER "\n", OTHER},
    {"publickey " OTHER "\npublickey " KEY "\n", KEY},
    {"publickey " KEY "\npublickey " OTHER "=\n", NULL},
    {"publickey " KEY "\npublickey\n", NULL},
    {"publickey " KEY "\npublickey", NULL},
    {"publickey " KEY "\npublickey \n", NULL},
    {"publickey " KEY "\npublickey\t" OTHER "\n", NULL},
    {"publickey " KEY "\npublickey-other " OTHER "\n", NULL},
    /* Another method's. */
    {"hostbased " KEY "\n", NULL},
    {" publickey " KEY "\n", NULL},
    {"xpublickey " KEY "\n", NULL},
    {"Publickey " KEY "\n", NULL},
    {"password publickey " KEY "\n", NULL},
    /* Not to the letter. */
    {"publickey  " KEY "\n", NULL},
    {"publickey " KEY " \n", NULL},
    {"publickey " KEY " alice@example.com\n", NULL},
    {"publickey " KEY "\r\n", NULL},
    {"publickey " KEY "\v\n", NULL},
    {"publickey ssh-ed25519  AAAA\n", NULL},
    {"publickey ssh-ed25519\tAAAA\n", NULL},
    {"publickey ssh-ed25519\n", NULL},
    {"publickey ssh-ed25519 \n", NULL},
    {"publickey AAAA\n", NULL},
    {"publickey ssh-ed25519 A\n", NULL},
    {"publickey ssh-ed25519 AA\n", NULL},
    {"publickey ssh-ed25519 AAA\n", NULL},
    {"publickey ssh-ed25519 A===\n", NULL},
    {"publickey ssh-ed25519 ====\n", NULL},
    {"publickey ssh-ed25519 AA=A\n", NULL},
    {"publickey ssh-ed25519 AA==AAAA\n", NULL},
    {"publickey ssh-ed25519 AA-_\n", NULL},
    {"publickey ssh-ed25519 AA A\n", NULL},
    {"publickey ssh-ed25519 AA\\A\n", NULL},
    {"publickey ssh;ed25519 AAAA\n", NULL},
    {"publickey ssh=ed25519 AAAA\n", NULL},
    {"publickey ssh\x1b[m AAAA\n", NULL},
    {"publickey ssh-\xc3\xa9 AAAA\n", NULL},
    {"publickey ssh-ed25519 AA\xc3\xa9\n", NULL},
    {"publickey ssh-ed25519 \xff\xff\xff\xff\n", NULL},
};

static void
the_last_key_to_the_letter(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct text key = ssh_key_used(rows[i].info);

		if (!text_equal_string(key, rows[i].key))
			fail_msg("row %zu: %.*s", i, (int)key.length,
			    key.bytes != NULL ? key.bytes : "none");
	}
}

/* "publickey TYPE DATA\n" with so many octets of both; free(). */
static char *
info_of(size_t type, size_t data)
{
	static const char method[] = "publickey ";
	size_t length = strlen(method) + type + 1 + data;
	char *info = malloc(length + 2);

	assert_non_null(info);
	memset(info, 'A', length);
	memcpy(info, method, strlen(method));
	info[strlen(method) + type] = ' ';
	memcpy(info + length, "\n", 2);
	return info;
}

static void
up_to_its_limits(void **state)
{
	static const struct {
		size_t type, data;
		bool told;
	} cases[] = {
	    {7, SSH_KEY_MAX - 8, true},
	    {8, SSH_KEY_MAX - 8, false},
	    {7, SSH_KEY_MAX - 4, false},
	    {7, 1000000, false},
	    {64, 4, true},
	    {65, 4, false},
	    {1000000, 4, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		char *info = info_of(cases[i].type, cases[i].data);

		if ((ssh_key_used(info).bytes != NULL) != cases[i].told)
			fail_msg("case %zu", i);
		free(info);
	}
}

static void
told_in_both_phases(void **state)
{
	static const struct attempt plain = {0};
	struct login l;

	(void)state;
	login_start(&l, &plain, &script_allow);
	assert_int_equal(
	    pam_putenv(l.ph, SSH_KEY_VARIABLE "=publickey " KEY "\n"),
	    PAM_SUCCESS);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	assert_string_equal(l.daemon.seen->value[TAG_SSH_KEY], KEY);
	assert_int_equal(login_call(&l, CALL_ACCOUNT), PAM_SUCCESS);
	assert_int_equal(l.daemon.seen->type, MESSAGE_ACCOUNT);
	assert_string_equal(l.daemon.seen->value[TAG_SSH_KEY], KEY);
	/* The account phase does without. */
	assert_int_equal(pam_putenv(l.ph, SSH_KEY_VARIABLE), PAM_SUCCESS);
	assert_int_equal(login_call(&l, CALL_ACCOUNT), PAM_SUCCESS);
	assert_string_equal(l.daemon.seen->value[TAG_SSH_KEY], "");
	login_end(&l);
}

static void
an_odd_one_is_left_out_and_the_token_judged(void **state)
{
	static const struct attempt plain = {0};
	struct login l;

	(void)state;
	login_start(&l, &plain, &script_allow);
	assert_int_equal(
	    pam_putenv(l.ph, SSH_KEY_VARIABLE "=publickey " KEY "\x01\n"),
	    PAM_SUCCESS);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	assert_string_equal(l.daemon.seen->value[TAG_SSH_KEY], "");
	login_end(&l);
}

/* Its daemon would not believe it. */
static void
not_by_the_socket_for_tools(void **state)
{
	static const struct attempt tools = {.tools = true};
	struct login l;

	(void)state;
	login_start(&l, &tools, &script_allow);
	assert_int_equal(
	    pam_putenv(l.ph, SSH_KEY_VARIABLE "=publickey " KEY "\n"),
	    PAM_SUCCESS);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	assert_string_equal(l.daemon.seen->value[TAG_SSH_KEY], "");
	login_end(&l);
}

/* Of the process, which whoever starts it may write. */
static void
the_environment_is_not_pams(void **state)
{
	static const struct attempt plain = {0};
	struct login l;

	(void)state;
	assert_int_equal(
	    setenv(SSH_KEY_VARIABLE, "publickey " KEY "\n", 1), 0);
	login_start(&l, &plain, &script_allow);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	assert_string_equal(l.daemon.seen->value[TAG_SSH_KEY], "");
	login_end(&l);
	assert_int_equal(unsetenv(SSH_KEY_VARIABLE), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_key_to_the_letter),
	    cmocka_unit_test(up_to_its_limits),
	    cmocka_unit_test(told_in_both_phases),
	    cmocka_unit_test(an_odd_one_is_left_out_and_the_token_judged),
	    cmocka_unit_test(not_by_the_socket_for_tools),
	    cmocka_unit_test(the_environment_is_not_pams),
	};

	return harness_run(
	    tests, ELEMENTS(tests), harness_setup, harness_teardown);
}
