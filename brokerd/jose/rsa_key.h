/* SPDX-License-Identifier: ISC */
/*
 * An RSA key that signs, and its public half as JSON Web Key members
 * (RFC 7517). The only place that looks into a key.
 */
#ifndef BROKERD_RSA_KEY_H
#define BROKERD_RSA_KEY_H

#include <stddef.h>

#include <openssl/types.h>

#include "hash.h"
#include "scopegate/buf.h"
#include "scopegate/json.h"
#include "scopegate/status.h"

#define RSA_KEY_BITS 2048      /* of keys made here (RFC 7518 section 3.3) */
#define RSA_KEY_BITS_MAX 4096  /* of keys read */
#define RSA_KEY_BYTES_MAX 4096 /* of one as PKCS#8 */
#define RSA_KEY_ID_SIZE RANDOM_TEXT_SIZE /* a SHA-256 in base64url */

struct rsa_key {
	EVP_PKEY *pkey;           /* with its private half */
	struct buf n, e;          /* modulus and exponent in base64url */
	char id[RSA_KEY_ID_SIZE]; /* "kid": the thumbprint */
};

/* Takes some 100 ms: not while others wait. */
enum status rsa_key_generate(struct rsa_key **ret);
/* From PKCS#8 DER. STATUS_MALFORMED for all that is not one whole RSA private
 * key of RSA_KEY_BITS to RSA_KEY_BITS_MAX. */
enum status rsa_key_from_bytes(
    const void *data, size_t size, struct rsa_key **ret);
/* To PKCS#8 DER, behind what `out` holds; make `out` sensitive. */
enum status rsa_key_to_bytes(const struct rsa_key *k, struct buf *out);
void rsa_key_free(struct rsa_key *k); /* NULL is fine */
void rsa_key_freep(struct rsa_key **k);

/* The public key as an object of an array: nothing that is private. */
void rsa_key_write_public(const struct rsa_key *k, struct json_writer *w);
/* RFC 7638, from the members in base64url. */
enum status rsa_key_thumbprint(
    const char *n, const char *e, char ret[RSA_KEY_ID_SIZE]);

#endif
