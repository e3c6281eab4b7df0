/* SPDX-License-Identifier: ISC */
#include "conclude.h"

#include <stdio.h>
#include <string.h>

#include "revocation.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "server.h"

/*
 * The end of every request: the one place where a reason becomes a verdict,
 * and where it goes on record before anybody hears of it.
 */

#define AUDIT_LOG_MS 10000

struct throttle_key
request_throttle_key(const struct request *r)
{
	return (struct throttle_key){
	    .rhost = r->message.value[TAG_RHOST],
	    .ruser = r->message.value[TAG_RUSER],
	    .user = r->message.value[TAG_USER],
	    .by_uid = r->by_uid,
	    .uid = r->peer_uid,
	};
}

static bool
make_handle(struct request *r)
{
	const struct text *value = r->message.value;
	struct handle_entry entry = {
	    .facts = r->facts, .login_method = r->login_method};

	memcpy(entry.user, value[TAG_USER].bytes, value[TAG_USER].length);
	memcpy(
	    entry.service, value[TAG_SERVICE].bytes, value[TAG_SERVICE].length);
	memcpy(entry.ssh_key, r->ssh_key, sizeof(entry.ssh_key));
	(void)snprintf(
	    entry.issuer, sizeof(entry.issuer), "%s", r->issuer->name);
	(void)snprintf(
	    entry.policy, sizeof(entry.policy), "%s", r->policy->name);
	return handles_add(
	    r->server->handles, &entry, r->started_us, r->handle);
}

static void
set_outcome(struct request *r, enum reason reason)
{
	const struct reason_row *row = reason_row(reason);

	r->reason = reason;
	r->verdict = row != NULL ? row->verdict : VERDICT_UNAVAILABLE;
}

static enum status
record(struct request *r)
{
	static const char *const operations[] = {
	    [OPERATION_LOGIN] = "login",
	    [OPERATION_ACCOUNT] = "account",
	    [OPERATION_CHECK] = "check",
	    [OPERATION_PREVIEW] = "login",
	    [OPERATION_CODE] = "code",
	    [OPERATION_WEB] = "web",
	};
	const struct text *value = r->message.value;
	struct audit_record a = {
	    .operation = operations[r->operation],
	    .verdict = r->verdict,
	    .reason = r->reason,
	    .service = value[TAG_SERVICE],
	    .user = value[TAG_USER],
	    .rhost = value[TAG_RHOST],
	    .tty = value[TAG_TTY],
	    .ruser = value[TAG_RUSER],
	    .ssh_key = r->ssh_key[0] != '\0' ? r->ssh_key : NULL,
	    .has_uid = message_has(&r->message, TAG_UID),
	    .uid = message_u32(&r->message, TAG_UID, 0),
	    .issuer = r->issuer != NULL ? r->issuer->name : NULL,
	    .facts = r->facts,
	    .policy = r->policy,
	    .login_method = r->login_method,
	    .grant_id = r->grant_id[0] != '\0' ? r->grant_id : NULL,
	    .detail = r->detail,
	    .fingerprint = r->fingerprint[0] != '\0' ? r->fingerprint : NULL,
	    .cache = r->cache,
	    .cache_age_ms = r->cache_age_ms,
	    .as_us = r->as_us,
	    .total_us = r->total_us,
	    .peer_pid = r->peer_pid,
	    .peer_uid = r->peer_uid,
	    .at_us = r->at_us,
	};

	memcpy(a.ref, r->ref, sizeof(r->ref));
	return audit_write(r->server->audit, &a);
}

static void
log_decision(const struct request *r)
{
	const struct text *value = r->message.value;

	log_debug("%s %s: %s %s, user %.*s, service %.*s, %lld us", r->ref,
	    r->operation == OPERATION_ACCOUNT ? "account" : "token",
	    verdict_name(r->verdict), reason_row(r->reason)->name,
	    (int)value[TAG_USER].length, value[TAG_USER].bytes,
	    (int)value[TAG_SERVICE].length, value[TAG_SERVICE].bytes,
	    (long long)r->total_us);
}

static void
log_audit_failure(struct server *s)
{
	unsigned int skipped = 0;

	if (log_limit_pass(&s->audit_log, AUDIT_LOG_MS, &skipped))
		log_error("audit log %s cannot be written, so nobody is let "
			  "in: free the disk or mend the path (%u more "
			  "before)",
		    s->config->audit_log, skipped);
}

/* It is there before anybody hears of it, or there is no login. */
static enum reason
keep_grant(struct request *r, struct grant **ret)
{
	const struct text *value = r->message.value;
	struct grants *grants = r->server->grants;
	struct grant *g = r->fresh_grant;

	if (g == NULL || r->operation != OPERATION_LOGIN)
		return REASON_NONE;
	/* It lives, but the token speaks for itself. */
	if (issuer_judges_tokens(r->issuer))
		return REASON_NONE;
	memcpy(g->local_user, value[TAG_USER].bytes, value[TAG_USER].length);
	memcpy(g->service, value[TAG_SERVICE].bytes, value[TAG_SERVICE].length);
	if (grants == NULL || grants_keep(grants, g) != STATUS_OK)
		return REASON_GRANT_STORE_FAILED;
	memcpy(r->grant_id, g->id, sizeof(r->grant_id));
	*ret = TAKE_PTR(r->fresh_grant);
	return REASON_NONE;
}

/* A login that is not on record has not been, and neither has its grant. */
static void
end_grant(struct request *r, struct grant *g)
{
	if (g == NULL)
		return;
	g->ended = true;
	(void)grants_save(r->server->grants, g);
	(void)revocation_begin(r->server, r->issuer, g);
}

/* Only what was refused by a rule counts, so that an outage or an operator
 * locks nobody out and a locked-out caller's tries do not prolong the lock. */
static bool
is_a_try(const struct request *r)
{
	static const enum reason none[] = {REASON_TOO_MANY_TRIES,
	    REASON_TOO_MANY_LOGINS, REASON_LOGIN_REVOKED};

	for (size_t i = 0; i < ELEMENTS(none); i++) {
		if (r->reason == none[i])
			return false;
	}
	return r->verdict == VERDICT_DENY &&
	       (r->operation == OPERATION_LOGIN ||
		   r->operation == OPERATION_PREVIEW ||
		   r->operation == OPERATION_CODE);
}

static void
count(struct request *r)
{
	struct throttle_key key = request_throttle_key(r);

	r->server->decisions[r->verdict]++;
	r->server->cache_uses[r->cache]++;
	r->server->sign_ins += r->operation == OPERATION_LOGIN &&
			       r->verdict == VERDICT_ALLOW &&
			       r->login_method != LOGIN_TOKEN;
	if (is_a_try(r))
		throttle_refused(r->server->throttle, &key, r->started_us);
}

void
request_conclude(struct request *r, enum reason reason)
{
	struct grant *kept = NULL;

	if (reason == REASON_NONE)
		reason = keep_grant(r, &kept);
	set_outcome(r, reason == REASON_NONE ? REASON_GRANTED : reason);
	if (r->operation == OPERATION_PREVIEW && r->verdict != VERDICT_DENY) {
		r->done(r);
		return;
	}
	if (r->verdict == VERDICT_ALLOW && r->operation == OPERATION_LOGIN &&
	    !make_handle(r))
		set_outcome(r, REASON_NO_MEMORY);
	r->total_us = monotonic_us() - r->started_us;
	if (!chance_ref(r->ref))
		memcpy(r->ref, NO_REF, sizeof(NO_REF));
	if (record(r) != STATUS_OK) {
		set_outcome(r, REASON_AUDIT_FAILED);
		log_audit_failure(r->server);
	}
	if (r->verdict != VERDICT_ALLOW)
		end_grant(r, kept);
	else if (r->operation == OPERATION_LOGIN)
		grant_free(TAKE_PTR(r->fresh_grant)); /* not kept: see above */
	count(r);
	if (log_enabled(LOG_LEVEL_DEBUG))
		log_decision(r);
	r->done(r);
}
