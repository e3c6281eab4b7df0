/* SPDX-License-Identifier: ISC */
#include "facts_read.h"

#include <string.h>
#include <strings.h>

#include "scopegate/cleanup.h"

/*
 * What an authorization server said about a token, made into facts. A known
 * member of the wrong type is malformed, never absent, and nothing is cut to
 * fit. It judges nothing; claims.c does.
 */

/* RFC 6749 section 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
static bool
is_scope_token(const char *token, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)token[i];

		if (c < 0x21 || c > 0x7e || c == '"' || c == '\\')
			return false;
	}
	return length > 0;
}

static enum status
scope_add(struct word_list *l, const char *token, size_t length)
{
	if (!is_scope_token(token, length))
		return STATUS_MALFORMED;
	for (size_t i = 0; i < l->count; i++) {
		if (strlen(l->words[i]) == length &&
		    memcmp(l->words[i], token, length) == 0)
			return STATUS_OK;
	}
	return l->count < SCOPES_MAX ? word_list_add(l, token, length)
				     : STATUS_MALFORMED;
}

/* Split at single spaces only: a tab or a second space is no scope string.
 * The empty string states that there are none. */
static enum status
read_scope_string(
    const struct json_value *v, bool commas, struct word_list *ret)
{
	const char *text;
	enum status s = json_string(v, &text);

	if (s == STATUS_OK && strlen(text) > SCOPE_TEXT_MAX)
		s = STATUS_MALFORMED;
	while (s == STATUS_OK && *text != '\0') {
		size_t length = strcspn(text, commas ? ", " : " ");

		s = scope_add(ret, text, length);
		text += length;
		if (*text == '\0')
			break;
		/* "a, b" is one separator. */
		text += commas && text[0] == ',' && text[1] == ' ' ? 2 : 1;
		if (*text == '\0')
			return STATUS_MALFORMED;
	}
	return s;
}

static enum status
read_scope_array(const struct json_value *v, struct word_list *ret)
{
	size_t total = 0;

	for (v = json_first(v); v != NULL; v = json_next(v)) {
		const char *text;
		enum status s = json_string(v, &text);

		if (s == STATUS_OK)
			s = scope_add(ret, text, strlen(text));
		if (s != STATUS_OK)
			return s;
		total += strlen(text) + 1;
		if (total > SCOPE_TEXT_MAX + 1)
			return STATUS_MALFORMED;
	}
	return STATUS_OK;
}

enum status
facts_scopes_read(
    const struct json_value *v, bool commas, struct word_list *ret)
{
	return json_type(v) == JSON_ARRAY ? read_scope_array(v, ret)
					  : read_scope_string(v, commas, ret);
}

/* `scope`, or where it is absent `scp`, which some servers use instead. With
 * neither the scopes are unknown, which is not the same as none. */
static enum status
read_scopes(const struct json_value *top, struct facts *f)
{
	const struct json_value *v = json_get(top, "scope");
	enum status s;

	if (v != NULL) {
		s = read_scope_string(v, false, &f->scopes);
	} else {
		v = json_get(top, "scp");
		if (v == NULL)
			return STATUS_OK;
		s = facts_scopes_read(v, false, &f->scopes);
	}
	f->scopes_known = s == STATUS_OK;
	return s;
}

static enum status
read_text(const struct json_value *v, size_t most, char **ret)
{
	const char *text;
	enum status s = json_string(v, &text);

	if (s == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (s != STATUS_OK || strlen(text) > most)
		return STATUS_MALFORMED;
	if (ret == NULL)
		return STATUS_OK;
	*ret = strdup(text);
	return *ret != NULL ? STATUS_OK : STATUS_NOMEM;
}

static enum status
read_texts(const struct json_value *top, struct facts *f)
{
	const struct {
		const char *name;
		size_t most;
		char **place; /* NULL: only its type counts here */
	} rows[] = {
	    {"sub", NAME_TEXT_MAX, &f->subject},
	    {"iss", ISSUER_TEXT_MAX, &f->issuer},
	    {"client_id", NAME_TEXT_MAX, &f->client_id},
	    {"token_type", NAME_TEXT_MAX, &f->token_type},
	    {"env", NAME_TEXT_MAX, &f->environment},
	    {"jti", NAME_TEXT_MAX, &f->token_id},
	    {"username", NAME_TEXT_MAX, NULL},
	    {"acr", NAME_TEXT_MAX, NULL},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		enum status s = read_text(
		    json_get(top, rows[i].name), rows[i].most, rows[i].place);

		if (s != STATUS_OK)
			return s;
	}
	/* An empty subject names nobody. */
	if (f->subject != NULL && f->subject[0] == '\0')
		free_ptr(&f->subject);
	return STATUS_OK;
}

static enum status
read_times(const struct json_value *top, struct facts *f)
{
	const struct {
		const char *name;
		int64_t *place;
	} rows[] = {
	    {"exp", &f->expires_at},
	    {"iat", &f->issued_at},
	    {"nbf", &f->not_before},
	    {"auth_time", &f->auth_time},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		int64_t value;
		enum status s =
		    json_numeric_date(json_get(top, rows[i].name), &value);

		if (s == STATUS_NOT_FOUND)
			continue;
		if (s != STATUS_OK)
			return s;
		/* 0 means "not stated" in facts; a stated 0 is 1970, and an
		 * `exp` of then must not read as "never expires". */
		*rows[i].place = value > 0 ? value : 1;
	}
	return STATUS_OK;
}

/* Says a server, in its own way, that this is no access token? */
static enum status
read_use(const struct json_value *top, struct facts *f)
{
	static const char *const members[] = {"token_use", "typ"};
	static const char *const wrong[] = {
	    "refresh", "refresh_token", "offline", "id", "id_token"};

	for (size_t i = 0; i < ELEMENTS(members); i++) {
		const char *text;
		enum status s = json_string(json_get(top, members[i]), &text);

		if (s == STATUS_NOT_FOUND)
			continue;
		if (s != STATUS_OK)
			return s;
		for (size_t k = 0; k < ELEMENTS(wrong); k++)
			f->wrong_use |= strcasecmp(text, wrong[k]) == 0;
	}
	return STATUS_OK;
}

static enum status
read_bound(const struct json_value *top, struct facts *f)
{
	const struct json_value *v = json_get(top, "cnf");

	f->bound = v != NULL;
	return v == NULL || json_type(v) == JSON_OBJECT ? STATUS_OK
							: STATUS_MALFORMED;
}

static enum status
read_audience(const struct json_value *top, struct facts *f)
{
	const struct json_value *v = json_get(top, "aud");

	return v == NULL ? STATUS_OK
			 : facts_strings_read(v, &f->audience, AUDIENCES_MAX);
}

static enum status
read_details(const struct json_value *top, struct facts *f)
{
	f->details_stated = json_get(top, "authorization_details") != NULL;
	return details_read(json_get(top, "authorization_details"),
	    &f->details, &f->detail_count);
}

static enum status
read_claims(const struct json_value *top, struct facts *f)
{
	return claims_read(top, NULL, &f->claims, &f->claim_count);
}

enum status
facts_members_read(
    const struct json_value *top, struct facts *f, const char **ret_why)
{
	static const struct {
		enum status (*read)(const struct json_value *, struct facts *);
		const char *why;
	} parts[] = {
	    {read_texts,
		"sub, iss, client_id, username, token_type, env, jti or acr "
		"is no string, or too long"},
	    {read_times, "exp, iat, nbf or auth_time is no time in seconds"},
	    {read_audience, "aud is neither a string nor up to 32 strings"},
	    {read_scopes,
		"scope is no string of up to 128 scopes with one space "
		"between them (RFC 6749 section 3.3)"},
	    {read_use, "token_use or typ is no string"},
	    {read_bound, "cnf is no object"},
	    {read_details,
		"authorization_details is no array of up to 32 objects with "
		"a type (RFC 9396 section 2)"},
	    {read_claims, NULL},
	};

	for (size_t i = 0; i < ELEMENTS(parts); i++) {
		enum status s = parts[i].read(top, f);

		*ret_why = s == STATUS_OK ? NULL : parts[i].why;
		if (s != STATUS_OK)
			return s;
	}
	return STATUS_OK;
}

enum status
facts_read(const struct json_value *top, struct facts *f, const char **ret_why)
{
	if (json_bool(json_get(top, "active"), &f->active) != STATUS_OK) {
		*ret_why = "active is missing or no JSON boolean";
		return STATUS_MALFORMED;
	}
	return f->active ? facts_members_read(top, f, ret_why) : STATUS_OK;
}
