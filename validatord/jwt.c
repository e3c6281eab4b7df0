/* SPDX-License-Identifier: ISC */
#include "jwt.h"

#include <string.h>

#include "facts_read.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

struct work {
	const struct issuer *issuer;
	const struct jws *jws;
	const struct json_value *top;
	struct facts *facts;
	bool typed; /* `typ` says that it is an access token */
};

/* Each way to fail as the pipeline names it. */
static enum reason
reason_of(enum jws_reason r)
{
	switch (r) {
	case JWS_ACCEPTED:
		return REASON_NONE;
	case JWS_SIGNATURE_LENGTH:
	case JWS_SIGNATURE_WRONG:
		return REASON_SIGNATURE_INVALID;
	case JWS_KEY_UNKNOWN:
	case JWS_KEY_MISMATCH:
	case JWS_KEY_AMBIGUOUS:
		return REASON_KEY_UNKNOWN;
	case JWS_TYPE_WRONG:
		return REASON_TOKEN_TYPE_WRONG;
	case JWS_NO_MEMORY:
		return REASON_NO_MEMORY;
	default:
		return REASON_TOKEN_NOT_JWT;
	}
}

/* RFC 9068 section 2.2 has client_id; others have their own name for it. An
 * empty one names nobody. */
static enum reason
find_client(struct work *w, const char **ret_what)
{
	static const char *const names[] = {"azp", "appid", "cid", NULL};
	bool strict = w->issuer->signing.profile == JWT_STRICT;
	struct facts *f = w->facts;
	const char *text;

	(void)ret_what;
	if (f->client_id != NULL && f->client_id[0] == '\0')
		free_ptr(&f->client_id);
	for (size_t i = 0;
	     !strict && f->client_id == NULL && names[i] != NULL; i++) {
		if (json_string(json_get(w->top, names[i]), &text) !=
			STATUS_OK ||
		    text[0] == '\0' || strlen(text) > NAME_TEXT_MAX)
			continue;
		f->client_id = strdup(text);
		if (f->client_id == NULL)
			return REASON_NO_MEMORY;
	}
	return REASON_NONE;
}

static enum reason
check_claims(struct work *w, const char **ret_what)
{
	const struct facts *f = w->facts;
	bool strict = w->issuer->signing.profile == JWT_STRICT;
	const struct {
		bool missing;
		const char *what;
	} rows[] = {
	    {f->issuer == NULL, "iss is missing"},
	    {f->expires_at == 0, "exp is missing"},
	    {f->issued_at == 0, "iat is missing"},
	    {f->audience.count == 0 && w->issuer->audience != NULL,
		"aud is missing"},
	    {f->subject == NULL, "sub is missing"},
	    {(strict || !w->typed) && f->client_id == NULL,
		"client_id is missing"},
	    {strict && f->token_id == NULL, "jti is missing"},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (!rows[i].missing)
			continue;
		*ret_what = rows[i].what;
		return REASON_CLAIM_MISSING;
	}
	return REASON_NONE;
}

/* OpenID Connect Core sections 2 and 3.3.2.11, RFC 8417 section 2: where `typ`
 * does not tell, these do. `events` is in no access token at all. */
static enum reason
check_marks(struct work *w, const char **ret_what)
{
	static const char *const marks[] = {"nonce", "at_hash", "c_hash"};

	*ret_what = "it has `events`, so it tells of an event";
	if (json_get(w->top, "events") != NULL)
		return REASON_TOKEN_TYPE_WRONG;
	*ret_what = "it has the claims of an ID token";
	for (size_t i = 0; !w->typed && i < ELEMENTS(marks); i++) {
		if (json_get(w->top, marks[i]) != NULL)
			return REASON_TOKEN_TYPE_WRONG;
	}
	*ret_what = NULL;
	return REASON_NONE;
}

static enum reason
check_lifetime(struct work *w, const char **ret_what)
{
	const struct facts *f = w->facts;

	*ret_what = NULL;
	/* Where the server is asked as well it knows of revocations. */
	if (w->issuer->validation != VALIDATION_JWT)
		return REASON_NONE;
	return (f->expires_at - f->issued_at) * 1000 <=
		       w->issuer->signing.max_lifetime_ms
		   ? REASON_NONE
		   : REASON_LIFETIME_TOO_LONG;
}

static enum reason
read_payload(struct work *w, const char **ret_what)
{
	static enum reason (*const parts[])(struct work *, const char **) = {
	    find_client, check_claims, check_marks, check_lifetime};
	_cleanup_(json_freep) struct json *document = NULL;
	enum status s = json_parse(
	    w->jws->payload, w->jws->length, &document, ret_what);

	if (s == STATUS_OK) {
		w->top = json_top(document);
		w->facts->active = true;
		s = facts_members_read(w->top, w->facts, ret_what);
	}
	if (s != STATUS_OK)
		return s == STATUS_NOMEM ? REASON_NO_MEMORY
					 : REASON_TOKEN_NOT_JWT;
	for (size_t i = 0; i < ELEMENTS(parts); i++) {
		enum reason reason = parts[i](w, ret_what);

		if (reason != REASON_NONE)
			return reason;
	}
	return REASON_NONE;
}

static enum reason
make_facts(const struct issuer *issuer, const struct jws *jws, int64_t now,
    struct jwt_result *ret)
{
	_cleanup_(facts_unrefp) struct facts *f = facts_new();
	struct work w = {.issuer = issuer,
	    .jws = jws,
	    .facts = f,
	    .typed = jws_type_is(jws->type, "at+jwt")};
	enum reason reason;

	if (f == NULL)
		return REASON_NO_MEMORY;
	f->method = FACTS_JWT;
	f->checked_at = now;
	/* The key's own name: the token need not say it. */
	if (jws->key->kid != NULL) {
		f->key_id = strdup(jws->key->kid);
		if (f->key_id == NULL)
			return REASON_NO_MEMORY;
	}
	reason = read_payload(&w, &ret->what);
	if (reason == REASON_NONE)
		ret->facts = TAKE_PTR(f);
	return reason;
}

/* The one that is most often a setting, and no fault of the token. */
static const char *
sentence_of(enum jws_reason r, int profile)
{
	if (r != JWS_TYPE_WRONG)
		return jws_reason_sentence(r);
	return profile == JWT_STRICT
		   ? "its `typ` is not at+jwt: if this issuer's access tokens "
		     "have typ JWT, write `jwt_profile = lax`"
		   : "its `typ` is neither at+jwt nor JWT, so it is no access "
		     "token";
}

enum reason
jwt_read(const struct issuer *issuer, const struct jwks *keys,
    struct text token, int64_t now, struct jwt_result *ret)
{
	/* "" is a header without `typ`. */
	static const char *const strict[] = {"at+jwt", NULL};
	static const char *const lax[] = {"at+jwt", "JWT", "", NULL};
	const struct jws_rules rules = {
	    .keys = keys,
	    .algorithms = &issuer->signing.algorithms,
	    .types = issuer->signing.profile == JWT_STRICT ? strict : lax,
	};
	_cleanup_(jws_clear) struct jws jws = {0};
	enum jws_reason r = jws_verify(&rules, token, &jws);

	*ret = (struct jwt_result){.facts = NULL};
	memcpy(ret->kid, jws.kid, sizeof(ret->kid));
	if (r == JWS_ACCEPTED)
		return make_facts(issuer, &jws, now, ret);
	ret->what = sentence_of(r, issuer->signing.profile);
	return reason_of(r);
}

void
jwt_report(struct report *report, const struct issuer *issuer,
    const struct facts *facts, enum reason reason, const char *what)
{
	const struct reason_row *row = reason_row(reason);

	if (!issuer_signs(issuer))
		return;
	if (facts != NULL)
		(void)report_rule(report, "signed", true,
		    "a good signature on an access token");
	else if (row->verdict == VERDICT_DENY)
		(void)report_rule(report, "signed", false, "%s",
		    what != NULL && what[0] != '\0' ? what : row->sentence);
}
