/* SPDX-License-Identifier: ISC */
/*
 * The strict check that runs before cJSON sees a byte. cJSON takes duplicate
 * names (the first wins), cuts strings at \u0000, takes broken UTF-8 and reads
 * on after the end; each of these is a way to be two things to two readers.
 * One pass over the text, no recursion, all bounds named in json.h.
 */
#include "scopegate/json.h"

#include "json_scan.h"

/* Conformance runs go deeper than our own bound, but not without one. */
#define SYNTAX_DEPTH_MAX 1024

/*
 * Names of the open objects are kept as 64-bit hashes of what they mean. Equal
 * names have equal hashes, so no duplicate gets through; two names that
 * collide are refused as if they were one, which loses an odd document and
 * admits none.
 */
#define NAMES_MAX (JSON_DEPTH_MAX * JSON_MEMBERS_MAX)

/* What may come next. */
enum expect {
	EXPECT_VALUE,
	EXPECT_VALUE_OR_END,
	EXPECT_NAME,
	EXPECT_NAME_OR_END,
	EXPECT_COMMA_OR_END,
	EXPECT_NOTHING
};

struct frame {
	bool object;
	unsigned int members;
	size_t names_before;
};

struct check {
	struct json_scan scan;
	size_t depth;
	struct frame frames[SYNTAX_DEPTH_MAX];
	size_t name_count;
	uint64_t names[NAMES_MAX];
};

static bool
open_container(struct check *c, bool object, enum expect *ret_next)
{
	size_t most = c->scan.syntax_only ? SYNTAX_DEPTH_MAX : JSON_DEPTH_MAX;

	if (c->depth == most)
		return json_scan_refuse(&c->scan, "nested too deep");
	if (!c->scan.syntax_only && c->depth == 0 && !object)
		return json_scan_refuse(&c->scan, "not an object at the top");
	c->frames[c->depth++] = (struct frame){object, 0, c->name_count};
	c->scan.at++;
	*ret_next = object ? EXPECT_NAME_OR_END : EXPECT_VALUE_OR_END;
	return true;
}

static bool
close_container(struct check *c, enum expect *ret_next)
{
	struct frame *f = &c->frames[c->depth - 1];

	if (json_scan_peek(&c->scan) != (f->object ? '}' : ']'))
		return json_scan_refuse(
		    &c->scan, "a bracket that does not match");
	c->name_count = f->names_before;
	c->scan.at++;
	c->depth--;
	*ret_next = c->depth == 0 ? EXPECT_NOTHING : EXPECT_COMMA_OR_END;
	return true;
}

static bool
count_member(struct check *c)
{
	struct frame *f = &c->frames[c->depth - 1];

	if (!c->scan.syntax_only && ++f->members > JSON_MEMBERS_MAX)
		return json_scan_refuse(&c->scan, "too many members");
	return true;
}

static bool
check_value(struct check *c, enum expect *ret_next)
{
	int p = json_scan_peek(&c->scan);
	bool good;

	if (c->depth > 0 && !count_member(c))
		return false;
	if (p == '{' || p == '[')
		return open_container(c, p == '{', ret_next);
	if (!c->scan.syntax_only && c->depth == 0)
		return json_scan_refuse(&c->scan, "not an object at the top");
	if (p == '"')
		good = json_scan_string(&c->scan, NULL);
	else if (p == '-' || (p >= '0' && p <= '9'))
		good = json_scan_number(&c->scan);
	else if (p == 't')
		good = json_scan_word(&c->scan, "true");
	else if (p == 'f')
		good = json_scan_word(&c->scan, "false");
	else if (p == 'n')
		good = json_scan_word(&c->scan, "null");
	else
		good = json_scan_refuse(
		    &c->scan, p < 0 ? "the text ends too early"
				    : "a character that starts no value");
	*ret_next = c->depth == 0 ? EXPECT_NOTHING : EXPECT_COMMA_OR_END;
	return good;
}

static bool
check_name(struct check *c, enum expect *ret_next)
{
	struct frame *f = &c->frames[c->depth - 1];
	uint64_t hash = JSON_SCAN_HASH_START;

	if (json_scan_peek(&c->scan) != '"')
		return json_scan_refuse(&c->scan, "a member without a name");
	if (!json_scan_string(&c->scan, &hash))
		return false;
	for (size_t i = f->names_before;
	     !c->scan.syntax_only && i < c->name_count; i++)
		if (c->names[i] == hash)
			return json_scan_refuse(
			    &c->scan, "a name that occurs twice");
	/* Members are counted with their values; one more name is the most. */
	if (!c->scan.syntax_only) {
		if (c->name_count == NAMES_MAX)
			return json_scan_refuse(&c->scan, "too many members");
		c->names[c->name_count++] = hash;
	}
	json_scan_blanks(&c->scan);
	if (json_scan_peek(&c->scan) != ':')
		return json_scan_refuse(&c->scan, "a name without a colon");
	c->scan.at++;
	*ret_next = EXPECT_VALUE;
	return true;
}

static bool
check_comma(struct check *c, enum expect *ret_next)
{
	if (json_scan_peek(&c->scan) != ',')
		return close_container(c, ret_next);
	c->scan.at++;
	*ret_next = c->frames[c->depth - 1].object ? EXPECT_NAME : EXPECT_VALUE;
	return true;
}

/* One step of the grammar; blanks have been skipped. */
static bool
step(struct check *c, enum expect *next)
{
	int p = json_scan_peek(&c->scan);

	switch (*next) {
	case EXPECT_VALUE_OR_END:
		if (p == ']')
			return close_container(c, next);
		return check_value(c, next);
	case EXPECT_VALUE:
		return check_value(c, next);
	case EXPECT_NAME_OR_END:
		if (p == '}')
			return close_container(c, next);
		return check_name(c, next);
	case EXPECT_NAME:
		return check_name(c, next);
	case EXPECT_COMMA_OR_END:
		return check_comma(c, next);
	case EXPECT_NOTHING:
		break;
	}
	return json_scan_refuse(&c->scan, "text after the end");
}

enum status
json_check(const char *text, size_t length, bool syntax_only,
    const char **ret_reason, size_t *ret_offset)
{
	struct check c;
	enum expect next = EXPECT_VALUE;

	/* The arrays of `c` stay unset: they are read only as far as filled. */
	c.scan = (struct json_scan){
	    .text = text, .length = length, .syntax_only = syntax_only};
	c.depth = 0;
	c.name_count = 0;
	if (length > JSON_DOCUMENT_MAX)
		(void)json_scan_refuse(&c.scan, "a document that is too long");
	for (json_scan_blanks(&c.scan); c.scan.reason == NULL;
	     json_scan_blanks(&c.scan)) {
		if (next == EXPECT_NOTHING && c.scan.at == length)
			return STATUS_OK;
		if (!step(&c, &next))
			break;
	}
	*ret_reason = c.scan.reason;
	*ret_offset = c.scan.at;
	return STATUS_MALFORMED;
}
