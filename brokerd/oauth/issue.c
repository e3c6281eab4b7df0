/* SPDX-License-Identifier: ISC */
/*
 * Tokens, made and handed out. How they look and what goes with them is the
 * app's kind and token format. Whatever they look like, their digest is
 * stored, so introspection and revocation are the same for all.
 */
#include "oauth/issue.h"

#include <string.h>

#include "http/respond.h"
#include "identity/account_store.h"
#include "identity/user_store.h"
#include "jose/sign.h"
#include "jose/key_ring.h"
#include "oauth/claims.h"
#include "oauth/grant.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

/* What there is to say of a token, and where it stands. Not to be copied. */
struct facts {
	struct claims claims;
	char sub[USER_SUB_SIZE];
	char account[UUID_SIZE];
};

void
issued_wipe(struct issued *i)
{
	buf_clear(&i->access);
	buf_clear(&i->id_token);
	explicit_bzero(i->refresh, sizeof(i->refresh));
}

static enum status
find_facts(struct broker *b, const struct app *app, const struct grant *g,
    const struct token_request *request, struct facts *ret)
{
	struct account account = {0};
	struct user user = {0};
	enum status status = STATUS_OK;

	if (g->user != 0)
		status = user_find_by_id(b->store, g->user, &user);
	if (status == STATUS_OK && g->account != 0)
		status = account_find_by_id(b->store, g->account, &account);
	memcpy(ret->sub, user.sub, sizeof(ret->sub));
	memcpy(ret->account, account.uuid, sizeof(ret->account));
	explicit_bzero(&user, sizeof(user));
	ret->claims = (struct claims){.issuer = b->issuer,
	    .client_id = app->client_id,
	    .sub = ret->sub,
	    .account = ret->account,
	    .scope = request->scope,
	    .grant = g,
	    .issued = request->now,
	    .expires = request->expires};
	return status;
}

static enum status
sign_access(struct broker *b, const struct claims *facts, struct buf *ret)
{
	_cleanup_(buf_clear) struct buf payload = {0};
	struct claims c = *facts;
	char jti[UUID_SIZE];
	enum status status = random_uuid(jti);

	c.jti = jti;
	buf_init(&payload, JWS_CLAIMS_MAX);
	if (status == STATUS_OK)
		status = claims_access(&c, &payload);
	/* RFC 9068 section 2.1: the type keeps it from being taken for an
	 * id_token. */
	if (status == STATUS_OK)
		status = key_ring_sign(&b->keys, b->store, c.issued, "at+jwt",
		    buf_string(&payload), payload.length, ret);
	return status;
}

static enum status
make_access(struct broker *b, const struct app *app, const struct claims *facts,
    struct buf *ret)
{
	char text[RANDOM_TEXT_SIZE], uuid[UUID_SIZE];
	enum status status;

	if (app->kind == APP_ALPACA) {
		status = random_uuid(uuid);
		if (status == STATUS_OK)
			status = buf_append_string(ret, uuid);
		explicit_bzero(uuid, sizeof(uuid));
		return status;
	}
	if (app->tokens == APP_TOKENS_JWT)
		return sign_access(b, facts, ret);
	status = random_text(text);
	if (status == STATUS_OK)
		status = buf_append_string(ret, text);
	explicit_bzero(text, sizeof(text));
	return status;
}

static enum status
make_id_token(struct broker *b, const struct claims *c, const char *nonce,
    const char *access, struct buf *ret)
{
	_cleanup_(buf_clear) struct buf payload = {0};
	enum status status;

	buf_init(&payload, JWS_CLAIMS_MAX);
	status = claims_id(c, nonce, access, &payload);
	return status == STATUS_OK
		   ? key_ring_sign(&b->keys, b->store, c->issued, "JWT",
			 buf_string(&payload), payload.length, ret)
		   : status;
}

enum status
issue_access(struct broker *b, const struct app *app, const struct grant *g,
    const struct token_request *request, struct buf *ret)
{
	struct facts facts;
	enum status status = find_facts(b, app, g, request, &facts);

	if (status == STATUS_OK)
		status = make_access(b, app, &facts.claims, ret);
	return status == STATUS_OK
		   ? token_add(b->store, request, buf_string(ret))
		   : status;
}

static enum status
issue_id_token(struct broker *b, const struct app *app,
    const struct issue *issue, const struct token_request *request,
    struct issued *ret)
{
	struct facts facts;
	enum status status;

	if (app->kind != APP_STANDARD || issue->grant.user == 0 ||
	    !word_set_has(&issue->scope, SCOPE_OPENID))
		return STATUS_OK;
	status = find_facts(b, app, &issue->grant, request, &facts);
	return status == STATUS_OK
		   ? make_id_token(b, &facts.claims, issue->nonce,
			 buf_string(&ret->access), &ret->id_token)
		   : status;
}

enum status
issue_tokens(struct broker *b, const struct app *app, const struct issue *issue,
    int64_t now, struct issued *ret)
{
	char scope[WORD_SET_TEXT_SIZE];
	struct token_request request = {.grant = issue->grant.id,
	    .kind = TOKEN_ACCESS,
	    .scope = scope,
	    .now = now,
	    .expires = app->kind == APP_ALPACA ? TOKEN_FOR_EVER
					       : now + ACCESS_TOKEN_SECONDS};
	enum status status;

	word_set_print(&issue->scope, scope);
	buf_init_sensitive(&ret->access, JWS_MAX);
	buf_init_sensitive(&ret->id_token, JWS_MAX);
	status = issue_access(b, app, &issue->grant, &request, &ret->access);
	if (status == STATUS_OK)
		status = issue_id_token(b, app, issue, &request, ret);
	if (status != STATUS_OK || !issue->refresh || app->kind == APP_ALPACA)
		return status;
	request.kind = TOKEN_REFRESH;
	/* RFC 6749 section 6: the new one has the scope of the old one. */
	request.scope = issue->grant.scope;
	request.expires = now + REFRESH_TOKEN_SECONDS;
	return token_issue(b->store, &request, ret->refresh);
}

static void
write_standard(struct json_writer *w, const struct issue *issue,
    const struct issued *issued, const char *scope)
{
	json_write_string(w, "access_token", buf_string(&issued->access));
	json_write_string(w, "token_type", "Bearer");
	json_write_integer(w, "expires_in", ACCESS_TOKEN_SECONDS);
	if (issued->refresh[0] != '\0')
		json_write_string(w, "refresh_token", issued->refresh);
	if (scope[0] != '\0')
		json_write_string(w, "scope", scope);
	if (issued->id_token.length > 0)
		json_write_string(w, "id_token", buf_string(&issued->id_token));
	claims_write_details(issue->grant.details, w);
}

void
issued_write(struct http_response *response, const struct app *app,
    const struct issue *issue, const struct issued *issued)
{
	char scope[WORD_SET_TEXT_SIZE];
	struct json_writer w;

	word_set_print(&issue->scope, scope);
	respond_json(response, 200);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	if (app->kind == APP_ALPACA) {
		/* These three and nothing more: a client that waits for
		 * expires_in, or cannot do without it, must show here. */
		json_write_string(
		    &w, "access_token", buf_string(&issued->access));
		json_write_string(&w, "token_type", "bearer");
		json_write_string(&w, "scope", scope);
	} else {
		write_standard(&w, issue, issued, scope);
	}
	json_write_end_object(&w);
}
