/* SPDX-License-Identifier: ISC */
#include "deny.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "state_folder.h"

#define HEAD "scopegate deny list 1\n"
#define LINE_MAX 512
#define FILE_MAX (DENY_RULES_MAX * LINE_MAX)

static const char *const names[DENY_KINDS] = {
    [DENY_SUB] = "sub",
    [DENY_CLIENT] = "client",
    [DENY_KID] = "kid",
    [DENY_JTI] = "jti",
    [DENY_USER] = "user",
    [DENY_ISSUED_BEFORE] = "issued-before",
};

const char *
deny_kind_name(enum deny_kind k)
{
	return names[k];
}

bool
deny_kind_named(struct text name, enum deny_kind *ret)
{
	for (size_t i = 0; i < DENY_KINDS; i++) {
		if (text_equal_string(name, names[i])) {
			*ret = (enum deny_kind)i;
			return true;
		}
	}
	return false;
}

static void
rule_clear(struct deny_rule *r)
{
	free(r->issuer);
	free(r->value);
	*r = (struct deny_rule){.issuer = NULL};
}

void
deny_free(struct deny_list *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->count; i++)
		rule_clear(&d->rules[i]);
	free(d->state_dir);
	free(d);
}

static void
deny_freep(struct deny_list **d)
{
	deny_free(*d);
}

/* Decimal, of up to 12 digits. */
static bool
read_number(const char *text, int64_t *ret)
{
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 12 || text[n] != '\0')
		return false;
	*ret = strtoll(text, NULL, 10);
	return true;
}

static bool
is_value(struct text t)
{
	if (t.length == 0 || t.length > DENY_VALUE_MAX)
		return false;
	for (size_t i = 0; i < t.length; i++) {
		unsigned char c = (unsigned char)t.bytes[i];

		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}

static enum status
rule_make(struct deny_rule *r, enum deny_kind kind, struct text issuer,
    struct text value)
{
	*r = (struct deny_rule){.kind = kind};
	if (!is_value(value))
		return STATUS_INVALID;
	r->value = strndup(value.bytes, value.length);
	if (issuer.bytes != NULL)
		r->issuer = strndup(issuer.bytes, issuer.length);
	if (r->value == NULL || (issuer.bytes != NULL && r->issuer == NULL)) {
		rule_clear(r);
		return STATUS_NOMEM;
	}
	if (kind == DENY_ISSUED_BEFORE && !read_number(r->value, &r->before)) {
		rule_clear(r);
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

/* KIND ISSUER SINCE UID VALUE; the value goes on to the line's end, and "*"
 * is any issuer. */
static bool
read_line(char *line, struct deny_rule *ret)
{
	char *word[4];
	enum deny_kind kind;
	int64_t since, by;

	for (size_t i = 0; i < ELEMENTS(word); i++) {
		word[i] = strsep(&line, " ");
		if (line == NULL || word[i][0] == '\0')
			return false;
	}
	if (!deny_kind_named(text_of(word[0]), &kind) ||
	    !read_number(word[2], &since) || !read_number(word[3], &by) ||
	    by > UINT32_MAX)
		return false;
	if (rule_make(ret, kind,
		strcmp(word[1], "*") == 0 ? (struct text){0} : text_of(word[1]),
		text_of(line)) != STATUS_OK)
		return false;
	ret->since = since;
	ret->by = (uid_t)by;
	return true;
}

static enum status
refuse(const struct deny_list *d, unsigned int line, struct conf_error *e)
{
	_cleanup_(buf_clear) struct buf path;

	buf_init(&path, LINE_MAX);
	(void)buf_format(&path, "%s/" DENY_FILE, d->state_dir);
	conf_error_set(e, buf_string(&path), line,
	    "is not understood, so nobody can say whom it denies: correct the "
	    "line, or remove it if nobody is to be denied by it");
	return STATUS_INVALID;
}

static enum status
parse(struct deny_list *d, char *text, struct conf_error *e)
{
	unsigned int number = 1;
	char *line;

	if (strncmp(text, HEAD, sizeof(HEAD) - 1) != 0)
		return refuse(d, 1, e);
	text += sizeof(HEAD) - 1;
	while ((line = strsep(&text, "\n")) != NULL) {
		number++;
		if (line[0] == '\0' && text == NULL)
			break;
		if (d->count == DENY_RULES_MAX ||
		    !read_line(line, &d->rules[d->count]))
			return refuse(d, number, e);
		d->count++;
	}
	return STATUS_OK;
}

static enum status
read_list(struct deny_list *d, struct conf_error *e)
{
	_cleanup_(close_fd) int folder = -1;
	_cleanup_(buf_clear) struct buf text;
	enum status s = state_folder_look(d->state_dir, &folder);

	buf_init(&text, FILE_MAX);
	if (s == STATUS_NOT_FOUND)
		return STATUS_OK;
	/* What others can enter they can change, and then it is no list. */
	if (s == STATUS_FORBIDDEN)
		return state_folder_open(d->state_dir, &folder, e);
	if (s == STATUS_OK)
		s = state_file_read(folder, DENY_FILE, &text);
	if (s == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (s == STATUS_OK && memchr(text.data, '\0', text.length) == NULL)
		return parse(d, (char *)text.data, e);
	return refuse(d, 0, e);
}

enum status
deny_load(const char *state_dir, struct deny_list **ret,
    struct conf_error *ret_error)
{
	_cleanup_(deny_freep) struct deny_list *d = calloc(1, sizeof(*d));
	enum status s;

	if (d != NULL)
		d->state_dir = strdup(state_dir);
	if (d == NULL || d->state_dir == NULL)
		return STATUS_NOMEM;
	s = read_list(d, ret_error);
	if (s == STATUS_OK)
		*ret = TAKE_PTR(d);
	return s;
}

static enum status
save(struct deny_list *d)
{
	_cleanup_(close_fd) int folder = -1;
	_cleanup_(buf_clear) struct buf text;
	struct conf_error e;
	enum status s = state_folder_open(d->state_dir, &folder, &e);

	buf_init(&text, FILE_MAX);
	(void)buf_append_string(&text, HEAD);
	for (size_t i = 0; i < d->count; i++) {
		const struct deny_rule *r = &d->rules[i];

		(void)buf_format(&text, "%s %s %" PRId64 " %u %s\n",
		    names[r->kind], r->issuer != NULL ? r->issuer : "*",
		    r->since, (unsigned int)r->by, r->value);
	}
	if (s == STATUS_OK)
		s = text.error;
	if (s == STATUS_OK)
		s = state_file_write(folder, DENY_FILE,
		    (struct text){(const char *)text.data, text.length});
	d->unsaved = s != STATUS_OK;
	return s;
}

static struct deny_rule *
find_same(struct deny_list *d, enum deny_kind kind, struct text issuer,
    struct text value)
{
	for (size_t i = 0; i < d->count; i++) {
		struct deny_rule *r = &d->rules[i];
		bool same_issuer = issuer.bytes == NULL
				       ? r->issuer == NULL
				       : r->issuer != NULL && text_equal_string(
							   issuer, r->issuer);

		if (r->kind == kind && same_issuer &&
		    text_equal_string(value, r->value))
			return r;
	}
	return NULL;
}

enum status
deny_add(struct deny_list *d, enum deny_kind kind, struct text issuer,
    struct text value, int64_t now, uid_t by)
{
	struct deny_rule *r = &d->rules[d->count];
	enum status s;

	if (find_same(d, kind, issuer, value) != NULL) {
		/* Said again because it was not on disk. */
		s = d->unsaved ? save(d) : STATUS_OK;
		return s == STATUS_OK ? STATUS_BUSY : s;
	}
	if (d->count == DENY_RULES_MAX)
		return STATUS_TOO_BIG;
	s = rule_make(r, kind, issuer, value);
	if (s != STATUS_OK)
		return s;
	r->since = now;
	r->by = by;
	d->count++;
	return save(d);
}

/* Order means nothing, so the last one takes the place. */
enum status
deny_remove(struct deny_list *d, enum deny_kind kind, struct text issuer,
    struct text value)
{
	struct deny_rule *r = find_same(d, kind, issuer, value);
	struct deny_rule removed;
	enum status s;

	if (r == NULL)
		return STATUS_NOT_FOUND;
	removed = *r;
	*r = d->rules[--d->count];
	s = save(d);
	if (s == STATUS_OK)
		rule_clear(&removed);
	else
		d->rules[d->count++] = removed;
	return s;
}

static bool
is(const char *fact, const char *value)
{
	return fact != NULL && strcmp(fact, value) == 0;
}

static bool
meets(const struct deny_rule *r, const struct facts *f, struct text user)
{
	switch (r->kind) {
	case DENY_SUB:
		return is(f->subject, r->value);
	case DENY_CLIENT:
		return is(f->client_id, r->value);
	case DENY_KID:
		return is(f->key_id, r->value);
	case DENY_JTI:
		return is(f->token_id, r->value);
	case DENY_USER:
		return text_equal_string(user, r->value);
	case DENY_ISSUED_BEFORE:
		/* 0: not stated, so it may be older. */
		return f->issued_at < r->before;
	case DENY_KINDS:
		break;
	}
	return true;
}

const struct deny_rule *
deny_find(const struct deny_list *d, const char *issuer,
    const struct facts *facts, struct text user)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct deny_rule *r = &d->rules[i];

		if ((r->issuer == NULL || strcmp(r->issuer, issuer) == 0) &&
		    meets(r, facts, user))
			return r;
	}
	return NULL;
}
