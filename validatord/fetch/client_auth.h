/* SPDX-License-Identifier: ISC */
/* Our own credentials at an authorization server: RFC 6749 section 2.3, RFC
 * 7523, RFC 8705. */
#ifndef VALIDATORD_FETCH_CLIENT_AUTH_H
#define VALIDATORD_FETCH_CLIENT_AUTH_H

#include <stdbool.h>

#include "assertion.h"
#include "config.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

/* What is empty is not sent. */
struct credentials {
	struct secret user, password; /* for HTTP Basic, encoded already */
	struct secret form;           /* to append to the request's form */
	struct signer signer;         /* private_key_jwt */
	struct secret kite;   /* the secret that Kite's checksum needs */
	struct secret bearer; /* in place of all these, for introspection */
	struct secret certificate, certificate_key; /* PEM, for TLS */
};

/* Reads the files that the issuer's section names. On failure *ret_error says
 * which of them, and who must be able to read it. */
enum status client_auth_load(const struct issuer *issuer,
    struct credentials *ret, struct conf_error *ret_error);
void client_auth_clear(struct credentials *a);

/* Appends what the client shows in a form, at each request anew. */
enum status client_auth_put(const struct credentials *a, struct secret *form);

#endif
