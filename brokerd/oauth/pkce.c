/* SPDX-License-Identifier: ISC */
/*
 * PKCE. `plain` does not exist here: it protects against nobody who can read
 * the authorization request (RFC 9700 section 2.1.1).
 */
#include "oauth/pkce.h"

#include <string.h>

#include "hash.h"

#define VERIFIER_MIN 43
#define VERIFIER_MAX 128

bool
pkce_challenge_is_valid(const char *challenge)
{
	struct digest d;

	return digest_from_text(challenge, &d) == STATUS_OK;
}

bool
pkce_verifier_matches(const char *verifier, const char *challenge)
{
	static const char unreserved[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-._~";
	size_t length = strlen(verifier);
	struct digest wanted, given;

	return length >= VERIFIER_MIN && length <= VERIFIER_MAX &&
	       strspn(verifier, unreserved) == length &&
	       digest_from_text(challenge, &wanted) == STATUS_OK &&
	       digest_of_text(verifier, &given) == STATUS_OK &&
	       digest_equal(&wanted, &given);
}
