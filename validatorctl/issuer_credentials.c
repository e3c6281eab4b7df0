/* SPDX-License-Identifier: ISC */
/*
 * Are we known to the server? Asked with a token and a code that nobody was
 * given, so that nothing is used up and nothing of anybody is told.
 */
#include <stdio.h>
#include <string.h>

#include "chance.h"
#include "config_table.h"
#include "endpoints.h"
#include "form.h"
#include "introspect.h"
#include "issuer_trial.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "signed_answer.h"

#define MADE_UP_REFS 5 /* of SHORT_REF_LENGTH each */

/* "scopegate-test-" and what nobody can have. */
static bool
make_up(char ret[64])
{
	size_t used = (size_t)snprintf(ret, 64, "scopegate-test-");

	for (size_t i = 0; i < MADE_UP_REFS; i++) {
		if (!chance_ref(ret + used))
			return false;
		used += SHORT_REF_LENGTH;
	}
	return true;
}

static const char *
way_of(const struct issuer *issuer)
{
	const struct conf_option *o = config_issuer_options;

	while (strcmp(o->name, "client_auth") != 0)
		o++;
	return o->choices[issuer->client_auth];
}

static const char *
who_of(const struct issuer *issuer)
{
	return issuer->client_id != NULL ? issuer->client_id : "nobody";
}

static void
tell_accepted(struct trial *t, const char *url)
{
	bool several = t->endpoints.further_count > 0;

	findings_add(&t->findings, FINDING_OK, "credentials", NULL,
	    "accepted, as %s by %s%s%s", who_of(t->issuer), way_of(t->issuer),
	    several ? ", at " : "", several ? url : "");
}

static void
tell_rejected(struct trial *t, const char *url, int status)
{
	trial_fail(t, "credentials",
	    "compare `client_id`, the secret's file and `client_auth` with "
	    "what "
	    "the server has, and let this client in there",
	    "%s rejects us (HTTP %d), as %s by %s", url, status,
	    who_of(t->issuer), way_of(t->issuer));
}

/* As the daemon reads it: signed, where that is asked for, or plain. */
static enum reason
read_answer(struct trial *t, const struct inspection *i, struct facts **ret,
    const char **ret_what)
{
	const struct jwks *keys = t->issuer->signing.static_keys;
	char kid[JWK_KID_MAX + 1];

	if (!t->issuer->introspection_signed)
		return introspect_read(&i->reply, i->arrived_at, ret, ret_what);
	return signed_answer_read(t->issuer, keys != NULL ? keys : t->keys,
	    &i->reply, i->arrived_at, ret, ret_what, kid);
}

static const char *
type_of(const struct inspection *i)
{
	return i->reply.content_type[0] != '\0' ? i->reply.content_type
						: "of no type";
}

/* A 200 that is not what RFC 7662 section 2.2 says, or says yes to anything. */
static void
judge_answer(struct trial *t, const char *url, const struct inspection *i)
{
	_cleanup_(facts_unrefp) struct facts *facts = NULL;
	bool is_signed = t->issuer->introspection_signed;
	const char *what = NULL;
	enum reason reason;

	if (!is_signed && !i->reply.encoded && !answer_is_json(&i->reply)) {
		trial_fail(t, "answer", "correct `introspection_endpoint`",
		    "%s is %s, not application/json", url, type_of(i));
		return;
	}
	reason = read_answer(t, i, &facts, &what);
	if (reason != REASON_NONE) {
		trial_fail(t, "answer",
		    is_signed
			? "the server must sign its answers to this client "
			  "as RFC 9701 says, or write `introspection_signed "
			  "= no`"
			: "the server must answer as RFC 7662 section 2.2 "
			  "says",
		    "%s", what != NULL ? what : reason_row(reason)->sentence);
		return;
	}
	tell_accepted(t, url);
	if (facts->active)
		trial_fail(t, "answer",
		    "mend the server before anybody else finds out",
		    "active is true for a token that was made up here");
	else
		findings_add(&t->findings, FINDING_OK, "answer", NULL,
		    "%sa token that was made up here is not active",
		    is_signed ? "signed: " : "");
}

/* RFC 6749 section 5.2: the error's code, or "". */
static void
read_error(const struct inspection *i, char *ret, size_t size)
{
	_cleanup_(json_freep) struct json *document = NULL;
	const char *why, *code = "";

	if (answer_is_json(&i->reply) &&
	    json_parse(i->reply.body, i->reply.body_length, &document, &why) ==
		STATUS_OK)
		(void)json_string(json_get(json_top(document), "error"), &code);
	(void)snprintf(ret, size, "%s", code);
}

static bool
is_rejection(const struct inspection *i, const char *error)
{
	int status = i->reply.http_status;

	return status == 401 || status == 403 ||
	       strcmp(error, "invalid_client") == 0 ||
	       strcmp(error, "unauthorized_client") == 0;
}

static void
ask_about(struct trial *t, const char *url)
{
	_cleanup_(secret_clear) struct secret form = {0};
	char token[64], error[64];
	struct inspection i;

	if (!make_up(token) ||
	    introspect_form(t->issuer, text_of(token), &form) != STATUS_OK) {
		trial_fail(t, "answer", "free some", "out of memory");
		return;
	}
	if (!trial_ask(t, "answer", FETCH_INTROSPECT, url, &form, &i))
		return;
	read_error(&i, error, sizeof(error));
	if (is_rejection(&i, error))
		tell_rejected(t, url, i.reply.http_status);
	else if (strcmp(error, "unsupported_token_type") == 0)
		trial_fail(t, "answer",
		    "does it introspect such tokens at all? If it signs them, "
		    "write `validation = jwt`",
		    "%s does not know this kind of token", url);
	else if (i.reply.http_status != 200)
		trial_fail_status(
		    t, "answer", "introspection_endpoint", url, &i);
	else
		judge_answer(t, url, &i);
}

/* Those that stand in for the first are tried in quiet times, or never. */
void
trial_introspection(struct trial *t)
{
	const char *url =
	    issuer_endpoint(&t->endpoints, ENDPOINT_INTROSPECTION);

	if (!issuer_introspects(t->issuer) || url == NULL)
		return;
	ask_about(t, url);
	for (size_t i = 0; i < t->endpoints.further_count; i++)
		ask_about(t, t->endpoints.further[i].url);
}

static enum status
make_code_form(const struct trial *t, const char *code, struct secret *ret)
{
	const char *redirect = t->issuer->sign_in.redirect_uri;
	enum status s =
	    form_put(ret, "grant_type", text_of("authorization_code"));

	if (s == STATUS_OK)
		s = form_put(ret, "code", text_of(code));
	if (s == STATUS_OK)
		s = form_put(ret, "redirect_uri",
		    text_of(redirect != NULL ? redirect : t->issuer->url));
	return s;
}

/* Whoever we are comes before what the code is, RFC 6749 section 5.2. */
void
trial_token_endpoint(struct trial *t)
{
	_cleanup_(secret_clear) struct secret form = {0};
	const char *url = issuer_endpoint(&t->endpoints, ENDPOINT_TOKEN);
	char code[64], error[64];
	struct inspection i;

	if ((t->needs & ENDPOINT_BIT(ENDPOINT_TOKEN)) == 0 || url == NULL)
		return;
	if (t->issuer->sign_in.exchange != EXCHANGE_STANDARD) {
		findings_add(&t->findings, FINDING_SKIPPED, "token", NULL,
		    "this exchange cannot be tried without a person");
		return;
	}
	if (!make_up(code) || make_code_form(t, code, &form) != STATUS_OK) {
		trial_fail(t, "token", "free some", "out of memory");
		return;
	}
	if (!trial_ask(t, "token", FETCH_TOKEN, url, &form, &i))
		return;
	read_error(&i, error, sizeof(error));
	if (is_rejection(&i, error))
		tell_rejected(t, url, i.reply.http_status);
	else if (i.reply.http_status == 400 && error[0] != '\0')
		findings_add(&t->findings, FINDING_OK, "token", NULL,
		    "a code that was made up here is refused (%s)", error);
	else if (i.reply.http_status == 200)
		trial_fail(t, "token", "mend the server",
		    "%s takes a code that was made up here", url);
	else
		trial_fail_status(t, "token", "token_endpoint", url, &i);
}
