/* SPDX-License-Identifier: ISC */
/*
 * check: the same pipeline as a login, and every rule with passed or failed.
 * The token comes on standard input and is nowhere printed.
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "ctl.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"

/* The defaults of pam_scopegate(8). */
#define MODULE_MIN_UID 1000
#define MODULE_MAX_UID 60000

/* Standard input, at most TOKEN_MAX octets, less one newline at its end. */
static enum status
read_token(struct secret *ret)
{
	char chunk[4096];
	enum status s = STATUS_OK;
	ssize_t n;

	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			s = STATUS_IO;
		else
			s = secret_append(ret, chunk, (size_t)n);
		/* Room for the newline. */
		if (s == STATUS_OK && ret->length > TOKEN_MAX + 1)
			s = STATUS_TOO_BIG;
		if (s != STATUS_OK)
			break;
	}
	explicit_bzero(chunk, sizeof(chunk));
	if (s != STATUS_OK)
		return s;
	if (ret->length > 0 && ret->bytes[ret->length - 1] == '\n')
		ret->length--;
	return ret->length > TOKEN_MAX ? STATUS_TOO_BIG : STATUS_OK;
}

static void
print_date(const char *label, const struct json_value *facts, const char *name)
{
	time_t at = (time_t)member_number(facts, name);
	char text[64];
	struct tm tm;

	if (at == 0 || gmtime_r(&at, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		print_row(label, "not stated");
	else
		print_row(label, "%s", text);
}

static void
print_words(const char *label, const struct json_value *facts, const char *name)
{
	const struct json_value *list = json_get(facts, name);
	char words[1024];

	member_words(facts, name, words, sizeof(words));
	if (list == NULL || json_type(list) == JSON_NULL)
		print_row(label, "not stated");
	else
		print_row(label, "%s", words[0] != '\0' ? words : "none");
}

static const char *
who_states(const struct json_value *facts)
{
	const char *method = member_text(facts, "method", "");

	if (strcmp(method, "jwt") == 0)
		return "the token states them, signed by its issuer";
	if (strcmp(method, "both") == 0)
		return "the signed token and the authorization server state "
		       "them";
	return "the authorization server states them";
}

/* What may be missing, and then nobody misses it. */
static void
print_if_stated(
    const char *label, const struct json_value *facts, const char *name)
{
	const char *text = member_text(facts, name, NULL);

	if (text != NULL)
		print_row(label, "%s", text);
}

static void
print_facts(const struct json_value *facts)
{
	if (facts == NULL || json_type(facts) != JSON_OBJECT)
		return;
	(void)printf("\nfacts, as %s\n", who_states(facts));
	if (!member_bool(facts, "active")) {
		(void)printf("  not active\n");
		return;
	}
	print_row("subject", "%s", member_text(facts, "subject", "not stated"));
	print_row(
	    "client", "%s", member_text(facts, "client_id", "not stated"));
	print_if_stated("token id", facts, "jti");
	print_if_stated("key", facts, "kid");
	print_words("audience", facts, "audience");
	print_words("scopes", facts, "scopes");
	print_row("environment", "%s",
	    member_text(facts, "environment", "not stated"));
	print_date("expires", facts, "expires_at");
}

static void
print_rules(const struct json_value *rules)
{
	if (rules == NULL || json_type(rules) != JSON_ARRAY ||
	    json_count(rules) == 0)
		return;
	(void)printf("\nrules\n");
	for (const struct json_value *r = json_first(rules); r != NULL;
	     r = json_next(r))
		print_row(member_bool(r, "passed") ? "passed" : "FAILED",
		    "%-14s %s", member_text(r, "name", "?"),
		    member_text(r, "detail", ""));
}

struct wanted {
	struct question question;
	bool offline;
	const char *jwks_path;
};

/* By whom; a decision without the daemon is on no record. */
static void
print_source(const struct json_value *top, const struct wanted *w)
{
	if (w->offline) {
		print_row("offline", "no server was asked; keys of %s",
		    w->jwks_path != NULL ? w->jwks_path : "`jwks_file`");
		return;
	}
	print_row("cache", "%s", member_text(top, "cache", "?"));
	print_row("took", "%.1f ms, %.1f ms of it at the server",
	    (double)member_number(top, "total_us") / 1000,
	    (double)member_number(top, "as_us") / 1000);
	print_row("reference", "%s", member_text(top, "ref", "?"));
}

/* The daemon judges names; the module looks the account up, and has locks of
 * its own, whatever the verdict is. */
static void
print_account(const char *user)
{
	const struct passwd *account;

	errno = 0;
	account = getpwnam(user);
	if (account == NULL && errno != 0 && errno != ENOENT && errno != ESRCH)
		return;
	if (account == NULL || strcmp(account->pw_name, user) != 0)
		print_row("note",
		    "whatever the verdict, the module refuses %s unless it "
		    "has `nolocal`: there is no such account here",
		    user);
	else if (account->pw_uid == 0)
		print_row("note",
		    "whatever the verdict, the module refuses %s unless it "
		    "has `nolocal`: uid 0 is never let in",
		    user);
	else if (account->pw_uid < MODULE_MIN_UID ||
		 account->pw_uid > MODULE_MAX_UID)
		print_row("note",
		    "whatever the verdict, the module refuses %s by default: "
		    "uid %lu is not within %d to %d (`min_uid`, `max_uid`)",
		    user, (unsigned long)account->pw_uid, MODULE_MIN_UID,
		    MODULE_MAX_UID);
}

static void
print_answer(const struct json_value *top, const struct wanted *w)
{
	const char *detail = member_text(top, "detail", "");

	print_text(member_text(top, "verdict", "?"));
	(void)printf(": ");
	print_text(member_text(top, "sentence", "no reason given"));
	(void)printf("\n");
	if (detail[0] != '\0')
		print_row("in detail", "%s", detail);
	print_row("reason", "%s", member_text(top, "reason", "?"));
	print_row("PAM code", "%s (account: %s)",
	    member_text(top, "pam_auth", "?"),
	    member_text(top, "pam_account", "?"));
	print_account(w->question.user);
	print_row("policy", "%s", member_text(top, "policy", "none matches"));
	print_row("issuer", "%s", member_text(top, "issuer", "none"));
	print_source(top, w);
	print_rules(json_get(top, "rules"));
	print_facts(json_get(top, "facts"));
}

static int
exit_code(const struct json_value *top)
{
	const char *verdict = member_text(top, "verdict", "");

	if (strcmp(verdict, verdict_name(VERDICT_ALLOW)) == 0)
		return EXIT_DONE;
	if (strcmp(verdict, verdict_name(VERDICT_DENY)) == 0)
		return EXIT_NOT_DONE;
	return EXIT_UNAVAILABLE;
}

static int
parse(struct wanted *w, int argc, char **argv)
{
	struct question *q = &w->question;

	for (int i = 0; i < argc; i++) {
		const char **field =
		    strcmp(argv[i], "--service") == 0 ? &q->service
		    : strcmp(argv[i], "--user") == 0  ? &q->user
		    : strcmp(argv[i], "--rhost") == 0 ? &q->rhost
		    : strcmp(argv[i], "--jwks") == 0  ? &w->jwks_path
						      : NULL;

		if (strcmp(argv[i], "--offline") == 0) {
			w->offline = true;
			continue;
		}
		if (field == NULL)
			return usage_error("check: unexpected argument '%s'; "
					   "the token comes on standard input",
			    argv[i]);
		if (i + 1 == argc)
			return usage_error(
			    "check: %s lacks its value", argv[i]);
		*field = argv[++i];
	}
	if (q->service == NULL || q->user == NULL)
		return usage_error("check: --service and --user are required");
	if (w->jwks_path != NULL && !w->offline)
		return usage_error("check: --jwks says something only with "
				   "--offline: the daemon has its own keys");
	return EXIT_DONE;
}

int
cmd_check(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(secret_clear) struct secret token = {0};
	_cleanup_(buf_clear) struct buf storage;
	_cleanup_(json_freep) struct json *answer = NULL;
	struct wanted w = {.question = {.command = "check", .token = &token}};
	int code = parse(&w, argc, argv);

	buf_init(&storage, MESSAGE_MAX);
	if (code != EXIT_DONE)
		return code;
	if (isatty(STDIN_FILENO))
		(void)fprintf(stderr, "Token, then Ctrl-D:\n");
	if (read_token(&token) != STATUS_OK || token.length == 0)
		return usage_error("check: no token of 1 to %u octets on "
				   "standard input",
		    TOKEN_MAX);
	code = w.offline ? check_offline(
			       ctl, &w.question, w.jwks_path, &storage, &answer)
			 : ctl_ask(ctl, &w.question, &storage, &answer);
	if (code != EXIT_DONE)
		return code;
	if (!ctl->json)
		print_answer(json_top(answer), &w);
	return exit_code(json_top(answer));
}
