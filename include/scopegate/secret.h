/* SPDX-License-Identifier: ISC */
/*
 * A token, code or client secret. It has no print function on purpose; its
 * storage is wiped (explicit_bzero) before it is given back.
 */
#ifndef SCOPEGATE_SECRET_H
#define SCOPEGATE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "scopegate/status.h"

struct secret {
	char *bytes; /* NUL-terminated for convenience; NULL when empty */
	size_t length;
};

/* Copies `length` bytes in, wiping what was there. STATUS_NOMEM or OK. */
enum status secret_set(struct secret *s, const char *bytes, size_t length);
/* Appends; the old storage is wiped. STATUS_NOMEM or OK. */
enum status secret_append(struct secret *s, const char *bytes, size_t length);
/* Wipes and releases; safe on an empty secret. For _cleanup_(). */
void secret_clear(struct secret *s);
/* RFC 6750 section 2.1 b64token: 1*( ALPHA DIGIT - . _ ~ + / ) *"=". */
bool secret_is_b64token(const struct secret *s);

#endif
