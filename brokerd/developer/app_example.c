/* SPDX-License-Identifier: ISC */
/*
 * Examples that work as they stand. The proof key is the one of RFC 7636
 * appendix B: good for a first try, and no secret.
 */
#include "developer/app_example.h"

#include "http/form.h"
#include "oauth/device_store.h"

#define EXAMPLE_VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define EXAMPLE_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

static enum status
add(struct buf *out, const char *before, const char *name, const char *value)
{
	buf_append_string(out, before);
	form_encode_pair(out, name, value);
	return out->error;
}

enum status
app_example_authorize(const char *issuer, const struct app *a,
    const char *redirect_uri, struct buf *ret)
{
	buf_append_string(ret, issuer);
	add(ret, "/oauth/authorize?", "response_type", "code");
	add(ret, "&", "client_id", a->client_id);
	add(ret, "&", "redirect_uri", redirect_uri);
	if (a->scopes[0] != '\0')
		add(ret, "&", "scope", a->scopes);
	add(ret, "&", "state", "a-random-value");
	if (a->kind == APP_ALPACA && a->confidential)
		return add(ret, "&", "env", "paper");
	add(ret, "&", "code_challenge", EXAMPLE_CHALLENGE);
	return add(ret, "&", "code_challenge_method", "S256");
}

/* A value between single quotes is safe in a shell: form_encode_pair() leaves
 * no quote in it. */
static void
add_data(struct buf *out, const char *name, const char *value)
{
	buf_append_string(out, " \\\n  -d '");
	form_encode_pair(out, name, value);
	buf_append_byte(out, '\'');
}

static void
add_client(struct buf *ret, const struct app *a)
{
	if (a->confidential && a->kind != APP_ALPACA) {
		buf_format(ret, " \\\n  -u %s:SECRET", a->client_id);
		return;
	}
	add_data(ret, "client_id", a->client_id);
	if (a->confidential)
		add_data(ret, "client_secret", "SECRET");
}

enum status
app_example_device(const char *issuer, const struct app *a, struct buf *ret)
{
	buf_format(ret, "curl %s/oauth/device_authorization", issuer);
	add_client(ret, a);
	if (a->scopes[0] != '\0')
		add_data(ret, "scope", a->scopes);
	return ret->error;
}

enum status
app_example_poll(const char *issuer, const struct app *a, struct buf *ret)
{
	buf_format(ret, "curl %s/oauth/token", issuer);
	add_client(ret, a);
	add_data(ret, "grant_type", DEVICE_GRANT_TYPE);
	add_data(ret, "device_code", "DEVICE_CODE");
	return ret->error;
}

enum status
app_example_token(const char *issuer, const struct app *a,
    const char *redirect_uri, struct buf *ret)
{
	buf_format(ret, "curl %s/oauth/token", issuer);
	add_client(ret, a);
	add_data(ret, "grant_type", "authorization_code");
	add_data(ret, "code", "CODE");
	add_data(ret, "redirect_uri", redirect_uri);
	if (a->kind != APP_ALPACA || !a->confidential)
		add_data(ret, "code_verifier", EXAMPLE_VERIFIER);
	return ret->error;
}
