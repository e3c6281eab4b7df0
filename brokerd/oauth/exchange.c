/* SPDX-License-Identifier: ISC */
/* What the grant types share: ending what was given. */
#include "oauth/exchange.h"

#include <stdio.h>
#include <string.h>

#include "audit/audit_log.h"
#include "oauth/host_login.h"

const struct oauth_fault exchange_store_failed = {.error = OAUTH_SERVER_ERROR,
    .description = "the store failed; try again later"};

enum status
exchange_end_grant(struct store *s, const struct app *app, int64_t grant,
    const char *why, int64_t now)
{
	/* No user is called so: a name has no blank. */
	char actor[CLIENT_ID_SIZE + 8], subject[32];
	enum status status = grant_revoke(s, grant, now, why);

	(void)snprintf(actor, sizeof(actor), "app %s", app->client_id);
	(void)snprintf(
	    subject, sizeof(subject), "grant %lld", (long long)grant);
	return status == STATUS_OK ? audit_append(s, now,
					 &(struct audit_entry){actor,
					     "grant.revoke", subject, why})
				   : status;
}

struct oauth_fault
exchange_end_replayed(
    const struct exchange_call *c, int64_t grant, struct oauth_fault fault)
{
	if (exchange_end_grant(c->broker->store, c->app, grant,
		"a code or refresh token was used twice",
		c->now) != STATUS_OK ||
	    transaction_commit(c->transaction) != STATUS_OK)
		return exchange_store_failed;
	return fault;
}

struct oauth_fault
exchange_details_are_granted(const char *asked, const char *granted)
{
	char text[GRANT_DETAILS_SIZE];
	struct host_login login;

	if (asked == NULL)
		return OAUTH_FINE;
	/* Printed again, so that blanks and order make no difference. */
	if (host_login_parse(asked, &login) == STATUS_OK &&
	    host_login_print(&login, text) == STATUS_OK &&
	    strcmp(text, granted) == 0)
		return OAUTH_FINE;
	return OAUTH_FAULT(INVALID_AUTHORIZATION_DETAILS,
	    "authorization_details are not those that were granted; they are "
	    "chosen in the authorization request");
}
