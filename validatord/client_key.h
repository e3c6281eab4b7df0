/* SPDX-License-Identifier: ISC */
/*
 * Our own private keys and certificates: what PEM text holds, and whether it
 * will do. Pure. A fault is a static sentence that follows the file's name:
 * what is wrong and how to mend it; no octet of a key is in it.
 */
#ifndef VALIDATORD_CLIENT_KEY_H
#define VALIDATORD_CLIENT_KEY_H

#include <openssl/types.h>

#include "config.h"
#include "scopegate/secret.h"

#define CLIENT_KEY_RSA_BITS_MIN 2048 /* RFC 7518 section 3.3 */
#define CLIENT_KEY_RSA_BITS_MAX 8192

/* NULL: *ret is the key, for the caller to EVP_PKEY_free(). Never asks anybody
 * for a passphrase. */
const char *client_key_parse(const struct secret *pem, EVP_PKEY **ret);
void client_key_free(EVP_PKEY **key); /* for _cleanup_() */

/* NULL: *ret is the algorithm that the key signs with: `wanted`, or for
 * ASSERTION_AUTO the one that fits. */
const char *client_key_alg(
    const EVP_PKEY *key, enum assertion_alg wanted, enum assertion_alg *ret);

/* NULL: the first certificate of the text is the key's. */
const char *client_certificate_fault(
    const struct secret *pem, const EVP_PKEY *key);

#endif
