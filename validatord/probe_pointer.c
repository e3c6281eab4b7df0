/* SPDX-License-Identifier: ISC */
/*
 * Pointers and the rules on what they find. An absent member, or one of another
 * type than the rule's, answers no rule: an API that begins to say "true" for
 * true must not let a blocked account in.
 */
#include "probe_pointer.h"

#include <stdlib.h>
#include <string.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define STEP_MAX CONF_LINE_MAX /* a pointer stands on one line */
#define EXACT_MAX ((int64_t)1 << 53)

const char *
probe_pointer_fault(const char *pointer)
{
	if (pointer[0] != '/')
		return "is no JSON pointer (RFC 6901): write /MEMBER or "
		       "/MEMBER/MEMBER";
	for (const char *p = pointer; *p != '\0'; p++) {
		if (*p == '~' && p[1] != '0' && p[1] != '1')
			return "has a ~ that is no ~0 or ~1 (RFC 6901): write "
			       "~0 for ~ and ~1 for /";
	}
	return strlen(pointer) < STEP_MAX
		   ? NULL
		   : "is too long: an answer is not nested that deep";
}

/* One step, unescaped; the place where the next begins, or the end. */
static const char *
next_step(const char *pointer, char ret[STEP_MAX])
{
	size_t n = 0;
	const char *p = pointer + 1;

	for (; *p != '\0' && *p != '/' && n + 1 < STEP_MAX; p++) {
		if (*p == '~')
			ret[n++] = *++p == '1' ? '/' : '~';
		else
			ret[n++] = *p;
	}
	ret[n] = '\0';
	return p;
}

/* RFC 6901 section 4: 0, or digits without a leading zero. */
static bool
is_index(const char *step)
{
	size_t n = strspn(step, "0123456789");

	return n > 0 && n < 5 && step[n] == '\0' && (step[0] != '0' || n == 1);
}

static const struct json_value *
element(const struct json_value *array, long index)
{
	const struct json_value *v = json_first(array);

	while (v != NULL && index-- > 0)
		v = json_next(v);
	return v;
}

static const struct json_value *
take_step(const struct json_value *v, const char *step)
{
	if (v != NULL && json_type(v) == JSON_ARRAY && is_index(step))
		return element(v, strtol(step, NULL, 10));
	while (v != NULL && json_type(v) == JSON_ARRAY)
		v = json_first(v);
	return v != NULL ? json_get(v, step) : NULL;
}

const struct json_value *
probe_pointer_find(const struct json_value *top, const char *pointer)
{
	char step[STEP_MAX];

	while (top != NULL && *pointer == '/') {
		pointer = next_step(pointer, step);
		top = take_step(top, step);
	}
	return top;
}

/* The literal, parsed by what parses the answers. */
static enum status
parse_literal(const char *text, struct json **ret)
{
	_cleanup_(buf_clear) struct buf b;
	const char *why;
	size_t at;

	buf_init(&b, STEP_MAX * 2);
	/* A literal of its own: `1,"x":2` would be two members. */
	if (json_check(text, strlen(text), true, &why, &at) != STATUS_OK)
		return STATUS_MALFORMED;
	(void)buf_format(&b, "{\"v\":%s}", text);
	if (b.error != STATUS_OK)
		return b.error;
	return json_parse(buf_string(&b), b.length, ret, &why);
}

/* The parts of `POINTER == VALUE`; false: it is none. */
static bool
split_rule(const char *text, char pointer[STEP_MAX], const char **ret_literal)
{
	size_t n = strcspn(text, " \t");
	const char *rest = text + n + strspn(text + n, " \t");

	if (n >= STEP_MAX || strncmp(rest, "==", 2) != 0)
		return false;
	memcpy(pointer, text, n);
	pointer[n] = '\0';
	*ret_literal = rest + 2 + strspn(rest + 2, " \t");
	return **ret_literal != '\0';
}

static bool
literal_fits(const struct json_value *v, const char *literal)
{
	int64_t n;

	switch (json_type(v)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		return false;
	case JSON_NUMBER:
		return conf_parse_integer(literal, -EXACT_MAX, EXACT_MAX, &n) ==
		       STATUS_OK;
	default:
		return true;
	}
}

const char *
probe_rule_fault(const char *text)
{
	_cleanup_(json_freep) struct json *j = NULL;
	char pointer[STEP_MAX];
	const char *literal, *fault;

	if (!split_rule(text, pointer, &literal))
		return "is no rule: write POINTER == VALUE";
	fault = probe_pointer_fault(pointer);
	if (fault != NULL)
		return fault;
	if (parse_literal(literal, &j) != STATUS_OK ||
	    !literal_fits(json_get(json_top(j), "v"), literal))
		return "has a value that is none: write \"TEXT\", a whole "
		       "number, true, false or null";
	return NULL;
}

enum status
probe_rule_parse(const char *text, struct probe_rule *ret)
{
	_cleanup_(json_freep) struct json *j = NULL;
	_cleanup_(probe_rule_clear) struct probe_rule r = {0};
	char pointer[STEP_MAX];
	const char *literal, *value;
	enum status s;

	if (!split_rule(text, pointer, &literal))
		return STATUS_INVALID;
	s = parse_literal(literal, &j);
	if (s != STATUS_OK)
		return s;
	value = literal;
	r.type = (int)json_type(json_get(json_top(j), "v"));
	if (r.type == JSON_STRING)
		(void)json_string(json_get(json_top(j), "v"), &value);
	r.pointer = strdup(pointer);
	r.value = strdup(value);
	if (r.pointer == NULL || r.value == NULL)
		return STATUS_NOMEM;
	*ret = r;
	r = (struct probe_rule){0};
	return STATUS_OK;
}

void
probe_rule_clear(struct probe_rule *r)
{
	free(r->pointer);
	free(r->value);
	*r = (struct probe_rule){0};
}

static bool
integer_is(const struct json_value *v, const char *text)
{
	int64_t is, wanted;

	return json_integer(v, -EXACT_MAX, EXACT_MAX, &is) == STATUS_OK &&
	       conf_parse_integer(text, -EXACT_MAX, EXACT_MAX, &wanted) ==
		   STATUS_OK &&
	       is == wanted;
}

static bool
equals(const struct json_value *v, const struct probe_rule *r)
{
	const char *text;
	bool yes;

	switch (json_type(v)) {
	case JSON_STRING:
		return json_string(v, &text) == STATUS_OK &&
		       strcmp(text, r->value) == 0;
	case JSON_BOOL:
		return json_bool(v, &yes) == STATUS_OK &&
		       strcmp(yes ? "true" : "false", r->value) == 0;
	case JSON_NUMBER:
		return integer_is(v, r->value);
	default:
		return json_type(v) == JSON_NULL;
	}
}

enum probe_rule_answer
probe_rule_ask(const struct probe_rule *r, const struct json_value *top)
{
	const struct json_value *v = probe_pointer_find(top, r->pointer);

	if (v == NULL)
		return PROBE_RULE_UNKNOWN;
	if ((int)json_type(v) != r->type)
		return r->type == JSON_NULL ? PROBE_RULE_FAILS
					    : PROBE_RULE_UNKNOWN;
	return equals(v, r) ? PROBE_RULE_HOLDS : PROBE_RULE_FAILS;
}
