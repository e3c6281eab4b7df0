/* SPDX-License-Identifier: ISC */
#include "security_event.h"

#include <stdlib.h>
#include <string.h>

#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

/* Strict, since a stranger's octets come this way: one decoding, one shape. */

static bool
decode(const char *text, size_t size, struct buf *ret)
{
	/* One octet more, so that none has an address too. */
	_cleanup_(free_ptr) uint8_t *octets = malloc(size + 1);
	size_t length;

	return octets != NULL &&
	       base64url_decode(text, size, octets, size, &length) ==
		   STATUS_OK &&
	       buf_append(ret, octets, length) == STATUS_OK &&
	       buf_string(ret) != NULL;
}

static const char *
check_claims(const struct buf *claims)
{
	_cleanup_(json_freep) struct json *j = NULL;
	const struct json_value *top;
	const char *reason, *text;

	if (json_parse((const char *)claims->data, claims->length, &j,
		&reason) != STATUS_OK)
		return "the payload is not a JSON object";
	top = json_top(j);
	if (json_string(json_get(top, "iss"), &text) != STATUS_OK ||
	    json_string(json_get(top, "jti"), &text) != STATUS_OK ||
	    json_get(top, "iat") == NULL)
		return "iss, jti or iat is missing (RFC 8417 section 2.2)";
	if (json_get(top, "events") == NULL ||
	    json_type(json_get(top, "events")) != JSON_OBJECT ||
	    json_count(json_get(top, "events")) == 0)
		return "events is missing or empty (RFC 8417 section 2.2)";
	return NULL;
}

const char *
security_event_claims(const char *jws, size_t size, struct buf *ret)
{
	_cleanup_(buf_clear) struct buf header = {0};
	const char *end = jws + size, *first, *second;

	buf_init(&header, JSON_STRING_MAX);
	first = memchr(jws, '.', size);
	second = first == NULL
		     ? NULL
		     : memchr(first + 1, '.', (size_t)(end - first - 1));
	if (second == NULL ||
	    memchr(second + 1, '.', (size_t)(end - second - 1)) != NULL)
		return "the body is not a compact JWS (RFC 7515 section 7.1)";
	if (!decode(jws, (size_t)(first - jws), &header) ||
	    header.length == 0 ||
	    json_check((const char *)header.data, header.length, false,
		&(const char *){NULL}, &(size_t){0}) != STATUS_OK)
		return "the JWS header cannot be read";
	if (!decode(first + 1, (size_t)(second - first - 1), ret) ||
	    ret->length == 0)
		return "the JWS payload cannot be read";
	return check_claims(ret);
}
