/* SPDX-License-Identifier: ISC */
/*
 * What each grant's tokens were used for. A call alone is written at once;
 * those that come in the same second wait in memory and go down together, so
 * that a busy app costs one fsync a second. A crash may lose what waits, which
 * is never a grant or a token. Kept are the last CALL_LOG_PER_GRANT calls of a
 * grant, for CALL_LOG_DAYS.
 */
#ifndef BROKERD_CALL_LOG_H
#define BROKERD_CALL_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/status.h"
#include "store/store.h"

#define CALL_LOG_WAITING 256 /* calls in memory */
#define CALL_LOG_PER_GRANT 100
#define CALL_LOG_DAYS 30
#define CALL_LOG_PURGE 1000 /* rows removed at a time */
#define CALL_METHOD_SIZE 8
#define CALL_PATH_SIZE 64

struct api_call {
	int64_t id; /* given by the store */
	int64_t grant, at;
	char method[CALL_METHOD_SIZE], path[CALL_PATH_SIZE];
	unsigned int status; /* of the answer */
};

struct call_log {
	struct api_call waiting[CALL_LOG_WAITING];
	size_t count;
	int64_t written; /* when */
};

/* Notes a call; never fails towards the caller: what cannot be stored is
 * logged and lost. A path too long is cut. Not inside a transaction. */
void call_log_add(struct call_log *l, struct store *s, int64_t grant,
    const char *method, const char *path, unsigned int status, int64_t now);
/* Writes what waits. Before anybody reads, and before the end. On failure it
 * still waits. */
enum status call_log_flush(struct call_log *l, struct store *s, int64_t now);
/* Forgets what is too old, CALL_LOG_PURGE at most. *ret_more: there may be
 * more. */
enum status call_log_purge(struct store *s, int64_t now, bool *ret_more);

#endif
