/* SPDX-License-Identifier: ISC */
#include "token_set.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"

#define EXPIRES_IN_MAX 315360000 /* ten years, in seconds */
#define TIME_MAX 253402300799

void
token_set_clear(struct token_set *t)
{
	secret_clear(&t->access);
	secret_clear(&t->refresh);
	free(t->scope);
	free(t->client_id);
	*t = (struct token_set){0};
}

bool
token_set_lasts(const struct token_set *t, int64_t now, int64_t seconds)
{
	return t->expires_at == 0 || t->expires_at - now > seconds;
}

/* Absent is fine unless it `must` be there; *ret is borrowed. */
static enum status
read_text(
    const struct json_value *o, const char *name, bool must, const char **ret)
{
	enum status s = json_string(json_get(o, name), ret);

	return s == STATUS_NOT_FOUND && !must ? STATUS_OK : s;
}

static bool
is_token(const char *text)
{
	struct secret s = {
	    .bytes = (char *)(uintptr_t)text, .length = strlen(text)};

	return s.length <= TOKEN_MAX && secret_is_b64token(&s);
}

struct answer {
	const char *access, *refresh, *scope, *type;
	int64_t expires_in; /* -1: not said */
};

static const char *
answer_fault(const struct json_value *o, struct answer *a)
{
	enum status s;

	a->expires_in = -1;
	if (read_text(o, "access_token", true, &a->access) != STATUS_OK)
		return "has no access_token";
	if (!is_token(a->access))
		return "has an access_token that is none (RFC 6750 section "
		       "2.1), or one of more than 16,384 octets";
	if (read_text(o, "token_type", true, &a->type) != STATUS_OK ||
	    strcasecmp(a->type, "bearer") != 0)
		return "has no token_type `bearer`";
	if (read_text(o, "refresh_token", false, &a->refresh) != STATUS_OK ||
	    (a->refresh != NULL && strlen(a->refresh) > TOKEN_MAX))
		return "has a refresh_token that is none";
	if (read_text(o, "scope", false, &a->scope) != STATUS_OK)
		return "has a scope that is no text";
	s = json_integer(
	    json_get(o, "expires_in"), 0, EXPIRES_IN_MAX, &a->expires_in);
	return s == STATUS_OK || s == STATUS_NOT_FOUND
		   ? NULL
		   : "has an expires_in that is no number of seconds";
}

/* Replaces *owned by a copy, if there is something to copy. */
static enum status
replace(char **owned, const char *text)
{
	char *copy;

	if (text == NULL)
		return STATUS_OK;
	copy = strdup(text);
	if (copy == NULL)
		return STATUS_NOMEM;
	free(*owned);
	*owned = copy;
	return STATUS_OK;
}

enum status
token_set_from_answer(const struct json_value *answer, int64_t now,
    struct token_set *ret, const char **ret_problem)
{
	struct answer a = {0};
	enum status s;

	*ret_problem = answer_fault(answer, &a);
	if (*ret_problem != NULL)
		return STATUS_MALFORMED;
	*ret_problem = "cannot be kept: out of memory";
	s = secret_set(&ret->access, a.access, strlen(a.access));
	if (s == STATUS_OK && a.refresh != NULL && a.refresh[0] != '\0')
		s = secret_set(&ret->refresh, a.refresh, strlen(a.refresh));
	if (s == STATUS_OK)
		s = replace(&ret->scope, a.scope);
	ret->obtained_at = now;
	ret->expires_at = a.expires_in < 0 ? 0 : now + a.expires_in;
	return s;
}

enum status
token_set_write(const struct token_set *t, struct buf *ret)
{
	struct json_writer w;

	json_writer_init(&w, ret);
	json_write_begin_object(&w, NULL);
	json_write_integer(&w, "version", 1);
	json_write_string(&w, "access_token", t->access.bytes);
	if (t->refresh.length > 0)
		json_write_string(&w, "refresh_token", t->refresh.bytes);
	json_write_integer(&w, "obtained_at", t->obtained_at);
	if (t->expires_at != 0)
		json_write_integer(&w, "expires_at", t->expires_at);
	if (t->scope != NULL)
		json_write_string(&w, "scope", t->scope);
	if (t->client_id != NULL)
		json_write_string(&w, "client_id", t->client_id);
	json_write_end_object(&w);
	return ret->error;
}

static enum status
read_time(const struct json_value *o, const char *name, int64_t *ret)
{
	enum status s = json_integer(json_get(o, name), 0, TIME_MAX, ret);

	return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

static enum status
take_kept(const struct json_value *o, struct token_set *t)
{
	const char *access = NULL, *refresh = NULL, *scope = NULL, *id = NULL;
	int64_t version = 0;

	if (json_integer(json_get(o, "version"), 1, 1, &version) != STATUS_OK ||
	    read_text(o, "access_token", true, &access) != STATUS_OK ||
	    !is_token(access) ||
	    read_text(o, "refresh_token", false, &refresh) != STATUS_OK ||
	    read_text(o, "scope", false, &scope) != STATUS_OK ||
	    read_text(o, "client_id", false, &id) != STATUS_OK ||
	    read_time(o, "obtained_at", &t->obtained_at) != STATUS_OK ||
	    read_time(o, "expires_at", &t->expires_at) != STATUS_OK)
		return STATUS_MALFORMED;
	if (secret_set(&t->access, access, strlen(access)) != STATUS_OK ||
	    (refresh != NULL && secret_set(&t->refresh, refresh,
				    strlen(refresh)) != STATUS_OK) ||
	    replace(&t->scope, scope) != STATUS_OK ||
	    replace(&t->client_id, id) != STATUS_OK)
		return STATUS_NOMEM;
	return STATUS_OK;
}

enum status
token_set_read(const char *text, size_t length, struct token_set *ret)
{
	_cleanup_(token_set_clear) struct token_set t = {0};
	_cleanup_(json_freep) struct json *j = NULL;
	const char *reason;
	enum status s = json_parse(text, length, &j, &reason);

	if (s == STATUS_OK)
		s = take_kept(json_top(j), &t);
	if (s != STATUS_OK)
		return s;
	token_set_clear(ret);
	*ret = t;
	t = (struct token_set){0};
	return STATUS_OK;
}
