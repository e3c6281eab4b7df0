/* SPDX-License-Identifier: ISC */
/* The consent form, read the same way whoever asked for it. */
#include "oauth/consent_answer.h"

#include "oauth/account_offer.h"
#include "oauth/consent_scopes.h"

enum status
consent_answer_read(
    struct visit *v, const struct authorization *a, struct consent_answer *ret)
{
	const char *env = a->env != NULL ? a->env : visit_form(v, "env");
	const struct account_offer *offer;
	struct account_offers offers;
	enum status status = account_offers_find(
	    v->broker->store, &a->app, v->session.user, &offers);

	if (status == STATUS_OK)
		status = consent_scopes_granted(&a->scope,
		    a->app.optional_scopes, &v->request->form, ret->scope);
	if (status == STATUS_FORBIDDEN) {
		ret->problem = "Nothing was allowed yet: the app now requires "
			       "what you have unticked. Read again what it "
			       "would be able to do.";
		return STATUS_OK;
	}
	if (status != STATUS_OK)
		return status;
	ret->problem = NULL;
	offer = env == NULL ? NULL : account_offers_get(&offers, env);
	if (offer == NULL)
		ret->problem = "Choose the account that the app may use.";
	else if (offer->offer != OFFER_GIVEN)
		ret->problem = "Nothing was allowed: the app cannot have the "
			       "account that you chose.";
	else
		ret->account = offer->account;
	return STATUS_OK;
}
