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
#include "oauth/host_login.h"
#include "oauth_error.h"
#include "oauth/prompt.h"
#include "word_set.h"

#define STATE_MAX 2048
/* Of the request, percent-encoded. It is encoded once more to be the way back
 * from signing in, and has to fit a request line then. */
#define AUTHORIZATION_QUERY_SIZE 7001
#define AUTHORIZATION_PATH_MAX (AUTHORIZATION_QUERY_SIZE + 64)
#define MAX_AGE_LIMIT (100L * 366 * 86400)

/* What the page says in place of an app's address when a device asks. */
struct device_prompt {
	const char *user_code;      /* as shown */
	bool numbered;              /* asks for the number shown there */
	const char *number_problem; /* NULL: none */
};

/* What "borrowed" borrows from is the query. */
struct authorization {
	struct app app; /* its id is 0 until it is known */
	char redirect_uri[REDIRECT_URI_SIZE];
	bool redirect_known; /* registered: answers may go there */
	bool redirect_given; /* by the request, not by the registration */
	const char *state;   /* borrowed; NULL: none */
	struct word_set scope;
	const char *env;        /* borrowed; NULL: the owner chooses */
	const char *challenge;  /* borrowed; NULL: no PKCE */
	const char *nonce;      /* borrowed; NULL: none */
	const char *login_hint; /* borrowed; NULL: none */
	const char *audience;   /* of the tokens to come; never NULL */
	struct sign_in_wish wish;
	struct host_login login;          /* if details is not empty */
	char details[GRANT_DETAILS_SIZE]; /* as host_login_print(), or "" */
	/* A device asks (RFC 8628), so there is no redirect; else NULL. */
	const struct device_prompt *device;
	/* The request again, encoded, without what we added to it. */
	char query[AUTHORIZATION_QUERY_SIZE];
};

/* On a fault with redirect_known false, the person must be told, and nothing
 * may be sent anywhere (RFC 6749 section 4.1.2.1). */
struct oauth_fault authorization_read(struct broker *b,
    const struct http_request *request, struct authorization *ret);
/* The request as a path of ours. `since`: the person is to sign in from then
 * on; 0: as the request has it. */
enum status authorization_path(
    const struct authorization *a, int64_t since, struct buf *ret);

#endif
