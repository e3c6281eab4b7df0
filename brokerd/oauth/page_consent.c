/* SPDX-License-Identifier: ISC */
/*
 * The consent page: which app, whose, what it would be able to do, on which
 * account, and two answers of equal weight. Every scope that will be granted
 * is on it in words. Where the account that the app wants cannot be given, it
 * says why, and the only way on is back.
 */
#include "oauth/page_consent.h"

#include <stdio.h>
#include <string.h>

#include "app/scope_list.h"
#include "field.h"
#include "oauth/account_offer.h"
#include "oauth/consent_scopes.h"
#include "oauth/user_code.h"
#include "oauth/standing_grant.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define YES(condition) ((condition) ? "yes" : NULL)
#define INITIAL_SIZE 5 /* one character of UTF-8 */
#define ACCOUNT_VALUES 6
#define LINKS_MAX 3
#define LINK_VALUES 4
#define CONSENT_VALUES 40 /* all that put() is called with */

/* What the page is made of; large: allocate it. */
struct consent_page {
	struct consent_scopes parts;
	struct scope_list required, optional;
	struct account_offers offers;
	struct standing standing;
	struct template_value account_values[2][ACCOUNT_VALUES];
	struct template_row account_rows[2];
	size_t account_count;
	const struct account_offer *blocked; /* asked for, and not to be had */
	const char *blocked_env;
	struct template_value link_values[LINKS_MAX][LINK_VALUES];
	struct template_row link_rows[LINKS_MAX];
	size_t link_count;
	char connected[PAGE_TIME_SIZE];
	char logo[64], initial[INITIAL_SIZE];
	struct buf path, again, target, origin;
	struct fields number; /* of the device; none if none is asked for */
	struct template_value values[CONSENT_VALUES];
	size_t value_count;
};

static void
consent_page_free(struct consent_page **page)
{
	struct consent_page *p = *page;

	if (p == NULL)
		return;
	buf_clear(&p->path);
	buf_clear(&p->again);
	buf_clear(&p->target);
	buf_clear(&p->origin);
	free(p);
}

/* What the state means for the person who decides. */
static const char *
state_meaning(const struct app *app, bool own)
{
	if (app->state == APP_APPROVED)
		return "for live trading.";
	if (own)
		return "It may use your live account, since it is yours.";
	return "Paper accounts only, except for its owner.";
}

static const char *
state_words(const struct app *app)
{
	switch (app->state) {
	case APP_APPROVED:
		return "Approved";
	case APP_SUBMITTED:
		return "In review";
	case APP_REJECTED:
		return "Not approved";
	default:
		return "Not reviewed yet";
	}
}

static void
add_link(struct consent_page *p, const char *words, const char *url)
{
	struct template_value *values = p->link_values[p->link_count];

	/* Only web pages are linked to, whatever the store holds. */
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return;
	values[0] = (struct template_value){.name = "words", .text = words};
	values[1] = (struct template_value){.name = "url", .text = url};
	values[2] = (struct template_value){.name = "more"};
	if (p->link_count > 0)
		p->link_values[p->link_count - 1][2].text = "yes";
	p->link_rows[p->link_count++].values = values;
}

static void
read_initial(const char *title, char ret[INITIAL_SIZE])
{
	size_t length = 1;

	while (length < INITIAL_SIZE - 1 && (title[length] & 0xc0) == 0x80)
		length++;
	memcpy(ret, title, length);
	ret[length] = '\0';
}

static void
add_account(struct consent_page *p, const struct account *account, bool chosen)
{
	struct template_value *values = p->account_values[p->account_count];
	bool live = strcmp(account->env, "live") == 0;
	const struct template_value row[ACCOUNT_VALUES] = {
	    {.name = "env", .text = account->env},
	    {.name = "account",
		.text = live ? "Live account" : "Paper account"},
	    {.name = "number", .text = account->number},
	    {.name = "money",
		.text = live ? "Real money. What the app does here counts."
			     : "Simulated: no real money."},
	    {.name = "chosen", .text = chosen ? "yes" : NULL},
	    {0},
	};

	memcpy(values, row, sizeof(row));
	p->account_rows[p->account_count++].values = values;
}

static void
block(struct consent_page *p, const struct account_offer *o, const char *env)
{
	p->blocked = o;
	p->blocked_env = env;
}

/* The accounts to choose from: the one asked for, or all that can be given. */
static void
fill_accounts(
    struct visit *v, const struct authorization *a, struct consent_page *p)
{
	const struct account_offer *all[] = {&p->offers.paper, &p->offers.live};
	const char *chosen = visit_form(v, "env");

	if (a->env != NULL) {
		const struct account_offer *o =
		    account_offers_get(&p->offers, a->env);

		if (o->offer == OFFER_GIVEN)
			add_account(p, &o->account, true);
		else
			block(p, o, a->env);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(all); i++) {
		const struct account *account = &all[i]->account;

		if (all[i]->offer == OFFER_GIVEN)
			add_account(p, account,
			    chosen == NULL ? p->account_count == 0
					   : strcmp(chosen, account->env) == 0);
	}
	if (p->account_count == 0)
		block(p, &p->offers.paper, "paper");
}

/* All are ticked at first; a page that comes back keeps what was said. */
static void
tick(struct visit *v, struct scope_list *optional)
{
	for (size_t i = 0; i < optional->count; i++) {
		struct scope_line *l = &optional->lines[i];
		/* The code of a device comes by POST, too. */
		bool ticked = visit_form(v, "decision") == NULL ||
			      consent_scope_is_ticked(
				  &v->request->form, optional->set.words[i]);

		l->values[2] = (struct template_value){
		    .name = "ticked", .text = YES(ticked)};
		l->values[3] = (struct template_value){0};
	}
}

/* A device has no address to go back to, and its form names it by its code. */
static void
fill_device(const struct device_prompt *d, struct consent_page *p)
{
	buf_append_string(&p->path, DEVICE_PAGE);
	form_encode_pair(&p->again, "return", DEVICE_PAGE);
	if (!d->numbered)
		return;
	fields_add(&p->number,
	    &(struct field){.name = "number",
		.label = "Which number is shown there?",
		.help = "Two digits, where the sign-in waits. If you cannot "
			"see it, somebody else is asking: choose Deny.",
		.type = "text",
		.problem = d->number_problem,
		.max = DEVICE_NUMBER_SIZE - 1,
		.required = true,
		.focus = d->number_problem != NULL});
}

static enum status
fill_addresses(const struct authorization *a, struct consent_page *p)
{
	buf_init(&p->path, AUTHORIZATION_PATH_MAX);
	buf_init(&p->again, AUTHORIZATION_PATH_MAX * 3);
	buf_init(&p->target, REDIRECT_URI_SIZE);
	buf_init(&p->origin, REDIRECT_URI_SIZE);
	if (a->device != NULL) {
		fill_device(a->device, p);
	} else {
		(void)redirect_uri_csp_source(a->redirect_uri, &p->target);
		(void)redirect_uri_origin(a->redirect_uri, &p->origin);
		if (authorization_path(a, 0, &p->path) == STATUS_OK)
			form_encode_pair(
			    &p->again, "return", buf_string(&p->path));
	}
	return buf_string(&p->path) != NULL && buf_string(&p->again) != NULL &&
		       buf_string(&p->target) != NULL &&
		       buf_string(&p->origin) != NULL
		   ? STATUS_OK
		   : STATUS_NOMEM;
}

static enum status
fill(struct visit *v, const struct authorization *a, struct consent_page *p)
{
	struct store *s = v->broker->store;
	struct grant wanted = {.user = v->session.user, .app = a->app.id};
	enum status status =
	    consent_scopes_split(&a->scope, a->app.optional_scopes, &p->parts);

	if (status == STATUS_OK)
		status = scope_list_fill(s, p->parts.required, &p->required);
	if (status == STATUS_OK)
		status = scope_list_fill(s, p->parts.optional, &p->optional);
	if (status == STATUS_OK)
		status = account_offers_find(
		    s, &a->app, v->session.user, &p->offers);
	if (status == STATUS_OK)
		status = standing_find(s, &wanted, &p->standing);
	if (status == STATUS_OK)
		status = fill_addresses(a, p);
	if (status != STATUS_OK)
		return status;
	fill_accounts(v, a, p);
	tick(v, &p->optional);
	add_link(p, "Website", a->app.website);
	add_link(p, "Terms of use", a->app.terms_url);
	add_link(p, "Privacy policy", a->app.privacy_url);
	read_initial(a->app.title, p->initial);
	if (a->app.has_logo)
		(void)snprintf(p->logo, sizeof(p->logo), "/apps/%lld/logo",
		    (long long)a->app.id);
	if (p->standing.last != 0)
		page_time(p->standing.last, p->connected);
	return STATUS_OK;
}

/* Why live is not among the choices, if it is not asked for by name. */
static const char *
no_live(const struct authorization *a, const struct consent_page *p)
{
	return a->env == NULL && p->offers.live.offer != OFFER_GIVEN
		   ? account_offer_words(p->offers.live.offer)
		   : NULL;
}

static void
put(struct consent_page *p, const struct template_value *values, size_t count)
{
	memcpy(p->values + p->value_count, values, count * sizeof(*values));
	p->value_count += count;
}

static void
put_app(struct consent_page *p, const struct app *app, int64_t user)
{
	bool own = app->owner_id != 0 && app->owner_id == user;
	const struct template_value values[] = {
	    {.name = "app", .text = app->title},
	    {.name = "logo", .text = p->logo},
	    {.name = "initial", .text = p->initial},
	    {.name = "description", .text = app->description},
	    {.name = "owner", .text = app->owner},
	    {.name = "own", .text = YES(own)},
	    {.name = "state", .text = app_state_name(app->state)},
	    {.name = "state_words", .text = state_words(app)},
	    {.name = "state_meaning", .text = state_meaning(app, own)},
	    {.name = "any_link", .text = YES(p->link_count > 0)},
	    {.name = "links", .rows = p->link_rows, .row_count = p->link_count},
	    {.name = "connected", .text = p->connected},
	    {.name = "connected_env", .text = p->standing.last_env},
	};

	put(p, values, ELEMENTS(values));
}

static void
put_accounts(struct consent_page *p, const struct authorization *a)
{
	const struct account_offer *o = p->blocked;
	enum offer why = o == NULL ? p->offers.live.offer : o->offer;
	const struct template_value values[] = {
	    {.name = "blocked", .text = o == NULL ? NULL : p->blocked_env},
	    {.name = "reason",
		.text = o == NULL ? NULL : account_offer_words(o->offer)},
	    {.name = "own_account",
		.text = YES(why != OFFER_GIVEN && why != OFFER_NOT_APPROVED)},
	    {.name = "choose", .text = YES(p->account_count > 1)},
	    {.name = "accounts",
		.rows = p->account_rows,
		.row_count = p->account_count},
	    {.name = "no_live", .text = no_live(a, p)},
	};

	put(p, values, ELEMENTS(values));
}

static void
put_request(
    struct consent_page *p, const struct authorization *a, const char *problem)
{
	const struct template_value values[] = {
	    {.name = "problem", .text = problem},
	    {.name = "login", .text = a->details},
	    {.name = "service", .text = a->login.service},
	    {.name = "host", .text = a->login.host},
	    {.name = "host_user", .text = a->login.user},
	    {.name = "path", .text = buf_string(&p->path)},
	    {.name = "again", .text = buf_string(&p->again)},
	    {.name = "required",
		.rows = p->required.rows,
		.row_count = p->required.count},
	    {.name = "optional",
		.rows = p->optional.rows,
		.row_count = p->optional.count},
	    {.name = "any_optional", .text = YES(p->optional.count > 0)},
	    {.name = "offered", .text = p->parts.optional},
	    {.name = "device",
		.text = a->device == NULL ? NULL : a->device->user_code},
	    {.name = "fields",
		.rows = p->number.rows,
		.row_count = p->number.count},
	    {.name = "target", .text = buf_string(&p->origin)},
	    {.name = "local",
		.text = YES(redirect_uri_is_local(a->redirect_uri))},
	    {0},
	};

	put(p, values, ELEMENTS(values));
}

void
page_consent(
    struct visit *v, const struct authorization *a, const char *problem)
{
	_cleanup_(consent_page_free) struct consent_page *p =
	    calloc(1, sizeof(*p));

	if (p == NULL || fill(v, a, p) != STATUS_OK) {
		page_failed(v);
		return;
	}
	put_app(p, &a->app, v->session.user);
	put_accounts(p, a);
	put_request(p, a, problem);
	page_show(
	    v, &(struct page){.status = problem == NULL ? 200 : 400,
		   .title = p->blocked == NULL ? "Allow access?"
					       : "This app cannot be connected",
		   .body = page_file_consent,
		   .values = p->values,
		   .form_target =
		       a->device == NULL ? buf_string(&p->target) : NULL});
}
