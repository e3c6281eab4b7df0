/* SPDX-License-Identifier: ISC */
/* What the parts of the running daemon share. One of these a process; every
 * part gets it as an argument and there are no globals. */
#ifndef VALIDATORD_SERVER_H
#define VALIDATORD_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "audit.h"
#include "clock_watch.h"
#include "config.h"
#include "facts_cache.h"
#include "flights.h"
#include "handles.h"
#include "issuers.h"
#include "scopegate/log.h"
#include "throttle.h"

struct event_base;
struct fetcher;
struct deny_list;
struct connections;
struct reload;
struct logins;
struct grants;
struct probe_budgets;
struct recheck;

struct server {
	struct event_base *base;
	struct config *config; /* the snapshot for new requests */
	char *config_error; /* why the last reload changed nothing, or NULL */
	struct audit *audit;
	struct fetcher *fetcher;
	struct facts_cache *cache;
	struct throttle *throttle;
	struct handles *handles;
	struct flights *flights;
	struct issuers *issuers;
	struct connections *connections;
	struct reload *reload;
	struct logins *logins;
	struct deny_list *denied;
	struct grants *grants; /* NULL: no issuer needs them */
	struct probe_budgets *budgets;
	struct recheck *rechecks; /* under way */
	struct clock_watch clock;
	unsigned int cache_epoch; /* answers asked for in an older one are not
				   * kept: a flush forgets them too */
	uid_t gateway_uid; /* besides, who may use gateway.sock; (uid_t)-1:
			    * nobody */
	uid_t owner; /* besides root, who may use login.sock and ctl.sock */
	int64_t started_us;
	uint64_t decisions[VERDICT_UNAVAILABLE + 1]; /* by enum verdict */
	uint64_t cache_uses[CACHE_JOINED + 1];       /* by enum cache_state */
	uint64_t sign_ins; /* with a browser or a device, let in */
	struct log_limit audit_log;                  /* of its failures */
};

/* The tables that live in memory alone. false: no memory; free all the same. */
bool server_tables_make(struct server *s);
void server_tables_free(struct server *s);

/* Forgets cached facts and handles, and what is on its way to the cache. */
static inline void
server_flush(struct server *s)
{
	s->cache_epoch++;
	facts_cache_flush(s->cache);
	handles_flush(s->handles);
}

#endif
