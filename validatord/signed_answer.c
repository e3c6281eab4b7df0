/* SPDX-License-Identifier: ISC */
#include "signed_answer.h"

#include <string.h>
#include <strings.h>

#include "facts_read.h"
#include "introspect.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static enum reason
check_reply(const struct fetch_reply *reply, const char **ret_what)
{
	static const char type[] = "application/token-introspection+jwt";
	enum reason reason = answer_arrived(reply, ret_what);

	if (reason == REASON_NONE)
		reason = introspect_status(reply, ret_what);
	if (reason != REASON_NONE)
		return reason;
	/* No way down to an answer that anybody on the way could have made. */
	if (!reply->encoded &&
	    strncasecmp(reply->content_type, type, sizeof(type) - 1) == 0)
		return REASON_NONE;
	*ret_what = "the answer is not signed, although "
		    "`introspection_signed = yes` wants that";
	return REASON_AS_ANSWER_MALFORMED;
}

static enum reason
reason_of(enum jws_reason r, const char **ret_what)
{
	*ret_what = jws_reason_sentence(r);
	switch (r) {
	case JWS_ACCEPTED:
		*ret_what = NULL;
		return REASON_NONE;
	case JWS_KEY_UNKNOWN:
		return REASON_KEY_UNKNOWN;
	case JWS_SIGNATURE_WRONG:
		return REASON_SIGNATURE_INVALID;
	case JWS_NO_MEMORY:
		return REASON_NO_MEMORY;
	default:
		return REASON_AS_ANSWER_MALFORMED;
	}
}

/* RFC 9701 section 5: from whom, for whom, and made now. What else stands
 * beside token_introspection speaks of the answer, not of the token. */
static const char *
envelope_fault(const struct issuer *issuer, const struct json_value *top,
    int64_t now)
{
	_cleanup_(word_list_clear) struct word_list audience = {0};
	int64_t leeway = issuer->leeway_ms / 1000, made;
	const char *iss;

	if (json_string(json_get(top, "iss"), &iss) != STATUS_OK ||
	    strcmp(iss, issuer->url) != 0)
		return "its `iss` is not the issuer";
	if (json_get(top, "aud") == NULL ||
	    facts_strings_read(json_get(top, "aud"), &audience,
		AUDIENCES_MAX) != STATUS_OK ||
	    !word_list_has(&audience, issuer->client_id))
		return "its `aud` is not our client_id";
	if (json_numeric_date(json_get(top, "iat"), &made) != STATUS_OK ||
	    made > now + leeway || made < now - leeway - SIGNED_ANSWER_AGE_S)
		return "its `iat` is missing, or not about now";
	if (json_type(json_get(top, "token_introspection")) != JSON_OBJECT)
		return "it has no object `token_introspection`";
	return NULL;
}

static enum reason
read_payload(const struct issuer *issuer, const struct jws *jws, int64_t now,
    struct facts *f, const char **ret_what)
{
	_cleanup_(json_freep) struct json *document = NULL;
	enum status s =
	    json_parse(jws->payload, jws->length, &document, ret_what);

	if (s == STATUS_OK) {
		*ret_what = envelope_fault(issuer, json_top(document), now);
		s = *ret_what == NULL ? STATUS_OK : STATUS_MALFORMED;
	}
	if (s == STATUS_OK)
		s = facts_read(
		    json_get(json_top(document), "token_introspection"), f,
		    ret_what);
	if (s == STATUS_OK)
		return REASON_NONE;
	return s == STATUS_NOMEM ? REASON_NO_MEMORY
				 : REASON_AS_ANSWER_MALFORMED;
}

enum reason
signed_answer_read(const struct issuer *issuer, const struct jwks *keys,
    const struct fetch_reply *reply, int64_t now, struct facts **ret_facts,
    const char **ret_what, char kid[JWK_KID_MAX + 1])
{
	static const char *const types[] = {"token-introspection+jwt", NULL};
	const struct jws_rules rules = {.keys = keys,
	    .algorithms = &issuer->signing.algorithms,
	    .types = types};
	_cleanup_(facts_unrefp) struct facts *f = NULL;
	_cleanup_(jws_clear) struct jws jws = {0};
	enum reason reason;

	*ret_what = NULL;
	kid[0] = '\0';
	reason = check_reply(reply, ret_what);
	if (reason != REASON_NONE)
		return reason;
	if (keys == NULL)
		return REASON_KEYS_UNAVAILABLE;
	reason = reason_of(
	    jws_verify(&rules,
		(struct text){reply->body, reply->body_length}, &jws),
	    ret_what);
	memcpy(kid, jws.kid, sizeof(jws.kid));
	if (reason != REASON_NONE)
		return reason;
	f = facts_new();
	if (f == NULL)
		return REASON_NO_MEMORY;
	reason = read_payload(issuer, &jws, now, f, ret_what);
	if (reason != REASON_NONE)
		return reason;
	if (f->active && jws.key->kid != NULL) {
		f->key_id = strdup(jws.key->kid);
		if (f->key_id == NULL)
			return REASON_NO_MEMORY;
	}
	f->checked_at = now;
	*ret_facts = TAKE_PTR(f);
	return REASON_NONE;
}
