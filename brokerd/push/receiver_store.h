/* SPDX-License-Identifier: ISC */
/*
 * Who is told when access ends (RFC 8935): receivers, and the events that wait
 * for them. Triggers of the schema write the events of grants and apps, in the
 * transaction that ends them.
 */
#ifndef BROKERD_RECEIVER_STORE_H
#define BROKERD_RECEIVER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "oauth/token_store.h"
#include "scopegate/status.h"
#include "store/store.h"

#define RECEIVER_NAME_SIZE 65
#define RECEIVER_URL_SIZE 513
#define RECEIVER_AUDIENCE_SIZE 513
#define RECEIVER_BEARER_SIZE 1025
#define RECEIVER_EVENTS_SIZE 128
#define EVENT_CLAIMS_SIZE 8193
#define EVENT_ERROR_SIZE 257
#define EVENT_JTI_SIZE 65

/* Each a word of the column `events`. */
#define EVENT_TOKEN_REVOKED "token.revoked"
#define EVENT_GRANT_REVOKED "grant.revoked"
#define EVENT_APP_SUSPENDED "app.suspended"
#define EVENT_ALL                                                              \
	EVENT_TOKEN_REVOKED " " EVENT_GRANT_REVOKED " " EVENT_APP_SUSPENDED

struct receiver {
	int64_t id;
	char name[RECEIVER_NAME_SIZE];         /* [a-z0-9._-]+ */
	char url[RECEIVER_URL_SIZE];           /* https, or http on loopback */
	char audience[RECEIVER_AUDIENCE_SIZE]; /* `aud` of what it is sent */
	char events[RECEIVER_EVENTS_SIZE];     /* words of EVENT_ALL */
	char bearer[RECEIVER_BEARER_SIZE];     /* it asks for; "" for none */
	bool enabled;
	int64_t created;
	/* What became of its events. */
	int64_t waiting, delivered, failed;
	char last_error[EVENT_ERROR_SIZE];
};

/* NULL if it may be added, else a sentence that says what to mend. */
const char *receiver_problem(const struct receiver *r);
/* STATUS_FORBIDDEN if the name is taken. Audits with `actor`. */
enum status receiver_add(
    struct store *s, const struct receiver *r, const char *actor, int64_t now);
/* With all that waits for it. STATUS_NOT_FOUND. */
enum status receiver_remove(
    struct store *s, const char *name, const char *actor, int64_t now);
/* The next one by id after `after`, with its counts; STATUS_NOT_FOUND at the
 * end. */
enum status receiver_next(struct store *s, int64_t after, struct receiver *ret);

/* A revoked token is told by its SHA-256 (base64url), which only who has the
 * token can compare. In the caller's transaction. */
enum status event_token_revoked(
    struct store *s, const struct token *t, int64_t now);

/* What is to be sent next. */
struct event {
	int64_t id, receiver, attempts, created;
	char jti[EVENT_JTI_SIZE];
	char type[RECEIVER_EVENTS_SIZE];
	char claims[EVENT_CLAIMS_SIZE]; /* a JSON object */
	char url[RECEIVER_URL_SIZE];
	char audience[RECEIVER_AUDIENCE_SIZE];
	char bearer[RECEIVER_BEARER_SIZE];
};
/* The event that is due longest; STATUS_NOT_FOUND: none is. */
enum status event_due(struct store *s, int64_t now, struct event *ret);
enum status event_delivered(
    struct store *s, const struct event *e, int64_t now);
/* Tried in vain: all that waits for this receiver waits longer, so that one
 * that is down is asked once a round. After EVENT_ATTEMPTS_MAX it has failed.
 */
#define EVENT_ATTEMPTS_MAX 20
#define EVENT_WAIT_MAX 3600
enum status event_postponed(
    struct store *s, const struct event *e, const char *error, int64_t now);
/* Forgets those that were delivered or failed before `before`. */
enum status event_purge(struct store *s, int64_t before);

#endif
