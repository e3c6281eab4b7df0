/* SPDX-License-Identifier: ISC */
/* The page of one app: what it is, what it needs, how it fares. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "developer/app_example.h"
#include "developer/app_form.h"
#include "developer/app_overview.h"
#include "developer/developer.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define EXAMPLE_MAX 16384

/* Texts that are put together for one page. */
struct words {
	char id[24], created[PAGE_TIME_SIZE], changed[PAGE_TIME_SIZE];
	char letter[APP_INITIAL_SIZE];
	char users[24], grants[24], used[24], limit[24], refused[24],
	    approvals[24];
	struct buf authorize, token, ask_device, poll_device; /* examples */
};

static void
words_clear(struct words *w)
{
	buf_clear(&w->authorize);
	buf_clear(&w->token);
	buf_clear(&w->ask_device);
	buf_clear(&w->poll_device);
}

static const char *
given(bool flag)
{
	return flag ? "yes" : NULL;
}

static void
count_text(int64_t count, char ret[24])
{
	if (count > APP_USE_COUNTED)
		(void)snprintf(ret, 24, "over %d", APP_USE_COUNTED);
	else
		(void)snprintf(ret, 24, "%lld", (long long)count);
}

/* Alpaca has no device grant: the endpoint refuses such an app. */
static bool
may_use_device(const struct app *a)
{
	return a->kind != APP_ALPACA &&
	       word_set_text_has(a->grant_types, DEVICE_GRANT_TYPE);
}

static void
say(struct visit *v, const struct app *a, const struct app_overview *o,
    struct words *w)
{
	struct rate_limit_peek rate =
	    rate_limit_peek(&v->broker->rates, a->id, v->now);

	(void)snprintf(w->id, sizeof(w->id), "%lld", (long long)a->id);
	page_time(a->created, w->created);
	page_time(a->changed, w->changed);
	app_initial(a, w->letter);
	count_text(o->use.users, w->users);
	count_text(o->use.grants, w->grants);
	(void)snprintf(w->used, sizeof(w->used), "%u", rate.used);
	(void)snprintf(w->limit, sizeof(w->limit), "%d", RATE_LIMIT_CALLS);
	(void)snprintf(w->refused, sizeof(w->refused), "%llu",
	    (unsigned long long)rate.refused);
	(void)snprintf(w->approvals, sizeof(w->approvals), "%lld",
	    (long long)o->approvals);
	buf_init(&w->authorize, EXAMPLE_MAX);
	buf_init(&w->token, EXAMPLE_MAX);
	buf_init(&w->ask_device, EXAMPLE_MAX);
	buf_init(&w->poll_device, EXAMPLE_MAX);
	if (may_use_device(a)) {
		(void)app_example_device(v->broker->issuer, a, &w->ask_device);
		(void)app_example_poll(v->broker->issuer, a, &w->poll_device);
	}
	if (o->redirects.count == 0)
		return;
	(void)app_example_authorize(
	    v->broker->issuer, a, o->redirects.uris[0], &w->authorize);
	(void)app_example_token(
	    v->broker->issuer, a, o->redirects.uris[0], &w->token);
}

static const char *
state_means(const struct app *a)
{
	/* The page says what that means; who else may lift what is. */
	if (!a->enabled && a->state != APP_SUSPENDED)
		return NULL;
	switch (a->state) {
	case APP_DRAFT:
		return "Anyone can connect a paper account, and you your own "
		       "live account. For the live accounts of others the app "
		       "has to be approved: submit it when it is ready.";
	case APP_SUBMITTED:
		return "Operators of this broker look at it. Until two have "
		       "approved, it works with paper accounts and with your "
		       "own live account.";
	case APP_APPROVED:
		return "Anyone can connect a paper or a live account.";
	case APP_REJECTED:
		return "It works with paper accounts and with your own live "
		       "account. Put right what the reason says, then submit "
		       "it again.";
	case APP_SUSPENDED:
		return "No token of it works, and nobody can connect it. Only "
		       "an operator can lift this.";
	}
	return "";
}

#define PAGE_VALUES 50

/* What the app itself says; how many values that is. */
static size_t
add_settings(const struct app *a, struct template_value *ret)
{
#define GRANT(type) given(word_set_text_has(a->grant_types, type))
	const struct template_value values[] = {
	    {.name = "logo", .text = given(a->has_logo)},
	    {.name = "app", .text = a->title},
	    {.name = "client_id", .text = a->client_id},
	    {.name = "description", .text = a->description},
	    {.name = "website", .text = a->website},
	    {.name = "terms", .text = a->terms_url},
	    {.name = "privacy", .text = a->privacy_url},
	    {.name = "state", .text = app_state_name(a->state)},
	    {.name = "state_words", .text = app_state_words(a->state)},
	    {.name = "state_means", .text = state_means(a)},
	    {.name = "disabled", .text = given(!a->enabled)},
	    {.name = "confidential", .text = given(a->confidential)},
	    {.name = "alpaca", .text = given(a->kind == APP_ALPACA)},
	    {.name = "jwt", .text = given(a->tokens == APP_TOKENS_JWT)},
	    {.name = "refresh", .text = GRANT("refresh_token")},
	    {.name = "itself", .text = GRANT("client_credentials")},
	    {.name = "device", .text = GRANT(DEVICE_GRANT_TYPE)},
	};
#undef GRANT
	memcpy(ret, values, sizeof(values));
	return ELEMENTS(values);
}

/* What the store says beside it. */
static size_t
add_lists(const struct app *a, const struct app_overview *o,
    struct template_value *ret)
{
	enum review_fault fault = review_submit_fault(a);
#define LIST(l) .rows = o->l.rows, .row_count = o->l.count
	const struct template_value values[] = {
	    {.name = "no_secret",
		.text = given(a->confidential && o->secret_count == 0)},
	    {.name = "has_secrets", .text = given(o->secret_count > 0)},
	    {.name = "room", .text = given(o->secret_count < APP_SECRETS_MAX)},
	    {.name = "may_submit", .text = given(fault == REVIEW_FINE)},
	    {.name = "needs", .text = given(fault == REVIEW_INCOMPLETE)},
	    {.name = "reviewed", .text = given(o->vote_lines.count > 0)},
	    {.name = "from_shell", .text = given(a->state == APP_APPROVED)},
	    {.name = "failed", .text = given(o->error_lines.count > 0)},
	    {.name = "lacks", LIST(missing_lines)},
	    {.name = "secrets", LIST(secret_lines)},
	    {.name = "redirects", LIST(redirect_lines)},
	    {.name = "errors", LIST(error_lines)},
	    {.name = "votes", LIST(vote_lines)},
	    {.name = "scopes", LIST(scopes)},
	};
#undef LIST
	memcpy(ret, values, sizeof(values));
	return ELEMENTS(values);
}

static void
show(struct visit *v, const struct app *a, const struct app_overview *o,
    const struct words *w, const char *logo_problem)
{
	bool refused = a->state == APP_REJECTED || a->state == APP_SUSPENDED;
	const struct template_value said[] = {
	    {.name = "id", .text = w->id},
	    {.name = "letter", .text = w->letter},
	    {.name = "logo_problem", .text = logo_problem},
	    {.name = "reason", .text = refused ? a->state_reason : NULL},
	    {.name = "created", .text = w->created},
	    {.name = "changed", .text = w->changed},
	    {.name = "users", .text = w->users},
	    {.name = "grants", .text = w->grants},
	    {.name = "rate_used", .text = w->used},
	    {.name = "rate_limit", .text = w->limit},
	    {.name = "rate_refused", .text = w->refused},
	    {.name = "approvals",
		.text = a->state == APP_SUBMITTED ? w->approvals : NULL},
	    {.name = "authorize", .text = buf_string(&w->authorize)},
	    {.name = "token", .text = buf_string(&w->token)},
	    {.name = "ask_device", .text = buf_string(&w->ask_device)},
	    {.name = "poll_device", .text = buf_string(&w->poll_device)},
	};
	struct template_value values[PAGE_VALUES] = {0};
	size_t count = add_settings(a, values);

	count += add_lists(a, o, values + count);
	_Static_assert(17 + 14 + ELEMENTS(said) < PAGE_VALUES, "PAGE_VALUES");
	memcpy(values + count, said, sizeof(said));
	page_show(v, &(struct page){.status = 200,
			 .title = a->title,
			 .body = page_file_app,
			 .values = values,
			 .place = PLACE_APPS});
}

void
app_show(struct visit *v, const struct app *a, const char *logo_problem)
{
	_cleanup_(words_clear) struct words w = {0};
	_cleanup_(free_ptr) struct app_overview *o = calloc(1, sizeof(*o));

	if (o == NULL ||
	    app_overview_fill(v->broker->store, a, o) != STATUS_OK) {
		page_failed(v);
		return;
	}
	say(v, a, o, &w);
	show(v, a, o, &w, logo_problem);
}

void
page_app(struct visit *v)
{
	struct app a;

	if (own_app(v, &a))
		app_show(v, &a, NULL);
}
