/* SPDX-License-Identifier: ISC */
#include "gateway_write.h"

#include <string.h>

#include "reply.h"
#include "server.h"

/* Everything here is shown to whoever holds a link, so it tells of a login
 * what its terminal shows too, and of a grant what the broker has shown. */

void
gateway_start(struct gateway_document *d, const char *result)
{
	buf_init_sensitive(&d->text, DOCUMENT_MAX);
	json_writer_init(&d->w, &d->text);
	json_write_begin_object(&d->w, NULL);
	json_write_string(&d->w, "result", result);
}

void
gateway_send(struct connection *c, struct gateway_document *d)
{
	json_write_end_object(&d->w);
	reply_document(c, &d->text);
}

void
gateway_say(struct connection *c, const char *result)
{
	struct gateway_document d;

	gateway_start(&d, result);
	gateway_send(c, &d);
}

void
gateway_write_reason(struct json_writer *w, enum reason reason)
{
	const struct reason_row *row = reason_row(reason);

	json_write_string(w, "reason", row->name);
	json_write_string(w, "sentence", row->sentence);
}

void
gateway_unavailable(
    struct connection *c, enum reason reason, unsigned int retry_after_s)
{
	struct gateway_document d;

	gateway_start(&d, "unavailable");
	gateway_write_reason(&d.w, reason);
	if (retry_after_s > 0)
		json_write_integer(&d.w, "retry_after", retry_after_s);
	gateway_send(c, &d);
}

static void
write_view(struct json_writer *w, const char *name, struct text t)
{
	if (t.bytes != NULL)
		json_write_text(w, name, t.bytes, t.length);
}

void
gateway_write_login(struct json_writer *w, const struct login *login)
{
	const struct text *value = login->begin.value;

	json_write_string(w, "host", login->config->host_name);
	write_view(w, "service", value[TAG_SERVICE]);
	write_view(w, "user", value[TAG_USER]);
	write_view(w, "rhost", value[TAG_RHOST]);
	write_view(w, "tty", value[TAG_TTY]);
	json_write_integer(
	    w, "age", (monotonic_us() - login->begun_us) / 1000000);
	json_write_string(w, "policy", login->policy->name);
}

void
gateway_write_words(
    struct json_writer *w, const char *name, const struct word_list *words)
{
	json_write_begin_array(w, name);
	for (size_t i = 0; i < words->count; i++)
		json_write_string(w, NULL, words->words[i]);
	json_write_end_array(w);
}

static void
write_claim(struct json_writer *w, const char *name, const struct facts *f,
    const char *claim_name)
{
	const struct claim *claim = facts_claim(f, claim_name);

	if (claim != NULL && claim->values.count == 1)
		json_write_string(w, name, claim->values.words[0]);
}

void
gateway_write_grant(struct json_writer *w, const struct grant *grant)
{
	const struct facts *f = grant->facts;

	json_write_string(w, "issuer", grant->issuer);
	if (f->client_id != NULL)
		json_write_string(w, "client_id", f->client_id);
	if (f->environment != NULL)
		json_write_string(w, "environment", f->environment);
	if (f->subject != NULL)
		json_write_string(w, "account", f->subject);
	write_claim(w, "display", f, "display");
	if (f->scopes_known)
		gateway_write_words(w, "scopes", &f->scopes);
	if (grant->ends_at != 0)
		json_write_integer(w, "ends_at", grant->ends_at);
}

void
gateway_write_missing(
    struct json_writer *w, enum reason reason, const char *detail)
{
	if (reason != REASON_SCOPE_MISSING &&
	    reason != REASON_SCOPE_ANY_MISSING)
		return;
	json_write_begin_array(w, "missing");
	while (*detail != '\0') {
		size_t length = strcspn(detail, " ");

		/* " ...": more than the detail could hold. */
		if (length > 0 && strncmp(detail, "...", length) != 0)
			json_write_text(w, NULL, detail, length);
		detail += length + (detail[length] == ' ');
	}
	json_write_end_array(w);
}
