/* SPDX-License-Identifier: ISC */
/* status: what the daemon is doing, the worst news first. */
#include <stdio.h>

#include "ctl.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"

static void
print_uptime(long long s)
{
	if (s < 120)
		(void)printf("%lld s", s);
	else if (s < 7200)
		(void)printf("%lld min", s / 60);
	else if (s < 172800)
		(void)printf("%lld h", s / 3600);
	else
		(void)printf("%lld days", s / 86400);
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
	print_row("revocation", "seen within %lld s",
	    member_number(v, "revocation_seen_within_s"));
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

	(void)printf("validatord ");
	print_text(member_text(top, "version", "?"));
	(void)printf(", pid %lld, up for ", member_number(top, "pid"));
	print_uptime(member_number(top, "uptime_s"));
	(void)printf("\n");
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
