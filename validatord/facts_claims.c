/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts_read.h"

/* Members as text, for rules that the operator writes. */

#define EXACT_MAX ((int64_t)1 << 53) /* exact in a double */

enum status
facts_strings_read(
    const struct json_value *v, struct word_list *ret, size_t most)
{
	const struct json_value *each = v;
	const char *text;
	enum status s;

	if (json_type(v) == JSON_ARRAY)
		each = json_first(v);
	for (; each != NULL; each = each != v ? json_next(each) : NULL) {
		s = json_string(each, &text);
		if (s == STATUS_OK && ret->count >= most)
			s = STATUS_MALFORMED;
		if (s == STATUS_OK)
			s = word_list_add(ret, text, strlen(text));
		if (s != STATUS_OK)
			return s;
	}
	return STATUS_OK;
}

/* A copy of the value for claim rules; other types are left out. */
static enum status
claim_values(const struct json_value *v, struct claim *ret)
{
	char number[24];
	int64_t integer;
	bool flag;
	const char *text = NULL;
	enum status s;

	switch (json_type(v)) {
	case JSON_STRING:
		ret->is_string = true;
		/* fall through */
	case JSON_ARRAY:
		s = facts_strings_read(v, &ret->values, JSON_MEMBERS_MAX);
		if (s == STATUS_MALFORMED)
			word_list_clear(&ret->values);
		return s == STATUS_MALFORMED ? STATUS_OK : s;
	case JSON_NUMBER:
		if (json_integer(v, -EXACT_MAX, EXACT_MAX, &integer) !=
		    STATUS_OK)
			return STATUS_OK;
		(void)snprintf(number, sizeof(number), "%" PRId64, integer);
		text = number;
		break;
	case JSON_BOOL:
		if (json_bool(v, &flag) == STATUS_OK)
			text = flag ? "true" : "false";
		break;
	case JSON_NULL:
	case JSON_OBJECT:
		break;
	}
	return text == NULL ? STATUS_OK
			    : word_list_add(&ret->values, text, strlen(text));
}

static bool
is_one_of(const char *name, const char *const *names)
{
	while (names != NULL && *names != NULL && strcmp(*names, name) != 0)
		names++;
	return names != NULL && *names != NULL;
}

enum status
claims_read(const struct json_value *top, const char *const *except,
    struct claim **claims, size_t *count)
{
	const struct json_value *v;

	*claims = calloc(json_count(top) + 1, sizeof(**claims));
	if (*claims == NULL)
		return STATUS_NOMEM;
	for (v = json_first(top); v != NULL; v = json_next(v)) {
		struct claim *c = &(*claims)[*count];
		enum status s;

		if (is_one_of(json_name(v), except))
			continue;
		s = claim_values(v, c);
		if (s == STATUS_OK && c->values.count == 0)
			continue;
		/* Counted before the name is there, so that the caller
		 * releases the values whatever happens next. */
		(*count)++;
		c->name = strdup(json_name(v));
		if (s != STATUS_OK || c->name == NULL)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}
