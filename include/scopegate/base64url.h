/* SPDX-License-Identifier: ISC */
/* Base64url without padding, RFC 4648 section 5 as RFC 7515 section 2 uses it. */
#ifndef SCOPEGATE_BASE64URL_H
#define SCOPEGATE_BASE64URL_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/buf.h"
#include "scopegate/status.h"

/* How many characters `size` octets become, without a NUL. */
#define BASE64URL_LENGTH(size) (((size) * 4 + 2) / 3)

/* `ret` has room for BASE64URL_LENGTH(size) characters and a NUL. */
void base64url_encode(const void *data, size_t size, char *ret);
/* Behind what `out` holds already. Gives out->error. */
enum status base64url_append(struct buf *out, const void *data, size_t size);

/*
 * Takes the one canonical spelling alone: no padding, no blank, no bit set
 * that no octet needs, so that a token cannot be written in two ways.
 * STATUS_MALFORMED; STATUS_TOO_BIG: it has more than `room` octets.
 */
enum status base64url_decode(const char *text, size_t length, uint8_t *ret,
    size_t room, size_t *ret_size);

#endif
