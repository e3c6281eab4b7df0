/* SPDX-License-Identifier: ISC */
#include "reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetcher.h"
#include "grants_apply.h"
#include "notify.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * decide reads first, then fetch; only when both are content is the snapshot
 * swapped, so that they never work by different files. Requests that are
 * under way keep the snapshot that they began with, unless its issuer is
 * another now: decide_facts_found().
 */

struct reload {
	struct server *server;
	struct config *next; /* read here, not yet in fetch */
	bool again;
	reload_done *done;
	void *argument;
};

struct reload *
reload_new(struct server *server)
{
	struct reload *r = calloc(1, sizeof(*r));

	if (r != NULL)
		r->server = server;
	return r;
}

void
reload_free(struct reload *r)
{
	if (r == NULL)
		return;
	config_unref(r->next);
	free(r);
}

void
reload_forget(struct reload *r, const void *argument)
{
	if (r != NULL && r->argument == argument) {
		r->done = NULL;
		r->argument = NULL;
	}
}

static void
end(struct reload *r, const char *error)
{
	struct server *s = r->server;
	reload_done *done = r->done;
	void *argument = r->argument;
	char *text = error != NULL ? strdup(error) : NULL;
	bool again = r->again;

	config_unref(TAKE_PTR(r->next));
	r->done = NULL;
	r->argument = NULL;
	r->again = false;
	free(s->config_error);
	s->config_error = text;
	if (error != NULL)
		log_error("configuration not changed: %s", error);
	else
		log_info("configuration read again: generation %u",
		    s->config->generation);
	notify_ready();
	if (done != NULL)
		done(error, argument);
	if (again)
		reload_begin(r, NULL, NULL);
}

static void
warn_restart(const char *name, bool differs)
{
	if (differs)
		log_warning(
		    "%s has changed: that takes effect at a restart", name);
}

static void
warn_restarts(const struct config *old, const struct config *new)
{
	warn_restart(
	    "runtime_dir", strcmp(old->runtime_dir, new->runtime_dir) != 0);
	warn_restart("user", strcmp(old->user, new->user) != 0);
	warn_restart(
	    "tools_group", strcmp(old->tools_group, new->tools_group) != 0);
	warn_restart("state_dir", strcmp(old->state_dir, new->state_dir) != 0);
	warn_restart(
	    "gateway_user", strcmp(old->gateway_user, new->gateway_user) != 0);
	warn_restart("audit_log", strcmp(old->audit_log, new->audit_log) != 0);
	warn_restart("cache_entries", old->cache_entries != new->cache_entries);
}

/* Facts kept under a handle carry the section's name: under the same name
 * another server's facts must not be judged as this one's. */
static bool
issuers_moved(const struct config *old, const struct config *new)
{
	for (size_t i = 0; i < old->issuer_count; i++) {
		const struct issuer *now =
		    config_issuer(new, old->issuers[i].name);

		if (now == NULL || strcmp(now->url, old->issuers[i].url) != 0)
			return true;
	}
	return false;
}

static void
fetch_done_reading(bool ok, const char *text, void *argument)
{
	struct reload *r = argument;
	struct server *s = r->server;
	struct conf_error error = {0};
	char said[sizeof(error.file) + sizeof(error.text) + 16];

	if (r->next == NULL)
		return;
	if (!ok) {
		end(r, text != NULL && text[0] != '\0'
			   ? text
			   : "the fetching process did not take it");
		return;
	}
	if (grants_apply(s, r->next, &error) != STATUS_OK) {
		(void)snprintf(
		    said, sizeof(said), "%s: %s", error.file, error.text);
		end(r, said);
		return;
	}
	if (issuers_apply(s->issuers, r->next) != STATUS_OK) {
		end(r, "out of memory");
		return;
	}
	if (issuers_moved(s->config, r->next))
		handles_flush(s->handles);
	warn_restarts(s->config, r->next);
	config_unref(s->config);
	s->config = TAKE_PTR(r->next);
	log_set_level((enum log_level)s->config->log_level);
	end(r, NULL);
}

void
reload_begin(struct reload *r, reload_done *done, void *argument)
{
	struct conf_error error = {0};
	char text[sizeof(error.file) + sizeof(error.text) + 16];

	if (r->next != NULL) {
		if (done != NULL)
			done("a reload is under way already: try again",
			    argument);
		else
			r->again = true;
		return;
	}
	r->done = done;
	r->argument = argument;
	notify_reloading();
	/* Whatever comes of the file: log rotation wants the new path. */
	if (audit_reopen(r->server->audit) != STATUS_OK)
		log_error("audit log %s cannot be opened again",
		    r->server->config->audit_log);
	if (config_load(r->server->config->path, &r->next, &error) !=
	    STATUS_OK) {
		r->next = NULL;
		(void)snprintf(text, sizeof(text), "%s:%u: %s", error.file,
		    error.line, error.text);
		end(r, text);
		return;
	}
	fetcher_reload(r->server->fetcher, fetch_done_reading, r);
}
