/* SPDX-License-Identifier: ISC */
/*
 * The rules: when a code, a refresh token or an access token is good, and
 * what it may give. Pure: facts and the time come in, a decision goes out.
 */
#ifndef BROKERD_GRANT_H
#define BROKERD_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "app/app_store.h"
#include "oauth/token_store.h"
#include "oauth_error.h"
#include "word_set.h"

/* acr of a sign-in by password, the only way there is. */
#define ACR_PASSWORD "urn:brokerd:acr:password"

#define CODE_SECONDS 60
#define ACCESS_TOKEN_SECONDS 3600
#define REFRESH_TOKEN_SECONDS (30 * 86400)
#define TOKEN_FOR_EVER 253402300799 /* the end of the year 9999 */

/* What a password sign-in is called in acr (OpenID Connect Core section 2). */
#define ACR_PASSWORD "urn:brokerd:acr:password"

/* Scopes of the protocols: they open nothing at the broker itself. */
#define SCOPE_OPENID "openid"
#define SCOPE_PROFILE "profile"
#define SCOPE_OFFLINE "offline_access"

/* "paper" or "live". */
bool env_is_valid(const char *env);

/* What a client presents with a code or a refresh token. */
struct exchange {
	const struct app *app;    /* authenticated */
	const char *redirect_uri; /* NULL: none */
	const char *verifier;     /* NULL: none */
	int64_t now;
};

/*
 * May this code be exchanged? *ret_replayed: it was used before, so whatever
 * it gave must end (RFC 6749 section 4.1.2).
 */
struct oauth_fault grant_check_code(
    const struct code *c, const struct exchange *e, bool *ret_replayed);
/* The same for a refresh token (RFC 9700 section 4.14.2). */
struct oauth_fault grant_check_refresh(
    const struct token *t, const struct exchange *e, bool *ret_replayed);
/* What an app asks people for: of what it is registered for. */
struct oauth_fault grant_app_scope(
    const char *registered, const char *asked, struct word_set *ret);
/* The scope of the new access token: all that the grant has, or the part that
 * is asked for; more is refused (RFC 6749 section 6). */
struct oauth_fault grant_narrow_scope(
    const char *granted, const char *asked, struct word_set *ret);
/* The same for an app that acts for itself: of what it is registered for, and
 * without the scopes that speak of a user. */
struct oauth_fault grant_client_scope(
    const char *registered, const char *asked, struct word_set *ret);
/* Is this an access token that stands now? */
bool grant_token_is_active(const struct token *t, int64_t now);

#endif
