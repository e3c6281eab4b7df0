/* SPDX-License-Identifier: ISC */
/*
 * The fault menu: what an authorization server or an API may do wrong, on
 * demand, for tests of those who ask it. It is kept in the store, so that a
 * shell can set it while the server runs, and does nothing unless the server
 * was started for it (struct broker.faults).
 */
#ifndef BROKERD_FAULT_H
#define BROKERD_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker.h"
#include "http/http_server.h"
#include "scopegate/status.h"
#include "store/store.h"

#define FAULT_WAIT_DEFAULT_MS 1000
#define FAULT_WAIT_MAX_MS 60000
#define FAULT_NEXT_MAX 1000000
#define FAULT_TEXT_SIZE 128

/* In the order in which they strike. X(NAME, "name", "in words") */
#define FAULT_KIND_LIST(X)                                                     \
	X(SLOW, "slow", "waits before it answers")                             \
	X(DROP, "drop", "closes the connection without an answer")             \
	X(TOO_MANY, "429", "answers 429 with Retry-After")                     \
	X(UNAVAILABLE, "5xx", "answers 503")                                   \
	X(NO_EXPIRY, "no_expires_in", "leaves out expires_in and exp")         \
	X(WRONG_TYPE, "wrong_type", "writes numbers and booleans as strings")

#define FAULT_TARGET_LIST(X)                                                   \
	X(TOKEN, "token", "the token endpoint")                                \
	X(INTROSPECT, "introspect", "the introspection endpoint")              \
	X(API, "api", "the account API")                                       \
	X(ALL, "all", "every endpoint for programs")

enum fault_kind {
#define X(name, text, words) FAULT_##name,
	FAULT_KIND_LIST(X)
#undef X
	    FAULT_KINDS,
};

enum fault_target {
#define X(name, text, words) FAULT_ON_##name,
	FAULT_TARGET_LIST(X)
#undef X
	    FAULT_TARGETS,
};

struct fault {
	enum fault_kind kind;
	enum fault_target target;
	int64_t wait_ms; /* of slow; of 429 the Retry-After */
	int64_t left;    /* how many requests more; 0: every one */
};

/* One of each kind and target at most. */
struct fault_list {
	size_t count;
	struct fault rows[FAULT_KINDS * FAULT_TARGETS];
};

const char *fault_kind_name(enum fault_kind k);
const char *fault_kind_words(enum fault_kind k);
const char *fault_target_name(enum fault_target t);
const char *fault_target_words(enum fault_target t);
enum status fault_kind_parse(const char *name, enum fault_kind *ret);
enum status fault_target_parse(const char *name, enum fault_target *ret);
/* "500ms", "7s" as they are written; "" for a kind that does not wait. */
#define FAULT_WAIT_SIZE 24
void fault_wait_text(const struct fault *f, char ret[FAULT_WAIT_SIZE]);
/* "slow on token, 500ms, the next 3 requests" */
void fault_text(const struct fault *f, char ret[FAULT_TEXT_SIZE]);

/* STATUS_MALFORMED if the store holds what this program did not write. */
enum status fault_list_read(struct store *s, struct fault_list *ret);
/* In place of one of the same kind and target. STATUS_INVALID for a number out
 * of bounds. With the audit record, inside the caller's transaction. */
enum status fault_set(
    struct store *s, const struct fault *f, const char *actor, int64_t now);
enum status fault_clear(struct store *s, const char *actor, int64_t now);

/* Those that strike a request for this path, counted down. Outside of any
 * transaction. */
enum status fault_strike(
    struct store *s, const char *path, struct fault_list *ret);
/* Before the endpoint runs; false: it must not, the answer is made, as
 * those who ask for this path know it. While it
 * waits the broker's lock is released. */
bool fault_before(struct broker *b, const struct fault_list *faults,
    const char *path, struct http_response *response);
/* Spoils what the endpoint has answered. */
void fault_after(
    const struct fault_list *faults, struct http_response *response);

#endif
