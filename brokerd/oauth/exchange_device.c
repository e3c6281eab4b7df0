/* SPDX-License-Identifier: ISC */
/*
 * grant_type=urn:ietf:params:oauth:grant-type:device_code (RFC 8628 section
 * 3.4). The grant was made when the person allowed it; the code is spent when
 * its tokens are stored.
 */
#include "oauth/device_store.h"
#include "oauth/exchange.h"
#include "oauth/grant.h"

/* The poll counts although it got nothing. */
static struct oauth_fault
keep_poll(const struct exchange_call *c, const struct device *d,
    struct oauth_fault fault)
{
	if (device_keep_poll(c->broker->store, d) != STATUS_OK ||
	    transaction_commit(c->transaction) != STATUS_OK)
		return exchange_store_failed;
	return fault;
}

/* What was allowed may have ended before the device asked again. */
static struct oauth_fault
spend(const struct exchange_call *c, const struct device *d, struct issue *ret)
{
	struct store *s = c->broker->store;
	bool usable = false;

	if (grant_find(s, d->grant, &ret->grant, &usable) != STATUS_OK)
		return exchange_store_failed;
	if (ret->grant.revoked != 0)
		return OAUTH_FAULT(INVALID_GRANT, "the grant is revoked");
	if (!usable)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the user's account with this broker is disabled");
	if (device_mark_used(s, &d->hash) != STATUS_OK)
		return exchange_store_failed;
	ret->refresh = word_set_text_has(c->app->grant_types, "refresh_token");
	return grant_narrow_scope(ret->grant.scope, NULL, &ret->scope);
}

struct oauth_fault
exchange_device(const struct exchange_call *c, struct issue *ret)
{
	const char *text = form_get(c->form, "device_code");
	struct oauth_fault fault;
	bool replayed = false;
	struct device d;
	enum status status;

	if (text == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "device_code is missing");
	status = device_find(c->broker->store, text, &d);
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(INVALID_GRANT, "the device code is unknown");
	if (status != STATUS_OK)
		return exchange_store_failed;
	fault = device_poll(&d, c->app->id, c->now, &replayed);
	if (replayed)
		return exchange_end_replayed(c, d.grant, fault);
	if (fault.error == OAUTH_AUTHORIZATION_PENDING ||
	    fault.error == OAUTH_SLOW_DOWN)
		return keep_poll(c, &d, fault);
	return fault.error == OAUTH_OK ? spend(c, &d, ret) : fault;
}
