/* SPDX-License-Identifier: ISC */
#include "broker_call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "app/scope_store.h"
#include "base64url_read.h"
#include "jose/key_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static const char all_scopes[] = "openid profile offline_access trading data";
static const char all_grants[] =
    "authorization_code refresh_token client_credentials";

static const struct {
	const char *id;
	bool confidential;
	enum app_kind kind;
	enum app_tokens tokens;
} apps[CALL_APPS] = {
    [WEB] = {"web", true, APP_STANDARD, APP_TOKENS_OPAQUE},
    [NATIVE] = {"native", false, APP_STANDARD, APP_TOKENS_OPAQUE},
    [SIGNED] = {"signed", true, APP_STANDARD, APP_TOKENS_JWT},
    [ALPACA] = {"alpaca", true, APP_ALPACA, APP_TOKENS_JWT},
    [GATE] = {"gate", true, APP_STANDARD, APP_TOKENS_OPAQUE},
};

static enum status
add_app(struct broker_call *f, size_t i)
{
	struct store *s = f->disk.store;
	struct app *a = &f->apps[i];
	enum status status;

	*a = (struct app){.confidential = apps[i].confidential,
	    .kind = apps[i].kind,
	    .tokens = apps[i].tokens,
	    .state = APP_APPROVED};
	memcpy(a->client_id, apps[i].id, strlen(apps[i].id) + 1);
	memcpy(a->title, "T", 2);
	memcpy(a->scopes, all_scopes, sizeof(all_scopes));
	memcpy(a->grant_types, all_grants, sizeof(all_grants));
	status = app_add(s, a, 1);
	if (status == STATUS_OK && a->confidential)
		status = app_secret_add(s, a->id, 1, f->secrets[i]);
	return status == STATUS_OK && i == GATE
		   ? app_audience_add(s, a->id, CALL_AUDIENCE)
		   : status;
}

int
broker_call_make(void **state)
{
	struct broker_call *f = calloc(1, sizeof(*f));
	struct word_set names;
	struct store *s;

	*state = f;
	if (f == NULL || temporary_store_make(&f->disk) != 0 ||
	    word_set_parse(all_scopes, &names) != STATUS_OK)
		return -1;
	s = f->broker.store = f->disk.store;
	memcpy(f->broker.issuer, CALL_ISSUER, sizeof(CALL_ISSUER));
	memcpy(f->broker.audience, CALL_AUDIENCE, sizeof(CALL_AUDIENCE));
	for (size_t i = 0; i < names.count; i++) {
		if (scope_add(s, names.words[i], "x", (int64_t)i) != STATUS_OK)
			return -1;
	}
	if (user_add_hashed(s, "alice", "*", 1, &f->user) != STATUS_OK ||
	    account_find(s, f->user, "paper", &f->account) != STATUS_OK)
		return -1;
	for (size_t i = 0; i < CALL_APPS; i++) {
		if (add_app(f, i) != STATUS_OK)
			return -1;
	}
	return app_audience_add(s, f->apps[WEB].id, CALL_OTHER) == STATUS_OK
		   ? 0
		   : -1;
}

int
broker_call_remove(void **state)
{
	struct broker_call *f = *state;

	key_ring_clear(&f->broker.keys);
	temporary_store_remove(&f->disk);
	free(f);
	return 0;
}

static void
keep_answer(struct broker_call *f, struct http_response *r)
{
	f->status = r->status;
	f->type[0] = '\0';
	assert_int_equal(r->body.error, STATUS_OK);
	(void)snprintf(f->body, sizeof(f->body), "%s", buf_string(&r->body));
	for (size_t i = 0; i < r->header_count; i++) {
		if (strcmp(r->headers[i].name, "Content-Type") == 0)
			(void)snprintf(f->type, sizeof(f->type), "%s",
			    r->headers[i].value);
		free(r->headers[i].value);
	}
	buf_clear(&r->body);
}

void
broker_call(struct broker_call *f, endpoint *handler, int app,
    const char *accept, const char *format, ...)
{
	struct http_request request = {
	    .method = HTTP_POST, .path = "/oauth/token", .accept = accept};
	struct http_response response = {0};
	char text[24576];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	assert_true(length > 0 && length < (int)sizeof(text) - 256);
	length += snprintf(text + length, 256, "&client_id=%s%s%s",
	    f->apps[app].client_id,
	    f->apps[app].confidential ? "&client_secret=" : "",
	    f->secrets[app]);
	assert_int_equal(
	    form_parse(text, (size_t)length, &request.form), STATUS_OK);
	buf_init_sensitive(&response.body, HTTP_ANSWER_MAX);
	handler(&f->broker, &request, &response);
	form_clear(&request.form);
	keep_answer(f, &response);
}

void
broker_call_member(struct broker_call *f, const char *name, char *ret)
{
	_cleanup_(json_freep) struct json *j = NULL;
	const char *reason, *text = NULL;

	assert_int_equal(
	    json_parse(f->body, strlen(f->body), &j, &reason), STATUS_OK);
	assert_int_equal(
	    json_string(json_get(json_top(j), name), &text), STATUS_OK);
	assert_true(strlen(text) < 8192);
	memcpy(ret, text, strlen(text) + 1);
}

void
broker_call_code(
    struct broker_call *f, int app, struct code *c, char ret[RANDOM_TEXT_SIZE])
{
	int64_t now = (int64_t)time(NULL);

	c->grant.user = f->user;
	c->grant.account = f->account.id;
	c->grant.app = f->apps[app].id;
	c->grant.auth_time = now - 60;
	memcpy(c->grant.env, "paper", 6);
	if (c->grant.audience[0] == '\0')
		memcpy(c->grant.audience, CALL_AUDIENCE, sizeof(CALL_AUDIENCE));
	memcpy(c->redirect_uri, CALL_REDIRECT, sizeof(CALL_REDIRECT));
	c->expires = now + 60;
	assert_int_equal(grant_add(f->broker.store, &c->grant, now), STATUS_OK);
	assert_int_equal(code_issue(f->broker.store, c, ret), STATUS_OK);
}

void
broker_call_exchange(struct broker_call *f, int app, const char *code)
{
	broker_call(f, endpoint_token, app, NULL,
	    "grant_type=authorization_code&code=%s&redirect_uri=%s", code,
	    CALL_REDIRECT);
	if (f->status != 200)
		fail_msg("%s", f->body);
}

void
broker_call_verify(
    struct broker_call *f, const char *jwt, const char *type, char ret[8192])
{
	_cleanup_(rsa_key_freep) struct rsa_key *key = NULL;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const char *dot = strchr(jwt, '.'), *last = strrchr(jwt, '.');
	uint8_t signature[512];
	char id[RSA_KEY_ID_SIZE], header[512], wanted[512];
	size_t size;

	assert_true(dot != NULL && last != dot);
	assert_int_equal(
	    key_find_id(f->broker.store, KEY_CURRENT, id), STATUS_OK);
	assert_int_equal(key_load(f->broker.store, id, &key), STATUS_OK);
	size = base64url_read(jwt, (size_t)(dot - jwt), (uint8_t *)header);
	header[size] = '\0';
	(void)snprintf(wanted, sizeof(wanted), "\"typ\":\"%s\"", type);
	assert_non_null(strstr(header, wanted));
	size = base64url_read(last + 1, strlen(last + 1), signature);
	assert_int_equal(
	    EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key->pkey),
	    1);
	assert_int_equal(EVP_DigestVerify(context, signature, size,
			     (const uint8_t *)jwt, (size_t)(last - jwt)),
	    1);
	EVP_MD_CTX_free(context);
	size =
	    base64url_read(dot + 1, (size_t)(last - dot - 1), (uint8_t *)ret);
	ret[size] = '\0';
}

void
broker_call_expect(struct broker_call *f, const char *error)
{
	char code[8192];

	broker_call_member(f, "error", code);
	if (strcmp(code, error) != 0)
		fail_msg("%s, not %s", f->body, error);
	broker_call_member(f, "error_description", code);
	assert_true(strlen(code) > 10);
}
