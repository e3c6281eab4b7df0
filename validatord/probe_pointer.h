/* SPDX-License-Identifier: ISC */
/*
 * Where in an answer a member stands, and what it must be. RFC 6901, but for
 * one thing: some APIs give an object where there is one of a kind and an array
 * where there are several, so a step that is no index takes an array's first
 * element.
 */
#ifndef VALIDATORD_PROBE_POINTER_H
#define VALIDATORD_PROBE_POINTER_H

#include "config.h"
#include "scopegate/json.h"

/* NULL: fine; else a static sentence. */
const char *probe_pointer_fault(const char *pointer);
/* The value, or NULL if it is not there. `pointer` has no fault. */
const struct json_value *probe_pointer_find(
    const struct json_value *top, const char *pointer);

/* `POINTER == VALUE`, VALUE as JSON writes it, but no object, array or
 * fraction. NULL: fine. */
const char *probe_rule_fault(const char *text);
/* Of a text that has no fault. STATUS_NOMEM or OK. */
enum status probe_rule_parse(const char *text, struct probe_rule *ret);
void probe_rule_clear(struct probe_rule *r);

enum probe_rule_answer {
	PROBE_RULE_UNKNOWN =
	    0, /* the member is not there, or of another type */
	PROBE_RULE_HOLDS,
	PROBE_RULE_FAILS,
};
enum probe_rule_answer probe_rule_ask(
    const struct probe_rule *r, const struct json_value *top);

#endif
