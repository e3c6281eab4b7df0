/* SPDX-License-Identifier: ISC */
/* Our own credentials at an authorization server, RFC 6749 section 2.3.1. */
#ifndef VALIDATORD_FETCH_CLIENT_AUTH_H
#define VALIDATORD_FETCH_CLIENT_AUTH_H

#include "config.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

/* What is empty is not sent. */
struct credentials {
	struct secret user, password; /* for HTTP Basic, form-encoded already */
	struct secret form;           /* to append to the request's form */
	struct secret kite; /* the secret that Kite's checksum needs */
};

/* Reads the issuer's secret file, if it has one. On failure *ret_error says who
 * must be able to read it. */
enum status client_auth_load(const struct issuer *issuer,
    struct credentials *ret, struct conf_error *ret_error);
void client_auth_clear(struct credentials *a);

#endif
