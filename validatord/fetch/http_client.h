/* SPDX-License-Identifier: ISC */
/*
 * Questions to the issuers of one configuration. Handles and connections are
 * kept, and each CA file is loaded once: issuers that share one share a
 * libcurl multi handle. Everything runs in one thread, by events.
 */
#ifndef VALIDATORD_FETCH_HTTP_CLIENT_H
#define VALIDATORD_FETCH_HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "frame.h"
#include "scopegate/status.h"

#define IN_FLIGHT_MAX 64 /* per issuer */
#define QUEUE_MAX 256    /* per issuer, behind those in flight */
#define HANDLES_KEPT 16  /* per issuer, idle */

struct http_client;

/* Called once per question, also from inside http_client_ask(). */
typedef void http_answer(const struct frame *answer, void *argument);

/* Once per process, before anything else here: freed memory is wiped. */
enum status http_client_init(void);

/* Reads the secrets. Takes its own reference of the configuration. */
enum status http_client_new(struct config *config, http_answer *answer,
    void *argument, struct http_client **ret, struct conf_error *ret_error);
/* Answers what is still open with FETCH_INTERRUPTED. NULL is fine. */
void http_client_free(struct http_client *c);

/* Poll this for reading, until http_client_next_us(). */
int http_client_fd(const struct http_client *c);
/* When http_client_run() has something to do at the latest; INT64_MAX: only
 * when the descriptor is readable. */
int64_t http_client_next_us(const struct http_client *c);
void http_client_run(struct http_client *c);

void http_client_ask(struct http_client *c, const struct frame *ask);
/* false: no such question here. */
bool http_client_cancel(struct http_client *c, uint32_t id);
bool http_client_idle(const struct http_client *c);

#endif
