/* SPDX-License-Identifier: ISC */
/*
 * The protocol of RFC 6750, in which a refusal says what would help: another
 * token, or one with more scopes. What goes into a header is checked here.
 */
#include "bearer.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "http/respond.h"
#include "scopegate/cleanup.h"

#define RETRY_SECONDS 5
#define CHALLENGE_MAX 4096

const char *
bearer_token(const struct visit *v, bool *ret_given)
{
	static const char scheme[] = "Bearer";
	const char *header = v->request->authorization;
	struct secret token = {0};

	*ret_given = header != NULL;
	if (header == NULL ||
	    strncasecmp(header, scheme, sizeof(scheme) - 1) != 0 ||
	    header[sizeof(scheme) - 1] != ' ')
		return NULL;
	header += sizeof(scheme) - 1;
	header += strspn(header, " ");
	token.length = strlen(header);
	token.bytes = (char *)(uintptr_t)header; /* looked at only */
	return token.length <= TOKEN_MAX && secret_is_b64token(&token) ? header
								       : NULL;
}

/* Into a quoted-string: what RFC 6750 section 3 allows in error_description,
 * and nothing that would need a backslash. */
static void
append_quoted(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text >= 0x20 && *text < 0x7f && *text != '"' &&
		    *text != '\\')
			buf_append_byte(out, (uint8_t)*text);
		else
			buf_append_byte(out, '?');
	}
}

static void
append_parameter(struct buf *out, const char *name, const char *value)
{
	buf_format(out, ", %s=\"", name);
	append_quoted(out, value);
	buf_append_byte(out, '"');
}

static void
append_list(struct buf *out, const char *name, const struct json_value *list)
{
	bool first = true;

	if (list == NULL)
		return;
	buf_format(out, ", %s=\"", name);
	for (const struct json_value *s = list; s != NULL;
	     s = json_next(s)) {
		const char *scope;

		if (json_string(s, &scope) != STATUS_OK)
			continue;
		if (!first)
			buf_append_byte(out, ' ');
		append_quoted(out, scope);
		first = false;
	}
	buf_append_byte(out, '"');
}

void
bearer_challenge(struct visit *v, const struct challenge *c)
{
	_cleanup_(buf_clear) struct buf out = {0};

	buf_init(&out, CHALLENGE_MAX);
	buf_append_string(&out, "Bearer realm=\"scopegate\"");
	if (c->error != NULL)
		append_parameter(&out, "error", c->error);
	if (c->description != NULL)
		append_parameter(&out, "error_description", c->description);
	append_list(&out, "scope", c->first_scope);
	append_list(&out, "acr_values", c->first_acr);
	if (c->max_age > 0)
		buf_format(&out, ", max_age=\"%" PRId64 "\"", c->max_age);
	buf_format(&out,
	    ", resource_metadata=\"%s/.well-known/oauth-protected-resource\"",
	    v->gateway->settings->public_url);
	/* Too long: the client still learns which scheme it is. */
	http_response_header(v->response, "WWW-Authenticate",
	    buf_string(&out) != NULL ? buf_string(&out)
				     : "Bearer realm=\"scopegate\"");
}

static void
write_error(struct visit *v, const char *error, const char *description,
    const char *ref)
{
	struct json_writer w;

	json_writer_init(&w, &v->response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "error", error);
	if (description != NULL)
		json_write_string(&w, "error_description", description);
	if (ref != NULL)
		json_write_string(&w, "ref", ref);
	json_write_end_object(&w);
}

void
bearer_error(struct visit *v, unsigned int status, const char *error,
    const char *description)
{
	respond_json(v->response, status);
	write_error(v, error, description, NULL);
}

void
bearer_not_asked(struct visit *v, enum status status)
{
	if (status == STATUS_INVALID) {
		bearer_error(v, 400, "invalid_request",
		    "a value is too long, or holds characters that it must "
		    "not");
		return;
	}
	visit_retry_after(v, RETRY_SECONDS);
	bearer_error(v, 503, "temporarily_unavailable",
	    "validatord does not answer; that is neither a yes nor a no");
}

static void
refuse_unavailable(struct visit *v, const struct relay_answer *answer)
{
	visit_retry_after(
	    v, relay_number(answer->top, "retry_after", RETRY_SECONDS));
	bearer_error(v, 503, "temporarily_unavailable",
	    relay_text(answer->top, "sentence", NULL));
}

void
bearer_refuse(struct visit *v, const struct relay_answer *answer)
{
	const char *error = relay_text(answer->top, "error", "invalid_token");
	const char *sentence = relay_text(answer->top, "sentence", NULL);
	int64_t wait = relay_number(answer->top, "retry_after", 0);
	bool scope = strcmp(error, "insufficient_scope") == 0;
	bool step_up = strcmp(error, "insufficient_user_authentication") == 0;

	if (strcmp(answer->result, "deny") != 0) {
		refuse_unavailable(v, answer);
		return;
	}
	if (!scope && !step_up)
		error = "invalid_token";
	if (wait > 0) {
		visit_retry_after(v, wait);
		respond_json(v->response, 429);
	} else {
		respond_json(v->response, scope ? 403 : 401);
		bearer_challenge(v, &(struct challenge){
		    .error = error,
		    .description = sentence,
		    .first_scope = relay_first(answer->top, "missing"),
		    .first_acr = relay_first(answer->top, "acr_values"),
		    .max_age = relay_number(answer->top, "max_age", 0)});
	}
	write_error(v, error, sentence, relay_text(answer->top, "ref", NULL));
}
