/* SPDX-License-Identifier: ISC */
/* deny and allow: whom the operator shuts out, whatever a token says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "print.h"
#include "scopegate/cleanup.h"

#define TIME_SIZE 32

static const char *const kinds[] = {
    "sub", "client", "kid", "jti", "user", "issued-before"};

static bool
is_kind(const char *word)
{
	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		if (strcmp(kinds[i], word) == 0)
			return true;
	}
	return false;
}

/* "now", seconds since 1970, or RFC 3339 in UTC, made into seconds. */
static bool
read_time(const char *text, char ret[TIME_SIZE])
{
	struct tm tm = {0};
	const char *end;
	time_t at;

	if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0' &&
	    strlen(text) <= 12) {
		(void)snprintf(ret, TIME_SIZE, "%s", text);
		return true;
	}
	if (strcmp(text, "now") == 0) {
		/* What was issued in this second is meant, too. */
		at = time(NULL) + 1;
	} else {
		end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
		if (end == NULL || *end != '\0')
			return false;
		at = timegm(&tm);
	}
	if (at < 0)
		return false;
	(void)snprintf(ret, TIME_SIZE, "%lld", (long long)at);
	return true;
}

static int
read_rule(int argc, char **argv, struct question *q, char time[TIME_SIZE])
{
	if (argc != 2 && argc != 4)
		return usage_error("%s takes KIND VALUE [--issuer NAME]",
		    q->command);
	if (!is_kind(argv[0]))
		return usage_error("'%s' is no kind of rule; there are sub, "
				   "client, kid, jti, user, issued-before",
		    argv[0]);
	q->kind = argv[0];
	q->value = argv[1];
	if (argc == 4 && strcmp(argv[2], "--issuer") != 0)
		return usage_error("unexpected argument '%s'", argv[2]);
	if (argc == 4)
		q->issuer = argv[3];
	if (strcmp(q->kind, "user") == 0 && q->issuer != NULL)
		return usage_error("a local user is of no issuer: leave "
				   "--issuer out");
	if (strcmp(q->kind, "issued-before") != 0)
		return EXIT_DONE;
	if (!read_time(q->value, time))
		return usage_error("'%s' is no time: write now, seconds since "
				   "1970, or 2026-11-26T17:30:00Z",
		    q->value);
	q->value = time;
	return EXIT_DONE;
}

static int
ask(const struct ctl *ctl, const struct question *q, struct buf *storage,
    struct json **ret)
{
	const char *error;
	int code = ctl_ask(ctl, q, storage, ret);

	if (code != EXIT_DONE)
		return code;
	error = member_text(json_top(*ret), "error", NULL);
	if (error == NULL)
		return EXIT_DONE;
	(void)fprintf(stderr, "validatorctl: %s\n", error);
	return EXIT_NOT_DONE;
}

/* Seconds say little to people. */
static void
print_value(const char *kind, const char *value)
{
	char when[TIME_TEXT_SIZE];

	print_text(value);
	if (strcmp(kind, "issued-before") == 0)
		(void)printf(
		    " (%s)", time_text(strtoll(value, NULL, 10), when));
}

static int
change(const struct ctl *ctl, struct question *q, int argc, char **argv)
{
	_cleanup_(buf_clear) struct buf storage;
	_cleanup_(json_freep) struct json *answer = NULL;
	char time[TIME_SIZE];
	int code = read_rule(argc, argv, q, time);

	buf_init(&storage, MESSAGE_MAX);
	if (code == EXIT_DONE)
		code = ask(ctl, q, &storage, &answer);
	if (code != EXIT_DONE)
		return code;
	if (ctl->json) {
		(void)printf("%s\n", buf_string(&storage));
		return EXIT_DONE;
	}
	if (strcmp(q->command, "allow") == 0)
		(void)printf("no longer denied: ");
	else
		(void)printf(member_bool(json_top(answer), "added")
				 ? "denied from now on: "
				 : "denied already: ");
	(void)printf("%s ", q->kind);
	print_value(q->kind, q->value);
	(void)printf("%s%s; on record as %s\n",
	    q->issuer != NULL ? " of issuer " : "",
	    q->issuer != NULL ? q->issuer : "",
	    member_text(json_top(answer), "ref", "?"));
	return EXIT_DONE;
}

int
cmd_deny(const struct ctl *ctl, int argc, char **argv)
{
	struct question q = {.command = "deny"};

	return change(ctl, &q, argc, argv);
}

int
cmd_allow(const struct ctl *ctl, int argc, char **argv)
{
	struct question q = {.command = "allow"};

	return change(ctl, &q, argc, argv);
}

static void
print_rule(const struct json_value *rule)
{
	const char *issuer = member_text(rule, "issuer", NULL);
	const char *kind = member_text(rule, "kind", "?");
	char since[TIME_TEXT_SIZE];

	(void)printf("%-14s %-12s %-21s %-6lld ", kind,
	    issuer != NULL ? issuer : "any",
	    time_text(member_number(rule, "since"), since),
	    member_number(rule, "by"));
	print_value(kind, member_text(rule, "value", "?"));
	(void)putchar('\n');
}

int
cmd_deny_list(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(buf_clear) struct buf storage;
	_cleanup_(json_freep) struct json *answer = NULL;
	const struct question q = {.command = "denied"};
	const struct json_value *rules;
	int code = takes_nothing(argc, argv);

	buf_init(&storage, MESSAGE_MAX);
	if (code == EXIT_DONE)
		code = ask(ctl, &q, &storage, &answer);
	if (code != EXIT_DONE)
		return code;
	if (ctl->json) {
		(void)printf("%s\n", buf_string(&storage));
		return EXIT_DONE;
	}
	rules = json_get(json_top(answer), "rules");
	if (json_count(rules) == 0) {
		(void)printf("nobody is denied\n");
		return EXIT_DONE;
	}
	(void)printf("%-14s %-12s %-21s %-6s %s\n", "KIND", "ISSUER", "SINCE",
	    "BY UID", "VALUE");
	for (const struct json_value *r = json_first(rules); r != NULL;
	     r = json_next(r))
		print_rule(r);
	return EXIT_DONE;
}
