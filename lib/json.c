/* SPDX-License-Identifier: ISC */
/*
 * The only file that knows cJSON. A document is checked before it is parsed,
 * found members are compared by case, and what is freed is wiped, since an
 * answer names people and their rights.
 */
#include "scopegate/json.h"

#include <cjson/cJSON.h>
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"

#define NUMERIC_DATE_MAX 253402300799.0 /* the end of the year 9999 */
#define EXACT_MAX 9007199254740992.0    /* 2^53: integers below are exact */

struct json {
	cJSON *top;
};

static void
wiping_free(void *p)
{
	if (p != NULL)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static void
use_wiping_free(void)
{
	static bool done;
	cJSON_Hooks hooks = {.malloc_fn = malloc, .free_fn = wiping_free};

	if (!done)
		cJSON_InitHooks(&hooks);
	done = true;
}

static const cJSON *
item(const struct json_value *v)
{
	return (const cJSON *)(const void *)v;
}

static const struct json_value *
value(const cJSON *i)
{
	return (const struct json_value *)(const void *)i;
}

enum status
json_parse(
    const char *text, size_t length, struct json **ret, const char **ret_reason)
{
	_cleanup_(json_freep) struct json *j = NULL;
	const char *end = NULL;
	size_t offset;

	if (json_check(text, length, false, ret_reason, &offset) != STATUS_OK)
		return STATUS_MALFORMED;
	use_wiping_free();
	j = calloc(1, sizeof(*j));
	if (j != NULL)
		j->top = cJSON_ParseWithLengthOpts(text, length, &end, false);
	if (j == NULL || j->top == NULL) {
		*ret_reason = "out of memory";
		return STATUS_NOMEM;
	}
	*ret = TAKE_PTR(j);
	return STATUS_OK;
}

void
json_free(struct json *j)
{
	if (j == NULL)
		return;
	cJSON_Delete(j->top);
	free(j);
}

void
json_freep(struct json **j)
{
	json_free(*j);
	*j = NULL;
}

const struct json_value *
json_top(const struct json *j)
{
	return value(j->top);
}

enum json_type
json_type(const struct json_value *v)
{
	const cJSON *i = item(v);

	if (cJSON_IsObject(i))
		return JSON_OBJECT;
	if (cJSON_IsArray(i))
		return JSON_ARRAY;
	if (cJSON_IsString(i))
		return JSON_STRING;
	if (cJSON_IsNumber(i))
		return JSON_NUMBER;
	if (cJSON_IsBool(i))
		return JSON_BOOL;
	return JSON_NULL;
}

const struct json_value *
json_get(const struct json_value *object, const char *name)
{
	if (object == NULL || !cJSON_IsObject(item(object)))
		return NULL;
	return value(cJSON_GetObjectItemCaseSensitive(item(object), name));
}

const struct json_value *
json_first(const struct json_value *container)
{
	return value(item(container)->child);
}

const struct json_value *
json_next(const struct json_value *v)
{
	return value(item(v)->next);
}

size_t
json_count(const struct json_value *container)
{
	return (size_t)cJSON_GetArraySize(item(container));
}

const char *
json_name(const struct json_value *member)
{
	return item(member)->string;
}

enum status
json_string(const struct json_value *v, const char **ret)
{
	if (v == NULL)
		return STATUS_NOT_FOUND;
	if (!cJSON_IsString(item(v)))
		return STATUS_MALFORMED;
	*ret = item(v)->valuestring;
	return STATUS_OK;
}

enum status
json_bool(const struct json_value *v, bool *ret)
{
	if (v == NULL)
		return STATUS_NOT_FOUND;
	if (!cJSON_IsBool(item(v)))
		return STATUS_MALFORMED;
	*ret = cJSON_IsTrue(item(v));
	return STATUS_OK;
}

enum status
json_numeric_date(const struct json_value *v, int64_t *ret)
{
	double d;

	if (v == NULL)
		return STATUS_NOT_FOUND;
	if (!cJSON_IsNumber(item(v)))
		return STATUS_MALFORMED;
	/* Not valueint: it stops at 2^31 - 1. */
	d = item(v)->valuedouble;
	if (!isfinite(d) || d < 0 || d > NUMERIC_DATE_MAX)
		return STATUS_MALFORMED;
	*ret = (int64_t)d;
	return STATUS_OK;
}

enum status
json_integer(const struct json_value *v, int64_t min, int64_t max, int64_t *ret)
{
	double d;
	int64_t n;

	if (v == NULL)
		return STATUS_NOT_FOUND;
	if (!cJSON_IsNumber(item(v)))
		return STATUS_MALFORMED;
	d = item(v)->valuedouble;
	if (!(d >= -EXACT_MAX && d <= EXACT_MAX))
		return STATUS_MALFORMED;
	n = (int64_t)d;
	if (fabs(d - (double)n) > 0 || n < min || n > max)
		return STATUS_MALFORMED;
	*ret = n;
	return STATUS_OK;
}
