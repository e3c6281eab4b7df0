/* SPDX-License-Identifier: ISC */
/* The questions of one issuer: idle handles, those in flight, the queue. */
#ifndef VALIDATORD_FETCH_HTTP_POOL_H
#define VALIDATORD_FETCH_HTTP_POOL_H

#include <curl/curl.h>

#include "bearer.h"
#include "client_auth.h"
#include "http_client.h"
#include "scopegate/log.h"
#include "transfer.h"

TAILQ_HEAD(transfers, transfer);

/* One libcurl multi handle: it loads its CA file once and keeps connections. */
struct trust {
	const char *ca_file;
	CURLM *multi;
	int epoll_fd;     /* of its sockets; itself watched by the client's */
	int64_t timer_us; /* when libcurl wants to be called; INT64_MAX: no */
};

struct pool {
	struct http_client *client;
	const struct issuer *issuer;
	struct trust *trust;
	struct credentials auth;
	struct bearer bearer;
	struct word_list origins;
	char *allowed_url; /* the last one that was found allowed */
	struct transfers idle, active, queue;
	unsigned int idle_count, active_count, queue_count;
	struct log_limit complaint;
};

/* Looks on, for inspect.c: changes nothing of what is asked. */
struct http_watch {
	void (*made)(CURL *easy, void *argument); /* a handle */
	/* A try of an exchange is over. */
	void (*ended)(const struct transfer *t, CURLcode code, void *argument);
	void *argument;
};

struct http_client {
	struct config *config;
	http_answer *answer;
	void *argument;
	int epoll_fd;
	struct trust *trusts;
	size_t trust_count;
	struct pool *pools; /* one an issuer */
	size_t pool_count;
	unsigned int busy; /* questions active or queued */
	const struct http_watch *watch; /* NULL: nobody looks on */
};

/* Origins and secrets; the caller sets `trust`. */
enum status pool_open(struct pool *p, struct http_client *c,
    const struct issuer *issuer, struct conf_error *ret_error);
void pool_close(struct pool *p); /* what is still open is interrupted */

/* Is the origin one that the configuration names? */
bool pool_allows(struct pool *p, uint8_t slot, struct text url);

void pool_ask(struct pool *p, const struct frame *ask);
bool pool_cancel(struct pool *p, uint32_t id);
/* A question of the pool's, to FETCH_TOKEN; bearer_answered() gets the answer.
 * false: no memory. */
bool pool_ask_own(
    struct pool *p, const char *url, struct text form, int64_t now_us);
/* Answers all introspections in the queue with result and status of `answer`.
 */
void pool_fail_waiting(
    struct pool *p, const struct frame *answer, int64_t now_us);
/* libcurl has done with it. */
void pool_complete(struct transfer *t, CURLcode code);
/* Second tries and queued deadlines that are due. */
int64_t pool_next_us(const struct pool *p);
void pool_run(struct pool *p, int64_t now_us);

void client_refuse(
    struct http_client *c, uint32_t id, enum fetch_result result);

#endif
