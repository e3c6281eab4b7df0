/* SPDX-License-Identifier: ISC */
/*
 * Random secrets and their digests. A token, code, session cookie or client
 * secret has 256 random bits, so plain SHA-256 is enough to keep it by.
 */
#ifndef BROKERD_HASH_H
#define BROKERD_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scopegate/status.h"

#define DIGEST_SIZE 32
#define RANDOM_TEXT_SIZE 44 /* 43 characters of base64url and the NUL */

struct digest {
	uint8_t bytes[DIGEST_SIZE];
};

/* STATUS_IO if libcrypto fails: never a half-made digest. */
enum status digest_of(const void *data, size_t size, struct digest *ret);
enum status digest_of_text(const char *text, struct digest *ret);
/* HMAC-SHA-256. */
enum status digest_keyed(
    const struct digest *key, const char *text, struct digest *ret);
bool digest_equal(const struct digest *a, const struct digest *b);

/* 32 bytes from the kernel. */
enum status random_digest(struct digest *ret);
/* The same as 43 characters of base64url; the caller wipes. */
enum status random_text(char ret[RANDOM_TEXT_SIZE]);
/* A version 4 UUID (RFC 9562), in lower case: 122 random bits. */
#define UUID_SIZE 37
enum status random_uuid(char ret[UUID_SIZE]);

/* Base64url without padding (RFC 4648 section 5) of a digest. */
void digest_text(const struct digest *d, char ret[RANDOM_TEXT_SIZE]);
/* The reverse; STATUS_MALFORMED for anything but 43 canonical characters. */
enum status digest_from_text(const char *text, struct digest *ret);

/* Base64 (RFC 4648 section 4, padded), as HTTP Basic has it. *ret_length
 * octets land in `ret`, which has room for `size`. */
enum status base64_decode(
    const char *text, uint8_t *ret, size_t size, size_t *ret_length);

#endif
