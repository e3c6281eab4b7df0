/* SPDX-License-Identifier: ISC */
#include "jose/jws.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"

/*
 * In the order of RFC 8725: framing, header, typ, crit, alg, key, signature,
 * and only then the payload. `jku`, `jwk`, `x5u` and `x5c` are not read: a
 * token does not choose who vouches for it.
 */

enum part { HEADER, PAYLOAD, SIGNATURE, PARTS };

struct work {
	struct text part[PARTS];
	struct text signed_text; /* header, dot, payload */
	const struct jws_algorithm *algorithm;
	struct json *header;
	struct jws *ret;
};

static const struct {
	const char *name, *sentence;
} reasons[] = {
#define X(id, name, sentence) [JWS_##id] = {name, sentence},
    JWS_REASON_LIST(X)
#undef X
};

const char *
jws_reason_name(enum jws_reason r)
{
	return (size_t)r < ELEMENTS(reasons) ? reasons[r].name : "unknown";
}

const char *
jws_reason_sentence(enum jws_reason r)
{
	return (size_t)r < ELEMENTS(reasons) ? reasons[r].sentence : "unknown";
}

static void
free_json(struct json **j)
{
	json_free(*j);
	*j = NULL;
}

/* Nothing is decoded that does not have three parts. */
static enum jws_reason
split(struct work *w, struct text token)
{
	struct text rest = token;
	size_t dots = 0;

	if (token.length == 0 || token.length > JWS_TOKEN_MAX)
		return JWS_TOO_LONG;
	for (const char *dot;
	     (dot = memchr(rest.bytes, '.', rest.length)) != NULL; dots++) {
		size_t n = (size_t)(dot - rest.bytes);

		if (dots < PARTS - 1)
			w->part[dots] = (struct text){rest.bytes, n};
		rest = (struct text){dot + 1, rest.length - n - 1};
	}
	if (dots == 4)
		return JWS_ENCRYPTED;
	if (dots != PARTS - 1)
		return JWS_NOT_COMPACT;
	w->part[SIGNATURE] = rest;
	w->signed_text = (struct text){token.bytes,
	    w->part[HEADER].length + 1 + w->part[PAYLOAD].length};
	return JWS_ACCEPTED;
}

static enum jws_reason
parse_header(struct work *w)
{
	uint8_t octets[JWS_HEADER_MAX];
	const char *why;
	size_t size;

	switch (base64url_decode(w->part[HEADER].bytes, w->part[HEADER].length,
	    octets, sizeof(octets), &size)) {
	case STATUS_OK:
		break;
	case STATUS_TOO_BIG:
		return JWS_HEADER_MALFORMED;
	default:
		return JWS_NOT_BASE64URL;
	}
	switch (json_parse((const char *)octets, size, &w->header, &why)) {
	case STATUS_OK:
		return JWS_ACCEPTED;
	case STATUS_NOMEM:
		return JWS_NO_MEMORY;
	default:
		return JWS_HEADER_MALFORMED;
	}
}

/* A string member into room for `most` octets; "" where it is absent. */
static enum jws_reason
copy_member(const struct work *w, const char *name, char *ret, size_t most)
{
	const char *text;
	enum status s =
	    json_string(json_get(json_top(w->header), name), &text);

	ret[0] = '\0';
	if (s == STATUS_NOT_FOUND)
		return JWS_ACCEPTED;
	if (s != STATUS_OK || strlen(text) > most)
		return JWS_HEADER_MALFORMED;
	memcpy(ret, text, strlen(text) + 1);
	return JWS_ACCEPTED;
}

bool
jws_type_is(const char *type, const char *name)
{
	static const char prefix[] = "application/";

	if (strncasecmp(type, prefix, sizeof(prefix) - 1) == 0)
		type += sizeof(prefix) - 1;
	return strcasecmp(type, name) == 0;
}

static bool
is_type(const char *type, const char *const *wanted)
{
	while (*wanted != NULL && !jws_type_is(type, *wanted))
		wanted++;
	return *wanted != NULL;
}

static enum jws_reason
check_header(const struct jws_rules *rules, struct work *w)
{
	const struct json_value *top = json_top(w->header);
	const char *name;
	enum jws_reason r;
	enum status s;

	r = copy_member(w, "typ", w->ret->type, JWS_TYPE_MAX);
	if (r != JWS_ACCEPTED)
		return r;
	if (rules->types != NULL && !is_type(w->ret->type, rules->types))
		return JWS_TYPE_WRONG;
	if (json_get(top, "crit") != NULL)
		return JWS_CRITICAL;
	if (json_get(top, "b64") != NULL)
		return JWS_UNENCODED;
	s = json_string(json_get(top, "alg"), &name);
	if (s == STATUS_NOT_FOUND)
		return JWS_ALGORITHM_MISSING;
	if (s != STATUS_OK)
		return JWS_HEADER_MALFORMED;
	w->algorithm = jws_algorithm_named(name);
	if (w->algorithm == NULL ||
	    !jws_algorithms_have(rules->algorithms, w->algorithm))
		return JWS_ALGORITHM_REFUSED;
	return JWS_ACCEPTED;
}

static enum jws_reason
choose_key(const struct jws_rules *rules, struct work *w)
{
	bool has = json_get(json_top(w->header), "kid") != NULL;
	enum jws_reason r = copy_member(w, "kid", w->ret->kid, JWK_KID_MAX);

	if (r != JWS_ACCEPTED)
		return r;
	switch (jwks_choose(rules->keys, w->algorithm,
	    has ? w->ret->kid : NULL, &w->ret->key)) {
	case STATUS_OK:
		return JWS_ACCEPTED;
	case STATUS_INVALID:
		return JWS_KEY_MISMATCH;
	case STATUS_BUSY:
		return JWS_KEY_AMBIGUOUS;
	default:
		return JWS_KEY_UNKNOWN;
	}
}

static enum jws_reason
check_signature(const struct work *w)
{
	uint8_t signature[JWK_SIGNATURE_MAX];
	size_t size;

	switch (base64url_decode(w->part[SIGNATURE].bytes,
	    w->part[SIGNATURE].length, signature, sizeof(signature), &size)) {
	case STATUS_OK:
		break;
	case STATUS_TOO_BIG:
		return JWS_SIGNATURE_LENGTH;
	default:
		return JWS_NOT_BASE64URL;
	}
	if (size != w->ret->key->signature_size)
		return JWS_SIGNATURE_LENGTH;
	return jwk_verify(w->ret->key, w->signed_text, signature, size)
		   ? JWS_ACCEPTED
		   : JWS_SIGNATURE_WRONG;
}

/* An issuer may have signed what is not canonical, too. */
static enum jws_reason
decode_payload(struct work *w)
{
	struct text in = w->part[PAYLOAD];
	size_t room = in.length / 4 * 3 + 3;

	w->ret->payload = malloc(room + 1);
	if (w->ret->payload == NULL)
		return JWS_NO_MEMORY;
	if (base64url_decode(in.bytes, in.length, (uint8_t *)w->ret->payload,
		room, &w->ret->length) != STATUS_OK)
		return JWS_NOT_BASE64URL;
	w->ret->payload[w->ret->length] = '\0';
	return JWS_ACCEPTED;
}

enum jws_reason
jws_verify(const struct jws_rules *rules, struct text token, struct jws *ret)
{
	_cleanup_(free_json) struct json *header = NULL;
	struct work w = {.ret = ret};
	enum jws_reason r;

	*ret = (struct jws){0};
	r = split(&w, token);
	if (r == JWS_ACCEPTED) {
		r = parse_header(&w);
		header = w.header;
	}
	if (r == JWS_ACCEPTED)
		r = check_header(rules, &w);
	if (r == JWS_ACCEPTED)
		r = choose_key(rules, &w);
	if (r == JWS_ACCEPTED)
		r = check_signature(&w);
	if (r == JWS_ACCEPTED)
		r = decode_payload(&w);
	if (r != JWS_ACCEPTED) {
		free(ret->payload);
		ret->payload = NULL;
		ret->length = 0;
		ret->key = NULL;
	}
	return r;
}

void
jws_clear(struct jws *j)
{
	if (j->payload != NULL)
		explicit_bzero(j->payload, j->length);
	free(j->payload);
	*j = (struct jws){0};
}
