/* SPDX-License-Identifier: ISC */
/*
 * What an authorization server says of itself (RFC 8414, OpenID Connect
 * Discovery). Pure.
 */
#ifndef VALIDATORD_METADATA_H
#define VALIDATORD_METADATA_H

#include <stdbool.h>

#include "config.h"
#include "fetcher.h"
#include "scopegate/status.h"

enum endpoint {
	ENDPOINT_INTROSPECTION,
	ENDPOINT_AUTHORIZATION, /* for browsers; never fetched */
	ENDPOINT_TOKEN,
	ENDPOINT_DEVICE,
	ENDPOINT_REVOCATION,
	ENDPOINT_JWKS,
	ENDPOINT_COUNT,
};
#define ENDPOINT_BIT(e) (1u << (e))

const char *endpoint_name(enum endpoint e); /* "token_endpoint" */
/* A static sentence for the operator: metadata do not name it. */
const char *endpoint_missing(enum endpoint e);

struct metadata {
	char *endpoints[ENDPOINT_COUNT]; /* NULL: not named */
	char *mtls[ENDPOINT_COUNT];      /* RFC 8705 section 5: those for whom a
					  * certificate is asked; NULL: the same */
	bool states_iss; /* RFC 9207: each authorization response has `iss` */
	bool pkce_s256;  /* takes S256 code challenges */
	bool host_login; /* knows authorization_details of that type (RFC 9396),
			  * as brokerd does */
};
void metadata_clear(struct metadata *m); /* for _cleanup_() */

/*
 * RFC 8414 section 3.3: the `issuer` must equal issuer->url octet by octet, and
 * each endpoint that is named must be an https URL (http with
 * insecure_loopback). Otherwise an UNAVAILABLE reason, and *ret_what is a
 * static sentence for the log or NULL.
 */
enum reason metadata_read(const struct fetch_reply *reply,
    const struct issuer *issuer, struct metadata *ret, const char **ret_what);
/* The document alone. STATUS_MALFORMED, _NOMEM; *ret_what as above. */
enum status metadata_parse(struct text document, const struct issuer *issuer,
    struct metadata *ret, const char **ret_what);
/* The well-known URLs to try, in order: RFC 8414 path-insert form, then
 * OpenID configuration. malloc; NULL past the last. */
char *metadata_url(const struct issuer *issuer, unsigned int attempt);

#endif
