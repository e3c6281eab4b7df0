/* SPDX-License-Identifier: ISC */
/*
 * GET /v2/account as Alpaca's Trading API has it, on the path of the live host
 * and, below /paper, on that of the paper host. Clients probe it to learn that
 * a token lives and whose it is, so the fields, their types and the errors are
 * Alpaca's: an envelope of code and message, and no WWW-Authenticate.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/api_fault.h"
#include "api/call_log.h"
#include "http/respond.h"
#include "identity/account_store.h"
#include "oauth/bearer.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static void
say_integer(struct http_response *response, const char *name, int64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	http_response_header(response, name, text);
}

static void
say_limit(struct http_response *response, const struct rate_limit_state *limit,
    int64_t now)
{
	say_integer(response, "X-RateLimit-Limit", RATE_LIMIT_CALLS);
	say_integer(response, "X-RateLimit-Remaining", limit->remaining);
	say_integer(response, "X-RateLimit-Reset", limit->reset);
	if (limit->refused)
		say_integer(response, "Retry-After", limit->reset - now);
}

static void
write_created(struct json_writer *w, int64_t when)
{
	char text[32] = "";
	time_t t = (time_t)when;
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_write_string(w, "created_at", text);
}

/* It holds no money: every amount is "0". */
static void
write_account(struct http_response *response, const struct account *a)
{
	static const char *const amounts[] = {"cash", "portfolio_value",
	    "equity", "last_equity", "buying_power", "regt_buying_power",
	    "daytrading_buying_power", "non_marginable_buying_power",
	    "long_market_value", "short_market_value", "initial_margin",
	    "maintenance_margin", "last_maintenance_margin", "sma",
	    "accrued_fees"};
	static const char *const flags[] = {"pattern_day_trader",
	    "trading_blocked", "transfers_blocked", "account_blocked",
	    "trade_suspended_by_user", "shorting_enabled"};
	struct json_writer w;

	respond_json(response, 200);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "id", a->uuid);
	json_write_string(&w, "account_number", a->number);
	json_write_string(&w, "status", "ACTIVE");
	json_write_string(&w, "currency", "USD");
	for (size_t i = 0; i < ELEMENTS(amounts); i++)
		json_write_string(&w, amounts[i], "0");
	json_write_string(&w, "multiplier", "1");
	json_write_integer(&w, "daytrade_count", 0);
	for (size_t i = 0; i < ELEMENTS(flags); i++)
		json_write_bool(&w, flags[i], false);
	write_created(&w, a->decided);
	json_write_end_object(&w);
}

/* STATUS_NOT_FOUND: no token that stands. */
static enum status
find_token(struct broker *b, const struct http_request *request, int64_t now,
    struct token *ret)
{
	enum status status;

	/* Alpaca's API reads the header and nothing else. */
	if (request->authorization == NULL)
		return STATUS_NOT_FOUND;
	status = bearer_find(b, request, now, ret);
	return status == STATUS_MALFORMED || status == STATUS_FORBIDDEN
		   ? STATUS_NOT_FOUND
		   : status;
}

/* A service that was given a token made for it alone (RFC 8707) must not get
 * further with it than its own door. */
static bool
is_for_us(const struct broker *b, const struct token *t)
{
	return strcmp(t->grant.audience, b->audience) == 0 ||
	       strcmp(t->grant.audience, b->issuer) == 0;
}

/* STATUS_FORBIDDEN: the token is for the other host, for another service, or
 * for no account. */
static enum status
find_account(struct broker *b, const struct token *t, const char *env,
    struct account *ret)
{
	enum status status;

	if (strcmp(t->grant.env, env) != 0 || !is_for_us(b, t))
		return STATUS_FORBIDDEN;
	status = account_find_by_id(b->store, t->grant.account, ret);
	if (status == STATUS_NOT_FOUND ||
	    (status == STATUS_OK && !account_is_active(ret)))
		return STATUS_FORBIDDEN;
	return status;
}

/* What a token that stands is answered. */
static void
answer(struct broker *b, const struct token *t, const char *env, int64_t now,
    struct http_response *response)
{
	struct rate_limit_state limit =
	    rate_limit_take(&b->rates, t->grant.app, t->grant.account, now);
	struct account account;
	enum status status;

	say_limit(response, &limit, now);
	if (limit.refused) {
		api_refuse(response, API_FAULT_TOO_MANY);
		return;
	}
	status = find_account(b, t, env, &account);
	if (status == STATUS_OK)
		write_account(response, &account);
	else if (status == STATUS_FORBIDDEN)
		api_refuse(response, API_FAULT_FORBIDDEN);
	else
		api_refuse(response, API_FAULT_FAILED);
}

static void
endpoint_account(struct broker *b, const struct http_request *request,
    const char *env, struct http_response *response)
{
	int64_t now = (int64_t)time(NULL);
	struct token token;
	enum status status = find_token(b, request, now, &token);

	if (status == STATUS_NOT_FOUND) {
		api_refuse(response, API_FAULT_UNAUTHORIZED);
		return;
	}
	if (status != STATUS_OK) {
		api_refuse(response, API_FAULT_FAILED);
		return;
	}
	answer(b, &token, env, now, response);
	/* Those over the limit are counted there and not kept: they would
	 * push out what the app did. */
	if (response->status != 429)
		call_log_add(&b->calls, b->store, token.grant.id, "GET",
		    request->path, response->status, now);
}

void
endpoint_account_live(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	endpoint_account(b, request, "live", response);
}

void
endpoint_account_paper(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	endpoint_account(b, request, "paper", response);
}
