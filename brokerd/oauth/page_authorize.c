/* SPDX-License-Identifier: ISC */
/*
 * The authorization endpoint (RFC 6749 section 3.1): the request, the sign-in
 * form and the consent form. Every step reads and checks the whole request
 * again; nothing is remembered between them but who signed in.
 */
#include <string.h>

#include "oauth/account_offer.h"
#include "oauth/authorization.h"
#include "oauth/authorization_answer.h"
#include "oauth/consent_answer.h"
#include "oauth/page_consent.h"
#include "oauth/standing_grant.h"
#include "page.h"
#include "routes.h"
#include "scopegate/cleanup.h"

static bool
is_signed_in(const struct visit *v, const struct authorization *a)
{
	return v->session.user != 0 &&
	       sign_in_suffices(&a->wish, v->session.auth_time, v->now);
}

/* With the request as the place to come back to. */
static void
sign_in_first(struct visit *v, const struct authorization *a)
{
	_cleanup_(buf_clear) struct buf path = {0};

	buf_init(&path, AUTHORIZATION_PATH_MAX);
	if (authorization_path(a,
		sign_in_wish_is_special(&a->wish) ? v->now : 0,
		&path) != STATUS_OK)
		page_failed(v);
	else
		visit_go_sign_in(v, buf_string(&path));
}

/* Which account, without asking: the one that the request names, or the only
 * one that it was allowed for. */
static struct oauth_fault
choose_silently(const struct authorization *a, const struct standing *standing,
    const struct account_offers *offers, const struct account **ret)
{
	const char *env = a->env;
	const struct account_offer *offer;

	if (env == NULL && standing->paper && standing->live)
		return OAUTH_FAULT(ACCOUNT_SELECTION_REQUIRED,
		    "both accounts are connected; say which with env, or ask "
		    "without prompt=none");
	if (env == NULL)
		env = standing->live ? "live" : "paper";
	if (!(strcmp(env, "live") == 0 ? standing->live : standing->paper))
		return OAUTH_FAULT(CONSENT_REQUIRED,
		    "the person has not allowed all of this yet");
	offer = account_offers_get(offers, env);
	if (offer->offer != OFFER_GIVEN)
		return OAUTH_FAULT(INTERACTION_REQUIRED,
		    "this account cannot be given to the app now");
	*ret = &offer->account;
	return OAUTH_FINE;
}

static struct oauth_fault
find_silently(struct visit *v, const struct authorization *a, const char *scope,
    struct account *ret)
{
	struct store *s = v->broker->store;
	struct grant wanted = {.user = v->session.user, .app = a->app.id};
	const struct account *account;
	struct account_offers offers;
	struct standing standing;
	struct oauth_fault fault;

	memcpy(wanted.scope, scope, strlen(scope) + 1);
	memcpy(wanted.audience, a->audience, strlen(a->audience) + 1);
	memcpy(wanted.details, a->details, sizeof(wanted.details));
	if (standing_find(s, &wanted, &standing) != STATUS_OK ||
	    account_offers_find(s, &a->app, v->session.user, &offers) !=
		STATUS_OK)
		return OAUTH_FAULT(SERVER_ERROR, "the store failed");
	fault = choose_silently(a, &standing, &offers, &account);
	if (fault.error == OAUTH_OK)
		*ret = *account;
	return fault;
}

/* prompt=none: an answer at once, never a page. */
static void
answer_silently(struct visit *v, const struct authorization *a)
{
	char scope[WORD_SET_TEXT_SIZE];
	struct oauth_fault fault;
	struct account account;

	word_set_print(&a->scope, scope);
	if (!is_signed_in(v, a))
		fault = OAUTH_FAULT(LOGIN_REQUIRED,
		    "nobody is signed in here, or not recently enough");
	else if (a->login_hint != NULL &&
		 strcmp(a->login_hint, v->session.user_name) != 0)
		fault = OAUTH_FAULT(ACCOUNT_SELECTION_REQUIRED,
		    "somebody else than login_hint names is signed in");
	else
		fault = find_silently(v, a, scope, &account);
	if (fault.error != OAUTH_OK)
		authorization_refuse(v, a, fault);
	else
		authorization_allow(v, a,
		    &(struct consent){
			.account = &account, .scope = scope, .silent = true});
}

static void
decide(struct visit *v, const struct authorization *a)
{
	const char *decision = visit_form(v, "decision");
	struct consent_answer answer;

	if (decision == NULL || strcmp(decision, "allow") != 0) {
		authorization_refuse(v, a,
		    OAUTH_FAULT(ACCESS_DENIED, "the person did not allow it"));
		return;
	}
	if (consent_answer_read(v, a, &answer) != STATUS_OK)
		page_failed(v);
	else if (answer.problem != NULL)
		page_consent(v, a, answer.problem);
	else
		authorization_allow(v, a,
		    &(struct consent){
			.account = &answer.account, .scope = answer.scope});
}

void
page_authorize(struct visit *v)
{
	struct authorization a;
	struct oauth_fault fault =
	    authorization_read(v->broker, v->request, &a);

	if (fault.error != OAUTH_OK)
		authorization_refuse(v, &a, fault);
	else if (a.wish.prompt.none)
		answer_silently(v, &a);
	else if (!is_signed_in(v, &a))
		sign_in_first(v, &a);
	else if (v->request->method == HTTP_POST)
		decide(v, &a);
	else
		page_consent(v, &a, NULL);
}
