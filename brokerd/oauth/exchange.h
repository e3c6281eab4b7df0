/* SPDX-License-Identifier: ISC */
/* The grant types of the token endpoint: one file each, one row each in
 * endpoint_token.c. */
#ifndef BROKERD_EXCHANGE_H
#define BROKERD_EXCHANGE_H

#include "broker.h"
#include "http/form.h"
#include "oauth/issue.h"
#include "oauth_error.h"
#include "store/store.h"

/* One request, whose client is authenticated and registered for the type. */
struct exchange_call {
	struct broker *broker;
	const struct form *form;
	const struct app *app;
	int64_t now;
	/* Open, and rolled back on a fault; what must be kept all the same is
	 * committed by the grant type. */
	struct transaction *transaction;
};

/* What is to be handed out; *ret is all zero before. */
typedef struct oauth_fault exchange_run(
    const struct exchange_call *c, struct issue *ret);

exchange_run exchange_code;    /* authorization_code */
exchange_run exchange_refresh; /* refresh_token */
exchange_run exchange_client;  /* client_credentials */
exchange_run exchange_device;  /* DEVICE_GRANT_TYPE */

extern const struct oauth_fault exchange_store_failed;

/* authorization_details in a token request (RFC 9396 section 6): they may say
 * again what was granted, and nothing else. NULL is fine. */
struct oauth_fault exchange_details_are_granted(
    const char *asked, const char *granted);

/* Ends a grant of the app's, with a record of it; inside a transaction. */
enum status exchange_end_grant(struct store *s, const struct app *app,
    int64_t grant, const char *why, int64_t now);
/* A code or refresh token came twice: somebody has a copy, so the grant ends,
 * which stands although the request fails. Returns what to answer. */
struct oauth_fault exchange_end_replayed(
    const struct exchange_call *c, int64_t grant, struct oauth_fault fault);

#endif
