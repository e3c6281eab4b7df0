/* SPDX-License-Identifier: ISC */
/*
 * The text of a value as a C type, one strict parser each. A number without
 * its unit, with a sign or with something after it is no number.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf_value.h"
#include "scopegate/cleanup.h"

void
word_list_clear(struct word_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->words[i]);
	free(l->words);
	l->words = NULL;
	l->count = 0;
}

bool
word_list_has(const struct word_list *l, const char *word)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->words[i], word) == 0)
			return true;
	return false;
}

enum status
word_list_add(struct word_list *l, const char *word, size_t length)
{
	char **words = reallocarray(l->words, l->count + 2, sizeof(*l->words));
	char *copy;

	if (words == NULL)
		return STATUS_NOMEM;
	l->words = words;
	copy = strndup(word, length);
	if (copy == NULL)
		return STATUS_NOMEM;
	words[l->count++] = copy;
	words[l->count] = NULL;
	return STATUS_OK;
}

enum status
word_list_split(struct word_list *l, const char *text, bool repeats)
{
	for (const char *p = text + strspn(text, " \t"); *p != '\0';
	     p += strspn(p, " \t")) {
		size_t n = strcspn(p, " \t");
		enum status s = word_list_add(l, p, n);

		if (s != STATUS_OK)
			return s;
		for (size_t i = 0; !repeats && i + 1 < l->count; i++)
			if (strcmp(l->words[i], l->words[l->count - 1]) == 0)
				return STATUS_INVALID;
		p += n;
	}
	return STATUS_OK;
}

enum status
conf_parse_integer(const char *text, int64_t min, int64_t max, int64_t *ret)
{
	char *end;
	long long v;

	if (text[0] != '-' && (text[0] < '0' || text[0] > '9'))
		return STATUS_INVALID;
	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || v < min || v > max)
		return STATUS_INVALID;
	*ret = v;
	return STATUS_OK;
}

enum status
conf_parse_duration_ms(const char *text, int64_t *ret)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {
	    {"ms", 1},
	    {"s", 1000},
	    {"m", 60 * 1000},
	    {"h", 60 * 60 * 1000},
	    {"d", 24 * 60 * 60 * 1000},
	};
	size_t digits = strspn(text, "0123456789");
	char number[16];
	int64_t v;

	if (digits == 0 || digits >= sizeof(number))
		return STATUS_INVALID;
	memcpy(number, text, digits);
	number[digits] = '\0';
	for (size_t i = 0; i < ELEMENTS(units); i++) {
		if (strcmp(text + digits, units[i].unit) != 0)
			continue;
		if (conf_parse_integer(
			number, 0, INT64_MAX / units[i].ms, &v) != STATUS_OK)
			return STATUS_INVALID;
		*ret = v * units[i].ms;
		return STATUS_OK;
	}
	return STATUS_INVALID;
}

enum status
conf_parse_bool(const char *text, bool *ret)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {
	    {"yes", true},
	    {"on", true},
	    {"true", true},
	    {"no", false},
	    {"off", false},
	    {"false", false},
	};

	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (strcmp(text, words[i].word) == 0) {
			*ret = words[i].value;
			return STATUS_OK;
		}
	return STATUS_INVALID;
}
