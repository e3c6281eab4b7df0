/* SPDX-License-Identifier: ISC */
#include "probe_question.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "probing.h"
#include "question.h"
#include "scopegate/cleanup.h"
#include "server.h"

/* A dead token is cached as an inactive one is; nothing else that is no
 * success is cached at all. */

struct probe_question {
	struct server *server;
	struct config *config;
	const struct issuer *issuer;
	struct flight *flight;
	struct probing *probing;
	struct facts_key key;
	unsigned int cache_epoch;
};

static void
question_free(struct probe_question *q)
{
	config_unref(q->config);
	free(q);
}

enum status
probe_question_key(struct server *server, const struct config *config,
    const struct issuer *issuer, int environment, struct text token,
    struct facts_key *ret)
{
	/* No section has a name with a blank in it. */
	char name[CONF_NAME_MAX + 32];

	(void)snprintf(
	    name, sizeof(name), "%s probe %d", issuer->name, environment);
	return facts_cache_key(
	    server->cache, name, config->generation, token, ret);
}

static struct facts *
make_facts(const struct probing_result *result, int64_t now)
{
	_cleanup_(facts_unrefp) struct facts *f = facts_new();

	if (f == NULL)
		return NULL;
	f->method = FACTS_PROBE;
	f->checked_at = now;
	f->active = result->reason == REASON_NONE;
	if (f->active && probing_facts(result, f) != STATUS_OK)
		return NULL;
	return TAKE_PTR(f);
}

static void
probed(struct probing_result *result, void *argument)
{
	_cleanup_(facts_unrefp) struct facts *facts = NULL;
	struct probe_question *q = argument;
	struct flight_answer answer = {
	    .reason = result->reason, .what = result->what};
	int64_t now = (int64_t)time(NULL);

	q->probing = NULL;
	if (result->reason == REASON_NONE ||
	    result->reason == REASON_TOKEN_INACTIVE) {
		facts = make_facts(result, now);
		answer.reason = facts != NULL ? REASON_NONE : REASON_NO_MEMORY;
		answer.facts = facts;
	}
	if (facts != NULL)
		question_keep(
		    q->server, q->issuer, &q->key, q->cache_epoch, facts, now);
	flight_land(q->flight, &answer);
	question_free(q);
}

/* Nobody waits any more. */
static void
cancelled(void *argument)
{
	struct probe_question *q = argument;

	probing_cancel(q->probing);
	question_free(q);
}

enum reason
probe_question_ask(struct server *server, struct config *config,
    const struct issuer *issuer, int environment, struct text token,
    const struct facts_key *key, struct flight **ret)
{
	struct probe_question *q = calloc(1, sizeof(*q));
	char account[9];
	const struct probing_question question = {.issuer = issuer,
	    .environment = environment,
	    .account = account,
	    .token = token};
	enum reason reason = REASON_NONE;

	if (q == NULL)
		return REASON_NO_MEMORY;
	facts_key_fingerprint(key, account);
	q->server = server;
	q->config = config_ref(config);
	q->issuer = issuer;
	q->key = *key;
	q->cache_epoch = server->cache_epoch;
	q->probing =
	    probing_begin(server, config, &question, probed, q, &reason);
	if (q->probing == NULL) {
		question_free(q);
		return reason;
	}
	q->flight = flights_open(server->flights, key, cancelled, q);
	if (q->flight == NULL) {
		cancelled(q);
		return REASON_NO_MEMORY;
	}
	*ret = q->flight;
	return REASON_NONE;
}
