/* SPDX-License-Identifier: ISC */
/* Rich authorization (RFC 9396) as facts, and as a rule about them. Pure. */
#ifndef VALIDATORD_DETAILS_H
#define VALIDATORD_DETAILS_H

#include <stdbool.h>
#include <stddef.h>

#include "scopegate/conf.h" /* struct word_list */
#include "scopegate/json.h"
#include "scopegate/status.h"

#define DETAIL_OBJECTS_MAX 32 /* objects of one token */

/* The common fields of RFC 9396 section 2.2. */
enum detail_field {
	DETAIL_LOCATIONS,
	DETAIL_ACTIONS,
	DETAIL_DATATYPES,
	DETAIL_PRIVILEGES,
	DETAIL_IDENTIFIER, /* one */
	DETAIL_FIELDS,
};

/* What was granted: `type` and its common fields; others are left out. */
struct detail {
	char *type;
	struct word_list fields[DETAIL_FIELDS];
};
void details_free(struct detail *details, size_t count); /* NULL is fine */

/*
 * `authorization_details`: an array of objects, each with a string `type`.
 * Whatever it returns, *count of *details are the caller's. NULL: none.
 * STATUS_MALFORMED: not that, or a common field of the wrong type. _NOMEM.
 */
enum status details_read(
    const struct json_value *v, struct detail **details, size_t *count);
enum status details_copy(const struct detail *from, size_t from_count,
    struct detail **details, size_t *count);

/* Leaves those of which `other` has one that grants as much. */
void details_keep_common(struct detail **details, size_t *count,
    const struct detail *other, size_t other_count);

/* "TYPE FIELD=VALUE ...": one object has that type and all these values. */
struct detail_rule {
	char *text; /* as it was written */
	struct detail wanted;
};
/* NULL: fine, *ret is filled; else a static sentence. */
const char *detail_rule_read(const char *text, struct detail_rule *ret);
void detail_rule_clear(struct detail_rule *r); /* safe when zeroed */
bool detail_rule_met(const struct detail_rule *r, const struct detail *details,
    size_t count);

#endif
