/* SPDX-License-Identifier: ISC */
/* A client assertion as an authorization server would take it: by other code
 * than what made it. Each fault fails the test. */
#ifndef SCOPEGATE_TESTS_ASSERTION_READ_H
#define SCOPEGATE_TESTS_ASSERTION_READ_H

#include <openssl/types.h>
#include <stdint.h>

struct assertion_read {
	char text[8192]; /* the whole JWT */
	char header[512];
	char alg[16], kid[64], typ[16];
	char iss[256], sub[256], aud[256], jti[64];
	int64_t iat, exp;
};

/* Of a request's form, which has client_assertion_type and client_id too. */
void assertion_read(const char *request, struct assertion_read *ret);
/* Was it signed so, with the key's other half? */
int assertion_verifies(
    const struct assertion_read *a, EVP_PKEY *key, const char *alg);

#endif
