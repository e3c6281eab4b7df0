/* SPDX-License-Identifier: ISC */
#include "server.h"

#include "connections.h"
#include "login.h"
#include "probe.h"
#include "reload.h"
#include "scopegate/deadline.h"

bool
server_tables_make(struct server *s)
{
	s->started_us = monotonic_us();
	s->cache = facts_cache_new((size_t)s->config->cache_entries);
	s->throttle = throttle_new();
	s->handles = handles_new();
	s->flights = flights_new();
	s->connections = connections_new(s);
	s->reload = reload_new(s);
	s->issuers = issuers_new(s);
	s->budgets = probe_budgets_new();
	s->logins = logins_new(s);
	return s->cache != NULL && s->throttle != NULL && s->handles != NULL &&
	       s->flights != NULL && s->connections != NULL &&
	       s->reload != NULL && s->issuers != NULL && s->budgets != NULL &&
	       s->logins != NULL;
}

void
server_tables_free(struct server *s)
{
	connections_free(s->connections);
	logins_free(s->logins);
	issuers_free(s->issuers);
	reload_free(s->reload);
	probe_budgets_free(s->budgets);
	flights_free(s->flights);
	handles_free(s->handles);
	throttle_free(s->throttle);
	facts_cache_free(s->cache);
}
