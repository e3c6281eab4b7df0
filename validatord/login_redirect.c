/* SPDX-License-Identifier: ISC */
#include "login_redirect.h"

#include <string.h>

#include "scopegate/cleanup.h"

/*
 * The address was written by a browser and moved by a person, so it is taken
 * apart as strictly as a message: what is not known is skipped, what is known
 * stands once, and no octet below a blank comes out of it.
 */

void
redirect_clear(struct redirect *r)
{
	secret_clear(&r->storage);
	memset(r, 0, sizeof(*r));
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);

	return c != '\0' && digit != NULL ? (int)(digit - digits) : -1;
}

/* Decodes in place, which never makes it longer. false: a bad %XX, or a
 * control character. */
static bool
decode(char *text, size_t length, struct text *ret)
{
	size_t out = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < length ? hex_value(text[i + 1]) : -1;
			int low = i + 2 < length ? hex_value(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (unsigned char)(high << 4 | low);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return false;
		text[out++] = (char)c;
	}
	*ret = (struct text){text, out};
	return true;
}

static struct text *
place_of(struct redirect *r, struct text name, enum exchange_kind kind)
{
	const struct {
		const char *name;
		struct text *place;
	} places[] = {
	    {"state", &r->state},
	    {kind == EXCHANGE_KITE ? "request_token" : "code", &r->code},
	    {"iss", &r->iss},
	    {"error", &r->error},
	};

	for (size_t i = 0; i < ELEMENTS(places); i++) {
		if (text_equal_string(name, places[i].name))
			return places[i].place;
	}
	return NULL;
}

/* NAME=VALUE; the name is looked for as it stands, since none needs to be
 * encoded. */
static bool
take_pair(
    struct redirect *r, char *pair, size_t length, enum exchange_kind kind)
{
	char *equals = memchr(pair, '=', length);
	struct text name = {pair, length}, *place;

	if (equals == NULL)
		return true;
	name.length = (size_t)(equals - pair);
	place = place_of(r, name, kind);
	if (place == NULL)
		return true;
	if (place->bytes != NULL)
		return false;
	return decode(equals + 1, length - name.length - 1, place);
}

static bool
take_query(struct redirect *r, char *query, enum exchange_kind kind)
{
	while (*query != '\0') {
		size_t length = strcspn(query, "&");

		if (!take_pair(r, query, length, kind))
			return false;
		query += length + (query[length] == '&');
	}
	return true;
}

/* The query behind our redirect URI, which may have one of its own. */
static struct text
query_of(struct text url, const char *redirect_uri)
{
	size_t length = strlen(redirect_uri);
	char joint = strchr(redirect_uri, '?') == NULL ? '?' : '&';
	const char *end;

	if (url.length <= length ||
	    memcmp(url.bytes, redirect_uri, length) != 0 ||
	    url.bytes[length] != joint)
		return (struct text){0};
	url.bytes += length + 1;
	url.length -= length + 1;
	end = memchr(url.bytes, '#', url.length);
	if (end != NULL)
		url.length = (size_t)(end - url.bytes);
	return url;
}

enum status
redirect_read(struct text url, const char *redirect_uri,
    enum exchange_kind kind, struct redirect *ret)
{
	_cleanup_(redirect_clear) struct redirect r = {0};
	struct text query = query_of(url, redirect_uri);
	enum status status;

	if (query.bytes == NULL ||
	    memchr(query.bytes, '\0', query.length) != NULL)
		return STATUS_MALFORMED;
	status = secret_set(&r.storage, query.bytes, query.length);
	if (status != STATUS_OK)
		return status;
	if (r.storage.bytes == NULL || !take_query(&r, r.storage.bytes, kind) ||
	    r.state.bytes == NULL)
		return STATUS_MALFORMED;
	*ret = r;
	memset(&r, 0, sizeof(r));
	return STATUS_OK;
}

static enum reason
reason_of_error(struct text error)
{
	if (text_equal_string(error, "access_denied"))
		return REASON_LOGIN_DECLINED;
	if (text_equal_string(error, "temporarily_unavailable") ||
	    text_equal_string(error, "server_error"))
		return REASON_AS_ERROR;
	return REASON_GRANT_REFUSED;
}

enum reason
redirect_check(
    const struct issuer *issuer, bool states_iss, const struct redirect *r)
{
	if (r->iss.bytes != NULL ? !text_equal_string(r->iss, issuer->url)
				 : states_iss)
		return REASON_ISSUER_MIXED_UP;
	if (r->error.bytes != NULL)
		return reason_of_error(r->error);
	return r->code.bytes != NULL && r->code.length > 0 &&
		       r->code.length <= CODE_MAX
		   ? REASON_NONE
		   : REASON_GRANT_REFUSED;
}
