/* SPDX-License-Identifier: ISC */
/*
 * Sends what is due, one event after the other. The store's lock is held to
 * take an event and to note what became of it, never while a receiver is
 * spoken to. A shell may end grants too, so the queue is looked at every
 * second; what the server itself has done is sent at once.
 */
#include "push/pusher.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jose/key_ring.h"
#include "push/push_client.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

#define LOOK_SECONDS 1

struct pusher {
	struct broker *broker;
	struct push_client *client;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool woken;
	atomic_bool stop;
	struct log_limit limit;
};

/* With the broker's lock held. */
static enum status
take(struct pusher *p, struct event *e, struct buf *set)
{
	struct broker *b = p->broker;
	_cleanup_(buf_clear) struct buf claims = {0};
	int64_t now = (int64_t)time(NULL);
	enum status status = event_due(b->store, now, e);

	if (status != STATUS_OK && status != STATUS_MALFORMED)
		return status;
	buf_init(&claims, SET_MAX);
	if (status == STATUS_OK)
		status = event_set_claims(e, b->issuer, now, &claims);
	if (status == STATUS_OK)
		status = key_ring_sign(&b->keys, b->store, now, "secevent+jwt",
		    buf_string(&claims), claims.length, set);
	if (status == STATUS_OK)
		return STATUS_OK;
	/* One event that cannot be made must not hold up the others. */
	status = event_postponed(b->store, e, status_text(status), now);
	return status == STATUS_OK ? STATUS_BUSY : status;
}

static enum status
note(struct pusher *p, const struct event *e, enum status sent,
    const char *problem)
{
	int64_t now = (int64_t)time(NULL);
	struct store *s = p->broker->store;

	return sent == STATUS_OK ? event_delivered(s, e, now)
				 : event_postponed(s, e, problem, now);
}

static void
complain(struct pusher *p, const struct event *e, const char *problem)
{
	unsigned int skipped = 0;
	char more[32] = "";

	if (!log_limit_pass(&p->limit, 60000, &skipped))
		return;
	if (skipped > 0)
		(void)snprintf(
		    more, sizeof(more), " (%u more like it)", skipped);
	log_warning("event %s to %s: %s; trying again%s", e->type, e->url,
	    problem, more);
}

/* true: there may be more that is due. */
static bool
send_one(struct pusher *p)
{
	_cleanup_(buf_clear) struct buf set = {0};
	char problem[PUSH_PROBLEM_SIZE];
	struct event e = {0};
	enum status status, sent;

	buf_init(&set, SET_MAX * 2);
	(void)pthread_mutex_lock(&p->broker->lock);
	status = take(p, &e, &set);
	(void)pthread_mutex_unlock(&p->broker->lock);
	if (status != STATUS_OK)
		return status == STATUS_BUSY;
	sent = push_client_send(
	    p->client, e.url, e.bearer, buf_string(&set), problem);
	if (sent != STATUS_OK && atomic_load(&p->stop))
		return false;
	if (sent != STATUS_OK)
		complain(p, &e, problem);
	(void)pthread_mutex_lock(&p->broker->lock);
	status = note(p, &e, sent, problem);
	(void)pthread_mutex_unlock(&p->broker->lock);
	explicit_bzero(e.bearer, sizeof(e.bearer));
	return status == STATUS_OK;
}

static void
wait_for_change(struct pusher *p)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += LOOK_SECONDS;
	(void)pthread_mutex_lock(&p->lock);
	while (!p->woken && !atomic_load(&p->stop)) {
		if (pthread_cond_timedwait(&p->change, &p->lock, &until) ==
		    ETIMEDOUT)
			break;
	}
	p->woken = false;
	(void)pthread_mutex_unlock(&p->lock);
}

static void *
run(void *context)
{
	struct pusher *p = context;

	while (!atomic_load(&p->stop)) {
		if (!send_one(p))
			wait_for_change(p);
	}
	return NULL;
}

static enum status
init_condition(pthread_cond_t *c)
{
	pthread_condattr_t attributes;
	int error = pthread_condattr_init(&attributes);

	if (error == 0)
		error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	if (error == 0)
		error = pthread_cond_init(c, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return error == 0 ? STATUS_OK : STATUS_NOMEM;
}

enum status
pusher_start(struct broker *b, struct pusher **ret)
{
	_cleanup_(free_ptr) struct pusher *p = calloc(1, sizeof(*p));
	enum status status;

	if (p == NULL)
		return STATUS_NOMEM;
	p->broker = b;
	(void)pthread_mutex_init(&p->lock, NULL);
	status = init_condition(&p->change);
	if (status == STATUS_OK)
		status = push_client_new(&p->stop, &p->client);
	if (status == STATUS_OK &&
	    pthread_create(&p->thread, NULL, run, p) != 0)
		status = STATUS_NOMEM;
	if (status != STATUS_OK) {
		push_client_free(p->client);
		return status;
	}
	*ret = TAKE_PTR(p);
	return STATUS_OK;
}

void
pusher_wake(struct pusher *p)
{
	if (p == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->woken = true;
	(void)pthread_cond_signal(&p->change);
	(void)pthread_mutex_unlock(&p->lock);
}

void
pusher_stop(struct pusher *p)
{
	if (p == NULL)
		return;
	atomic_store(&p->stop, true);
	pusher_wake(p);
	(void)pthread_join(p->thread, NULL);
	push_client_free(p->client);
	(void)pthread_cond_destroy(&p->change);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}

void
pusher_stopp(struct pusher **p)
{
	pusher_stop(*p);
	*p = NULL;
}
