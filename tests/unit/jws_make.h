/* SPDX-License-Identifier: ISC */
/*
 * The other side of lib/jose, which only verifies: keys, key sets and signed
 * tokens, good and bad, for tests and benches. Written without the code that
 * it tests. Whatever libcrypto cannot do ends the program.
 */
#ifndef SCOPEGATE_TESTS_JWS_MAKE_H
#define SCOPEGATE_TESTS_JWS_MAKE_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#include "scopegate/buf.h"

#define JWS_MAKE_SIGNATURE_MAX 1024

/* A new key for "RS256", "ES384", "EdDSA" and so on; RSA ones have `bits`. */
EVP_PKEY *jws_make_key(const char *algorithm, unsigned int bits);

/* Unpadded base64url. */
void jws_make_base64url(struct buf *out, const void *octets, size_t size);

/* One JSON object of public members, then `members` (such as ",\"kid\":1"). */
void jws_make_jwk(struct buf *out, const EVP_PKEY *key, const char *members);

/* As RFC 7518 and RFC 8037 want it; returns how many octets. */
size_t jws_make_signature(EVP_PKEY *key, const char *algorithm,
    const char *text, size_t length, uint8_t ret[JWS_MAKE_SIGNATURE_MAX]);

/* Header, dot, payload: what is signed. */
void jws_make_input(struct buf *out, const void *header, size_t header_size,
    const void *payload, size_t payload_size);
/* A dot and a signature behind what stands there. */
void jws_make_sign(struct buf *out, EVP_PKEY *key, const char *algorithm);
/* The whole token; `algorithm` signs, whatever the header says. */
void jws_make_token(struct buf *out, const char *header, const char *payload,
    EVP_PKEY *key, const char *algorithm);

#endif
