/* SPDX-License-Identifier: ISC */
/*
 * A device grant as decide makes it, with a real fetch process, for tests that
 * have a real authorization server: what would be shown comes out, a word a
 * line, and then what came of it.
 *
 *	device_driver CONFIG
 */
#include <event2/event.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "fetcher.h"
#include "issuers.h"
#include "probe.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "server.h"

#define LIFE_MS 60000

static struct event_base *base;

static void
say(const char *name, const char *text)
{
	if (text != NULL)
		(void)printf("%s %s\n", name, text);
	(void)fflush(stdout);
}

static void
on_shown(const struct device_shown *shown, void *argument)
{
	(void)argument;
	say("link", shown->link);
	say("number", shown->number);
	say("complete", shown->complete);
	say("code", shown->user_code);
}

static void
say_grant(const struct grant *g)
{
	for (size_t i = 0; i < g->facts->scopes.count; i++)
		say("scope", g->facts->scopes.words[i]);
	say("client", g->facts->client_id);
	say("token", g->token.length > 0 ? "there" : NULL);
}

static void
on_ended(struct exchange_result *result, void *argument)
{
	(void)argument;
	if (result->grant != NULL)
		say_grant(result->grant);
	say("ended", result->reason == REASON_NONE
			 ? "granted"
			 : reason_row(result->reason)->name);
	grant_free(result->grant);
	(void)event_base_loopbreak(base);
}

static enum reason
run(struct server *server)
{
	static const struct device_calls calls = {on_shown, on_ended};
	const struct device_ask ask = {
	    .server = server,
	    .config = server->config,
	    .policy = &server->config->policies[0],
	    .service = text_of("sshd"),
	    .user = text_of("alice"),
	    .deadline = deadline_in_ms(LIFE_MS),
	};
	enum reason reason;

	if (device_begin(&ask, &calls, NULL, &reason) == NULL)
		return reason;
	(void)event_base_dispatch(base);
	return REASON_NONE;
}

int
main(int argc, char **argv)
{
	struct server server = {.base = NULL};
	struct conf_error e = {.text = ""};
	enum reason reason = REASON_FETCH_DOWN;

	if (argc == 3 && strcmp(argv[1], FETCH_ROLE) == 0)
		return fetch_main(FETCH_CHANNEL_FD, argv[2]);
	if (argc != 2)
		return 2;
	log_open("device_driver", LOG_LEVEL_WARNING);
	(void)alarm(2 * LIFE_MS / 1000);
	if (config_load(argv[1], &server.config, &e) != STATUS_OK) {
		(void)fprintf(stderr, "%s:%u: %s\n", e.file, e.line, e.text);
		return 78;
	}
	base = server.base = event_base_new();
	server.budgets = probe_budgets_new();
	server.issuers = issuers_new(&server);
	if (fetcher_start(base, server.config, &server.fetcher) == STATUS_OK &&
	    issuers_apply(server.issuers, server.config) == STATUS_OK)
		reason = run(&server);
	if (reason != REASON_NONE)
		say("ended", reason_row(reason)->name);
	issuers_free(server.issuers);
	probe_budgets_free(server.budgets);
	fetcher_stop(server.fetcher);
	config_unref(server.config);
	event_base_free(base);
	return 0;
}
