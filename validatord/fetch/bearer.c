/* SPDX-License-Identifier: ISC */
#include "bearer.h"

#include <string.h>

#include "http_pool.h"
#include "scopegate/cleanup.h"
#include "token_answer.h"

/*
 * A token that the server does not take any more is replaced once a minute at
 * most: else whoever brings it to answer 401 has it asked for tokens without
 * end. Times are monotonic, as expires_in is counted from the answer.
 */

#define SECOND_US 1000000
#define COMPLAIN_MS 10000

static bool
gets_tokens(const struct pool *p)
{
	return p->issuer->client_auth == CLIENT_AUTH_BEARER &&
	       p->issuer->proof.bearer_token_file == NULL;
}

static bool
has_token(const struct pool *p, int64_t now_us)
{
	return p->auth.bearer.length > 0 && now_us < p->bearer.expires_at_us;
}

bool
bearer_awaited(struct pool *p, const struct transfer *t, int64_t now_us)
{
	if (t->slot != FETCH_INTROSPECT || !gets_tokens(p))
		return false;
	if (!has_token(p, now_us)) {
		secret_clear(&p->auth.bearer);
		return true;
	}
	if (now_us >= p->bearer.renew_at_us)
		bearer_ask(p, now_us);
	return false;
}

void
bearer_ask(struct pool *p, int64_t now_us)
{
	static const char form[] = "grant_type=client_credentials";

	if (p->bearer.asking)
		return;
	p->bearer.asking = true;
	if (!pool_ask_own(p, p->issuer->sign_in.token_endpoint,
		(struct text){form, sizeof(form) - 1}, now_us)) {
		const struct frame busy = {.code = FETCH_BUSY};

		p->bearer.asking = false;
		pool_fail_waiting(p, &busy, now_us);
	}
}

static void
keep(struct pool *p, struct token_answer *answer, int64_t now_us)
{
	struct bearer *b = &p->bearer;
	int64_t life_us =
	    (answer->expires_in > 0 ? answer->expires_in : BEARER_LIFE_S) *
	    SECOND_US;

	secret_clear(&p->auth.bearer);
	p->auth.bearer = answer->token;
	answer->token = (struct secret){0};
	b->generation++;
	b->renew_at_us = now_us + life_us / 100 * BEARER_RENEW_PERCENT;
	b->expires_at_us = now_us + life_us;
}

/* As decide would see it had the introspection been answered so. */
static struct frame
failure_of(const struct fetch_reply *reply, enum reason reason)
{
	struct frame f = {.code = (uint8_t)reply->result};

	if (reply->result != FETCH_ANSWERED)
		return f;
	f.retry_after = reply->retry_after_s;
	if (reason == REASON_AS_REJECTS_US || reason == REASON_GRANT_REFUSED)
		f.status = 401;
	else
		f.status = reason == REASON_AS_RATE_LIMIT ? 429 : 502;
	return f;
}

/* The reason's own sentence comes last: it may speak of introspection. */
static void
complain(struct pool *p, int status, enum reason reason, const char *error,
    const char *what)
{
	const char *why = what != NULL ? what : reason_row(reason)->sentence;
	unsigned int skipped;

	if (log_limit_pass(&p->bearer.complaint, COMPLAIN_MS, &skipped))
		log_warning("issuer %s: the token endpoint gave us no bearer "
			    "token (status %d): %s (%u more not logged)",
		    p->issuer->name, status, error[0] != '\0' ? error : why,
		    skipped);
}

void
bearer_answered(struct transfer *t, int result, int64_t now_us)
{
	_cleanup_(token_answer_clear) struct token_answer answer = {0};
	struct pool *p = t->pool;
	const struct fetch_reply reply = {
	    .result = (enum fetch_result)result,
	    .http_status = transfer_status(t),
	    .content_type = t->content_type,
	    .encoded = t->encoded,
	    .retry_after_s = t->retry_after_s,
	    .body = (const char *)t->body.data,
	    .body_length = t->body.length,
	};
	char error[TOKEN_ERROR_SIZE];
	const char *what;
	enum reason reason =
	    token_answer_read(&reply, p->issuer, &answer, error, &what);
	struct frame failure;

	p->bearer.asking = false;
	if (reason == REASON_NONE) {
		keep(p, &answer, now_us);
		return;
	}
	complain(p, reply.http_status, reason, error, what);
	p->bearer.renew_at_us = now_us + BEARER_PAUSE_S * SECOND_US;
	if (has_token(p, now_us))
		return;
	failure = failure_of(&reply, reason);
	pool_fail_waiting(p, &failure, now_us);
}

bool
bearer_refused(struct transfer *t, int64_t now_us)
{
	struct pool *p = t->pool;
	struct bearer *b = &p->bearer;

	if (t->slot != FETCH_INTROSPECT || !gets_tokens(p))
		return false;
	/* Refused, and already replaced or about to be. */
	if (t->bearer_generation != b->generation || p->auth.bearer.length == 0)
		return true;
	if (b->forced_at_us != 0 &&
	    now_us - b->forced_at_us < BEARER_FORCED_S * SECOND_US)
		return false;
	b->forced_at_us = now_us;
	secret_clear(&p->auth.bearer);
	return true;
}
