/* SPDX-License-Identifier: ISC */
/*
 * An authorization request (RFC 6749 section 4.1.1), read from a query and
 * checked whole before anybody is asked for anything.
 */
#ifndef BROKERD_AUTHORIZATION_H
#define BROKERD_AUTHORIZATION_H

#include <stdbool.h>

#include "broker.h"
#include "app/app_store.h"
#include "http/http_server.h"
#include "oauth/oauth_error.h"
#include "oauth/word_set.h"

#define STATE_MAX 2048

struct authorization {
	struct app app;
	char redirect_uri[REDIRECT_URI_SIZE];
	bool redirect_known; /* registered: answers may go there */
	bool redirect_given; /* by the request, not by the registration */
	const char *state;   /* borrowed from the query; NULL: none */
	struct word_set scope;
	const char *env;       /* borrowed; NULL: the owner chooses */
	const char *challenge; /* borrowed; NULL: no PKCE */
};

/* On a fault with redirect_known false, the person must be told, and nothing
 * may be sent anywhere (RFC 6749 section 4.1.2.1). */
struct oauth_fault authorization_read(struct broker *b,
    const struct http_request *request, struct authorization *ret);
/* The request again as a query, for the forms that carry it on. */
enum status authorization_query(
    const struct http_request *request, struct buf *ret);

#endif
