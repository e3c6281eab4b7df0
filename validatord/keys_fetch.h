/* SPDX-License-Identifier: ISC */
/* How a key set comes: for keys.c alone. */
#ifndef VALIDATORD_KEYS_FETCH_H
#define VALIDATORD_KEYS_FETCH_H

#include "issuers.h"
#include "keys.h"
#include "nonce.h"

struct issuer_keys {
	struct jwks *set; /* NULL: none yet */
	char *document;	  /* that it was read from */
	size_t length;
	int64_t fetched_at; /* seconds, CLOCK_REALTIME */
	char *source; /* whose they are and where they are: last_good.h */
	/* of a fetch under way */
	bool busy;
	bool cut_off; /* while those who wait are told so */
	struct issuer_ready endpoint;
	uint32_t fetch_id;
	struct config *snapshot;
	const struct issuer *issuer;
	struct keys_ready *waiting, *telling;
	/* when not to ask */
	int64_t backoff_ms, not_before_us;
	int64_t unknown_us, wrong_us; /* of the last such fetch; 0: never */
	struct stranger {
		struct digest name;
		int64_t seen_us;
	} strangers[KEYS_STRANGERS];
	size_t stranger_count, stranger_next;
};

/* Reads without taking; a set without a key is MALFORMED. */
enum status keys_read(struct issuer_state *s, const struct issuer *issuer,
    struct text document, struct jwks **ret, const char **ret_what);
/* Reads, and replaces the set and its document; `at` in seconds. */
enum status keys_take(struct issuer_state *s, const struct issuer *issuer,
    struct text document, int64_t at, const char **ret_what);
/* Is the server left alone for a while, after a failure? */
bool keys_backing_off(const struct issuer_keys *k);
/* Begins, unless one is under way. false: not now, after a failure. */
bool keys_fetch_begin(
    struct issuer_state *s, struct config *c, const struct issuer *issuer);

#endif
