/* SPDX-License-Identifier: ISC */
/*
 * One question and its answer on a libcurl handle that is kept for the next
 * question. It knows the rules of one exchange; http_client.c knows when.
 */
#ifndef VALIDATORD_FETCH_TRANSFER_H
#define VALIDATORD_FETCH_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "config.h"
#include "frame.h"
#include "scopegate/buf.h"
#include "scopegate/secret.h"

#define HEADER_OCTETS_MAX (16 * 1024)
#define HEADER_LINES_MAX 100
#define CONNECT_MS 2000
#define TOTAL_MS 5000
#define RETRY_LEFT_MS 500 /* a second try needs at least this much time */

struct pool;

struct transfer {
	TAILQ_ENTRY(transfer) entries;
	struct pool *pool;
	CURL *easy;
	uint32_t id;
	enum fetch_slot slot;
	char *url;
	struct secret asked; /* a form before our credentials come to it */
	struct secret form;  /* libcurl reads it in place */
	struct curl_slist *headers; /* of this question alone, or NULL */
	bool once;      /* asked once: never sent a second time, by nobody */
	bool good_once; /* its credentials are: a second try needs new ones */
	bool own;       /* asked by its pool, and answered to it */
	unsigned int bearer_generation; /* of the token that it was sent with */
	bool sent, sent_again; /* libcurl began to, and wanted to once more */
	int64_t started_us, deadline_us;
	int64_t retry_at_us; /* 0: not waiting for a second try */
	bool retried;
	/* The answer so far. */
	struct buf body;
	char content_type[FRAME_NAME_MAX + 1];
	uint32_t retry_after_s;
	size_t header_octets, header_lines;
	bool header_done, encoded, too_large;
	char error[CURL_ERROR_SIZE];
};

/* A handle with all that no question changes. NULL: no memory. */
struct transfer *transfer_new(const struct issuer *issuer);
void transfer_free(struct transfer *t); /* NULL is fine */

/* They may hold a token, so they are wiped. */
void transfer_drop_headers(struct transfer *t);
/* Sets the time left; forgets an earlier try's answer. */
enum status transfer_arm(struct transfer *t, int64_t now_us);
/* Wipes question and answer; the handle stays. */
void transfer_reset(struct transfer *t);

int transfer_status(const struct transfer *t); /* 0: no answer yet */
enum fetch_result transfer_result(const struct transfer *t, CURLcode code);
/* Is there time for one more try, and was there none yet? */
bool transfer_has_try(const struct transfer *t, int64_t now_us);
/* One more try? Only what cannot have been answered, or a gateway's error
 * without Retry-After, and only with time left. */
bool transfer_may_retry(
    const struct transfer *t, CURLcode code, int64_t now_us);

#endif
