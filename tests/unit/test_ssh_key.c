/* SPDX-License-Identifier: ISC */
/* Which key a login used, and whether the token or the map names that one. */
#include "key_binding.h"
#include "stages_make.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "user_map.h"

/* Made for this test, and printed by `ssh-keygen -lf`. */
#define ED25519 \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIER050ISuAEGlcQ7RDwIXTvr" \
	"CFhIqEko2GtlVVrjqcQ4"
#define ED25519_PRINT "SHA256:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dI"
#define ECDSA \
	"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlz" \
	"dHAyNTYAAABBBBJVOu4tdONpIWfCo1Lb5IgIwEBdl+K60OjSuNoHpCSeCKOQ" \
	"f5UiNSvSjRJSN5qm35EDQJ/nfE33hIwlCuo9kkQ="
#define ECDSA_PRINT "SHA256:HQKnDMJ0nBy7FgoI45PCVslXfr0DOmwrMZwVl9QCBPg"
#define RSA \
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCuOek4/fzK/jb/4qlKtAr8" \
	"wAcp3L0QrINuWVQAdjNr37/RAyXnioM82gncCCmpKctv/B9Flfes2m0TKLef" \
	"XBy+scI6MEQBrm4a9LcCDSXhRWpQ8P7hroJEAqk34LUXk9y3rvgAlp5e8L4v" \
	"ZXsRlc7DuwMdPFTsv2yFhnl6OjoN/w=="
#define RSA_PRINT "SHA256:dRCqMIvCGSg5sg9hh5qKKWhJLx37XtaFvOpDjaCDf9k"
#define CERTIFICATE \
	"ecdsa-sha2-nistp256-cert-v01@openssh.com AAAAKGVjZHNhLXNoYTI" \
	"tbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20AAAAgnFHKh4eXIlYXxNU" \
	"jVhv1zdWPwZ6k3ijWEqGvxUsfdBkAAAAIbmlzdHAyNTYAAABBBBJVOu4tdON" \
	"pIWfCo1Lb5IgIwEBdl+K60OjSuNoHpCSeCKOQf5UiNSvSjRJSN5qm35EDQJ/" \
	"nfE33hIwlCuo9kkQAAAAAAAAAAAAAAAEAAAABeAAAAAUAAAABeQAAAAAAAAA" \
	"A//////////8AAAAAAAAAggAAABVwZXJtaXQtWDExLWZvcndhcmRpbmcAAAA" \
	"AAAAAF3Blcm1pdC1hZ2VudC1mb3J3YXJkaW5nAAAAAAAAABZwZXJtaXQtcG9" \
	"ydC1mb3J3YXJkaW5nAAAAAAAAAApwZXJtaXQtcHR5AAAAAAAAAA5wZXJtaXQ" \
	"tdXNlci1yYwAAAAAAAAAAAAAAMwAAAAtzc2gtZWQyNTUxOQAAACBEdOdCErg" \
	"BBpXEO0Q8CF076whYSKhJKNhrZVVa46nEOAAAAFMAAAALc3NoLWVkMjU1MTk" \
	"AAABACWWWWLq0yk2wXZVb9AKQ52mZosaNpTGb2FAO6ENTOLvJjekIZio8EdM" \
	"DK7CQHGpDJgMkBnXwjuXvnHn+TAm7Bw=="

static void
prints_what_ssh_keygen_prints(void **state)
{
	static const struct {
		const char *key, *print;
	} rows[] = {
	    {ED25519, ED25519_PRINT},
	    {ECDSA, ECDSA_PRINT},
	    {RSA, RSA_PRINT},
	};
	char print[SSH_KEY_PRINT_SIZE];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		ssh_key_print(text_of(rows[i].key), print);
		assert_string_equal(print, rows[i].print);
		assert_true(ssh_key_print_valid(print));
	}
}

#define DATA "AAAAC3NzaC1lZDI1NTE5AAAAIER050ISuAEGlcQ7RDwIXTvrCFhIqEko2GtlVVrjqcQ"

static void
anything_else_is_no_key(void **state)
{
	static const char *const bad[] = {"", " ", "ssh-ed25519",
	    "ssh-ed25519 ", " " DATA "4", DATA "4", "ssh-ed25519  " DATA "4",
	    "ssh-ed25519\t" DATA "4", "ssh-ed25519 " DATA "4 ",
	    "ssh-ed25519 " DATA "4 alice@example.com",
	    "ssh-ed25519 " DATA "4\n", "ssh-ed25519 " DATA,
	    "ssh-ed25519 " DATA "4====",
	    "ssh-ed25519 " DATA "*", "ssh-ed25519 " DATA "-",
	    /* Of another type than its data. */
	    "ssh-rsa " DATA "4", "ssh-ed2551 " DATA "4",
	    "ssh-ed25519x " DATA "4",
	    /* Nothing behind the type. */
	    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "ssh-ed25519 AAAA",
	    "ssh-ed25519 ====", "ssh-ed25519 A===",
	    /* Bits that say nothing. */
	    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AB==",
	    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAB=", CERTIFICATE};
	char print[SSH_KEY_PRINT_SIZE];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		memset(print, 'x', sizeof(print));
		ssh_key_print(text_of(bad[i]), print);
		if (print[0] != '\0')
			fail_msg("%s: %s", bad[i], print);
	}
	ssh_key_print((struct text){0}, print);
	assert_string_equal(print, "");
	ssh_key_print(text_of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AA=="), print);
	assert_string_not_equal(print, "");
}

/* The longest that a message carries, and one group more. */
static void
long_keys(void **state)
{
	char *key = make_string('A', SSH_KEY_MAX + 16);
	char print[SSH_KEY_PRINT_SIZE];

	(void)state;
	memcpy(key, RSA, strlen("ssh-rsa AAAAB3NzaC1yc2E"));
	ssh_key_print((struct text){key, 8 + SSH_KEY_MAX - 8}, print);
	assert_string_not_equal(print, "");
	ssh_key_print((struct text){key, 8 + SSH_KEY_MAX - 9}, print);
	assert_string_equal(print, "");
	ssh_key_print((struct text){key, 8 + SSH_KEY_MAX}, print);
	assert_string_not_equal(print, "");
	ssh_key_print((struct text){key, 8 + SSH_KEY_MAX + 4}, print);
	assert_string_equal(print, "");
	memset(key, 'k', SSH_KEY_MAX);
	ssh_key_print((struct text){key, SSH_KEY_MAX}, print);
	assert_string_equal(print, "");
	free(key);
}

static void
what_a_fingerprint_looks_like(void **state)
{
	static const char *const bad[] = {"", "SHA256:",
	    "SHA256:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2d",
	    "SHA256:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dI=",
	    "SHA256:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dJ",
	    "SHA256:t8bi-iGHmTAr_6hpOM9yu1P0kkZaUyLavxkHuPRe2dI",
	    "sha256:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dI",
	    "SHA512:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dI",
	    "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
	    "t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dISHA256:"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		if (ssh_key_print_valid(bad[i]))
			fail_msg("%s", bad[i]);
	}
}

/* The rule. */

static const char map_text[] =
    "acme * s-1 alice " ED25519_PRINT "\n"
    "acme * s-1 alice " RSA_PRINT "\n"
    "acme * s-1 alice\n"
    "acme live s-1 alice " ECDSA_PRINT "\n"
    "acme * s-1 bob " ECDSA_PRINT "\n"
    "other * s-1 alice " ECDSA_PRINT "\n"
    "acme * s-2 carol\n";

#define NO_KEY "no SSH key was used"

static const struct row {
	const char *rule, *claim; /* the claim's values; NULL: there is none */
	const char *environment, *subject, *user, *used;
	enum reason reason;
	const char *detail;
} rows[] = {
    {NULL, NULL, NULL, "s-1", "alice", "", REASON_NONE, ""},
    {NULL, NULL, NULL, "s-1", "alice", RSA_PRINT, REASON_NONE, ""},
    {"k", RSA_PRINT, NULL, "s-1", "alice", RSA_PRINT, REASON_NONE, ""},
    {"k", "x " ECDSA_PRINT " " RSA_PRINT, NULL, "s-1", "alice", RSA_PRINT,
	REASON_NONE, ""},
    {"k", RSA_PRINT, NULL, "s-1", "alice", ECDSA_PRINT, REASON_KEY_BINDING,
	"k does not name " ECDSA_PRINT},
    {"k", RSA_PRINT "x", NULL, "s-1", "alice", RSA_PRINT, REASON_KEY_BINDING,
	"k does not name " RSA_PRINT},
    {"k", RSA_PRINT, NULL, "s-1", "alice", "", REASON_KEY_BINDING, NO_KEY},
    {"k", NULL, NULL, "s-1", "alice", "", REASON_KEY_BINDING, NO_KEY},
    {"k", NULL, NULL, "s-1", "alice", RSA_PRINT, REASON_KEY_BINDING,
	"no claim k"},
    {"map", NULL, NULL, "s-1", "alice", ED25519_PRINT, REASON_NONE, ""},
    {"map", NULL, NULL, "s-1", "alice", RSA_PRINT, REASON_NONE, ""},
    {"map", NULL, "live", "s-1", "alice", ECDSA_PRINT, REASON_NONE, ""},
    {"map", NULL, "live", "s-1", "alice", RSA_PRINT, REASON_NONE, ""},
    /* The key of another environment, user, issuer, subject; and none. */
    {"map", NULL, "paper", "s-1", "alice", ECDSA_PRINT, REASON_KEY_BINDING,
	"user_map does not name " ECDSA_PRINT},
    {"map", NULL, NULL, "s-1", "alice", ECDSA_PRINT, REASON_KEY_BINDING,
	"user_map does not name " ECDSA_PRINT},
    {"map", NULL, NULL, "s-1", "bob", RSA_PRINT, REASON_KEY_BINDING,
	"user_map does not name " RSA_PRINT},
    {"map", NULL, NULL, "s-2", "carol", RSA_PRINT, REASON_KEY_BINDING,
	"user_map does not name " RSA_PRINT},
    {"map", NULL, NULL, NULL, "alice", RSA_PRINT, REASON_KEY_BINDING,
	"user_map does not name " RSA_PRINT},
    {"map", NULL, NULL, "s-1", "alice", "", REASON_KEY_BINDING, NO_KEY},
    /* A line without a key is met by no key, and by no lack of one. */
    {"map", NULL, NULL, "s-2", "carol", "", REASON_KEY_BINDING, NO_KEY},
    /* A claim does not help where the map is wanted. */
    {"map", RSA_PRINT, NULL, "s-2", "carol", RSA_PRINT, REASON_KEY_BINDING,
	"user_map does not name " RSA_PRINT},
};

static struct user_map *
read_map(void)
{
	struct conf_error error = {.line = 0};
	struct user_map *m = NULL;
	struct make_dir dir;

	make_dir(&dir);
	make_file(&dir, map_text, strlen(map_text));
	if (user_map_load(dir.file, &m, &error) != STATUS_OK)
		fail_msg("%u: %s", error.line, error.text);
	make_dir_done(&dir);
	return m;
}

static void
judge(const struct row *row, struct request *r, struct policy *p,
    struct issuer *issuer)
{
	struct report report = {.count = 0};

	p->ssh_key = (char *)(uintptr_t)row->rule;
	r->policy = p;
	r->issuer = issuer;
	r->report = &report;
	r->facts = make_facts();
	make_replace(&r->facts->subject, row->subject);
	make_replace(&r->facts->environment, row->environment);
	if (row->claim != NULL)
		make_claim(r->facts, "k", false, row->claim);
	r->message.value[TAG_USER] = text_of(row->user);
	memcpy(r->ssh_key, row->used, strlen(row->used) + 1);
	if (key_binding_judge(r) != row->reason ||
	    strcmp(r->detail, row->detail) != 0)
		fail_msg("row %d: \"%s\"", (int)(row - rows), r->detail);
	assert_int_equal(report.count, row->rule != NULL ? 1 : 0);
	if (row->rule != NULL)
		assert_int_equal(
		    report.rules[0].passed, row->reason == REASON_NONE);
	facts_unref(r->facts);
}

static void
the_rule_says(void **state)
{
	struct issuer issuer = make_issuer();
	struct policy policy = {.name = NULL};

	(void)state;
	issuer.user_map = read_map();
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct request r = {.operation = OPERATION_LOGIN};

		judge(&rows[i], &r, &policy, &issuer);
	}
	user_map_free(issuer.user_map);
	issuer.user_map = NULL;
	issuer_done(&issuer);
}

/* The code is worth nothing until a login brings the key with it. */
static void
a_login_code_is_made_without_a_key(void **state)
{
	struct policy policy = {.ssh_key = (char *)(uintptr_t)"k"};
	struct request r = {.operation = OPERATION_CODE, .policy = &policy};

	(void)state;
	assert_int_equal(key_binding_judge(&r), REASON_NONE);
}

static void
the_first_failure_keeps_its_detail(void **state)
{
	struct policy policy = {.ssh_key = (char *)(uintptr_t)"k"};
	struct request r = {
	    .policy = &policy, .operation = OPERATION_CHECK, .detail = "a b"};

	(void)state;
	r.facts = make_facts();
	assert_int_equal(key_binding_judge(&r), REASON_KEY_BINDING);
	assert_string_equal(r.detail, "a b");
	facts_unref(r.facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_what_ssh_keygen_prints),
	    cmocka_unit_test(anything_else_is_no_key),
	    cmocka_unit_test(long_keys),
	    cmocka_unit_test(what_a_fingerprint_looks_like),
	    cmocka_unit_test(the_rule_says),
	    cmocka_unit_test(a_login_code_is_made_without_a_key),
	    cmocka_unit_test(the_first_failure_keeps_its_detail),
	};

	return cmocka_run_group_tests_name("ssh_key", tests, NULL, NULL);
}
