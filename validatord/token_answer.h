/* SPDX-License-Identifier: ISC */
/* The token endpoint's answer (RFC 6749 sections 5.1 and 5.2), read strictly.
 * Pure. */
#ifndef VALIDATORD_TOKEN_ANSWER_H
#define VALIDATORD_TOKEN_ANSWER_H

#include <stdint.h>

#include "config.h"
#include "facts.h"
#include "fetcher.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

#define TOKEN_ERROR_SIZE 64

struct token_answer {
	struct secret token;
	struct secret refresh_token; /* length 0: none was sent */
	bool scopes_known;
	struct word_list scopes;
	int64_t expires_in; /* seconds; 0: not stated */
	char *api_base;     /* of `api_url_member`; NULL: none */
	/* Members of the answer that are no credentials: user_id ... */
	struct claim *claims;
	size_t claim_count;
};

void token_answer_clear(struct token_answer *a); /* wipes; for _cleanup_() */

/*
 * REASON_NONE: *ret is set. REASON_GRANT_REFUSED and REASON_AS_REJECTS_US are
 * what the server said; the rest is unavailable. `error` (TOKEN_ERROR_SIZE)
 * gets the word of section 5.2, or ""; *ret_what a static sentence or NULL.
 */
enum reason token_answer_read(const struct fetch_reply *reply,
    const struct issuer *issuer, struct token_answer *ret, char *error,
    const char **ret_what);

#endif
