/* SPDX-License-Identifier: ISC */
/* The members of an introspection response (RFC 7662 section 2.2) as facts. */
#ifndef VALIDATORD_FACTS_READ_H
#define VALIDATORD_FACTS_READ_H

#include "facts.h"
#include "scopegate/json.h"
#include "scopegate/status.h"

/* Limits in octets or in members. Over the limit is malformed, never cut. */
#define SCOPE_TEXT_MAX 4096
#define SCOPES_MAX 128
#define AUDIENCES_MAX 32
#define NAME_TEXT_MAX 255 /* sub (OIDC Core section 2), client_id ... */
#define ISSUER_TEXT_MAX 2048

/*
 * Fills new facts. `active` must be a JSON boolean; with false nothing else is
 * read. STATUS_MALFORMED or _NOMEM; *ret_why is then a static sentence or NULL.
 */
enum status facts_read(
    const struct json_value *top, struct facts *f, const char **ret_why);

/* The same without `active`: the claims of a JWT that was verified. */
enum status facts_members_read(
    const struct json_value *top, struct facts *f, const char **ret_why);

/* One string, or an array of up to `most`. STATUS_MALFORMED, _NOMEM. */
enum status facts_strings_read(
    const struct json_value *v, struct word_list *ret, size_t most);

/* Scopes as a string or as an array of strings, each once. `commas`: a comma
 * separates too, with or without a blank after it. */
enum status facts_scopes_read(
    const struct json_value *v, bool commas, struct word_list *ret);

/* The members of an object as claims, but those in `except` (ends with NULL;
 * or NULL). Whatever it returns, *count of *claims are the caller's. */
enum status claims_read(const struct json_value *top, const char *const *except,
    struct claim **claims, size_t *count);

#endif
