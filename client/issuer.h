/* SPDX-License-Identifier: ISC */
/*
 * An issuer as it can be talked to: what the user wrote, and what was
 * discovered (RFC 8414, OpenID Connect Discovery) where it was not written.
 */
#ifndef CLIENT_ISSUER_H
#define CLIENT_ISSUER_H

#include <stdbool.h>

#include "http.h"
#include "scopegate/secret.h"
#include "settings.h"
#include "token_set.h"

#define PROBLEM_SIZE 640

enum endpoint {
	ENDPOINT_AUTHORIZATION,
	ENDPOINT_TOKEN,
	ENDPOINT_DEVICE,
	ENDPOINT_REVOCATION,
	ENDPOINT_COUNT,
};

struct issuer {
	const struct issuer_settings *settings;
	char *endpoints[ENDPOINT_COUNT]; /* NULL: it has none */
	bool promises_iss; /* RFC 9207: every answer names the issuer */
	struct secret client_secret;
	enum client_auth auth; /* never AUTO */
};

/*
 * Fills in *ret; the settings are borrowed. `needed` is one that must be
 * there. Else ret_problem says what to do.
 */
enum status issuer_find(const struct issuer_settings *settings,
    enum endpoint needed, struct issuer *ret, char ret_problem[PROBLEM_SIZE]);
void issuer_clear(struct issuer *i); /* for _cleanup_() */

/* What an endpoint answered with. */
struct oauth_answer {
	long status;
	struct json *json; /* NULL where the body is no JSON object */
	char error[64];	   /* RFC 6749 section 5.2; "" if there is none */
};
void oauth_answer_clear(struct oauth_answer *a); /* for _cleanup_() */

/*
 * POSTs the form with the client's authentication added. STATUS_OK: it was
 * answered with 200 and a JSON object (an empty body will do if `may_be_empty`).
 * STATUS_FORBIDDEN: with an OAuth error, which ret->error and ret_problem
 * tell. STATUS_IO and others: not answered usefully.
 */
enum status issuer_post(const struct issuer *i, enum endpoint where,
    struct buf *form, bool may_be_empty, struct oauth_answer *ret,
    char ret_problem[PROBLEM_SIZE]);
/* The same at the token endpoint, for a token set. */
enum status issuer_ask_token(const struct issuer *i, struct buf *form,
    struct token_set *ret, char ret_error[64], char ret_problem[PROBLEM_SIZE]);

#endif
