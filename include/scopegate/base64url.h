/* SPDX-License-Identifier: ISC */
/* RFC 4648 section 5, without padding (RFC 7515 section 2). */
#ifndef SCOPEGATE_BASE64URL_H
#define SCOPEGATE_BASE64URL_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/status.h"

/*
 * Takes the one canonical spelling alone: no padding, no blank, no bit set
 * that no octet needs, so that a token cannot be written in two ways.
 * STATUS_MALFORMED; STATUS_TOO_BIG: it has more than `room` octets.
 */
enum status base64url_decode(const char *text, size_t length, uint8_t *ret,
    size_t room, size_t *ret_size);

#endif
