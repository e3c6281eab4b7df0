/* SPDX-License-Identifier: ISC */
#include "http_pool.h"

#include "scopegate/deadline.h"
#include "slot.h"

/*
 * When a question of one issuer runs, waits or is tried again. A question ends
 * exactly once.
 */

#define RETRY_PAUSE_US 50000 /* plus up to four times as much */
#define COMPLAIN_MS 10000

static bool pool_next(struct pool *p, int64_t now_us);

void
client_refuse(struct http_client *c, uint32_t id, enum fetch_result result)
{
	struct frame answer = {
	    .kind = FRAME_ANSWER,
	    .id = id,
	    .code = (uint8_t)result,
	};

	c->answer(&answer, c->argument);
}

/* Back to the kept handles, or away if there are enough. */
static void
retire(struct transfer *t)
{
	struct pool *p = t->pool;

	p->client->busy--;
	if (p->idle_count >= HANDLES_KEPT) {
		transfer_free(t);
		return;
	}
	transfer_reset(t);
	TAILQ_INSERT_HEAD(&p->idle, t, entries);
	p->idle_count++;
}

static void
complain(struct pool *p, const struct transfer *t, CURLcode code)
{
	unsigned int skipped;

	if (!log_limit_pass(&p->complaint, COMPLAIN_MS, &skipped))
		return;
	log_warning("issuer %s: %s (%u more not logged)", p->issuer->name,
	    t->error[0] != '\0' ? t->error : curl_easy_strerror(code), skipped);
}

static void
report(struct transfer *t, enum fetch_result result, int64_t now_us)
{
	struct frame answer = {
	    .kind = FRAME_ANSWER,
	    .id = t->id,
	    .code = (uint8_t)result,
	    .time_us = now_us - t->started_us,
	};

	if (result == FETCH_ANSWERED) {
		answer.status = (uint16_t)transfer_status(t);
		answer.encoded = t->encoded;
		answer.retry_after = t->retry_after_s;
		answer.name = text_of(t->content_type);
		answer.body =
		    (struct text){(const char *)t->body.data, t->body.length};
	}
	t->pool->client->answer(&answer, t->pool->client->argument);
}

static void
finish(struct transfer *t, enum fetch_result result, int64_t now_us)
{
	struct pool *p = t->pool;

	TAILQ_REMOVE(&p->active, t, entries);
	p->active_count--;
	if (t->own)
		bearer_answered(t, (int)result, now_us);
	else
		report(t, result, now_us);
	retire(t);
	/* More than one, where many waited for a token. */
	while (pool_next(p, now_us))
		;
}

void
pool_fail_waiting(struct pool *p, const struct frame *failure, int64_t now_us)
{
	struct transfer *t, *next;

	for (t = TAILQ_FIRST(&p->queue); t != NULL; t = next) {
		struct frame answer = *failure;

		next = TAILQ_NEXT(t, entries);
		if (t->slot != FETCH_INTROSPECT)
			continue;
		TAILQ_REMOVE(&p->queue, t, entries);
		p->queue_count--;
		answer.kind = FRAME_ANSWER;
		answer.id = t->id;
		answer.time_us = now_us - t->started_us;
		p->client->answer(&answer, p->client->argument);
		retire(t);
	}
}

/* First in the queue again: it waits for a token, and others behind it. */
static void
put_back(struct transfer *t)
{
	struct pool *p = t->pool;

	TAILQ_REMOVE(&p->active, t, entries);
	p->active_count--;
	t->retry_at_us = 0;
	TAILQ_INSERT_HEAD(&p->queue, t, entries);
	p->queue_count++;
}

/* Of a question that could not be sent. */
static enum fetch_result
result_of(enum status s)
{
	if (s == STATUS_TIMEOUT)
		return FETCH_TIMEOUT;
	return s == STATUS_INVALID ? FETCH_REFUSED : FETCH_BUSY;
}

static void
begin(struct transfer *t, int64_t now_us)
{
	unsigned int skipped;
	enum status s;

	if (bearer_awaited(t->pool, t, now_us)) {
		put_back(t);
		bearer_ask(t->pool, now_us);
		return;
	}
	s = transfer_arm(t, now_us);

	if (s == STATUS_OK)
		s = slot_authenticate(t);
	if (s == STATUS_OK &&
	    curl_multi_add_handle(t->pool->trust->multi, t->easy) != CURLM_OK)
		s = STATUS_NOMEM;
	if (s == STATUS_IO &&
	    log_limit_pass(&t->pool->complaint, COMPLAIN_MS, &skipped))
		log_error("issuer %s: cannot sign a client assertion (%u more "
			  "not logged)",
		    t->pool->issuer->name, skipped);
	if (s != STATUS_OK)
		finish(t, result_of(s), now_us);
}

/* false: nothing was begun. */
static bool
pool_next(struct pool *p, int64_t now_us)
{
	struct transfer *t = TAILQ_FIRST(&p->queue);

	if (t == NULL || p->active_count >= IN_FLIGHT_MAX)
		return false;
	TAILQ_REMOVE(&p->queue, t, entries);
	p->queue_count--;
	TAILQ_INSERT_TAIL(&p->active, t, entries);
	p->active_count++;
	begin(t, now_us);
	return TAILQ_FIRST(&p->queue) != t;
}

/* A gateway that fails gets a pause of a length that differs between the many
 * who ask at once; a lost connection needs none. */
static int64_t
retry_pause_us(const struct transfer *t)
{
	if (t->header_octets == 0)
		return 0;
	return RETRY_PAUSE_US + (int64_t)t->id * 7919 % (4 * RETRY_PAUSE_US);
}

void
pool_complete(struct transfer *t, CURLcode code)
{
	struct pool *p = t->pool;
	enum fetch_result result = transfer_result(t, code);
	const struct http_watch *watch = p->client->watch;
	int64_t now_us = monotonic_us();

	if (watch != NULL)
		watch->ended(t, code, watch->argument);
	(void)curl_multi_remove_handle(p->trust->multi, t->easy);
	if (transfer_may_retry(t, code, now_us)) {
		t->retried = true;
		t->retry_at_us = now_us + retry_pause_us(t);
		return;
	}
	if (result == FETCH_ANSWERED && transfer_status(t) == 401 &&
	    transfer_has_try(t, now_us) && bearer_refused(t, now_us)) {
		t->retried = true;
		begin(t, now_us);
		return;
	}
	if (result != FETCH_ANSWERED)
		complain(p, t, code);
	finish(t, result, now_us);
}

static struct transfer *
idle_transfer(struct pool *p)
{
	const struct http_watch *watch = p->client->watch;
	struct transfer *t = TAILQ_FIRST(&p->idle);

	if (t == NULL) {
		t = transfer_new(p->issuer);
		if (t != NULL && watch != NULL)
			watch->made(t->easy, watch->argument);
		return t;
	}
	TAILQ_REMOVE(&p->idle, t, entries);
	p->idle_count--;
	return t;
}

void
pool_ask(struct pool *p, const struct frame *ask)
{
	int64_t now_us = monotonic_us();
	struct transfer *t;
	enum status s;

	if (!pool_allows(p, ask->code, ask->text)) {
		log_error("issuer %s: refused a URL outside the issuer's "
			  "origins",
		    p->issuer->name);
		client_refuse(p->client, ask->id, FETCH_REFUSED);
		return;
	}
	t = p->queue_count < QUEUE_MAX ? idle_transfer(p) : NULL;
	if (t == NULL) {
		client_refuse(p->client, ask->id, FETCH_BUSY);
		return;
	}
	t->pool = p;
	p->client->busy++;
	s = slot_prepare(t, ask, now_us);
	if (s != STATUS_OK) {
		client_refuse(p->client, ask->id,
		    s == STATUS_INVALID ? FETCH_REFUSED : FETCH_BUSY);
		retire(t);
		return;
	}
	TAILQ_INSERT_TAIL(&p->queue, t, entries);
	p->queue_count++;
	(void)pool_next(p, now_us);
}

bool
pool_ask_own(struct pool *p, const char *url, struct text form, int64_t now_us)
{
	const struct frame ask = {
	    .code = FETCH_TOKEN,
	    .time_us = INT64_MAX,
	    .text = text_of(url),
	    .body = form,
	};
	struct transfer *t = idle_transfer(p);

	if (t == NULL)
		return false;
	t->pool = p;
	p->client->busy++;
	if (slot_prepare(t, &ask, now_us) != STATUS_OK) {
		retire(t);
		return false;
	}
	t->own = true;
	TAILQ_INSERT_TAIL(&p->active, t, entries);
	p->active_count++;
	begin(t, now_us);
	return true;
}

static struct transfer *
find(const struct transfers *list, uint32_t id)
{
	struct transfer *t;

	TAILQ_FOREACH(t, list, entries)
	{
		if (t->id == id && !t->own)
			return t;
	}
	return NULL;
}

bool
pool_cancel(struct pool *p, uint32_t id)
{
	struct transfer *t = find(&p->queue, id);

	if (t != NULL) {
		TAILQ_REMOVE(&p->queue, t, entries);
		p->queue_count--;
		retire(t);
		return true;
	}
	t = find(&p->active, id);
	if (t == NULL)
		return false;
	(void)curl_multi_remove_handle(p->trust->multi, t->easy);
	TAILQ_REMOVE(&p->active, t, entries);
	p->active_count--;
	retire(t);
	(void)pool_next(p, monotonic_us());
	return true;
}

/* Deadlines of those in flight are libcurl's business. */
int64_t
pool_next_us(const struct pool *p)
{
	int64_t next = INT64_MAX;
	const struct transfer *t;

	TAILQ_FOREACH(t, &p->queue, entries)
	{
		if (t->deadline_us < next)
			next = t->deadline_us;
	}
	TAILQ_FOREACH(t, &p->active, entries)
	{
		if (t->retry_at_us != 0 && t->retry_at_us < next)
			next = t->retry_at_us;
	}
	return next;
}

/* The first that is due in a list; one at a time, since answering one may
 * change the lists. */
static struct transfer *
due(const struct transfers *list, bool queued, int64_t now_us)
{
	struct transfer *t;

	TAILQ_FOREACH(t, list, entries)
	{
		int64_t at = queued ? t->deadline_us : t->retry_at_us;

		if (at != 0 && at <= now_us)
			return t;
	}
	return NULL;
}

void
pool_run(struct pool *p, int64_t now_us)
{
	struct transfer *t;

	while ((t = due(&p->queue, true, now_us)) != NULL) {
		TAILQ_REMOVE(&p->queue, t, entries);
		p->queue_count--;
		report(t, FETCH_TIMEOUT, now_us);
		retire(t);
	}
	while ((t = due(&p->active, false, now_us)) != NULL)
		begin(t, now_us);
}
