/* SPDX-License-Identifier: ISC */
/*
 * The rules of exchange. The default of every function is refusal, and no
 * rule depends on the order in which clients send things.
 */
#include "oauth/grant.h"

#include <string.h>

#include "oauth/pkce.h"
#include "scopegate/cleanup.h"

bool
env_is_valid(const char *env)
{
	return strcmp(env, "paper") == 0 || strcmp(env, "live") == 0;
}

static struct oauth_fault
check_redirect(const struct code *c, const struct exchange *e)
{
	/* RFC 6749 section 4.1.3: required, and identical, if it was sent. */
	if (c->redirect_uri[0] == '\0')
		return OAUTH_FINE;
	if (e->redirect_uri == NULL)
		return OAUTH_FAULT(INVALID_GRANT,
		    "redirect_uri is missing; the authorization request had "
		    "one");
	if (strcmp(c->redirect_uri, e->redirect_uri) != 0)
		return OAUTH_FAULT(INVALID_GRANT,
		    "redirect_uri differs from the authorization request's");
	return OAUTH_FINE;
}

static struct oauth_fault
check_pkce(const struct code *c, const struct exchange *e)
{
	if (c->challenge[0] == '\0' && e->verifier == NULL)
		return OAUTH_FINE;
	/* RFC 9700 section 4.8.2: else an attacker could strip the challenge
	 * from the request and the client would not notice. */
	if (c->challenge[0] == '\0')
		return OAUTH_FAULT(INVALID_GRANT,
		    "code_verifier without a code_challenge in the "
		    "authorization request");
	if (e->verifier == NULL)
		return OAUTH_FAULT(INVALID_GRANT, "code_verifier is missing");
	if (!pkce_verifier_matches(e->verifier, c->challenge))
		return OAUTH_FAULT(INVALID_GRANT,
		    "code_verifier does not match the code_challenge");
	return OAUTH_FINE;
}

struct oauth_fault
grant_check_code(
    const struct code *c, const struct exchange *e, bool *ret_replayed)
{
	struct oauth_fault fault;

	*ret_replayed = false;
	if (c->grant.app != e->app->id)
		return OAUTH_FAULT(
		    INVALID_GRANT, "the code was issued to another client");
	if (c->used) {
		*ret_replayed = true;
		return OAUTH_FAULT(INVALID_GRANT,
		    "the code was used before; what it gave is revoked");
	}
	if (c->grant.revoked != 0)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the grant is revoked; the user must allow it again");
	if (!c->usable)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the user's account with this broker is disabled");
	if (e->now >= c->expires)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the code has expired; it is good for 60 seconds");
	fault = check_redirect(c, e);
	return fault.error == OAUTH_OK ? check_pkce(c, e) : fault;
}

struct oauth_fault
grant_check_refresh(
    const struct token *t, const struct exchange *e, bool *ret_replayed)
{
	*ret_replayed = false;
	if (t->kind != TOKEN_REFRESH)
		return OAUTH_FAULT(INVALID_GRANT, "this is no refresh token");
	if (t->grant.app != e->app->id)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the refresh token was issued to another client");
	if (t->used) {
		*ret_replayed = true;
		return OAUTH_FAULT(INVALID_GRANT,
		    "the refresh token was used before; the grant is revoked");
	}
	if (t->grant.revoked != 0)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the grant is revoked; the user must allow it again");
	if (!t->usable)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the user's account with this broker is disabled");
	if (e->now >= t->expires)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the refresh token has expired; the user must allow it "
		    "again");
	return OAUTH_FINE;
}

/* `asked` into *ret, if all of it is in `most`; else `beyond`, with what is
 * not. */
static struct oauth_fault
take_scope(const char *most, const char *asked, struct oauth_fault beyond,
    struct word_set *ret)
{
	struct word_set whole;
	const char *word;

	if (word_set_parse(most, &whole) != STATUS_OK)
		return OAUTH_FAULT(SERVER_ERROR, "the scopes are damaged");
	if (word_set_parse(asked, ret) != STATUS_OK)
		return OAUTH_FAULT(INVALID_SCOPE,
		    "scope is malformed; write names with one space between");
	word = word_set_beyond(ret, &whole);
	return word == NULL ? OAUTH_FINE : oauth_fault_about(beyond, word);
}

struct oauth_fault
grant_app_scope(const char *registered, const char *asked, struct word_set *ret)
{
	return take_scope(registered, asked == NULL ? "" : asked,
	    OAUTH_FAULT(
		INVALID_SCOPE, "scope names one this app may not ask for"),
	    ret);
}

struct oauth_fault
grant_narrow_scope(const char *granted, const char *asked, struct word_set *ret)
{
	return take_scope(granted, asked == NULL ? granted : asked,
	    OAUTH_FAULT(INVALID_SCOPE, "scope asks for more than was granted"),
	    ret);
}

struct oauth_fault
grant_client_scope(
    const char *registered, const char *asked, struct word_set *ret)
{
	static const char *const of_users[] = {
	    SCOPE_OPENID, SCOPE_PROFILE, SCOPE_OFFLINE};
	char rest[WORD_SET_TEXT_SIZE];
	struct word_set all;

	if (word_set_parse(registered, &all) != STATUS_OK)
		return OAUTH_FAULT(SERVER_ERROR, "the app is damaged");
	for (size_t i = 0; i < ELEMENTS(of_users); i++)
		word_set_remove(&all, of_users[i]);
	word_set_print(&all, rest);
	return grant_narrow_scope(rest, asked, ret);
}

bool
grant_token_is_active(const struct token *t, int64_t now)
{
	return t->kind == TOKEN_ACCESS && t->usable && t->grant.revoked == 0 &&
	       now >= t->issued && now < t->expires;
}
