/* SPDX-License-Identifier: ISC */
/*
 * Device authorizations (RFC 8628): a device waits with its device code while
 * a person with the user code decides in a browser.
 */
#ifndef BROKERD_DEVICE_STORE_H
#define BROKERD_DEVICE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "oauth/token_store.h"
#include "oauth/user_code.h"
#include "oauth_error.h"

#define DEVICE_GRANT_TYPE "urn:ietf:params:oauth:grant-type:device_code"
#define DEVICE_CODE_SECONDS 600
#define DEVICE_INTERVAL_SECONDS 5
#define DEVICE_SLOWER_SECONDS 5 /* RFC 8628 section 3.5 */
#define DEVICE_NUMBER_TRIES 3

enum device_state {
	DEVICE_PENDING,
	DEVICE_APPROVED,
	DEVICE_DENIED,
	DEVICE_USED,
};

struct device {
	struct digest hash; /* of the device code */
	char user_code[USER_CODE_SIZE];
	int64_t app;
	char scope[WORD_SET_TEXT_SIZE];
	char audience[AUDIENCE_SIZE];
	char details[GRANT_DETAILS_SIZE];
	char number[DEVICE_NUMBER_SIZE]; /* "" without details */
	int64_t created, expires;
	int64_t every;  /* seconds between two polls */
	int64_t polled; /* when last; 0: never */
	enum device_state state;
	int64_t wrong; /* numbers typed */
	int64_t grant; /* 0 until it is approved */
};

/* Keeps app, scope, audience and details of `d` and fills the rest; a number is
 * made if there are details. The device code goes to `ret`, the caller wipes.
 */
enum status device_add(
    struct store *s, struct device *d, int64_t now, char ret[RANDOM_TEXT_SIZE]);
enum status device_find(struct store *s, const char *text, struct device *ret);
/* One that still waits for its decision; STATUS_NOT_FOUND for all others. */
enum status device_find_waiting(
    struct store *s, const char *user_code, int64_t now, struct device *ret);

/* Each decides once: STATUS_NOT_FOUND if it no longer waits. */
enum status device_approve(
    struct store *s, const struct digest *hash, int64_t grant, int64_t now);
enum status device_deny(struct store *s, const struct digest *hash);
/* STATUS_NOT_FOUND unless it is approved and not used yet. */
enum status device_mark_used(struct store *s, const struct digest *hash);
/* Another wrong number; the DEVICE_NUMBER_TRIES-th denies. */
enum status device_count_wrong(struct store *s, const struct digest *hash);
/* Keeps d->polled and d->every. */
enum status device_keep_poll(struct store *s, const struct device *d);

/*
 * What a poll by this app is answered; OAUTH_OK: tokens may be issued. A poll
 * that finds nothing decided is noted in d->polled and d->every, for
 * device_keep_poll(). *ret_replayed: the code has bought its tokens before.
 */
struct oauth_fault device_poll(
    struct device *d, int64_t app, int64_t now, bool *ret_replayed);

#endif
