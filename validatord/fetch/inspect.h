/* SPDX-License-Identifier: ISC */
/*
 * One exchange at a time with an issuer's server, waited for, and more told of
 * it than a decision needs. It is asked by the same client as in the fetch
 * process: the same origins, TLS, credentials, limits and times.
 */
#ifndef VALIDATORD_FETCH_INSPECT_H
#define VALIDATORD_FETCH_INSPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "fetcher.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

#define INSPECT_TEXT_MAX 256

struct inspection {
	struct fetch_reply reply; /* borrowed until the next is asked */
	/* Unless it was answered: what went wrong, and how to mend it. */
	const char *fault, *remedy;
	char error[INSPECT_TEXT_MAX]; /* libcurl's words, where they say more */
	bool connected;
	char address[INSPECT_TEXT_MAX]; /* of IP, or "" */
	/* Of a handshake that succeeded on a new connection; else "" and 0. */
	char protocol[32], subject[INSPECT_TEXT_MAX];
	int64_t expires_at; /* the first of the chain to expire, in seconds */
	char redirect[INSPECT_TEXT_MAX]; /* Location, or "" */
	int64_t date; /* of the server's clock, in seconds; 0: not stated */
	int64_t arrived_at; /* of our clock, when that came */
};

struct inspector;

/* Once per process. Reads the issuers' secrets: *ret_error says why it could
 * not. Takes its own reference of the configuration. */
enum status inspector_new(struct config *config, const struct issuer *issuer,
    struct inspector **ret, struct conf_error *ret_error);
void inspector_free(struct inspector *i); /* NULL is fine */

/* Asks and waits. `form` as for fetcher_ask(), or NULL. */
void inspector_ask(struct inspector *i, enum fetch_slot slot, const char *url,
    const struct secret *form, struct inspection *ret);

#endif
