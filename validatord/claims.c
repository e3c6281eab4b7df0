/* SPDX-License-Identifier: ISC */
/*
 * Whether the token is good for this host at all: checked on every request,
 * also for cached facts, because an authorization server may leave any of it
 * to us (RFC 7662 section 2.2). Must never ask a clock or the network.
 */
#include "claims.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "scopegate/cleanup.h"

struct question {
	const struct facts *facts;
	const struct issuer *issuer;
	int64_t now_ms, leeway_ms;
	struct report *report;
};

static const char *
or_nothing(const char *s)
{
	return s != NULL ? s : "nothing";
}

/* RFC 6749 section 5.1: the type is compared without regard to case. */
static enum reason
check_type(const struct question *q)
{
	const char *type = q->facts->token_type;
	bool bearer = type == NULL || strcasecmp(type, "Bearer") == 0;
	bool proof = !bearer && strcasecmp(type, "DPoP") == 0;

	if (report_rule(q->report, "token_type", bearer && !q->facts->wrong_use,
		"%s%s", or_nothing(type),
		q->facts->wrong_use ? ", and not an access token" : ""))
		return REASON_NONE;
	return proof && !q->facts->wrong_use ? REASON_PROOF_REQUIRED
					     : REASON_TOKEN_TYPE_WRONG;
}

/* RFC 9449 section 7.2: a bound token is never taken as a bearer token. */
static enum reason
check_binding(const struct question *q)
{
	return report_rule(q->report, "cnf", !q->facts->bound, "%s",
		   q->facts->bound ? "bound to a key" : "not bound to a key")
		   ? REASON_NONE
		   : REASON_PROOF_REQUIRED;
}

/* RFC 7519 section 4.1.4: on or after exp the token is not accepted. */
static enum reason
check_expiry(const struct question *q)
{
	int64_t at = q->facts->expires_at;

	if (at == 0)
		return report_rule(q->report, "exp", q->issuer->expiry == NONE,
			   "not stated")
			   ? REASON_NONE
			   : REASON_EXPIRY_MISSING;
	return report_rule(q->report, "exp",
		   at * 1000 + q->leeway_ms > q->now_ms, "%" PRId64, at)
		   ? REASON_NONE
		   : REASON_TOKEN_EXPIRED;
}

/* A time that must not lie ahead; 0 is not stated. */
static enum reason
check_begun(const struct question *q, const char *name, int64_t at)
{
	if (at == 0)
		return REASON_NONE;
	return report_rule(q->report, name,
		   at * 1000 - q->leeway_ms <= q->now_ms, "%" PRId64, at)
		   ? REASON_NONE
		   : REASON_TOKEN_NOT_YET_VALID;
}

static enum reason
check_not_before(const struct question *q)
{
	return check_begun(q, "nbf", q->facts->not_before);
}

static enum reason
check_issued_at(const struct question *q)
{
	return check_begun(q, "iat", q->facts->issued_at);
}

/* Optional in an introspection answer; where stated it must be ours, octet by
 * octet (RFC 8414 section 3.3's rule for the same identifier). */
static enum reason
check_issuer(const struct question *q)
{
	const char *stated = q->facts->issuer;

	return report_rule(q->report, "iss",
		   stated == NULL || strcmp(stated, q->issuer->url) == 0, "%s",
		   or_nothing(stated))
		   ? REASON_NONE
		   : REASON_ISSUER_MISMATCH;
}

static enum reason
check_audience(const struct question *q)
{
	const char *wanted = q->issuer->audience;

	/* Our own exchange made it ours; such a broker states no audience. */
	if (q->facts->method == FACTS_GRANT)
		return report_rule(q->report, "aud", true,
			   "granted to us in our own exchange")
			   ? REASON_NONE
			   : REASON_AUDIENCE_MISMATCH;
	return report_rule(q->report, "aud",
		   wanted == NULL || word_list_has(&q->facts->audience, wanted),
		   "wants %s",
		   wanted != NULL ? wanted : "none (audience = none)")
		   ? REASON_NONE
		   : REASON_AUDIENCE_MISMATCH;
}

static enum reason
check_client(const struct question *q)
{
	const struct word_list *allowed = &q->issuer->allowed_clients;
	const char *client = q->facts->client_id;

	/* A grant from before the section got another client_id is another
	 * app's now. */
	if (q->facts->method == FACTS_GRANT)
		return report_rule(q->report, "client_id",
			   client != NULL &&
			       strcmp(client, q->issuer->client_id) == 0,
			   "%s, ours is %s", or_nothing(client),
			   q->issuer->client_id)
			   ? REASON_NONE
			   : REASON_CLIENT_NOT_ALLOWED;
	return report_rule(q->report, "client_id",
		   allowed->count == 0 ||
		       (client != NULL && word_list_has(allowed, client)),
		   "%s", or_nothing(client))
		   ? REASON_NONE
		   : REASON_CLIENT_NOT_ALLOWED;
}

/* OpenID Connect Core section 2: at most 255 octets. */
static enum reason
check_subject(const struct question *q)
{
	const char *subject = q->facts->subject;
	size_t length = subject != NULL ? strlen(subject) : 0;

	return report_rule(q->report, "sub",
		   length > 0 && length <= SUBJECT_MAX, "%zu octets", length)
		   ? REASON_NONE
		   : REASON_SUBJECT_MISSING;
}

enum reason
claims_check(const struct facts *facts, const struct issuer *issuer,
    int64_t now, struct report *report)
{
	static enum reason (*const rules[])(const struct question *) = {
	    check_type,
	    check_binding,
	    check_expiry,
	    check_not_before,
	    check_issued_at,
	    check_issuer,
	    check_audience,
	    check_client,
	    check_subject,
	};
	const struct question q = {.facts = facts,
	    .issuer = issuer,
	    .now_ms = now * 1000,
	    .leeway_ms = issuer->leeway_ms,
	    .report = report};
	enum reason first = REASON_NONE;

	/* Of an inactive token nothing else is known (RFC 7662 section 2.2),
	 * so there is nothing else to report. */
	if (!report_rule(report, "active", facts->active, "%s",
		facts->active ? "yes" : "no"))
		return REASON_TOKEN_INACTIVE;
	for (size_t i = 0; i < ELEMENTS(rules); i++) {
		enum reason reason = rules[i](&q);

		if (first == REASON_NONE)
			first = reason;
		if (first != REASON_NONE && report == NULL)
			break;
	}
	return first;
}
