/* SPDX-License-Identifier: ISC */
/* Scopes as APIs write them: an array of strings, or one string. */
#ifndef VALIDATORD_PROBE_SCOPES_H
#define VALIDATORD_PROBE_SCOPES_H

#include "config.h"
#include "scopegate/json.h"

/* `separator`: enum scope_separator; where it is a comma, blanks separate too.
 * STATUS_MALFORMED: no scopes (RFC 6749 section 3.3), or over the limits. */
enum status probe_scopes_read(
    const struct json_value *v, int separator, struct word_list *ret);

#endif
