/* SPDX-License-Identifier: ISC */
#include "jose/jwks.h"

#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"

static void
free_json(struct json **j)
{
	json_free(*j);
}

void
jwks_free(struct jwks *j)
{
	if (j == NULL)
		return;
	for (size_t i = 0; i < j->count; i++)
		jwk_clear(&j->keys[i]);
	free(j->keys);
	free(j);
}

void
jwks_freep(struct jwks **j)
{
	jwks_free(*j);
	*j = NULL;
}

static void
tell(const struct jwks_listener *listener, size_t index,
    const struct json_value *object, const char *why)
{
	const char *kid = NULL;

	if (listener == NULL)
		return;
	(void)json_string(json_get(object, "kid"), &kid);
	listener->left_out(listener->context, index, kid, why);
}

/* The member's text, or NULL where it has none. */
static const char *
text_member(const struct json_value *object, const char *name)
{
	const char *text = NULL;

	(void)json_string(json_get(object, name), &text);
	return text;
}

static bool
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Asked of all that the set holds, so that one which is left out for another
 * reason still makes its namesake doubtful. */
static bool
has_namesake(const struct json_value *keys, const struct json_value *object)
{
	const char *kid = text_member(object, "kid");
	const char *type = text_member(object, "kty");

	for (const struct json_value *v = json_first(keys); v != NULL;
	     v = json_next(v)) {
		if (v != object && same(kid, text_member(v, "kid")) &&
		    same(type, text_member(v, "kty")))
			return true;
	}
	return false;
}

static enum status
read_keys(const struct json_value *keys, const struct jws_algorithms *allowed,
    const struct jwks_listener *listener, struct jwks *j)
{
	size_t index = 0;

	for (const struct json_value *v = json_first(keys); v != NULL;
	     v = json_next(v), index++) {
		const char *why = NULL;
		enum status s;

		if (has_namesake(keys, v)) {
			tell(listener, index, v,
			    "another key of its type has the same `kid`");
			continue;
		}
		s = jwk_read(v, allowed, &j->keys[j->count], &why);
		if (s == STATUS_NOMEM)
			return s;
		if (s == STATUS_OK)
			j->count++;
		else
			tell(listener, index, v, why);
	}
	return STATUS_OK;
}

enum status
jwks_read(struct text document, const struct jws_algorithms *allowed,
    const struct jwks_listener *listener, struct jwks **ret,
    const char **ret_why)
{
	_cleanup_(free_json) struct json *json = NULL;
	_cleanup_(jwks_freep) struct jwks *j = NULL;
	const struct json_value *keys;
	enum status s;

	*ret_why = NULL;
	s = json_parse(document.bytes, document.length, &json, ret_why);
	if (s != STATUS_OK)
		return s;
	keys = json_get(json_top(json), "keys");
	if (keys == NULL || json_type(keys) != JSON_ARRAY)
		*ret_why = "`keys` is missing or no array";
	else if (json_count(keys) > JWKS_KEYS_MAX)
		*ret_why = "it has more than 64 keys";
	if (*ret_why != NULL)
		return STATUS_MALFORMED;
	j = calloc(1, sizeof(*j));
	if (j != NULL)
		j->keys = calloc(json_count(keys) + 1, sizeof(*j->keys));
	if (j == NULL || j->keys == NULL)
		return STATUS_NOMEM;
	s = read_keys(keys, allowed, listener, j);
	if (s == STATUS_OK)
		*ret = TAKE_PTR(j);
	return s;
}

enum status
jwks_choose(const struct jwks *j, const struct jws_algorithm *algorithm,
    const char *kid, const struct jwk **ret)
{
	const struct jwk *found = NULL;
	bool other = false;

	for (size_t i = 0; i < j->count; i++) {
		const struct jwk *k = &j->keys[i];

		if (kid != NULL && !same(kid, k->kid))
			continue;
		if (k->algorithm != algorithm) {
			other = kid != NULL;
			continue;
		}
		if (found != NULL)
			return STATUS_BUSY;
		found = k;
	}
	if (found == NULL)
		return other ? STATUS_INVALID : STATUS_NOT_FOUND;
	*ret = found;
	return STATUS_OK;
}
