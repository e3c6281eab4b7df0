/* SPDX-License-Identifier: ISC */
#include "details.h"

#include <stdlib.h>
#include <string.h>

#include "facts_read.h"
#include "scopegate/cleanup.h"

#define VALUES_MAX 32
#define TYPE_MAX 255

static const char *const names[DETAIL_FIELDS] = {
    [DETAIL_LOCATIONS] = "locations",
    [DETAIL_ACTIONS] = "actions",
    [DETAIL_DATATYPES] = "datatypes",
    [DETAIL_PRIVILEGES] = "privileges",
    [DETAIL_IDENTIFIER] = "identifier",
};

static void
detail_clear(struct detail *d)
{
	free(d->type);
	for (size_t i = 0; i < DETAIL_FIELDS; i++)
		word_list_clear(&d->fields[i]);
	*d = (struct detail){.type = NULL};
}

void
details_free(struct detail *details, size_t count)
{
	for (size_t i = 0; i < count; i++)
		detail_clear(&details[i]);
	free(details);
}

static enum status
read_one(const struct json_value *v, struct detail *ret)
{
	const char *type;

	if (json_type(v) != JSON_OBJECT ||
	    json_string(json_get(v, "type"), &type) != STATUS_OK ||
	    type[0] == '\0' || strlen(type) > TYPE_MAX)
		return STATUS_MALFORMED;
	ret->type = strdup(type);
	if (ret->type == NULL)
		return STATUS_NOMEM;
	for (size_t i = 0; i < DETAIL_FIELDS; i++) {
		const struct json_value *field = json_get(v, names[i]);
		bool array = i != DETAIL_IDENTIFIER;
		enum status s;

		if (field == NULL)
			continue;
		if ((json_type(field) == JSON_ARRAY) != array)
			return STATUS_MALFORMED;
		s = facts_strings_read(field, &ret->fields[i], VALUES_MAX);
		if (s != STATUS_OK)
			return s;
	}
	return STATUS_OK;
}

enum status
details_read(
    const struct json_value *v, struct detail **details, size_t *count)
{
	if (v == NULL)
		return STATUS_OK;
	if (json_type(v) != JSON_ARRAY || json_count(v) > DETAIL_OBJECTS_MAX)
		return STATUS_MALFORMED;
	*details = calloc(json_count(v) + 1, sizeof(**details));
	if (*details == NULL)
		return STATUS_NOMEM;
	for (v = json_first(v); v != NULL; v = json_next(v)) {
		enum status s = read_one(v, &(*details)[(*count)++]);

		if (s != STATUS_OK)
			return s;
	}
	return STATUS_OK;
}

static enum status
copy_one(const struct detail *from, struct detail *to)
{
	to->type = strdup(from->type);
	if (to->type == NULL)
		return STATUS_NOMEM;
	for (size_t i = 0; i < DETAIL_FIELDS; i++) {
		const struct word_list *l = &from->fields[i];

		for (size_t k = 0; k < l->count; k++) {
			if (word_list_add(&to->fields[i], l->words[k],
				strlen(l->words[k])) != STATUS_OK)
				return STATUS_NOMEM;
		}
	}
	return STATUS_OK;
}

enum status
details_copy(const struct detail *from, size_t from_count,
    struct detail **details, size_t *count)
{
	*details = calloc(from_count + 1, sizeof(**details));
	if (*details == NULL)
		return STATUS_NOMEM;
	for (size_t i = 0; i < from_count; i++) {
		if (copy_one(&from[i], &(*details)[(*count)++]) != STATUS_OK)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

static const char *
read_wanted(const char *word, struct detail *ret)
{
	const char *equals = strchr(word, '=');

	for (size_t i = 0; equals != NULL && i < DETAIL_FIELDS; i++) {
		size_t n = strlen(names[i]);

		if ((size_t)(equals - word) != n ||
		    strncmp(word, names[i], n) != 0 || equals[1] == '\0')
			continue;
		return word_list_add(&ret->fields[i], equals + 1,
			   strlen(equals + 1)) == STATUS_OK
			   ? NULL
			   : "cannot be read: out of memory";
	}
	return "is no rule: write details = TYPE FIELD=VALUE ..., with "
	       "locations, actions, datatypes, privileges or identifier";
}

const char *
detail_rule_read(const char *text, struct detail_rule *ret)
{
	_cleanup_(word_list_clear) struct word_list words = {0};
	const char *fault = NULL;

	*ret = (struct detail_rule){.text = strdup(text)};
	if (ret->text == NULL ||
	    word_list_split(&words, text, true) != STATUS_OK ||
	    words.count == 0)
		fault = "cannot be read: out of memory";
	else if (strchr(words.words[0], '=') != NULL)
		fault = "begins without a type: write details = TYPE "
			"FIELD=VALUE ...";
	if (fault == NULL) {
		ret->wanted.type = strdup(words.words[0]);
		if (ret->wanted.type == NULL)
			fault = "cannot be read: out of memory";
	}
	for (size_t i = 1; fault == NULL && i < words.count; i++)
		fault = read_wanted(words.words[i], &ret->wanted);
	if (fault != NULL)
		detail_rule_clear(ret);
	return fault;
}

void
detail_rule_clear(struct detail_rule *r)
{
	free(r->text);
	detail_clear(&r->wanted);
	r->text = NULL;
}

static bool
has_all(const struct detail *d, const struct detail *wanted)
{
	if (strcmp(d->type, wanted->type) != 0)
		return false;
	for (size_t i = 0; i < DETAIL_FIELDS; i++) {
		const struct word_list *l = &wanted->fields[i];

		for (size_t k = 0; k < l->count; k++) {
			if (!word_list_has(&d->fields[i], l->words[k]))
				return false;
		}
	}
	return true;
}

void
details_keep_common(struct detail **details, size_t *count,
    const struct detail *other, size_t other_count)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		struct detail *d = &(*details)[i];
		bool common = false;

		for (size_t k = 0; k < other_count; k++)
			common = common || has_all(&other[k], d);
		if (common)
			(*details)[kept++] = *d;
		else
			detail_clear(d);
	}
	*count = kept;
}

bool
detail_rule_met(
    const struct detail_rule *r, const struct detail *details, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (has_all(&details[i], &r->wanted))
			return true;
	}
	return false;
}
