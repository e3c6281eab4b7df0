/* SPDX-License-Identifier: ISC */
/*
 * Authenticated encryption for what lies on disk: AES-256-GCM with a random
 * nonce of 96 bits, under a key derived from a secret of the key file (HKDF,
 * RFC 5869), so that the same secret may serve another purpose later.
 */
#ifndef VALIDATORD_SEAL_H
#define VALIDATORD_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/buf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

#define SEAL_SECRET_SIZE 32
#define SEAL_NONCE_SIZE 12
#define SEAL_TAG_SIZE 16
#define SEAL_OVERHEAD (SEAL_NONCE_SIZE + SEAL_TAG_SIZE)

struct seal;

struct seal *seal_new(
    const uint8_t secret[SEAL_SECRET_SIZE]); /* NULL: no memory */
void seal_free(struct seal *s);              /* wipes; NULL is fine */
void seal_freep(struct seal **s);

/* Appends nonce, ciphertext and tag to `ret`. `context` is not written down:
 * what was sealed in one context opens in no other. */
enum status seal_close(
    struct seal *s, struct text context, struct text plain, struct buf *ret);
/* Appends the plain text to `ret`, which should be a sensitive one.
 * STATUS_MALFORMED: another key, another context, or a changed octet. */
enum status seal_open(
    struct seal *s, struct text context, struct text sealed, struct buf *ret);

#endif
