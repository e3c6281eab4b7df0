/* SPDX-License-Identifier: ISC */
/* Bearer tokens (RFC 6750), for what is called with an access token. */
#ifndef BROKERD_BEARER_H
#define BROKERD_BEARER_H

#include "broker.h"
#include "http/http_server.h"
#include "oauth/token_store.h"

/*
 * The access token that came with a request, from the Authorization header or
 * a form's access_token (section 2.2), if it stands now. STATUS_NOT_FOUND:
 * none came. STATUS_MALFORMED: the header cannot be read, or there are two.
 * STATUS_FORBIDDEN: unknown, expired, revoked, or no access token. Else the
 * store failed. For whom the token is and what it may is the caller's to ask.
 */
enum status bearer_find(struct broker *b, const struct http_request *request,
    int64_t now, struct token *ret);

/* The answer to what bearer_find() said, with WWW-Authenticate (section 3). */
void bearer_refuse(struct http_response *response, enum status status);
/* 403: the token stands, but without this scope. */
void bearer_refuse_scope(struct http_response *response, const char *scope);

#endif
