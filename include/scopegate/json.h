/* SPDX-License-Identifier: ISC */
/*
 * JSON in two halves. Reading: a strict one-pass check (RFC 8259 grammar,
 * UTF-8, no duplicate names, no \u0000, no lone surrogates, bounded) before
 * cJSON sees a byte, then typed getters; cJSON appears in lib/json.c alone.
 * Writing: an emitter over struct buf that escapes by default.
 */
#ifndef SCOPEGATE_JSON_H
#define SCOPEGATE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scopegate/buf.h"
#include "scopegate/status.h"

#define JSON_DEPTH_MAX 32
#define JSON_MEMBERS_MAX 256 /* members and elements of one container */
#define JSON_STRING_MAX 16384 /* octets after unescaping: a token */
#define JSON_NUMBER_MAX 128 /* characters of a number's text */
#define JSON_DOCUMENT_MAX (256 * 1024)

/*
 * Checks the whole text. On refusal *ret_reason is a static sentence and
 * *ret_offset the octet it speaks of. `syntax_only` leaves out what RFC 8259
 * allows but we do not (duplicates, \u0000, limits, other than an object at
 * the top): for conformance runs.
 */
enum status json_check(const char *text, size_t length, bool syntax_only,
    const char **ret_reason, size_t *ret_offset);

/* A parsed document, or a value inside one. */
struct json; /* the document; owns all */
struct json_value; /* borrowed: lives as long as its document */

/* json_check, then parse. The top is an object. STATUS_MALFORMED, NOMEM. */
enum status json_parse(const char *text, size_t length, struct json **ret,
    const char **ret_reason);
void json_free(struct json *j); /* NULL is fine; strings are wiped */
void json_freep(struct json **j); /* for _cleanup_() */
const struct json_value *json_top(const struct json *j);

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY,
	JSON_OBJECT };

enum json_type json_type(const struct json_value *v);
/* Case-sensitive; NULL if absent or if `object` is no object. */
const struct json_value *json_get(const struct json_value *object,
    const char *name);
/* Members and elements in order; NULL at the end. */
const struct json_value *json_first(const struct json_value *container);
const struct json_value *json_next(const struct json_value *v);
size_t json_count(const struct json_value *container);
const char *json_name(const struct json_value *member); /* NULL in arrays */

/*
 * The value as a C type. A wrong type is STATUS_MALFORMED, never "absent";
 * absent (v == NULL) is STATUS_NOT_FOUND. *ret is untouched on failure.
 */
enum status json_string(const struct json_value *v, const char **ret);
enum status json_bool(const struct json_value *v, bool *ret);
/* Finite and 0..253402300799 (NumericDate, RFC 7519 section 2), rounded down. */
enum status json_numeric_date(const struct json_value *v, int64_t *ret);
/* An integer between the bounds, exactly representable. */
enum status json_integer(const struct json_value *v, int64_t min, int64_t max,
    int64_t *ret);

/* Writing. Commas and escapes are the writer's business; errors stick. */
struct json_writer {
	struct buf *out;
	bool comma;
};

void json_writer_init(struct json_writer *w, struct buf *out);
void json_write_begin_object(struct json_writer *w, const char *name);
void json_write_end_object(struct json_writer *w);
void json_write_begin_array(struct json_writer *w, const char *name);
void json_write_end_array(struct json_writer *w);
/* `name` is NULL inside arrays. A NULL string writes null. Bytes that are not
 * valid UTF-8 are written as U+FFFD; control characters as \u00NN. */
void json_write_string(struct json_writer *w, const char *name, const char *s);
void json_write_text(struct json_writer *w, const char *name, const char *s,
    size_t length);
void json_write_integer(struct json_writer *w, const char *name, int64_t v);
void json_write_bool(struct json_writer *w, const char *name, bool v);
void json_write_null(struct json_writer *w, const char *name);

#endif
