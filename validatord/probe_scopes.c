/* SPDX-License-Identifier: ISC */
#include "probe_scopes.h"

#include <string.h>

#include "facts_read.h"

/* Nothing is cut and nothing is left out: a list that cannot be read whole is
 * not read, for `refuse` rules rely on what is in it. */

static bool
is_scope(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x21 || c > 0x7e || c == '"' || c == '\\')
			return false;
	}
	return length > 0;
}

static enum status
add_scope(struct word_list *l, const char *text, size_t length)
{
	if (!is_scope(text, length))
		return STATUS_MALFORMED;
	for (size_t i = 0; i < l->count; i++) {
		if (strlen(l->words[i]) == length &&
		    memcmp(l->words[i], text, length) == 0)
			return STATUS_OK;
	}
	if (l->count == SCOPES_MAX)
		return STATUS_MALFORMED;
	return word_list_add(l, text, length);
}

static enum status
split(const char *text, const char *separators, struct word_list *ret)
{
	enum status s = STATUS_OK;

	if (strlen(text) > SCOPE_TEXT_MAX)
		return STATUS_MALFORMED;
	for (text += strspn(text, separators); *text != '\0' && s == STATUS_OK;
	     text += strspn(text, separators)) {
		size_t n = strcspn(text, separators);

		s = add_scope(ret, text, n);
		text += n;
	}
	return s;
}

enum status
probe_scopes_read(
    const struct json_value *v, int separator, struct word_list *ret)
{
	const char *text;
	enum status s;

	if (json_type(v) != JSON_ARRAY) {
		s = json_string(v, &text);
		return s != STATUS_OK
			   ? s
			   : split(text,
				 separator == SEPARATOR_COMMA ? ", " : " ",
				 ret);
	}
	for (v = json_first(v); v != NULL; v = json_next(v)) {
		s = json_string(v, &text);
		if (s == STATUS_OK)
			s = add_scope(ret, text, strlen(text));
		if (s != STATUS_OK)
			return s;
	}
	return STATUS_OK;
}
