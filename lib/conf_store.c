/* SPDX-License-Identifier: ISC */
/*
 * One value by its row: checked, then stored at the row's offset, or described
 * as it should have been. Must never store a value that its row does not allow.
 */
#include <stdlib.h>
#include <string.h>

#include "conf_value.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

static enum status
store_number(const struct conf_option *o, const char *text, void *at)
{
	int64_t v;
	enum status s = o->type == CONF_INTEGER
			    ? conf_parse_integer(text, INT64_MIN, INT64_MAX, &v)
			    : conf_parse_duration_ms(text, &v);

	if (s != STATUS_OK || v < o->min || v > o->max)
		return STATUS_INVALID;
	*(int64_t *)at = v;
	return STATUS_OK;
}

static enum status
store_text(const struct conf_option *o, const char *text, void *at)
{
	char *copy;

	if (o->type == CONF_PATH && text[0] != '/')
		return STATUS_INVALID;
	if (o->repeated)
		return word_list_add(at, text, strlen(text));
	copy = strdup(text);
	if (copy == NULL)
		return STATUS_NOMEM;
	free(*(char **)at);
	*(char **)at = copy;
	return STATUS_OK;
}

static enum status
store_choice(const struct conf_option *o, const char *text, int *at)
{
	for (int i = 0; o->choices[i] != NULL; i++)
		if (strcmp(text, o->choices[i]) == 0) {
			*at = i;
			return STATUS_OK;
		}
	return STATUS_INVALID;
}

enum status
conf_store(const struct conf_option *o, const char *text, void *data)
{
	void *at = (char *)data + o->offset;
	struct word_list *words = at;
	enum status s;

	switch (o->type) {
	case CONF_STRING:
	case CONF_PATH:
		return store_text(o, text, at);
	case CONF_WORDS:
		s = word_list_split(words, text, false);
		if (s == STATUS_OK && o->max > 0 &&
		    words->count > (size_t)o->max)
			return STATUS_INVALID;
		return s;
	case CONF_CHOICE:
		return store_choice(o, text, at);
	case CONF_BOOL:
		return conf_parse_bool(text, at);
	case CONF_INTEGER:
	case CONF_DURATION_MS:
		return store_number(o, text, at);
	}
	return STATUS_INVALID;
}

static size_t
stored_size(const struct conf_option *o)
{
	switch (o->type) {
	case CONF_STRING:
	case CONF_PATH:
		return o->repeated ? sizeof(struct word_list) : sizeof(char *);
	case CONF_WORDS:
		return sizeof(struct word_list);
	case CONF_CHOICE:
		return sizeof(int);
	case CONF_BOOL:
		return sizeof(bool);
	case CONF_INTEGER:
	case CONF_DURATION_MS:
		return sizeof(int64_t);
	}
	return 0;
}

void
conf_move(const struct conf_option *o, void *from, void *to)
{
	size_t n = stored_size(o);

	memcpy((char *)to + o->offset, (char *)from + o->offset, n);
	memset((char *)from + o->offset, 0, n);
}

/* In the largest unit that is exact: "5s", not "5000ms". */
static void
append_duration(struct buf *b, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *unit;
	} units[] = {{24 * 60 * 60 * 1000, "d"}, {60 * 60 * 1000, "h"},
	    {60 * 1000, "m"}, {1000, "s"}, {1, "ms"}};
	size_t i = 0;

	while (ms % units[i].ms != 0)
		i++;
	if (ms == 0)
		i = ELEMENTS(units) - 2;
	(void)buf_format(
	    b, "%lld%s", (long long)(ms / units[i].ms), units[i].unit);
}

static bool
append_words(struct buf *b, const struct word_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		(void)buf_format(b, "%s%s", i > 0 ? " " : "", l->words[i]);
	return l->count > 0;
}

static bool
append_one(struct buf *b, const struct word_list *l, size_t place)
{
	if (place >= l->count)
		return false;
	(void)buf_append_string(b, l->words[place]);
	return true;
}

/* An opt-out such as `audience = none` may leave nothing behind. */
static bool
append_text(struct buf *b, const char *text, bool written)
{
	if (text == NULL && !written)
		return false;
	(void)buf_append_string(b, text != NULL ? text : "none");
	return true;
}

bool
conf_entry_write(const struct conf_entry *entry, size_t place, struct buf *ret)
{
	const struct conf_option *o = entry->option;
	const void *at = (const char *)entry->data + o->offset;
	bool written = entry->line != 0 || o->fallback != NULL;

	if (o->repeated)
		return append_one(ret, at, place);
	if (place > 0)
		return false;
	if (o->type == CONF_WORDS)
		return append_words(ret, at);
	if (o->type == CONF_STRING || o->type == CONF_PATH)
		return append_text(ret, *(char *const *)at, written);
	if (!written)
		return false;
	if (o->type == CONF_CHOICE)
		(void)buf_append_string(ret, o->choices[*(const int *)at]);
	else if (o->type == CONF_BOOL)
		(void)buf_append_string(ret, *(const bool *)at ? "yes" : "no");
	else if (o->type == CONF_INTEGER)
		(void)buf_format(ret, "%lld", (long long)*(const int64_t *)at);
	else
		append_duration(ret, *(const int64_t *)at);
	return true;
}

void
conf_describe(const struct conf_option *o, struct buf *ret)
{
	switch (o->type) {
	case CONF_STRING:
		(void)buf_append_string(ret, "write some text");
		break;
	case CONF_PATH:
		(void)buf_append_string(
		    ret, "write an absolute path, with a / at its start");
		break;
	case CONF_WORDS:
		(void)buf_append_string(
		    ret, "write words with blanks between, each once");
		if (o->max > 0)
			(void)buf_format(
			    ret, ", at most %lld", (long long)o->max);
		break;
	case CONF_CHOICE:
		(void)buf_append_string(ret, "write one of:");
		for (size_t i = 0; o->choices[i] != NULL; i++)
			(void)buf_format(ret, " %s", o->choices[i]);
		break;
	case CONF_BOOL:
		(void)buf_append_string(ret, "write yes or no");
		break;
	case CONF_INTEGER:
		(void)buf_format(ret, "write a number from %lld to %lld",
		    (long long)o->min, (long long)o->max);
		break;
	case CONF_DURATION_MS:
		(void)buf_append_string(
		    ret, "write a number with a unit (ms s m h d), from ");
		append_duration(ret, o->min);
		(void)buf_append_string(ret, " to ");
		append_duration(ret, o->max);
		break;
	}
}
