/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts_read.h"
#include "scopegate/buf.h"

/* Members as text, for rules that the operator writes. */

#define CLAIMS_MAX 512u /* those inside objects count up to here */
#define POINTER_MAX 255u
#define DEPTH_MAX (FACTS_LEVELS - 1u) /* below the top */
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

/* What claims_read() has so far. */
struct gathering {
	struct claim *claims;
	size_t count, room;
	const char *const *except;
	struct buf name; /* the pointer of the object at hand */
};

static enum status
add_claim(struct gathering *g, const char *name, struct claim *c)
{
	struct claim *grown;

	if (g->count == g->room) {
		grown = reallocarray(
		    g->claims, g->room * 2, sizeof(*g->claims));
		if (grown == NULL)
			return STATUS_NOMEM;
		g->claims = grown;
		g->room *= 2;
	}
	c->name = strdup(name);
	if (c->name == NULL)
		return STATUS_NOMEM;
	g->claims[g->count++] = *c;
	*c = (struct claim){.name = NULL};
	return STATUS_OK;
}

static enum status
gather_value(
    struct gathering *g, const struct json_value *v, const char *name)
{
	struct claim c = {.name = NULL};
	enum status s = claim_values(v, &c);

	/* An empty array says that there is none of it. */
	if (s == STATUS_OK &&
	    (c.values.count > 0 ||
		(json_type(v) == JSON_ARRAY && json_count(v) == 0)))
		s = add_claim(g, name, &c);
	word_list_clear(&c.values);
	return s;
}

/* RFC 6901 section 3: "~" is "~0" and "/" is "~1". */
static enum status
append_escaped(struct buf *b, const char *name)
{
	(void)buf_append_byte(b, '/');
	for (; *name != '\0'; name++) {
		if (*name == '~')
			(void)buf_append_string(b, "~0");
		else if (*name == '/')
			(void)buf_append_string(b, "~1");
		else
			(void)buf_append_byte(b, (uint8_t)*name);
	}
	return b->error;
}

/* Roles and groups stand in objects at some servers. What is too deep, too long
 * or too many for a rule to name is left out, and so passes none. */
static enum status
gather_inside(
    struct gathering *g, const struct json_value *object, unsigned int depth)
{
	enum status s = STATUS_OK;

	for (const struct json_value *v = json_first(object);
	     s == STATUS_OK && v != NULL; v = json_next(v)) {
		size_t length = g->name.length;

		if (g->count >= CLAIMS_MAX ||
		    length + 2 * strlen(json_name(v)) + 1 > POINTER_MAX)
			continue;
		s = append_escaped(&g->name, json_name(v));
		if (s == STATUS_OK && json_type(v) == JSON_OBJECT &&
		    depth < DEPTH_MAX)
			s = gather_inside(g, v, depth + 1);
		else if (s == STATUS_OK)
			s = gather_value(g, v, buf_string(&g->name));
		g->name.length = length;
		if (g->name.data != NULL)
			g->name.data[length] = '\0';
	}
	return s;
}

static enum status
gather(struct gathering *g, const struct json_value *top)
{
	enum status s = STATUS_OK;

	for (const struct json_value *v = json_first(top);
	     s == STATUS_OK && v != NULL; v = json_next(v)) {
		/* A name that reads like a pointer would pass for one. */
		if (is_one_of(json_name(v), g->except) ||
		    json_name(v)[0] == '/')
			continue;
		if (json_type(v) != JSON_OBJECT) {
			s = gather_value(g, v, json_name(v));
			continue;
		}
		g->name.length = 0;
		if (strlen(json_name(v)) * 2 + 1 > POINTER_MAX)
			continue;
		s = append_escaped(&g->name, json_name(v));
		if (s == STATUS_OK)
			s = gather_inside(g, v, 1);
	}
	return s;
}

enum status
claims_read(const struct json_value *top, const char *const *except,
    struct claim **claims, size_t *count)
{
	struct gathering g = {.room = json_count(top) + 1, .except = except};
	enum status s;

	g.claims = calloc(g.room, sizeof(*g.claims));
	if (g.claims == NULL)
		return STATUS_NOMEM;
	buf_init(&g.name, POINTER_MAX);
	s = gather(&g, top);
	buf_clear(&g.name);
	*claims = g.claims;
	*count = g.count;
	return s;
}
