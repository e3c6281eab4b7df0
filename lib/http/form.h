/* SPDX-License-Identifier: ISC */
/*
 * application/x-www-form-urlencoded, both ways (WHATWG URL section 5, as
 * RFC 6749 appendix B wants it). Strict: a bad escape, a NUL or too much of
 * anything refuses the whole form.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "scopegate/buf.h"
#include "scopegate/status.h"

#define FORM_FIELDS_MAX 64

struct form_field {
	const char *name;
	const char *value;
};

struct form {
	struct form_field fields[FORM_FIELDS_MAX];
	size_t count;
	char *storage; /* wiped when cleared: it may hold secrets */
	size_t storage_size;
};

/* STATUS_MALFORMED, STATUS_TOO_BIG (fields), STATUS_NOMEM. */
enum status form_parse(const char *text, size_t length, struct form *ret);
void form_clear(struct form *f); /* for _cleanup_() */

/* NULL if absent, empty (RFC 6749 section 3.1: as if omitted) or repeated. */
const char *form_get(const struct form *f, const char *name);
bool form_repeats(const struct form *f, const char *name);
/* Is any name there twice? */
bool form_has_repeats(const struct form *f);

/* Percent-decodes in place, `+` is a space. STATUS_MALFORMED. */
enum status form_decode(char *text);
/* name=value, percent-encoded, without a separator. */
void form_encode_pair(struct buf *out, const char *name, const char *value);

#endif
