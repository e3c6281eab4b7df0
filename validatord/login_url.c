/* SPDX-License-Identifier: ISC */
#include "login_url.h"

#include <string.h>

#include "form.h"
#include "scope_wanted.h"
#include "scopegate/cleanup.h"

/*
 * Must never put into a URL what the authorization server did not ask for, nor
 * keep a state: the visit has its digest, the browser the state.
 */

static const char *const environments[] = {
    [ENVIRONMENT_ANY] = NULL,
    [ENVIRONMENT_PAPER] = "paper",
    [ENVIRONMENT_LIVE] = "live",
};

enum status
redirect_uri_append(
    struct buf *out, const struct config *c, const struct issuer *issuer)
{
	const char *base = c->gateway_url;
	size_t length;

	if (issuer->sign_in.redirect_uri != NULL)
		return buf_append_string(out, issuer->sign_in.redirect_uri);
	if (base == NULL)
		return STATUS_NOT_FOUND;
	length = strlen(base);
	if (length > 0 && base[length - 1] == '/')
		length--;
	(void)buf_append(out, base, length);
	return buf_append_string(out, "/callback");
}

bool
redirect_reaches_gateway(const struct config *c, const struct issuer *issuer)
{
	return config_redirect_path(c, issuer) != NULL;
}

/* NAME=VALUE of `authorize_parameters`. VALUE may hold {env}: left out where
 * the policy takes any. */
static enum status
put_parameter(
    struct secret *out, const char *parameter, const struct login *login)
{
	const char *environment = environments[login->policy->environment];
	const char *equals = strchr(parameter, '=');
	_cleanup_(buf_clear) struct buf text = {0};
	const char *hole, *value;
	char name[CONF_LINE_MAX + 1] = "";

	if (equals == NULL || (size_t)(equals - parameter) >= sizeof(name))
		return STATUS_INVALID;
	memcpy(name, parameter, (size_t)(equals - parameter));
	value = equals + 1;
	hole = strstr(value, "{env}");
	if (hole == NULL)
		return form_put(out, name, text_of(value));
	if (environment == NULL)
		return STATUS_OK;
	buf_init(&text, LINK_MAX);
	(void)buf_append(&text, value, (size_t)(hole - value));
	(void)buf_append_string(&text, environment);
	(void)buf_append_string(&text, hole + strlen("{env}"));
	if (buf_string(&text) == NULL)
		return text.error;
	return form_put(out, name, text_of(buf_string(&text)));
}

/* There is no `nonce`: it would bind an id_token (OpenID Connect Core section
 * 3.1.2.1), and none is taken. State and PKCE bind the answer. */
static enum status
put_standard(struct secret *out, const struct login *login, const char *state)
{
	_cleanup_(buf_clear) struct buf uri = {0};
	enum status s;

	buf_init(&uri, LINK_MAX);
	s = redirect_uri_append(&uri, login->config, login->issuer);
	if (s == STATUS_OK)
		s = form_put(out, "response_type", text_of("code"));
	if (s == STATUS_OK)
		s = form_put(
		    out, "client_id", text_of(login->issuer->client_id));
	if (s == STATUS_OK)
		s = form_put(out, "redirect_uri", text_of(buf_string(&uri)));
	if (s == STATUS_OK)
		s = scope_wanted_put(out, login->issuer, login->policy);
	return s == STATUS_OK ? form_put(out, "state", text_of(state)) : s;
}

/* Kite knows no state and no redirect_uri: it hands redirect_params through. */
static enum status
put_kite(struct secret *out, const struct login *login, const char *state)
{
	_cleanup_(secret_clear) struct secret own = {0};
	enum status s = form_put(&own, "state", text_of(state));

	if (s == STATUS_OK)
		s = form_put(out, "api_key", text_of(login->issuer->client_id));
	return s == STATUS_OK ? form_put(out, "redirect_params",
				    (struct text){own.bytes, own.length})
			      : s;
}

static enum status
put_challenge(struct secret *out, const char *verifier)
{
	char challenge[NONCE_SIZE];
	struct digest digest;
	enum status s;

	if (!digest_of(text_of(verifier), &digest))
		return STATUS_IO;
	digest_base64url(&digest, challenge);
	s = form_put(out, "code_challenge", text_of(challenge));
	return s == STATUS_OK
		   ? form_put(out, "code_challenge_method", text_of("S256"))
		   : s;
}

static enum status
put_query(struct secret *out, const struct login *login, const char *state,
    const char *verifier)
{
	const struct sign_in *sign_in = &login->issuer->sign_in;
	enum status s = sign_in->exchange == EXCHANGE_KITE
			    ? put_kite(out, login, state)
			    : put_standard(out, login, state);

	if (s == STATUS_OK && verifier[0] != '\0')
		s = put_challenge(out, verifier);
	for (size_t i = 0; i < sign_in->parameters.count && s == STATUS_OK; i++)
		s = put_parameter(out, sign_in->parameters.words[i], login);
	return s;
}

enum status
authorization_url(
    const struct login *login, struct visit *visit, struct secret *ret)
{
	const char *endpoint =
	    issuer_endpoint(login->state, ENDPOINT_AUTHORIZATION);
	_cleanup_(secret_clear) struct secret query = {0};
	struct visit next = {.stage = VISIT_SENT, .browser = visit->browser};
	char state[NONCE_SIZE];
	const char *joint;
	enum status s;

	if (endpoint == NULL)
		return STATUS_NOT_FOUND;
	joint = strchr(endpoint, '?') == NULL ? "?" : "&";
	if (!nonce_new(state, &next.state) ||
	    (login->issuer->sign_in.pkce && !nonce_new(next.verifier, NULL)))
		return STATUS_IO;
	s = put_query(&query, login, state, next.verifier);
	explicit_bzero(state, sizeof(state));
	if (s == STATUS_OK)
		s = secret_set(ret, endpoint, strlen(endpoint));
	if (s == STATUS_OK)
		s = secret_append(ret, joint, 1);
	if (s == STATUS_OK)
		s = secret_append(ret, query.bytes, query.length);
	if (s == STATUS_OK && ret->length > LINK_MAX)
		s = STATUS_TOO_BIG;
	if (s == STATUS_OK)
		*visit = next;
	explicit_bzero(&next, sizeof(next));
	return s;
}

enum status
exchange_form(const struct login *login, const struct visit *visit,
    struct text code, struct secret *ret)
{
	_cleanup_(buf_clear) struct buf uri = {0};
	enum status s;

	if (login->issuer->sign_in.exchange == EXCHANGE_KITE)
		return form_put(ret, "request_token", code);
	buf_init(&uri, LINK_MAX);
	s = redirect_uri_append(&uri, login->config, login->issuer);
	if (s == STATUS_OK)
		s = form_put(ret, "grant_type", text_of("authorization_code"));
	if (s == STATUS_OK)
		s = form_put(ret, "code", code);
	if (s == STATUS_OK)
		s = form_put(ret, "redirect_uri", text_of(buf_string(&uri)));
	if (s == STATUS_OK && visit->verifier[0] != '\0')
		s = form_put(ret, "code_verifier", text_of(visit->verifier));
	return s;
}
