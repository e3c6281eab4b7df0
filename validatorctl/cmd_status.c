/* SPDX-License-Identifier: ISC */
/* status: what the daemon is doing, the worst news first. */
#include <stdio.h>

#include "ctl.h"
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
		(void)printf("ATTENTION  the last reload failed, the old "
			     "configuration is in force:\n           %s\n",
		    stale);
	if (!member_bool(json_get(top, "fetch"), "running"))
		(void)printf("ATTENTION  the fetching process is not running: "
			     "nothing can be asked\n");
	if (list == NULL || json_type(list) != JSON_ARRAY)
		return;
	for (const struct json_value *v = json_first(list); v != NULL;
	     v = json_next(v))
		if (json_string(v, &text) == STATUS_OK)
			(void)printf("warning    %s\n", text);
}

static void
print_issuer(const struct json_value *v)
{
	(void)printf("\nissuer     %s  %s\n", member_text(v, "name", "?"),
	    member_text(v, "url", "?"));
	(void)printf("           endpoint   %s\n",
	    member_text(v, "endpoint", "not known yet (discovery)"));
	(void)printf("           breaker    %s, %lld asked, %lld failed, "
		     "%lld under way\n",
	    member_text(v, "breaker", "?"), member_number(v, "asked"),
	    member_number(v, "failed"), member_number(v, "in_flight"));
	(void)printf("           a revocation is seen within %lld s\n",
	    member_number(v, "revocation_seen_within_s"));
}

static void
print_text(const struct json_value *top)
{
	const struct json_value *fetch = json_get(top, "fetch");
	const struct json_value *audit = json_get(top, "audit");
	const struct json_value *cache = json_get(top, "cache");
	const struct json_value *decisions = json_get(top, "decisions");
	const struct json_value *issuers = json_get(top, "issuers");

	(void)printf("validatord %s, pid %lld, up for ",
	    member_text(top, "version", "?"), member_number(top, "pid"));
	print_uptime(member_number(top, "uptime_s"));
	(void)printf("\n");
	print_warnings(top);
	(void)printf("config     %s, generation %lld\n",
	    member_text(top, "config", "?"), member_number(top, "generation"));
	(void)printf("audit      %s, record %lld\n",
	    member_text(audit, "path", "?"), member_number(audit, "sequence"));
	(void)printf("decisions  %lld allow, %lld deny, %lld unavailable\n",
	    member_number(decisions, "allow"), member_number(decisions, "deny"),
	    member_number(decisions, "unavailable"));
	(void)printf("cache      %lld active tokens, %lld inactive\n",
	    member_number(cache, "positive"), member_number(cache, "negative"));
	(void)printf("callers    %lld connected, fetch restarted %lld times\n",
	    member_number(top, "connections"),
	    member_number(fetch, "restarts"));
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
		print_text(json_top(answer));
	return EXIT_DONE;
}
