/* SPDX-License-Identifier: ISC */
/* From what was granted to the tokens, and to the answer that hands them
 * out (RFC 6749 section 5.1). */
#ifndef BROKERD_ISSUE_H
#define BROKERD_ISSUE_H

#include <stdbool.h>

#include "app/app_store.h"
#include "broker.h"
#include "http/http_server.h"
#include "oauth/token_store.h"
#include "scopegate/buf.h"
#include "word_set.h"

/* What a grant type decided to hand out. */
struct issue {
	struct grant grant;
	struct word_set scope;  /* of the access token */
	char nonce[NONCE_SIZE]; /* for the id_token; "" if there is none */
	bool refresh;           /* with a refresh token, if the kind has them */
};

/* All zero at first. */
struct issued {
	struct buf access, id_token; /* id_token is empty without openid */
	char refresh[RANDOM_TEXT_SIZE];
};
void issued_wipe(struct issued *i); /* for _cleanup_() */

/* Makes and stores the tokens; inside the caller's transaction. */
enum status issue_tokens(struct broker *b, const struct app *app,
    const struct issue *issue, int64_t now, struct issued *ret);
/* One access token of the app's kind and format, behind what `ret` holds (best
 * sensitive, of JWS_MAX); stored with the times and scope of the request. */
enum status issue_access(struct broker *b, const struct app *app,
    const struct grant *g, const struct token_request *request,
    struct buf *ret);
/* The answer. */
void issued_write(struct http_response *response, const struct app *app,
    const struct issue *issue, const struct issued *issued);

#endif
