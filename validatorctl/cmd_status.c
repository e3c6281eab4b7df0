/* SPDX-License-Identifier: ISC */
/* status: what the daemon is doing, the worst news first. */
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"

#define SPAN_SIZE 32

/* About how long. */
static const char *
span(long long s, char ret[SPAN_SIZE])
{
	if (s < 120)
		(void)snprintf(ret, SPAN_SIZE, "%lld s", s);
	else if (s < 7200)
		(void)snprintf(ret, SPAN_SIZE, "%lld min", s / 60);
	else if (s < 172800)
		(void)snprintf(ret, SPAN_SIZE, "%lld h", s / 3600);
	else
		(void)snprintf(ret, SPAN_SIZE, "%lld days", s / 86400);
	return ret;
}

/* To the second, as the configuration writes it. */
static const char *
exact_span(long long s, char ret[SPAN_SIZE])
{
	if (s % 3600 == 0)
		(void)snprintf(ret, SPAN_SIZE, "%lldh", s / 3600);
	else if (s % 60 == 0)
		(void)snprintf(ret, SPAN_SIZE, "%lldm", s / 60);
	else
		(void)snprintf(ret, SPAN_SIZE, "%llds", s);
	return ret;
}

static void
print_warnings(const struct json_value *top)
{
	const struct json_value *list = json_get(top, "warnings");
	const char *stale = member_text(top, "config_error", NULL);
	const char *text = "";

	if (stale != NULL)
		print_row("ATTENTION",
		    "the last reload failed, the old configuration is in "
		    "force: %s",
		    stale);
	if (!member_bool(json_get(top, "fetch"), "running"))
		print_row("ATTENTION",
		    "the fetching process is not running: no server can be "
		    "asked");
	if (list == NULL || json_type(list) != JSON_ARRAY)
		return;
	for (const struct json_value *v = json_first(list); v != NULL;
	     v = json_next(v))
		if (json_string(v, &text) == STATUS_OK)
			print_row("warning", "%s", text);
}

static bool
is_null(const struct json_value *v, const char *name)
{
	const struct json_value *member = json_get(v, name);

	return member != NULL && json_type(member) == JSON_NULL;
}

static void
print_revocation(const struct json_value *issuer)
{
	char text[SPAN_SIZE];

	if (is_null(issuer, "revocation_seen_within_s"))
		print_row("revocation",
		    "not seen; a token counts until it ends, %s at most "
		    "(max_lifetime)",
		    exact_span(member_number(issuer, "max_lifetime_s"), text));
	else
		print_row("revocation", "seen within %lld s",
		    member_number(issuer, "revocation_seen_within_s"));
}

static void
print_keys(const struct json_value *issuer)
{
	const struct json_value *keys = json_get(issuer, "keys");
	char text[SPAN_SIZE];

	if (keys == NULL || json_type(keys) != JSON_OBJECT)
		return;
	if (strcmp(member_text(keys, "from", ""), "file") == 0)
		print_row("keys", "of jwks_file");
	else if (is_null(keys, "age_s"))
		print_row("keys", "not fetched yet");
	else
		print_row("keys", "fetched %s ago",
		    span(member_number(keys, "age_s"), text));
}

static void
print_issuer(const struct json_value *v)
{
	(void)printf("\nissuer ");
	print_text(member_text(v, "name", "?"));
	(void)printf("\n");
	print_row("url", "%s", member_text(v, "url", "?"));
	print_row("endpoint", "%s",
	    member_text(v, "endpoint", "not known yet (discovery)"));
	print_row("breaker", "%s", member_text(v, "breaker", "?"));
	print_row("asked", "%lld times, %lld failed, %lld under way",
	    member_number(v, "asked"), member_number(v, "failed"),
	    member_number(v, "in_flight"));
	print_revocation(v);
	print_keys(v);
}

static void
print_denied(const struct json_value *top)
{
	long long count = member_number(top, "denied_rules");

	if (count > 0)
		print_row("denied", "%lld rule%s: validatorctl deny list",
		    count, plural((unsigned long long)count));
}

static void
print_daemon(const struct json_value *top)
{
	const struct json_value *audit = json_get(top, "audit");
	const struct json_value *cache = json_get(top, "cache");
	const struct json_value *decisions = json_get(top, "decisions");

	print_row("config", "%s, generation %lld",
	    member_text(top, "config", "?"), member_number(top, "generation"));
	print_row("audit", "%s, %lld written", member_text(audit, "path", "?"),
	    member_number(audit, "sequence"));
	print_row("decisions", "%lld allow, %lld deny, %lld unavailable",
	    member_number(decisions, "allow"), member_number(decisions, "deny"),
	    member_number(decisions, "unavailable"));
	print_denied(top);
	print_row("cache", "%lld active tokens, %lld inactive",
	    member_number(cache, "positive"), member_number(cache, "negative"));
	print_row(
	    "callers", "%lld connected", member_number(top, "connections"));
	print_row("fetch", "restarted %lld times",
	    member_number(json_get(top, "fetch"), "restarts"));
}

static void
print_status(const struct json_value *top)
{
	const struct json_value *issuers = json_get(top, "issuers");
	char uptime[SPAN_SIZE];

	(void)printf("validatord ");
	print_text(member_text(top, "version", "?"));
	(void)printf(", pid %lld, up for %s\n", member_number(top, "pid"),
	    span(member_number(top, "uptime_s"), uptime));
	print_warnings(top);
	print_daemon(top);
	if (issuers == NULL || json_type(issuers) != JSON_ARRAY)
		return;
	for (const struct json_value *v = json_first(issuers); v != NULL;
	     v = json_next(v))
		print_issuer(v);
}

int
cmd_status(const struct ctl *ctl, int argc, char **argv)
{
	struct question question = {.command = "status"};
	_cleanup_(buf_clear) struct buf storage;
	_cleanup_(json_freep) struct json *answer = NULL;
	int code = takes_nothing(argc, argv);

	buf_init(&storage, MESSAGE_MAX);
	if (code == EXIT_DONE)
		code = ctl_ask(ctl, &question, &storage, &answer);
	if (code != EXIT_DONE)
		return code == EXIT_UNAVAILABLE ? EXIT_NOT_DONE : code;
	if (!ctl->json)
		print_status(json_top(answer));
	return EXIT_DONE;
}
