/* SPDX-License-Identifier: ISC */
/* Which prompts are the gate's: a wrong yes gives a token away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "prompt.h"
#include "scopegate/cleanup.h"

struct row {
	const char *text, *own;
	enum prompt_kind kind;
	const char *user, *host; /* NULL: no prefix is seen */
	unsigned int part, parts;
};

#define LINK                                                                   \
	"Open this link in your browser:\n"                                    \
	"  https://gate.example.com/l/K7QXM2RT\n"
#define CODE LINK "Enter there the code: BCDF-GHJK\n"

static const struct row ssh_rows[] = {
    {"(alice@db1.example.com) Access token: ", NULL, ASKED_CREDENTIAL, "alice",
	"db1.example.com", 0, 0},
    {"(alice@DB1.Example.Com) Access token: ", NULL, ASKED_CREDENTIAL, "alice",
	"db1.example.com", 0, 0},
    {"(a@b@c.example.com) Access token: ", NULL, ASKED_CREDENTIAL, "a@b",
	"c.example.com", 0, 0},
    {"(alice@::1) Access token: ", NULL, ASKED_CREDENTIAL, "alice", "::1", 0,
	0},
    {"(alice@h) " LINK "Type here the code that it shows in the end.\n"
     "Code, or access token: ",
	NULL, ASKED_CREDENTIAL, "alice", "h", 0, 0},
    {"(alice@h) " LINK "Then paste here the address where the browser ends, "
     "also if no page loads.\nAddress, or access token: ",
	NULL, ASKED_CREDENTIAL, "alice", "h", 0, 0},
    {"(alice@h) " CODE "Type here the number that it shows in the end.\n"
     "Number, or access token: ",
	NULL, ASKED_CREDENTIAL, "alice", "h", 0, 0},
    {"(alice@h) " CODE "Approve there, then press Enter here.\n"
     "Enter when approved, or access token: ",
	NULL, ASKED_CREDENTIAL, "alice", "h", 0, 0},
    {"(alice@h) Access token, part 2 of 3: ", NULL, ASKED_PART, "alice", "h", 2,
	3},
    {"(alice@h) Access token, part 64 of 64: ", NULL, ASKED_PART, "alice", "h",
	64, 64},
    {"(alice@h) Enter your key card: ", "Enter your key card: ",
	ASKED_CREDENTIAL, "alice", "h", 0, 0},
    {"(alice@h) Password: ", "Password:", ASKED_CREDENTIAL, "alice", "h", 0, 0},
    /* Refused. */
    {"(alice@h) That is not the code that the browser shows. 2 tries are "
     "left.\n  https://gate.example.com/l/K7QXM2RT\nCode, or access token: ",
	NULL, ASKED_AGAIN, "alice", "h", 0, 0},
    {"(alice@h) The link has not been gone through yet.\nCode, or access "
     "token: ",
	NULL, ASKED_AGAIN, "alice", "h", 0, 0},
    {"(alice@h) " LINK "Code: ", NULL, ASKED_BROWSER, "alice", "h", 0, 0},
    {"(alice@h) " CODE "Enter when approved: ", NULL, ASKED_BROWSER, "alice",
	"h", 0, 0},
    {"(alice@h) Code: ", NULL, ASKED_OTHER, "alice", "h", 0, 0},
    {"Access token: ", NULL, ASKED_CREDENTIAL, NULL, NULL, 0, 0},
    {"(alice@h) Password: ", NULL, ASKED_PASSWORD, "alice", "h", 0, 0},
    {"(alice@h) access token: ", NULL, ASKED_OTHER, "alice", "h", 0, 0},
    {"(alice@h) Access token: now", NULL, ASKED_OTHER, "alice", "h", 0, 0},
    {"(alice@h) My Access token: ", NULL, ASKED_OTHER, "alice", "h", 0, 0},
    {"(eve@evil) (alice@h) Access token: ", NULL, ASKED_OTHER, "eve", "evil", 0,
	0},
    {"(alice@h) Access token, part 1 of 3: ", NULL, ASKED_OTHER, "alice", "h",
	1, 3},
    {"(alice@h) Access token, part 4 of 3: ", NULL, ASKED_OTHER, "alice", "h",
	4, 3},
    {"(alice@h) Access token, part 2 of 65: ", NULL, ASKED_OTHER, "alice", "h",
	2, 65},
    {"(alice@h) Access token, part 02 of 3: ", NULL, ASKED_OTHER, "alice", "h",
	0, 0},
    {"(alice@h) Access token, part 2 of 3", NULL, ASKED_OTHER, "alice", "h", 2,
	3},
    {"(alice@h) Access token, part 2 of 99999999999999999999: ", NULL,
	ASKED_OTHER, "alice", "h", 2, 0},
    {"alice@h's password: ", NULL, ASKED_PASSWORD, NULL, NULL, 0, 0},
    {"Enter passphrase for key '/srv/a/id': ", NULL, ASKED_PASSPHRASE, NULL,
	NULL, 0, 0},
    {"The authenticity of host 'h' can't be established.\nED25519 key "
     "fingerprint is SHA256:x.\nAre you sure you want to continue connecting "
     "(yes/no/[fingerprint])? ",
	NULL, ASKED_HOST_KEY, NULL, NULL, 0, 0},
    {"Please type 'yes', 'no' or the fingerprint: ", NULL, ASKED_OTHER, NULL,
	NULL, 0, 0},
    {"(alice) Access token: ", NULL, ASKED_OTHER, NULL, NULL, 0, 0},
    {"(@h) Access token: ", NULL, ASKED_OTHER, NULL, NULL, 0, 0},
    {"(alice@) Access token: ", NULL, ASKED_OTHER, NULL, NULL, 0, 0},
    {"(alice@h)Access token: ", NULL, ASKED_OTHER, NULL, NULL, 0, 0},
    {"(al ice@h) Access token: ", NULL, ASKED_OTHER, NULL, NULL, 0, 0},
    {"(alice@h) Enter your key card:\nPassword for bank: ", "Password:",
	ASKED_PASSWORD, "alice", "h", 0, 0},
    {"(alice@h) Bank\nEnter your key card: ", "Enter your key card: ",
	ASKED_OTHER, "alice", "h", 0, 0},
    {"", NULL, ASKED_OTHER, NULL, NULL, 0, 0},
    {"(", NULL, ASKED_OTHER, NULL, NULL, 0, 0},
    {"\n", NULL, ASKED_OTHER, NULL, NULL, 0, 0},
};

static void
check(const struct row *r, bool prefixed)
{
	struct prompt_read p;

	prompt_read(r->text, prefixed, r->own, &p);
	print_message("# %s\n", r->text);
	assert_int_equal(p.kind, r->kind);
	assert_int_equal(p.named, r->host != NULL);
	assert_string_equal(p.host, r->host != NULL ? r->host : "");
	assert_string_equal(p.user, r->user != NULL ? r->user : "");
	if (p.kind == ASKED_PART) {
		assert_int_equal(p.part, r->part);
		assert_int_equal(p.parts, r->parts);
	}
}

static void
test_of_ssh(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(ssh_rows); i++)
		check(&ssh_rows[i], true);
}

static void
test_of_sudo(void **state)
{
	static const struct row rows[] = {
	    {"Access token: ", NULL, ASKED_CREDENTIAL, NULL, NULL, 0, 0},
	    {"Access token, part 2 of 2: ", NULL, ASKED_PART, NULL, NULL, 2, 2},
	    {"(alice@h) Access token: ", NULL, ASKED_OTHER, NULL, NULL, 0, 0},
	    {"[sudo] password for alice: ", NULL, ASKED_PASSWORD, NULL, NULL, 0,
		0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		check(&rows[i], false);
}

/* A name of any length, and no more than there is room for. */
static void
test_lengths(void **state)
{
	char text[800];
	struct prompt_read p;

	(void)state;
	for (size_t n = 250; n < 260; n++) {
		memset(text, 'h', sizeof(text));
		memcpy(text, "(a@", 3);
		memcpy(text + 3 + n, ") Access token: ", 17);
		prompt_read(text, true, NULL, &p);
		assert_int_equal(p.named, n <= PROMPT_HOST_MAX);
		memset(text, 'u', sizeof(text));
		text[0] = '(';
		memcpy(text + 1 + n, "@h) Access token: ", 19);
		prompt_read(text, true, NULL, &p);
		assert_int_equal(p.named, n <= PROMPT_USER_MAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_of_ssh),
	    cmocka_unit_test(test_of_sudo),
	    cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
