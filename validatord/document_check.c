/* SPDX-License-Identifier: ISC */
/*
 * A decision with all its rules: what `validatorctl check` prints. It needs
 * nothing of the running daemon, so that the tool makes it without one, too.
 */
#include "document.h"

#include <stdlib.h>

#include "request.h"
#include "scopegate/json.h"

static void
write_words(struct json_writer *w, const char *name, const struct word_list *l)
{
	json_write_begin_array(w, name);
	for (size_t i = 0; i < l->count; i++)
		json_write_string(w, NULL, l->words[i]);
	json_write_end_array(w);
}

static void
write_view(struct json_writer *w, const char *name, struct text t)
{
	if (t.bytes == NULL)
		json_write_null(w, name);
	else
		json_write_text(w, name, t.bytes, t.length);
}

static void
write_facts(struct json_writer *w, const struct facts *f)
{
	static const char *const methods[] = {
	    [FACTS_INTROSPECTION] = "introspection",
	    [FACTS_GRANT] = "grant",
	    [FACTS_PROBE] = "probe",
	    [FACTS_JWT] = "jwt",
	    [FACTS_BOTH] = "both",
	};

	if (f == NULL) {
		json_write_null(w, "facts");
		return;
	}
	json_write_begin_object(w, "facts");
	json_write_bool(w, "active", f->active);
	json_write_string(w, "method", methods[f->method]);
	json_write_string(w, "issuer", f->issuer);
	json_write_string(w, "subject", f->subject);
	json_write_string(w, "client_id", f->client_id);
	json_write_string(w, "jti", f->token_id);
	json_write_string(w, "kid", f->key_id);
	write_words(w, "audience", &f->audience);
	if (f->scopes_known)
		write_words(w, "scopes", &f->scopes);
	else
		json_write_null(w, "scopes");
	json_write_integer(w, "expires_at", f->expires_at);
	json_write_integer(w, "issued_at", f->issued_at);
	json_write_integer(w, "not_before", f->not_before);
	json_write_integer(w, "auth_time", f->auth_time);
	json_write_string(w, "environment", f->environment);
	json_write_integer(w, "checked_at", f->checked_at);
	json_write_end_object(w);
}

static void
write_outcome(struct json_writer *w, const struct request *r)
{
	static const char *const caches[] = {
	    [CACHE_NONE] = "none",
	    [CACHE_HIT] = "hit",
	    [CACHE_MISS] = "miss",
	    [CACHE_JOINED] = "joined",
	};
	const struct reason_row *row = reason_row(r->reason);

	json_write_string(w, "verdict", verdict_name(r->verdict));
	json_write_string(w, "reason", row->name);
	json_write_string(w, "sentence", row->sentence);
	json_write_string(w, "pam_auth", pam_answer_name(row->auth));
	json_write_string(w, "pam_account", pam_answer_name(row->account));
	json_write_string(w, "ref", r->ref);
	json_write_string(w, "detail", r->detail);
	json_write_string(
	    w, "issuer", r->issuer != NULL ? r->issuer->name : NULL);
	json_write_string(
	    w, "policy", r->policy != NULL ? r->policy->name : NULL);
	json_write_string(w, "cache", caches[r->cache]);
	json_write_integer(w, "as_us", r->as_us);
	json_write_integer(w, "total_us", r->total_us);
}

void
document_check(struct buf *out, const struct request *r)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_write_begin_object(&w, NULL);
	write_view(&w, "service", r->message.value[TAG_SERVICE]);
	write_view(&w, "user", r->message.value[TAG_USER]);
	write_view(&w, "rhost", r->message.value[TAG_RHOST]);
	write_outcome(&w, r);
	json_write_begin_array(&w, "rules");
	for (size_t i = 0; i < r->report->count; i++) {
		const struct report_rule *rule = &r->report->rules[i];

		json_write_begin_object(&w, NULL);
		json_write_string(&w, "name", rule->name);
		json_write_bool(&w, "passed", rule->passed);
		json_write_string(&w, "detail", rule->detail);
		json_write_end_object(&w);
	}
	json_write_end_array(&w);
	write_facts(&w, r->facts);
	json_write_end_object(&w);
}
